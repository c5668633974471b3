// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// result joins a study's findings to a verdict.
func (s *study) result(p *patient.Profile, chart evaluate.StudyChart, d Dates, findings []evaluate.Finding) Result {
	r := Result{
		Schema:   Schema,
		Study:    StudyRef{ID: s.ID, Title: s.Title, Version: s.Version, Source: s.Source, SHA256: s.SHA256, Drafts: s.Drafts()},
		Patient:  p.ID,
		Dates:    map[string]patient.Day{"screening": d.Screening},
		Criteria: make([]Criterion, len(findings)),
		Blocking: []string{}, Unknown: []string{},
		Engine: "eligo " + Version,
	}
	if v := s.Reviewed; v != nil {
		r.Study.Reviewed = &Reviewed{By: v.By, On: v.On, Current: v.Current}
	}
	r.Data = s.data(p, chart, d)
	for _, a := range s.Anchors {
		day, ok := d.Anchors[a]
		if !ok {
			day = d.Screening
			r.Data.Assumed = append(r.Data.Assumed, a+" = screening day")
		}
		r.Dates[a] = day
	}
	for _, domain := range p.Assumed() {
		r.Data.Assumed = append(r.Data.Assumed, string(domain)+" = complete")
	}
	for i := range findings {
		c := criterion(&s.Criteria[i], &findings[i])
		r.Criteria[i] = c
		switch c.Outcome {
		case Fail:
			r.Blocking = append(r.Blocking, c.ID)
		case Unclear:
			r.Unknown = append(r.Unknown, c.ID)
		}
	}
	r.conclude()
	if idle := r.idleAnswers(s, p); len(idle) > 0 {
		r.Summary += " Answers that decided nothing: " + strings.Join(idle, ", ") + "."
		for _, id := range idle {
			r.Data.Issues = append(r.Data.Issues, "the answer to "+id+" did not decide its criterion: the record decides it or leaves it open by itself, or the answer is dated after the screening day")
		}
	}
	return r
}

func criterion(c *rules.Criterion, f *evaluate.Finding) Criterion {
	out := Criterion{
		ID: c.ID, Kind: c.Side, Quote: c.Quote, Rule: c.Rule, Truth: f.Truth,
		Reason: f.Reason, Evidence: f.Evidence, Missing: f.Missing, Shown: f.Shown,
	}
	if out.Evidence == nil {
		out.Evidence = []Evidence{}
	}
	if out.Missing == nil {
		out.Missing = []Missing{}
	}
	out.Outcome, out.Label = judge(c.Side, f.Truth)
	return out
}

// judge says what a rule's truth means for eligibility.
func judge(side rules.Side, t language.Truth) (Outcome, string) {
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

// conclude sets the verdict, what it awaits and the summary.
func (r *Result) conclude() {
	r.Awaits = AwaitsNothing
	switch {
	case len(r.Blocking) > 0:
		r.Verdict = Ineligible
		r.Summary = "Ineligible: " + r.kept() + "."
	case len(r.Unknown) == 0:
		r.Verdict = Eligible
		r.Summary = fmt.Sprintf("Eligible as far as the record shows: all %d criteria pass.", len(r.Criteria))
	default:
		r.Verdict, r.Awaits = Undetermined, r.awaited()
		what := "cannot be decided from the record"
		if r.Awaits == AwaitsAnswers {
			what = "only answers are missing"
		}
		r.Summary = fmt.Sprintf("Undetermined: %s (%s).", what, strings.Join(r.Unknown, ", "))
	}
}

// kept says by which criteria the person is kept out.
func (r *Result) kept() string {
	var sides [2][]string
	for i := range r.Criteria {
		if c := &r.Criteria[i]; c.Outcome == Fail && c.Kind == rules.Inclusion {
			sides[0] = append(sides[0], c.ID)
		} else if c.Outcome == Fail {
			sides[1] = append(sides[1], c.ID)
		}
	}
	in, out := "not included by "+strings.Join(sides[0], ", "), "excluded by "+strings.Join(sides[1], ", ")
	switch {
	case len(sides[1]) == 0:
		return in
	case len(sides[0]) == 0:
		return out
	}
	return in + "; " + out
}

// awaited tells whether only questions to a person are open.
func (r *Result) awaited() Awaits {
	for i := range r.Criteria {
		c := &r.Criteria[i]
		if c.Outcome != Unclear {
			continue
		}
		for _, m := range c.Missing {
			if !m.Question {
				return AwaitsData
			}
		}
	}
	return AwaitsAnswers
}

// data says what the result rests on.
func (s *study) data(p *patient.Profile, chart evaluate.StudyChart, d Dates) Data {
	data := Data{
		ProfileSHA256: p.SHA256(), RecordedThrough: p.RecordedThrough,
		NotSupplied: []patient.Domain{}, Unreadable: chart.Unreadable(), Assumed: []string{}, Issues: []string{},
	}
	for _, domain := range s.domains {
		if !p.Supplied(domain) {
			data.NotSupplied = append(data.NotSupplied, domain)
		}
	}
	data.Issues = append(data.Issues, p.Issues...)
	data.Issues = append(data.Issues, chart.StartingLater(d.Screening)...)
	return data
}

// idleAnswers lists the questions that were answered yes or no and decided
// nothing, such as whether a disease is uncontrolled that nobody recorded.
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
