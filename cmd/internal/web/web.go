// SPDX-License-Identifier: Apache-2.0

// Package web is the web page on which a coordinator screens people: the studies
// in use, one person for one study or for all of them, the missing answers given in
// place, and the screening log.
//
// It is an http.Handler and listens to nothing. Pages are made on the server and
// work without a script; the script only saves a click. Nothing is remembered
// between requests: a person's record travels in the page that shows it, and comes
// back with the next answer. Nothing is written to disk but the screening log, if
// one is kept.
//
// It may import screening and its folders, screenlog, and the packages outside of
// cmd.
package web

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eligo-trials/eligo/cmd/internal/screening"
	"github.com/eligo-trials/eligo/cmd/internal/screening/studydir"
	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/patient"
)

// Options of the page. Studies and Today must be given.
type Options struct {
	Studies *studydir.Folder
	Today   func() patient.Day
	Log     Log                        // the screening log; nil: none is kept, and the page does not speak of one
	Keeps   bool                       // the log keeps the records that people are screened by
	User    func(*http.Request) string // names the sender, for the log; nil: nobody is named
	MaxBody int64                      // bytes of a request; 0 is DefaultMaxBody
}

// DefaultMaxBody is the limit where Options has none.
const DefaultMaxBody = 16 << 20

// Log is the part of a [screenlog.Log] that the page uses.
type Log interface {
	screening.Appender
	People(ctx context.Context, q screenlog.Query) ([]screenlog.Person, error)
}

// Policy is the Content-Security-Policy of every page: nothing runs or loads
// but files of the server itself.
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

type pages struct {
	Options
	service *screening.Service
}

// Handler gives the page, to be mounted at /.
func Handler(o Options) http.Handler {
	if o.MaxBody <= 0 {
		o.MaxBody = DefaultMaxBody
	}
	if o.User == nil {
		o.User = func(*http.Request) string { return "" }
	}
	p := &pages{o, &screening.Service{}}
	if o.Log != nil {
		p.service.Log = o.Log
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.listStudies)
	mux.HandleFunc("GET /studies/{id}", p.showStudy)
	mux.HandleFunc("GET /screen", p.showRecordForm)
	mux.HandleFunc("POST /screen", p.screenRecord)
	mux.HandleFunc("GET /form/{id}", p.showForm)
	mux.HandleFunc("POST /form/{id}", p.screenForm)
	mux.HandleFunc("GET /people", p.showFolderForm)
	mux.HandleFunc("POST /people", p.screenFolder)
	if o.Log != nil {
		mux.HandleFunc("GET /log", p.showLog)
		mux.HandleFunc("POST /log", p.addDisposition)
	}
	mux.Handle("GET /static/", static())
	mux.HandleFunc("/", p.notFound)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", Policy)
		mux.ServeHTTP(w, r)
	})
}

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

// view holds the data of every page: the frame, and Data of its own.
type view struct {
	Title  string
	At     string // which entry of the menu it belongs to
	HasLog bool
	Data   any
}

func (p *pages) writePage(w http.ResponseWriter, status int, name string, v view) {
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

// writeError writes a page with an error, each line in a paragraph.
func (p *pages) writeError(w http.ResponseWriter, status int, title string, lines ...string) {
	p.writePage(w, status, "trouble", view{Title: title, Data: lines})
}

func (p *pages) notFound(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		p.writeError(w, http.StatusMethodNotAllowed, "Not possible here", "This address takes no "+r.Method+" request.")
		return
	}
	p.writeError(w, http.StatusNotFound, "Not found", "There is nothing at this address.")
}

func (p *pages) listStudies(w http.ResponseWriter, _ *http.Request) {
	p.writePage(w, http.StatusOK, "home", view{Title: "Studies", At: "home", Data: p.Studies.Current()})
}

func (p *pages) showStudy(w http.ResponseWriter, r *http.Request) {
	s := p.Studies.Current().Find(r.PathValue("id"))
	if s == nil {
		p.writeError(w, http.StatusNotFound, "No such study", "No study of this id is in use.")
		return
	}
	p.writePage(w, http.StatusOK, "study", view{Title: s.Study.ID, At: "home", Data: s})
}

const mostPeople = 200 // that the log shows at a time

type logPage struct {
	People   []screenlog.Person
	Statuses []screenlog.Status
	Study    string
	Status   screenlog.Status
	More     int64 // where the next page begins; 0: this is the last
	Saved    bool
}

func (p *pages) showLog(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	l := logPage{Statuses: screenlog.Statuses(), Study: q.Get("study"), Status: screenlog.Status(q.Get("status")), Saved: q.Has("saved")}
	after, _ := strconv.ParseInt(q.Get("after"), 10, 64)
	people, err := p.Log.People(r.Context(), screenlog.Query{Study: l.Study, Disposition: l.Status, After: after, Limit: mostPeople + 1})
	if err != nil {
		p.writeError(w, http.StatusServiceUnavailable, "The screening log cannot be read", "Please tell whoever runs this server.")
		return
	}
	if len(people) > mostPeople {
		people = people[:mostPeople]
		l.More = people[mostPeople-1].Seq
	}
	l.People = people
	p.writePage(w, http.StatusOK, "log", view{Title: "Screening log", At: "log", Data: l})
}

func (p *pages) addDisposition(w http.ResponseWriter, r *http.Request) {
	f, err := p.readForm(w, r)
	if err != nil {
		p.refuseForm(w, err)
		return
	}
	decision, err := strconv.ParseInt(f.Get("decision"), 10, 64)
	status := screenlog.Status(f.Get("status"))
	if err != nil || !slices.Contains(screenlog.Statuses(), status) {
		p.writeError(w, http.StatusUnprocessableEntity, "Not saved", "Choose what became of the person.")
		return
	}
	by := p.User(r)
	if by == "" {
		by = strings.TrimSpace(f.Get("by"))
	}
	_, err = p.Log.Append(r.Context(), screenlog.Entry{Disposition: &screenlog.Disposition{
		Decision: decision, Status: status, Note: strings.TrimSpace(f.Get("note")), By: by,
	}})
	switch {
	case errors.Is(err, screenlog.ErrRefused):
		p.writeError(w, http.StatusUnprocessableEntity, "Not saved", "The screening log did not take it. Is the decision still the one that you saw?")
		return
	case err != nil:
		p.writeError(w, http.StatusServiceUnavailable, "Not saved", "The screening log cannot be written. Please tell whoever runs this server.")
		return
	}
	http.Redirect(w, r, "/log?saved=1", http.StatusSeeOther)
}
