// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"slices"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Unreadable lists the records that some concept of the study's rules could
// not read, each once and sorted.
func (c StudyChart) Unreadable() []string {
	records := []string{}
	for _, concept := range c.study.ReadConcepts() {
		for _, h := range c.chart.hitsOf(concept) {
			if h.Grade == terminology.Unreadable {
				records = append(records, RecordOf(c.chart.patient, concept.Kind, h.Fact))
			}
		}
	}
	slices.Sort(records)
	return slices.Compact(records)
}

// StartingLater lists, by domain, the records that start after the screening day and
// so do not count, each once and sorted.
func (c StudyChart) StartingLater(screening patient.Day) map[patient.Domain][]string {
	later := map[patient.Domain][]string{}
	for _, kind := range terminology.Kinds() {
		var records []string
		for i := range kind.FactCount(c.chart.patient) {
			if start, _ := DatesOf(c.chart.patient, kind, int32(i)); start.First() > screening {
				records = append(records, RecordOf(c.chart.patient, kind, int32(i)))
			}
		}
		if len(records) > 0 {
			slices.Sort(records)
			later[kind.Domain()] = slices.Compact(records) // the components of one result share its record
		}
	}
	return later
}

// DatesOf gives the start and the end of a fact as they are recorded; an end
// that is the start, and the end of a fact of one day, is left out.
func DatesOf(p *patient.Profile, k terminology.Kind, i int32) (start, end patient.Date) {
	switch k {
	case terminology.ConditionKind:
		start, end = p.Conditions[i].Onset, p.Conditions[i].Abatement
	case terminology.MedicationKind:
		start, end = p.Medications[i].Start, p.Medications[i].End
	case terminology.ObservationKind:
		start = p.Observations[i].Date
	case terminology.ProcedureKind:
		start, end = p.Procedures[i].Start, p.Procedures[i].End
	case terminology.AllergyKind:
		start = p.Allergies[i].Onset
	case terminology.ImmunizationKind:
		start = p.Immunizations[i].Date
	}
	if end == start {
		end = patient.Date{}
	}
	return start, end
}
