// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/eligo-trials/eligo/cmd/internal/screening/studydir"
	"github.com/eligo-trials/eligo/matcher"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	adults = `study: NCT00000001
title: Adults
dates: [first_dose]
questions:
  willing: {ask: "Is the person willing?", who: investigator}
define:
  infection: {kind: condition, codes: {icd10cm: [B20]}, names: [HIV infection]}
  crp: {kind: observation, codes: {loinc: ["1988-5"]}, unit: mg/L}
inclusion:
  - {id: adult, quote: "Adults", rule: age >= 18}
  - {id: willing, quote: "Willing", rule: answer(willing), show: [crp]}
exclusion:
  - {id: infection, quote: "No HIV within 8 weeks of the first dose", rule: "had(infection, within(weeks(8), first_dose))"}
`
	children = `study: "EU/2026 2"
title: Children
inclusion:
  - {id: child, quote: "Children", rule: age < 18}
`
	broken = "study: NCT00000003\ninclusion:\n  - {id: a, quote: \"A\", rule: agee >= 18}\n"
	person = `{"id": "p1", "birth_date": "1980-02-03", "conditions": [], "answers": [{"question": "willing", "answer": "yes"}]}`
)

// lab is a server to be tested, with what it said.
type lab struct {
	*httptest.Server
	t        *testing.T
	server   *Server
	messages *syncBuffer
	dir      string
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(b)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// files are those of a usual folder.
func files() map[string]string {
	return map[string]string{"adults.yaml": adults, "children.yaml": children, "broken.yaml": broken}
}

func newLab(t *testing.T, files map[string]string, change func(*Options)) *lab {
	t.Helper()
	l := &lab{t: t, messages: &syncBuffer{}, dir: t.TempDir()}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(l.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	studies, err := studydir.OpenFolder(l.dir, studydir.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{
		Studies: studies, Messages: slog.New(slog.NewJSONHandler(l.messages, nil)),
		Clock: func() time.Time { return time.Date(2026, 11, 22, 23, 30, 0, 0, time.FixedZone("", -3600)) },
	}
	if change != nil {
		change(&o)
	}
	l.server = New(o)
	l.Server = httptest.NewServer(l.server.Handler())
	t.Cleanup(l.Close)
	l.Client().Transport = contract{t, l.Client().Transport}
	return l
}

// answer is what came back.
type answer struct {
	*http.Response
	text string
	err  error // of the body
}

func (l *lab) do(method, path, body string, headers ...string) answer {
	l.t.Helper()
	r, err := http.NewRequest(method, l.URL+path, strings.NewReader(body))
	if err != nil {
		l.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	got, err := l.Client().Do(r)
	if err != nil {
		l.t.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	return answer{got, string(text), err}
}

func (l *lab) get(path string) answer {
	l.t.Helper()
	return l.do("GET", path, "")
}

func (l *lab) screen(query, body string) answer {
	l.t.Helper()
	return l.do("POST", "/api/v1/screen"+query, body, "Content-Type", "application/json")
}

// oneAnswer is the answer for one person.
type oneAnswer struct {
	Results []matcher.Result `json:"results"`
	Issues  []string         `json:"issues"`
}

// results gives study=verdict of each result.
func (a answer) results(t *testing.T) string {
	t.Helper()
	var s oneAnswer
	if err := json.Unmarshal([]byte(a.text), &s); err != nil {
		t.Fatalf("%v: %s", err, a.text)
	}
	var all []string
	for i := range s.Results {
		all = append(all, s.Results[i].Study.ID+"="+string(s.Results[i].Verdict))
	}
	return strings.Join(all, " ")
}

// problem gives type and places of a problem.
func (a answer) problem(t *testing.T) string {
	t.Helper()
	var p problem
	if err := json.Unmarshal([]byte(a.text), &p); err != nil {
		t.Fatalf("%v: %s", err, a.text)
	}
	if p.Status != a.StatusCode {
		t.Errorf("status %d says %d", a.StatusCode, p.Status)
	}
	all := []string{strings.TrimPrefix(p.Type, problemType)}
	for _, f := range p.Errors {
		all = append(all, f.Path+f.Parameter)
	}
	return strings.Join(all, " ")
}

func TestStudies(t *testing.T) {
	l := newLab(t, files(), nil)
	a := l.get("/api/v1/studies")
	for _, want := range []string{`"id":"NCT00000001"`, `"id":"EU/2026 2"`, `"file":"broken.yaml","errors":["broken.yaml:3:`} {
		if a.StatusCode != http.StatusOK || !strings.Contains(a.text, want) {
			t.Errorf("%d, and not %s in %s", a.StatusCode, want, a.text)
		}
	}
	a = l.get("/api/v1/studies/NCT00000001")
	for _, want := range []string{
		`"dates":["first_dose"]`, `"ask":"Is the person willing?"`, `"rule":"age \u003e= 18"`, `"name":"infection","kind":"condition"`,
		`"reads":["conditions"]`, `"quote":"No HIV within 8 weeks of the first dose"`,
	} {
		if a.StatusCode != http.StatusOK || !strings.Contains(a.text, want) {
			t.Errorf("%d, and not %s in %s", a.StatusCode, want, a.text)
		}
	}
	if a := l.get("/api/v1/studies/EU%2F2026%202"); a.StatusCode != http.StatusOK || !strings.Contains(a.text, "Children") {
		t.Errorf("a study with a slash in its id: %d %s", a.StatusCode, a.text)
	}
	for _, id := range []string{"NCT00000003", "nct00000001", "..%2F..%2Fetc%2Fpasswd", "adults.yaml", "%00", "%2e%2e"} {
		if a := l.get("/api/v1/studies/" + id); a.problem(t) != "unknown-study" {
			t.Errorf("%s: %s", id, a.text)
		}
	}
	if a := l.get("/api/v1/vocabulary"); a.StatusCode != http.StatusOK || !strings.Contains(a.text, `"name":"took"`) {
		t.Errorf("vocabulary: %d %s", a.StatusCode, a.text)
	}
	if a := l.get("/api/v1/openapi.json"); a.StatusCode != http.StatusOK || !strings.Contains(a.text, "urn:eligo:result:2") {
		t.Errorf("openapi: %d", a.StatusCode)
	}
}

func TestMethods(t *testing.T) {
	l := newLab(t, files(), nil)
	for _, c := range []struct{ method, path, allow string }{
		{"POST", "/api/v1/studies", "GET, HEAD, OPTIONS"},
		{"GET", "/api/v1/screen", "OPTIONS, POST"},
		{"PUT", "/api/v1/screen/batch", "OPTIONS, POST"},
		{"OPTIONS", "/api/v1/screen", "OPTIONS, POST"},
		{"BREW", "/healthz", "GET, HEAD, OPTIONS"},
	} {
		a := l.do(c.method, c.path, "")
		if got := a.Header.Get("Allow"); got != c.allow {
			t.Errorf("%s %s: Allow %q", c.method, c.path, got)
		}
		if want := map[bool]int{true: 204, false: 405}[c.method == "OPTIONS"]; a.StatusCode != want {
			t.Errorf("%s %s: %d", c.method, c.path, a.StatusCode)
		}
		if a.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Error("another site may read the API")
		}
	}
	if a := l.do("HEAD", "/api/v1/studies", ""); a.StatusCode != http.StatusOK || a.text != "" || a.ContentLength <= 0 {
		t.Errorf("HEAD: %d, %d bytes announced", a.StatusCode, a.ContentLength)
	}
	for _, path := range []string{"/", "/api", "/api/", "/api/v1", "/api/v2/studies", "/api/v1/studies/a/b", "/cds-services", "/favicon.ico"} {
		if a := l.get(path); a.problem(t) != "not-found" {
			t.Errorf("%s: %s", path, a.text)
		}
	}
}
