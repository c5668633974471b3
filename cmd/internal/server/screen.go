// SPDX-License-Identifier: Apache-2.0

package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/eligo-trials/eligo/cmd/internal/intake"
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
	form := accepted(r, "application/json", "text/plain")
	if form == "" {
		return nil, newProblem("not-acceptable", "The answer is application/json or text/plain.")
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
	select {
	case s.working <- struct{}{}:
		defer func() { <-s.working }()
	case <-r.Context().Done():
		return nil, newProblem("busy", "")
	}
	done, p := s.decide(r.Context(), doc.Bytes(), o, now)
	if p != nil {
		return nil, p
	}
	var b bytes.Buffer
	if err := done.render(&b, form); err != nil {
		return nil, s.internal(r.Context(), err)
	}
	return func() { send(w, http.StatusOK, form+charsetOf(form), b.Bytes()) }, nil
}

// decide screens and records.
func (s *Server) decide(ctx context.Context, doc []byte, o *options, now *shelf.Snapshot) (*screening, *problem) {
	person, err := intake.Decode(doc, o.intake)
	if err != nil {
		s.metrics.rejected.Inc()
		return nil, patientProblem(doc, err)
	}
	m, err := s.matchers.of(now, o.studies)
	if err != nil {
		return nil, s.internal(ctx, err)
	}
	var results []matcher.Result
	if o.when == nil {
		results, err = m.Match(person.Profile, o.dates)
	} else {
		results, err = m.MatchDates(person.Profile, o.dates, *o.when)
	}
	if err != nil {
		return nil, s.internal(ctx, err)
	}
	assume(results, person.Assumed)
	if p := s.record(ctx, results, person, o, "api"); p != nil {
		return nil, p
	}
	s.metrics.screened(results)
	return &screening{results, issues(now, o.studies)}, nil
}

// assume adds to results which domains somebody said to be complete.
func assume(results []matcher.Result, domains []patient.Domain) {
	for i := range results {
		for _, d := range domains {
			results[i].Data.Assumed = append(results[i].Data.Assumed, string(d)+" = complete")
		}
	}
}

// record writes decisions to the screening log, if one is kept.
func (s *Server) record(ctx context.Context, results []matcher.Result, person *intake.Patient, o *options, via string) *problem {
	if s.Recorder == nil {
		return nil
	}
	decisions := make([]Decision, len(results))
	for i := range results {
		decisions[i] = Decision{&results[i], person.Profile, o.dates, o.when, User(ctx), via, RequestID(ctx)}
	}
	if err := s.Recorder.Record(ctx, decisions); err != nil {
		s.Messages.Error("the screening log cannot be written", "id", RequestID(ctx), "type", fmt.Sprintf("%T", err))
		return newProblem("log-not-available", "")
	}
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
	if form == "application/json" {
		enc := json.NewEncoder(b)
		return enc.Encode(a)
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

func charsetOf(form string) string {
	if strings.HasPrefix(form, "text/") {
		return "; charset=utf-8"
	}
	return ""
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
