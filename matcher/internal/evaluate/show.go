// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// factsToShow gives the facts of a concept that help a person answer a question:
// the latest results of an observation, and all that counts of anything else.
func (v *evaluator) factsToShow(c *terminology.Concept) (facts []MatchedFact) {
	if len(v.chart.hitsOf(c)) == 0 {
		return nil
	}
	s := v.newCallResult(&language.Call{Concept: c})
	if c.Kind == terminology.ObservationKind {
		for _, r := range v.candidates(s) {
			s.Facts = append(s.Facts, r.MatchedFact)
		}
		s.citeAtMost()
		return s.Facts
	}
	if v.anyFact(s, v.dates.Screening, func(f *MatchedFact) {
		f.Truth, f.Why = f.Episode.within(patient.MinDay, v.dates.Screening, v.dates.Screening)
	}) == language.False {
		return nil
	}
	return s.Facts
}
