// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"fmt"
	"slices"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// Mutant is a study with one change in one rule.
type Mutant struct {
	Pos       rules.Position // of what is changed
	Criterion string
	Change    string // in words
	Rule      string // the changed rule
	// Noticed is the first case that would fail; nil if none would.
	Noticed *Case
	// Equivalent says why no case can tell the rule from the one that stands.
	Equivalent string
}

// Mutate changes each rule of a study in every way that a slip of the pen
// would, and tells for each change which of the cases notices it. The changes
// are: a comparison flipped, a number one step (of its last decimal place) up or
// down, a part of an and, an or or an at_least dropped, a not dropped, a window
// a unit or a day longer or shorter or left out, another date to count from,
// another concept, another sex.
//
// The outcomes are those of the study as it is, of cases that pass: a case
// notices a change if a truth that it asserts is no longer so, or else if its
// verdict is not. That a change is listed as equivalent, and a case notices it or
// no change gives that rule, is an error ([rules.Errors]).
func Mutate(s *rules.Study, outcomes []Outcome, equivalent []Equivalent) ([]Mutant, error) {
	all, err := mutate(s, outcomes)
	if err != nil {
		return nil, err
	}
	var errs rules.Errors
	for _, e := range equivalent {
		at := slices.IndexFunc(all, func(m Mutant) bool { return m.Criterion == e.Criterion && oneSpace(m.Rule) == e.Rule })
		switch {
		case at < 0:
			errs = append(errs, rules.Error{Pos: e.Pos, Criterion: e.Criterion, Message: "no change of the rule gives this one"})
		case all[at].Noticed != nil:
			errs = append(errs, rules.Error{Pos: e.Pos, Criterion: e.Criterion, Message: "this is not equivalent: a case tells the two apart: " + all[at].Noticed.Name()})
		default:
			all[at].Equivalent = e.Reason
		}
	}
	if len(errs) > 0 {
		return nil, errs
	}
	return all, nil
}

func mutate(s *rules.Study, outcomes []Outcome) ([]Mutant, error) {
	var all []Mutant
	for i := range s.Criteria {
		c := &s.Criteria[i]
		if c.Pos.Line == 0 {
			continue // built in
		}
		seen := map[string]bool{c.Rule: true}
		for _, m := range mutantsOf(s, c) {
			if seen[m.Rule] {
				continue
			}
			seen[m.Rule] = true
			changed, err := s.With(rules.Criterion{ID: c.ID, Side: c.Side, Rule: m.Rule})
			if err != nil {
				continue // no rule any more: the study would not load
			}
			if m.Noticed, err = noticed(changed, outcomes); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", m.Pos, m.Change, err)
			}
			all = append(all, m)
		}
	}
	return all, nil
}

// noticed finds the first case that a changed criterion fails.
func noticed(changed *rules.Study, outcomes []Outcome) (*Case, error) {
	reader := evaluate.NewReader(changed)
	for i := range outcomes {
		o := &outcomes[i]
		at := slices.IndexFunc(o.Result.Criteria, func(c matcher.Criterion) bool { return c.ID == changed.Criteria[0].ID })
		_, asserted := o.Case.Truth[changed.Criteria[0].ID]
		if at < 0 || !asserted && o.Case.Verdict == "" {
			continue
		}
		t, err := truthOf(reader, changed, o.Case.Person, o.Case.Dates)
		if err != nil {
			return nil, err
		}
		if t != o.Result.Criteria[at].Truth && (asserted || o.verdictWith(at, t) != o.Case.Verdict) {
			return o.Case, nil
		}
	}
	return nil, nil
}

// truthOf gives the truth of the only criterion of a study.
func truthOf(reader *evaluate.Reader, s *rules.Study, p *patient.Profile, d matcher.Dates) (language.Truth, error) {
	chart := reader.Read(p)
	defer chart.Release()
	bound, err := chart.For(s)
	if err != nil {
		return language.Unknown, err
	}
	truth := language.Unknown
	bound.EvaluateOne(d, 0, func(f *evaluate.Finding) { truth = f.Truth })
	return truth, nil
}

// verdictWith is the verdict if one criterion had another truth.
func (o *Outcome) verdictWith(at int, t language.Truth) matcher.Verdict {
	worst := language.True
	for i := range o.Result.Criteria {
		c := &o.Result.Criteria[i]
		pass := c.Truth
		if i == at {
			pass = t
		}
		if c.Kind == rules.Exclusion {
			pass = pass.Not()
		}
		worst = min(worst, pass)
	}
	return map[language.Truth]matcher.Verdict{
		language.True: matcher.Eligible, language.False: matcher.Ineligible, language.Unknown: matcher.Undetermined,
	}[worst]
}
