// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// AtomTruth is the truth of an atom of a criterion's rule: of a part that has
// no and, or, not and at_least left in it.
type AtomTruth struct {
	Criterion string // its id
	Index     int    // among the atoms of the rule, from the left
	Source    string // as written, but for white space
	Truth     Truth
}

// Atoms gives the truth of every atom of every criterion, whether or not it
// decided the criterion, in the order of Study.Criteria and of the rules. The
// chart must come from a Reader that was made with this study.
func (s *Study) Atoms(c *Chart, d Dates) ([]AtomTruth, error) {
	v := c.reader.views.Get().(*view)
	defer c.reader.views.Put(v)
	defer v.close()
	v.open(c, s, d)
	var atoms []AtomTruth
	for i := range s.Criteria {
		r := v.read(s.Criteria[i].rule)
		first := len(atoms)
		atoms = r.atoms(atoms)
		for j := range atoms[first:] {
			atoms[first+j].Criterion, atoms[first+j].Index = s.Criteria[i].ID, j
		}
	}
	return atoms, nil
}

func (r *judgement) atoms(list []AtomTruth) []AtomTruth {
	if r.branch.Op == Atom {
		return append(list, AtomTruth{Source: r.branch.Source, Truth: r.truth})
	}
	for i := range r.kids {
		list = r.kids[i].atoms(list)
	}
	return list
}

// Alone gives a study of one criterion of this one, with another rule. The
// error is that of the rule, without a place.
func (s *Study) Alone(criterion, rule string) (*Study, error) {
	scope := &Scope{Concepts: map[string]*terminology.Concept{}, Questions: map[string]*Question{}, Anchors: map[string]bool{Screening: true}}
	for _, c := range s.concepts {
		scope.Concepts[c.Name] = c
	}
	for i := range s.Questions {
		scope.Questions[s.Questions[i].ID] = &s.Questions[i]
	}
	for _, name := range s.Anchors {
		scope.Anchors[name] = true
	}
	form, errs := Compile(rule, scope)
	if len(errs) > 0 {
		return nil, errs[0]
	}
	for _, c := range s.Criteria {
		if c.ID == criterion {
			alone := *s
			c.Rule, c.Show, c.rule = rule, nil, form
			alone.Criteria, alone.reads = []Criterion{c}, nil
			alone.complete()
			return &alone, nil
		}
	}
	return nil, fmt.Errorf("%s has no criterion %s", s.ID, criterion)
}
