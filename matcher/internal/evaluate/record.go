// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"fmt"
	"slices"
	"strings"

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
				records = append(records, recordOf(c.chart.patient, concept.Kind, h.Fact))
			}
		}
	}
	slices.Sort(records)
	return slices.Compact(records)
}

// mostLater is how many records that start too late are named one by one.
const mostLater = 10

// StartingLater says, a line for each domain, which facts start after the screening
// day and so do not count.
func (c StudyChart) StartingLater(screening patient.Day) []string {
	var lines []string
	for _, kind := range terminology.Kinds() {
		var records []string
		for i := range kind.FactCount(c.chart.patient) {
			if start, _ := datesOf(c.chart.patient, kind, int32(i)); start.First() > screening {
				records = append(records, recordOf(c.chart.patient, kind, int32(i)))
			}
		}
		if len(records) == 0 {
			continue
		}
		slices.Sort(records)
		records = slices.Compact(records) // the components of one result share its record
		more := ""
		if len(records) > mostLater {
			more = fmt.Sprintf(" and %d more", len(records)-mostLater)
			records = records[:mostLater]
		}
		lines = append(lines, fmt.Sprintf("%s after the screening day, not counted: %s%s", kind.Domain(), strings.Join(records, ", "), more))
	}
	return lines
}

// datesOf gives the start and the end of a fact as they are recorded; an end
// that is the start, and the end of a fact of one day, is left out.
func datesOf(p *patient.Profile, k terminology.Kind, i int32) (start, end patient.Date) {
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
