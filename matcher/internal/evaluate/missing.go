// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// gapOfFact describes the gap that a fact leaves, and the question to ask.
func (v *evaluator) gapOfFact(concept *terminology.Concept, s *matchedFact) Missing {
	if v.truthOnly {
		return Missing{Why: s.why}
	}
	m := matchedConcept(concept, &s.hit)
	record := recordOf(v.chart.patient, s.kind, s.hit.Fact)
	gap := Missing{What: m.Label, Why: s.why, Record: record}
	switch {
	case s.why == WhyUnreadable && s.hit.Grade >= terminology.ByName:
		gap.Ask = "Does the " + m.Label + " in " + record + " say positive or negative?"
	case s.why == WhyUnreadable:
		gap.What = concept.Label
		gap.Ask = "What is " + record + "? It cannot be read, so it may be " + concept.Label + "."
	case s.why == WhyMayBe:
		gap.Ask = "Does " + record + " mean " + m.Label + "?"
	case s.why == WhyUnconfirmed && s.kind == terminology.ObservationKind:
		gap.Ask = "What is the final result of " + m.Label + " in " + record + "?"
	case s.why == WhyUnconfirmed && s.kind == terminology.MedicationKind:
		gap.Ask = "Was " + m.Label + " in " + record + " taken, and until when? It is recorded as " + s.episode.note + "."
	case s.why == WhyUnconfirmed:
		gap.Ask = "Is " + m.Label + " in " + record + " confirmed? It is recorded as " + s.episode.note + "."
	case s.why == WhyConflict:
		gap.Ask = "Which is right in " + record + "? " + m.Label + " is " + s.episode.note + "."
	default:
		gap.Ask = "On which day " + s.openEnd(m.Label+" in "+record, v.dates.Screening) + "?"
	}
	return gap
}

// openEnd asks for the end of an episode that its date leaves open.
func (s *matchedFact) openEnd(what string, screening patient.Day) string {
	start := s.episode.end.IsDay() || s.episode.start.Last() > screening && !s.episode.start.IsDay()
	switch {
	case s.kind == terminology.ObservationKind:
		return "was " + what + " measured"
	case s.kind == terminology.ProcedureKind || s.kind == terminology.ImmunizationKind:
		return "was " + what + " done"
	case s.kind == terminology.MedicationKind && start:
		return "was " + what + " first taken"
	case s.kind == terminology.MedicationKind:
		return "was " + what + " last taken"
	case start:
		return "did " + what + " begin"
	}
	return "did " + what + " end"
}

// noResult says that there is none in the window, and which is the latest
// before it.
func (v *evaluator) noResult(c *language.Call, earlier *matchedFact) Missing {
	if v.truthOnly {
		return Missing{Why: WhyNoResult}
	}
	m := Missing{What: c.Concept.Label, Why: WhyNoResult, Ask: "What is the patient's " + c.Concept.Label + "?"}
	if c.Window != nil {
		m.Ask = "What is the patient's " + c.Concept.Label + " within " + v.describe(c.Window) + "?"
		if earlier != nil {
			m.Why, m.when = WhyTooOld, earlier.episode.start
			m.Record = recordOf(v.chart.patient, earlier.kind, earlier.hit.Fact)
		}
	}
	return m
}

// disagreement says why several results stand for the latest.
func (v *evaluator) disagreement(c *language.Call, results []result) Missing {
	if v.truthOnly {
		return Missing{Why: WhyConflict}
	}
	var records []string
	why := WhyConflict
	for i := range results {
		records = append(records, recordOf(v.chart.patient, results[i].kind, results[i].hit.Fact))
		if !results[i].episode.start.IsDay() {
			why = WhyPartialDate
		}
	}
	return Missing{What: c.Concept.Label, Why: why, Record: records[0], Ask: "Which is the latest " + c.Concept.Label + ": " + strings.Join(records, " or ") + "?"}
}
