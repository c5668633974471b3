// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// appendShown appends the facts of a concept that help a person answer a question:
// the latest results of an observation, whatever counts of anything else.
func (v *evaluator) appendShown(c *terminology.Concept, shown []Evidence) []Evidence {
	if len(v.chart.hitsOf(c)) == 0 {
		return shown
	}
	k := &language.Call{Concept: c}
	s := v.newCallResult(k)
	if c.Kind == terminology.ObservationKind {
		for _, r := range v.candidates(k, s) {
			s.facts = append(s.facts, r.matchedFact)
		}
		s.facts = s.facts[:min(len(s.facts), mostCited)]
	} else if v.anyFact(k, v.dates.Screening, func(s *matchedFact) {
		s.truth, s.why = s.episode.within(patient.MinDay, v.dates.Screening, v.dates.Screening)
	}) != language.False {
		s = v.found[len(v.found)-1]
	}
	for i := range s.facts {
		shown = appendNew(shown, v.evidence(c, &s.facts[i]))
	}
	return shown
}
