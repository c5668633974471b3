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
	Pos       rules.Position // of the changed part
	Criterion string
	Change    string // in words
	Rule      string // the changed rule
	// Noticed is the first case that would fail; nil if none would.
	Noticed *Case
	// Equivalent is the reason why no case can notice the change; "" if there
	// is none.
	Equivalent string
}

// Mutate changes each rule of a study in each way of a plausible mistake, and
// finds the case that notices each change. The changes are: a comparison
// flipped, a number one step of its last decimal place up or down, an operand
// of an and, or or at_least dropped, a not dropped, a window a unit or a day
// longer or shorter or left out, another date to count from, another concept,
// another sex.
//
// The outcomes are those of cases that pass. A case notices a change if a truth
// that it asserts changes, or else if its verdict does. An equivalent that a
// case notices, or that no change gives, is an error ([rules.Errors]).
func Mutate(s *rules.Study, outcomes []Outcome, equivalent []Equivalent) ([]Mutant, error) {
	all, err := listMutants(s, outcomes)
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

func listMutants(s *rules.Study, outcomes []Outcome) ([]Mutant, error) {
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
				continue // not a valid rule
			}
			if m.Noticed, err = findNoticingCase(changed, outcomes); err != nil {
				return nil, fmt.Errorf("%s: %s: %w", m.Pos, m.Change, err)
			}
			all = append(all, m)
		}
	}
	return all, nil
}

func findNoticingCase(changed *rules.Study, outcomes []Outcome) (*Case, error) {
	reader := evaluate.NewReader(changed)
	for i := range outcomes {
		o := &outcomes[i]
		at := slices.IndexFunc(o.Result.Criteria, func(c matcher.Criterion) bool { return c.ID == changed.Criteria[0].ID })
		_, asserted := o.Case.Truth[changed.Criteria[0].ID]
		if at < 0 || !asserted && o.Case.Verdict == "" {
			continue
		}
		t, err := onlyTruth(reader, changed, o.Case.Person, o.Case.Dates)
		if err != nil {
			return nil, err
		}
		if t != o.Result.Criteria[at].Truth && (asserted || o.verdictIfTruth(at, t) != o.Case.Verdict) {
			return o.Case, nil
		}
	}
	return nil, nil
}

func onlyTruth(reader *evaluate.Reader, s *rules.Study, p *patient.Profile, d matcher.Dates) (language.Truth, error) {
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

func (o *Outcome) verdictIfTruth(at int, t language.Truth) matcher.Verdict {
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
