// SPDX-License-Identifier: Apache-2.0

package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/eligo-trials/eligo/cmd/internal/intake"
	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/cmd/internal/shelf"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// screening is the answer for one person.
type screening struct {
	Results []matcher.Result `json:"results"`
	Issues  []string         `json:"issues"` // with the studies, not with the person
}

// screen answers POST /api/v1/screen: the body is one patient.
func (s *Server) screen(w http.ResponseWriter, r *http.Request) {
	answer, p := s.screenOne(w, r)
	if p != nil {
		p.write(w)
		return
	}
	answer()
}

// screenOne screens the patient of the body, and gives what answers.
func (s *Server) screenOne(w http.ResponseWriter, r *http.Request) (func(), *problem) {
	form := accepted(r, forms...)
	if form == "" {
		return nil, newProblem("not-acceptable", "The answer is one of "+strings.Join(forms, ", ")+".")
	}
	if p := unsupported(w, r, oneTypes); p != nil {
		return nil, p
	}
	o, p := readQuery(r.URL.RawQuery, patient.DayOf(s.Clock()))
	if p != nil {
		return nil, p
	}
	now := s.Shelf.Now()
	if p := o.fit(now); p != nil {
		return nil, p
	}
	doc, release, err := s.readBody(w, r)
	defer release()
	if err != nil {
		return nil, bodyProblem(err)
	}
	person, done, p := s.decide(r.Context(), doc.Bytes(), o, now)
	if p != nil {
		return nil, p
	}
	if p := s.record(r.Context(), done.Results, person, o); p != nil {
		return nil, p
	}
	var b bytes.Buffer
	if err := done.render(&b, form); err != nil {
		return nil, s.internal(r.Context(), err)
	}
	return func() {
		mediaType := form
		if strings.HasPrefix(form, "text/") {
			mediaType += "; charset=utf-8"
		}
		if form == "text/html" {
			w.Header().Set("Content-Security-Policy", reportPolicy)
		}
		if form == "application/fhir+json" && len(done.Issues) > 0 { // a Bundle has no place for them
			w.Header().Set("Eligo-Issues", strconv.QuoteToASCII(strings.Join(done.Issues, "; ")))
		}
		send(w, http.StatusOK, mediaType, b.Bytes())
	}, nil
}

// forms are those of the answer for one person.
var forms = []string{"application/json", "text/plain", "text/html", "application/fhir+json"}

// reportPolicy is that of the page of one patient. The page has its style in
// itself, and names it by its digest in a policy of its own, which holds as
// well.
const reportPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// decide screens one person, when it is their turn.
func (s *Server) decide(ctx context.Context, doc []byte, o *options, now *shelf.Snapshot) (*intake.Patient, *screening, *problem) {
	select {
	case s.working <- struct{}{}:
		defer func() { <-s.working }()
	case <-ctx.Done():
		return nil, nil, newProblem("busy", "")
	}
	person, err := intake.Decode(doc, o.intake)
	if err != nil {
		s.metrics.rejected.Inc()
		return nil, nil, patientProblem(doc, err)
	}
	m, err := s.matchers.of(now, o.studies)
	if err != nil {
		return nil, nil, s.internal(ctx, err)
	}
	var results []matcher.Result
	if o.when == nil {
		results, err = m.Match(person.Profile, o.dates)
	} else {
		results, err = m.Match(person.Profile, o.dates, *o.when)
	}
	if err != nil {
		return nil, nil, s.internal(ctx, err)
	}
	return person, &screening{results, issues(now, o.studies)}, nil
}

// record writes decisions to the screening log, if one is kept, and counts
// them.
func (s *Server) record(ctx context.Context, results []matcher.Result, person *intake.Patient, o *options) *problem {
	if s.Recorder != nil {
		asked := screenlog.Asked{Dates: o.dates, When: o.when, Complete: person.Assumed, By: User(ctx), Channel: screenlog.API}
		entries := make([]screenlog.Entry, len(results))
		var err error
		for i := range results {
			if entries[i].Decision, err = screenlog.Decided(person.Profile, &results[i], asked); err != nil {
				return s.internal(ctx, err)
			}
		}
		_, err = s.Recorder.Append(ctx, entries...)
		if errors.Is(err, screenlog.ErrRefused) {
			return newProblem("invalid-patient", err.Error())
		}
		if err != nil {
			s.Messages.Error("the screening log cannot be written", "id", RequestID(ctx), "type", fmt.Sprintf("%T", err))
			return newProblem("log-not-available", "")
		}
	}
	s.metrics.screened(results)
	return nil
}

// internal notes that something is wrong here. The error may quote a record, so
// the message has its type alone.
func (s *Server) internal(ctx context.Context, err error) *problem {
	s.Messages.Error("internal error", "id", RequestID(ctx), "type", fmt.Sprintf("%T", errors.Unwrap(err)))
	return newProblem("internal", "")
}

// issues says what is not right with the studies that were screened for, or of
// all that there are.
func issues(now *shelf.Snapshot, ids []string) []string {
	all := []string{}
	if now.Problem != "" {
		all = append(all, "the folder of the studies cannot be read; they are those that were read before")
	}
	for i := range now.Studies {
		s := &now.Studies[i]
		switch {
		case len(s.Errors) == 0:
		case s.Study == nil && len(ids) == 0:
			all = append(all, s.File+" does not load, and was not screened for")
		case s.Study != nil && (len(ids) == 0 || slices.Contains(ids, s.Study.ID)):
			all = append(all, "study "+s.Study.ID+": the newest version of "+s.File+" does not load; the version before it was used")
		}
	}
	return all
}

// render writes the answer in one of its forms.
func (a *screening) render(b *bytes.Buffer, form string) error {
	switch form {
	case "application/json":
		return json.NewEncoder(b).Encode(a)
	case "text/html":
		return a.page(b)
	case "application/fhir+json":
		return report.FHIR(b, a.Results...)
	}
	for _, issue := range a.Issues {
		fmt.Fprintf(b, "Note: %s.\n\n", report.Plain(issue))
	}
	for i := range a.Results {
		if i > 0 {
			b.WriteString("\n" + strings.Repeat("=", 100) + "\n\n")
		}
		if err := report.Text(b, &a.Results[i], report.TextOptions{}); err != nil {
			return err
		}
	}
	return nil
}

// page writes the answer as a page to print, and below it what is not right
// with the studies.
func (a *screening) page(b *bytes.Buffer) error {
	if err := report.PatientPage(b, a.Results, report.PageOptions{}); err != nil || len(a.Issues) == 0 {
		return err
	}
	notes := "<p>Note: " + html.EscapeString(report.Plain(strings.Join(a.Issues, "; "))) + ".</p>\n</body>"
	page := bytes.Replace(b.Bytes(), []byte("</body>"), []byte(notes), 1)
	b.Reset()
	_, err := b.Write(page)
	return err
}

// matchers remembers the matchers of a snapshot for some of its studies.
type matchers struct {
	mu   sync.Mutex
	now  *shelf.Snapshot
	some map[string]*matcher.Matcher
}

const mostMatchers = 64

// of gives a matcher for studies of a snapshot, in the order asked for; for
// none, that of all of them.
func (m *matchers) of(now *shelf.Snapshot, ids []string) (*matcher.Matcher, error) {
	if len(ids) == 0 {
		return now.Matcher, nil
	}
	key := strings.Join(ids, "\x00")
	m.mu.Lock()
	if m.now != now || len(m.some) > mostMatchers {
		m.now, m.some = now, map[string]*matcher.Matcher{}
	}
	have := m.some[key]
	m.mu.Unlock()
	if have != nil {
		return have, nil
	}
	studies := make([]*rules.Study, len(ids))
	for i, id := range ids {
		studies[i] = now.Find(id).Study
	}
	made, err := matcher.New(studies...)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	if m.now == now {
		m.some[key] = made
	}
	m.mu.Unlock()
	return made, nil
}
