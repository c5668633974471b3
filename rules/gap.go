// SPDX-License-Identifier: Apache-2.0

package rules

import "github.com/eligo-trials/eligo/patient"

// gapOf says what a fact leaves open, and what to ask.
func (v *view) gapOf(concept *Concept, s *seen) Missing {
	m := matchedConcept(concept, &s.hit)
	record := recordOf(v.chart.patient, s.kind, s.hit.fact)
	gap := Missing{What: m.Label, Why: s.why, Record: record}
	switch {
	case s.why == WhyUnreadable && s.hit.grade >= byName:
		gap.Ask = "Does the " + m.Label + " in " + record + " say positive or negative?"
	case s.why == WhyUnreadable:
		gap.What = concept.Label
		gap.Ask = "What is " + record + "? It cannot be read, so it may be " + concept.Label + "."
	case s.why == WhyMayBe:
		gap.Ask = "Does " + record + " mean " + m.Label + "?"
	case s.why == WhyUnconfirmed && s.kind == ObservationKind:
		gap.Ask = "What is the final result of " + m.Label + " in " + record + "?"
	case s.why == WhyUnconfirmed && s.kind == MedicationKind:
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
func (s *seen) openEnd(what string, screening patient.Day) string {
	start := s.episode.end.IsDay() || s.episode.start.Last() > screening && !s.episode.start.IsDay()
	switch {
	case s.kind == ObservationKind:
		return "was " + what + " measured"
	case s.kind == ProcedureKind || s.kind == ImmunizationKind:
		return "was " + what + " done"
	case s.kind == MedicationKind && start:
		return "was " + what + " first taken"
	case s.kind == MedicationKind:
		return "was " + what + " last taken"
	case start:
		return "did " + what + " begin"
	}
	return "did " + what + " end"
}
