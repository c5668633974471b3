// SPDX-License-Identifier: Apache-2.0

package page

import (
	"bytes"
	"context"
	"embed"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/cmd/internal/shelf"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/patient"
)

// Options of the page. Shelf and Today must be given.
type Options struct {
	Shelf *shelf.Shelf
	Today func() patient.Day
	// Log is the screening log; nil: none is kept, and the page does not speak
	// of one.
	Log Log
	// Keeps says that the log keeps the records that people are screened by.
	Keeps bool
	// User names who asks, for the log; nil: nobody is named.
	User func(*http.Request) string
	// MaxBody is the most bytes that a request may have; 0 is DefaultMaxBody.
	MaxBody int64
}

// DefaultMaxBody is the limit where Options has none.
const DefaultMaxBody = 16 << 20

// Log is what the page needs of the screening log.
type Log interface {
	Append(ctx context.Context, entries ...screenlog.Entry) ([]screenlog.Receipt, error)
	People(ctx context.Context, q screenlog.Query) ([]screenlog.Person, error)
}

// Policy is the Content-Security-Policy of every page: nothing runs or loads
// but what the server itself holds.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

//go:embed static/* templates/*
var files embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"plain": report.Plain,
	"words": func(id string) string { return strings.ReplaceAll(id, "_", " ") },
	"list":  func(of ...string) []string { return of },
	"dict": func(of ...any) map[string]any {
		m := map[string]any{}
		for i := 0; i+1 < len(of); i += 2 {
			m[of[i].(string)] = of[i+1]
		}
		return m
	},
	"utc": func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") },
}).ParseFS(files, "templates/*.gohtml"))

// pages serves the pages.
type pages struct{ Options }

// Handler gives the page, to be mounted at /.
func Handler(o Options) http.Handler {
	if o.MaxBody <= 0 {
		o.MaxBody = DefaultMaxBody
	}
	if o.User == nil {
		o.User = func(*http.Request) string { return "" }
	}
	p := &pages{o}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.home)
	mux.HandleFunc("GET /studies/{id}", p.study)
	mux.HandleFunc("GET /screen", p.ask)
	mux.HandleFunc("POST /screen", p.screen)
	mux.HandleFunc("GET /form/{id}", p.blank)
	mux.HandleFunc("POST /form/{id}", p.filled)
	mux.HandleFunc("GET /people", p.askMany)
	mux.HandleFunc("POST /people", p.screenMany)
	if o.Log != nil {
		mux.HandleFunc("GET /log", p.log)
		mux.HandleFunc("POST /log", p.dispose)
	}
	mux.Handle("GET /static/", static())
	mux.HandleFunc("/", p.lost)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", Policy)
		mux.ServeHTTP(w, r)
	})
}

// static serves the style sheets and the script.
func static() http.Handler {
	root, err := fs.Sub(files, "static")
	if err != nil {
		panic(err) // the folder is part of the binary
	}
	server := http.StripPrefix("/static/", http.FileServerFS(root))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		if r.URL.Path == "/static/prescreen.css" {
			w.Header().Set("Content-Type", "text/css; charset=utf-8")
			_, _ = w.Write([]byte(report.FragmentStyle()))
			return
		}
		if strings.HasSuffix(r.URL.Path, "/") {
			http.NotFound(w, r) // no listing
			return
		}
		server.ServeHTTP(w, r)
	})
}

// view is what every page shows around its own matter.
type view struct {
	Title  string
	At     string // which entry of the menu it belongs to
	HasLog bool
	Data   any
}

// show writes a page whole or not at all.
func (p *pages) show(w http.ResponseWriter, status int, name string, v view) {
	v.HasLog = p.Log != nil
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, v); err != nil {
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// trouble is a page that says what went wrong, each line by itself.
func (p *pages) trouble(w http.ResponseWriter, status int, title string, lines ...string) {
	p.show(w, status, "trouble", view{Title: title, Data: lines})
}

func (p *pages) lost(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		p.trouble(w, http.StatusMethodNotAllowed, "Not possible here", "This address takes no "+r.Method+" request.")
		return
	}
	p.trouble(w, http.StatusNotFound, "Not found", "There is nothing at this address.")
}

// home lists the studies.
func (p *pages) home(w http.ResponseWriter, _ *http.Request) {
	p.show(w, http.StatusOK, "home", view{Title: "Studies", At: "home", Data: p.Shelf.Now()})
}

// study shows what a study asks.
func (p *pages) study(w http.ResponseWriter, r *http.Request) {
	s := p.Shelf.Now().Find(r.PathValue("id"))
	if s == nil {
		p.trouble(w, http.StatusNotFound, "No such study", "No study of this id is in use.")
		return
	}
	p.show(w, http.StatusOK, "study", view{Title: s.Study.ID, At: "home", Data: s})
}
