// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher/internal/explain"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

func (s *study) decide(p *patient.Profile, chart explain.Chart, d Dates) Result {
	findings := chart.Findings(d)
	r := Result{
		Schema:   Schema,
		Study:    StudyRef{ID: s.ID, Title: s.Title, Version: s.Version, Source: s.Source, SHA256: s.SHA256, Terminology: s.Terminology.SHA256(), Drafts: s.Drafts()},
		Patient:  p.ID,
		Criteria: make([]Criterion, len(findings)),
		Blocking: []string{}, Unknown: []string{},
		Engine: "eligo " + Version,
	}
	if v := s.Reviewed; v != nil {
		r.Study.Reviewed = &Reviewed{By: v.By, On: v.On, Current: v.Current}
	}
	r.Data = s.dataBasis(p, chart, d)
	r.Dates, r.Data.Assumed = StudyDates(s.Study, d)
	for _, domain := range p.Assumed() {
		r.Data.Assumed = append(r.Data.Assumed, Assumption{Kind: AssumedComplete, Domain: domain})
	}
	for i := range findings {
		c := newCriterion(&s.Criteria[i], &findings[i])
		r.Criteria[i] = c
		switch c.Outcome {
		case Fail:
			r.Blocking = append(r.Blocking, c.ID)
		case Unclear:
			r.Unknown = append(r.Unknown, c.ID)
		}
	}
	r.setUnrecognized(chart, findings)
	r.setVerdict()
	if idle := r.idleAnswers(s, p); len(idle) > 0 {
		r.Summary += " Answers that decided nothing: " + strings.Join(idle, ", ") + "."
		for _, id := range idle {
			r.Data.Issues = append(r.Data.Issues, "the answer to "+id+" did not decide its criterion: the record decides it or leaves it open by itself, or the answer is dated after the screening day")
		}
	}
	return r
}

func newCriterion(c *rules.Criterion, f *explain.Finding) Criterion {
	out := Criterion{
		ID: c.ID, Kind: c.Side, Quote: c.Quote, BuiltIn: c.BuiltIn, Rule: c.Rule, Truth: f.Truth,
		Reason: f.Reason, Evidence: f.Evidence, Missing: f.Missing, Shown: f.Shown,
	}
	out.Outcome, out.Label = outcomeOf(c.Side, f.Truth)
	return out
}

func outcomeOf(side rules.Side, t language.Truth) (Outcome, string) {
	switch {
	case t == language.Unknown:
		return Unclear, "not enough information"
	case side == rules.Inclusion && t == language.True:
		return Pass, "included"
	case side == rules.Inclusion:
		return Fail, "not included"
	case t == language.True:
		return Fail, "excluded"
	}
	return Pass, "not excluded"
}

func (r *Result) setVerdict() {
	r.Awaits = AwaitsNothing
	switch {
	case len(r.Blocking) > 0:
		r.Verdict = Ineligible
		r.Summary = "Ineligible: " + r.blockingSummary() + "."
	case len(r.Unknown) == 0:
		r.Verdict = Eligible
		r.Summary = fmt.Sprintf("Eligible as far as the record shows: all %d criteria pass.", len(r.Criteria))
	default:
		r.Verdict, r.Awaits = Undetermined, r.awaited()
		why := "cannot be decided from the record"
		if r.Awaits == AwaitsAnswers {
			why = "only answers are missing"
		}
		r.Summary = fmt.Sprintf("Undetermined: %s (%s).", why, strings.Join(r.Unknown, ", "))
	}
}

func (r *Result) blockingSummary() string {
	var included, excluded []string
	for i := range r.Criteria {
		if c := &r.Criteria[i]; c.Outcome == Fail && c.Kind == rules.Inclusion {
			included = append(included, c.ID)
		} else if c.Outcome == Fail {
			excluded = append(excluded, c.ID)
		}
	}
	in, out := "not included by "+strings.Join(included, ", "), "excluded by "+strings.Join(excluded, ", ")
	switch {
	case len(excluded) == 0:
		return in
	case len(included) == 0:
		return out
	}
	return in + "; " + out
}

// awaited returns AwaitsAnswers if only questions to a person are open.
func (r *Result) awaited() Awaits {
	for i := range r.Criteria {
		c := &r.Criteria[i]
		if c.Outcome == Unclear && slices.ContainsFunc(c.Missing, func(m Missing) bool { return !m.Question }) {
			return AwaitsData
		}
	}
	return AwaitsAnswers
}

func (s *study) dataBasis(p *patient.Profile, chart explain.Chart, d Dates) Data {
	data := Data{
		ProfileSHA256: p.SHA256(), RecordedThrough: p.RecordedThrough,
		NotSupplied: []patient.Domain{}, Issues: append([]string{}, p.Issues...),
	}
	for _, domain := range s.domains {
		if !p.Supplied(domain) {
			data.NotSupplied = append(data.NotSupplied, domain)
		}
	}
	data.Issues = append(data.Issues, chart.LaterFacts(d.Screening)...)
	return data
}

// idleAnswers lists the questions whose answer, yes or no, decided nothing, such as
// the question whether a disease is uncontrolled that is not on record.
func (r *Result) idleAnswers(s *study, p *patient.Profile) []string {
	var idle []string
	for _, q := range s.Questions {
		given := slices.ContainsFunc(p.Answers, func(a patient.Answer) bool {
			return a.Question == q.ID && (a.Study == "" || a.Study == s.ID) && a.Reply != patient.NotKnown
		})
		used := given && slices.ContainsFunc(r.Criteria, func(c Criterion) bool {
			return slices.ContainsFunc(c.Evidence, func(e Evidence) bool { return e.Concept == q.ID })
		})
		if given && !used {
			idle = append(idle, q.ID)
		}
	}
	return idle
}
