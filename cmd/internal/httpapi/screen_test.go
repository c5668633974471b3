// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

func TestScreen(t *testing.T) {
	l := newLab(t, files(), nil)
	for _, c := range []struct{ name, query, body, want string }{
		{"every study in use", "", person, "NCT00000001=eligible EU/2026 2=ineligible"},
		{"one study", "?study=NCT00000001", person, "NCT00000001=eligible"},
		{"in the order asked for", "?study=EU/2026+2&study=NCT00000001", person, "EU/2026 2=ineligible NCT00000001=eligible"},
		{"on a day", "?study=NCT00000001&on=1997-01-01", person, "NCT00000001=ineligible"},
		{"nothing is known", "?study=NCT00000001", `{"id": "p"}`, "NCT00000001=undetermined"},
		{"conditions not supplied", "?study=NCT00000001", strings.Replace(person, `"conditions": [], `, "", 1), "NCT00000001=undetermined"},
		{"conditions said to be complete", "?study=NCT00000001&complete=conditions", strings.Replace(person, `"conditions": [], `, "", 1), "NCT00000001=eligible"},
		{"FHIR", "?study=EU/2026+2", `{"resourceType": "Patient", "id": "f", "birthDate": "2020-01-01"}`, "EU/2026 2=eligible"},
		{
			"a Bundle", "", `{"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"resourceType": "Patient", "id": "f", "birthDate": "2020-01-01"}}]}`,
			"NCT00000001=ineligible EU/2026 2=eligible",
		},
	} {
		if a := l.screen(c.query, c.body); a.StatusCode != http.StatusOK || a.results(t) != c.want {
			t.Errorf("%s: %d %s", c.name, a.StatusCode, a.text)
		}
	}
}

// TestScreenIsTheOneForm: the API gives what the matcher gives, byte for byte.
func TestScreenIsTheOneForm(t *testing.T) {
	l := newLab(t, files(), nil)
	now := l.server.Studies.Current()
	p, err := document.Decode([]byte(person), document.Options{})
	if err != nil {
		t.Fatal(err)
	}
	day := patient.NewDay(2026, 11, 20)
	dose := patient.NewDay(2026, 12, 6)
	one, err := matcher.New(now.Find("NCT00000001").Study)
	if err != nil {
		t.Fatal(err)
	}
	h, err := matcher.ParseHorizon("8w")
	if err != nil {
		t.Fatal(err)
	}
	dates := matcher.Dates{Screening: day, Anchors: map[string]patient.Day{"first_dose": dose}}
	want, err := one.Match(p, dates, matcher.LookAhead{Horizon: h, Fixed: []string{"first_dose"}})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	a := l.screen("?study=NCT00000001&on=2026-11-20&date=first_dose=2026-12-06&horizon=8w&fixed=first_dose", person)
	if got, want := a.text, `{"results":`+string(text)+`,"issues":[]}`+"\n"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if a := l.screen("?study=NCT00000001&horizon=none", person); strings.Contains(a.text, "looked_until") || a.StatusCode != http.StatusOK {
		t.Errorf("horizon=none: %s", a.text)
	}
	// No day is given: today is the server's own, in its own zone.
	if a := l.screen("?study=NCT00000001", person); !strings.Contains(a.text, `"screening":"2026-11-22"`) || !strings.Contains(a.text, `"assumed":[{"kind":"date","date":"first_dose"}]`) {
		t.Errorf("today: %s", a.text)
	}
}

func TestScreenTellsOfBrokenStudies(t *testing.T) {
	l := newLab(t, files(), nil)
	if a := l.screen("", person); !strings.Contains(a.text, `"issues":["broken.yaml does not load, and was not screened for"]`) {
		t.Error(a.text)
	}
	if a := l.do("POST", "/api/v1/screen", person, "Content-Type", "application/json", "Accept", "text/plain"); !strings.Contains(a.text, "Note: broken.yaml does not load") ||
		!strings.Contains(a.text, "Prescreen of patient p1 for study NCT00000001") || a.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Error(a.text)
	}
}

func TestScreenRefuses(t *testing.T) {
	l := newLab(t, files(), func(o *Options) { o.MaxBody = 4096 })
	const asJSON = "application/json"
	long := `{"id": "` + strings.Repeat("x", 5000) + `"}`
	for _, c := range []struct {
		name, query, body, contentType string
		status                         int
		problem                        string
	}{
		{"no body", "", "", asJSON, 400, "not-json"},
		{"no JSON", "", "{", asJSON, 400, "not-json $"},
		{"two documents", "", person + person, asJSON, 400, "not-json $"},
		{"a list", "", "[]", asJSON, 422, "invalid-patient $"},
		{"wrong fields", "", `{"id": "p", "birth_date": "2026-02-30", "conditions": [{"code": 1}], "sex": "x"}`, asJSON, 422, "invalid-patient $.birth_date $.conditions[0].code $.sex"},
		{"a name twice", "", `{"id": "p", "birth_date": "1980", "birth_date": "2020"}`, asJSON, 422, "invalid-patient $.birth_date"},
		{"FHIR with a name twice", "", `{"resourceType": "Patient", "id": "f", "birthDate": "1980-01-01", "birthDate": "2020-01-01"}`, asJSON, 422, "invalid-patient"},
		{"FHIR of another kind", "", `{"resourceType": "Observation"}`, asJSON, 422, "invalid-patient"},
		{"FHIR without a patient", "", `{"resourceType": "Bundle", "type": "collection"}`, asJSON, 422, "invalid-patient"},
		{"a form", "", person, "application/x-www-form-urlencoded", 415, "unsupported-media"},
		{"no type", "", person, "", 415, "unsupported-media"},
		{"another charset", "", person, "application/json; charset=latin1", 415, "unsupported-media"},
		{"too large", "", long, asJSON, 413, "too-large"},
		{"an unknown study", "?study=NCT00000009&study=NCT00000003", person, asJSON, 404, "unknown-study study study"},
		{"a path for a study", "?study=../../etc/passwd", person, asJSON, 404, "unknown-study study"},
		{"an unknown parameter", "?answers=1", person, asJSON, 400, "invalid-query answers"},
		{"an unknown date", "?date=first_does=2026-01-01", person, asJSON, 400, "invalid-query date"},
		{
			"all that is wrong", "?on=2026-02-30&date=x&complete=meds&horizon=99y&fixed=y&system=a=b&study=&on=1", person, asJSON, 400,
			"invalid-query on study date on fixed horizon complete system",
		},
		{"a broken query", "?on=%zz", person, asJSON, 400, "invalid-query"},
		{"fixed without a horizon", "?horizon=none&date=first_dose=2026-12-01&fixed=first_dose", person, asJSON, 400, "invalid-query fixed"},
	} {
		a := l.do("POST", "/api/v1/screen"+c.query, c.body, "Content-Type", c.contentType)
		if a.StatusCode != c.status || a.problem(t) != c.problem {
			t.Errorf("%s: %d %s", c.name, a.StatusCode, a.text)
		}
	}
	if a := l.do("POST", "/api/v1/screen", person, "Content-Type", asJSON, "Accept", "application/xml"); a.problem(t) != "not-acceptable" {
		t.Error(a.text)
	}
	if a := l.do("POST", "/api/v1/screen", person, "Content-Type", asJSON, "Content-Encoding", "br"); a.problem(t) != "unsupported-media" {
		t.Error(a.text)
	}
}

func TestScreenGzip(t *testing.T) {
	l := newLab(t, files(), func(o *Options) { o.MaxBody = 4096 })
	pack := func(s string) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write([]byte(s)); err != nil || z.Close() != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for _, encoding := range []string{"", "gzip"} {
		if a := l.do("POST", "/api/v1/screen?study=NCT00000001", pack(person), "Content-Type", "application/json", "Content-Encoding", encoding); a.StatusCode != http.StatusOK {
			t.Errorf("%q: %s", encoding, a.text)
		}
	}
	bomb := pack(person + strings.Repeat(" ", 1<<20))
	if a := l.screen("", bomb); a.problem(t) != "too-large" || len(bomb) > 4096 {
		t.Errorf("a bomb of %d bytes: %s", len(bomb), a.text)
	}
	if a := l.screen("", pack(person)[:40]); a.problem(t) != "cut-short" {
		t.Error(a.text)
	}
	if a := l.do("POST", "/api/v1/screen", person, "Content-Type", "application/json", "Content-Encoding", "gzip"); a.problem(t) != "cut-short" {
		t.Error(a.text)
	}
}

// TestScreenRecords: each decision is in the log, with who asked.
func TestScreenRecords(t *testing.T) {
	log := &book{}
	l := newLab(t, files(), func(o *Options) { o.Recorder = log })
	l.screen("?on=2026-11-20", person)
	if len(log.decisions) != 2 {
		t.Fatalf("%d decisions", len(log.decisions))
	}
	d := log.decisions[0]
	if d.Study.ID != "NCT00000001" || d.Verdict != matcher.Eligible || d.Patient != "p1" || d.Channel != screenlog.API ||
		d.Screening != patient.NewDay(2026, 11, 20) || d.Horizon != "2 years" {
		t.Errorf("%+v", d)
	}
	l.screen("", `{"id": 1}`)
	if len(log.decisions) != 2 {
		t.Error("a patient that cannot be read is a decision")
	}
	log.err = fmt.Errorf("entry 1 %w: no patient", screenlog.ErrRefused)
	if a := l.screen("", person); a.problem(t) != "invalid-patient" {
		t.Error(a.text)
	}
}

// TestScreenHostileText: what a patient's record says is data. JSON that is
// shown as a page holds no tag.
func TestScreenHostileText(t *testing.T) {
	l := newLab(t, files(), nil)
	const script = `<script>alert(1)</script>`
	a := l.screen("?study=NCT00000001", `{"id": "`+script+`", "birth_date": "1980", "conditions": [{"text": "HIV infection `+script+`", "record": "Condition/`+script+`"}]}`)
	if a.StatusCode != http.StatusOK || strings.Contains(a.text, "<") || !strings.Contains(a.text, `\u003cscript`) {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	if a.Header.Get("X-Content-Type-Options") != "nosniff" || a.Header.Get("Content-Type") != "application/json" {
		t.Error(a.Header)
	}
	a = l.do("POST", "/api/v1/screen?study=NCT00000001", `{"id": "`+script+`", "birth_date": "1980", "conditions": [{"text": "HIV infection `+script+`", "record": "Condition/`+script+`"}]}`,
		"Content-Type", "application/json", "Accept", "text/html")
	if a.StatusCode != http.StatusOK || strings.Contains(a.text, "<script") || !strings.Contains(a.text, "&lt;script") || !strings.Contains(a.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	a = l.screen("?study=NCT00000001", `{"id": "p", "`+script+`": 1}`)
	if a.StatusCode != http.StatusUnprocessableEntity || strings.Contains(a.text, "<") {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	a = l.screen("?on="+url.QueryEscape(script), person)
	if a.StatusCode != http.StatusBadRequest || strings.Contains(a.text, "<") {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
	if a := l.get("/api/v1/studies/" + url.PathEscape(script)); strings.Contains(a.text, "script") {
		t.Error(a.text)
	}
}

// TestScreenDeepJSON: brackets without end are no program's end.
func TestScreenDeepJSON(t *testing.T) {
	l := newLab(t, files(), nil)
	const deep = 100_000
	for _, body := range []string{
		strings.Repeat("[", deep), strings.Repeat("[", deep) + strings.Repeat("]", deep), strings.Repeat(`{"a":`, deep),
		`{"resourceType":"Bundle","entry":` + strings.Repeat("[", deep) + strings.Repeat("]", deep) + "}",
		`{"id":"p","conditions":` + strings.Repeat(`[{"codes":`, deep) + strings.Repeat("}]", deep) + "}",
	} {
		if a := l.screen("", body); a.StatusCode != http.StatusBadRequest && a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%.40s: %d %s", body, a.StatusCode, a.text)
		}
	}
}

func TestScreenFHIR(t *testing.T) {
	l := newLab(t, files(), nil)
	a := l.do("POST", "/api/v1/screen", person, "Content-Type", "application/json", "Accept", "application/fhir+json")
	if a.StatusCode != http.StatusOK || strings.Count(a.text, `"ResearchStudy"`) != 2 || !strings.Contains(a.Header.Get("Eligo-Issues"), "broken.yaml does not load") || strings.Contains(a.text, "<") {
		t.Errorf("%d %s", a.StatusCode, a.text)
	}
}

func TestScreenPageTellsOfBrokenStudies(t *testing.T) {
	l := newLab(t, files(), nil)
	a := l.do("POST", "/api/v1/screen", person, "Content-Type", "application/json", "Accept", "text/html, */*;q=0.1")
	if !strings.Contains(a.text, "Note: broken.yaml does not load") || a.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Error(a.text)
	}
}

// TestScreenManyAtOnce: buffers go round, and nobody gets another's answer.
func TestScreenManyAtOnce(t *testing.T) {
	l := newLab(t, files(), nil)
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for n := range 25 {
				id := fmt.Sprintf("p-%d-%d", worker, n)
				birth, verdict := 1950+worker, "eligible"
				if n%2 == 0 {
					birth, verdict = 2015, "ineligible"
				}
				body := fmt.Sprintf(`{"id": %q, "birth_date": "%d-02-03", "conditions": [], "answers": [{"question": "willing", "answer": "yes"}]%s}`,
					id, birth, strings.Repeat(" ", 100*n))
				a := l.screen("?study=NCT00000001", body)
				if !strings.Contains(a.text, `"patient":"`+id+`"`) || a.results(t) != "NCT00000001="+verdict {
					t.Errorf("%s: %s", id, a.text)
				}
			}
		})
	}
	all.Wait()
}
