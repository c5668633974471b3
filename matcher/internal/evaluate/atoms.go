// SPDX-License-Identifier: Apache-2.0

package evaluate

import "github.com/eligo-trials/eligo/rules/language"

// AtomTruth is the truth of an atom of a criterion's rule: of a part that has
// no and, or, not and at_least left in it.
type AtomTruth struct {
	Criterion string // its id
	Index     int    // among the atoms of the rule, from the left
	Source    string // as written, but for white space
	Truth     language.Truth
}

// AtomTruths gives the truth of every atom of every criterion, whether or not it
// decided the criterion, in the order of Study.Criteria and of the rules.
func (c StudyChart) AtomTruths(d language.Dates) []AtomTruth {
	s := c.study
	v := c.evaluator(d)
	defer c.release(v)
	var atoms []AtomTruth
	for i := range s.Criteria {
		r := v.evaluate(s.Criteria[i].Form())
		first := len(atoms)
		atoms = r.appendAtoms(atoms)
		for j := range atoms[first:] {
			atoms[first+j].Criterion, atoms[first+j].Index = s.Criteria[i].ID, j
		}
	}
	return atoms
}

func (r *NodeResult) appendAtoms(list []AtomTruth) []AtomTruth {
	if r.Form.Op == language.Atom {
		return append(list, AtomTruth{Source: r.Form.Source, Truth: r.Truth})
	}
	for i := range r.kids {
		list = r.kids[i].appendAtoms(list)
	}
	return list
}
