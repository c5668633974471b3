// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"slices"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Coverage is which truths the atoms of a study's rules have come to. Criteria
// that are built in do not count.
type Coverage struct {
	Seen, Of int      // truths: three for each atom
	Unseen   []Unseen // in the order of the study
}

// Unseen is an atom and the truths that no case has brought it to.
type Unseen struct {
	Pos       rules.Position // of the atom
	Criterion string
	Atom      string
	Missing   []language.Truth // of true, false and unknown, in this order
}

// Percent is rounded down, so that 100 says that nothing is missing.
func (c *Coverage) Percent() int {
	if c.Of == 0 {
		return 100
	}
	return 100 * c.Seen / c.Of
}

// Cover gathers the coverage of a study over the outcomes of its cases, from
// one file or from several.
func Cover(s *rules.Study, outcomes []Outcome) Coverage {
	type key struct {
		criterion string
		index     int
	}
	seen := map[key][]language.Truth{}
	for i := range outcomes {
		for _, a := range outcomes[i].Atoms {
			k := key{a.Criterion, a.Index}
			if !slices.Contains(seen[k], a.Truth) {
				seen[k] = append(seen[k], a.Truth)
			}
		}
	}
	var c Coverage
	for i := range s.Criteria {
		criterion := &s.Criteria[i]
		if criterion.Pos.Line == 0 {
			continue
		}
		for index, atom := range criterion.Form().Atoms() {
			u := Unseen{Pos: criterion.RuleAt(atom.Offset), Criterion: criterion.ID, Atom: atom.Source}
			for _, t := range possible(atom) {
				c.Of++
				if slices.Contains(seen[key{criterion.ID, index}], t) {
					c.Seen++
				} else {
					u.Missing = append(u.Missing, t)
				}
			}
			if len(u.Missing) > 0 {
				c.Unseen = append(c.Unseen, u)
			}
		}
	}
	return c
}

// possible lists the truths that an atom can come to. Where no result on record
// says nothing, tested is never false, and there may always be more results
// than are counted.
func possible(atom *language.Form) []language.Truth {
	call := atom.Calls[0]
	switch {
	case call.Word.NoneIsUnknown:
		return []language.Truth{language.True, language.Unknown}
	case call.Word.Counts && call.Concept.Kind == terminology.ObservationKind && atom.Compare != nil:
		if slices.Contains([]string{">", ">=", "!="}, atom.Compare.Op) {
			return []language.Truth{language.True, language.Unknown}
		}
		return []language.Truth{language.False, language.Unknown}
	}
	return []language.Truth{language.True, language.False, language.Unknown}
}
