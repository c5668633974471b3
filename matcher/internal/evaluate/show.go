// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"slices"

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
	k := &language.Call{Concept: c}
	if c.Kind == terminology.ObservationKind {
		for _, r := range v.candidates(k, v.newCallResult(k)) {
			facts = append(facts, r.MatchedFact)
		}
		return facts[:min(len(facts), mostCited)]
	}
	if v.anyFact(k, v.dates.Screening, func(s *MatchedFact) {
		s.Truth, s.Why = s.Episode.within(patient.MinDay, v.dates.Screening, v.dates.Screening)
	}) == language.False {
		return nil
	}
	return slices.Clone(v.found[len(v.found)-1].Facts)
}
