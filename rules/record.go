// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// Reads lists the domains that the study's rules read, in the order of the
// profile. Answers are not among them: a question is its own missing fact.
func (s *Study) Reads() []patient.Domain {
	reads := map[patient.Domain]bool{}
	for i := range s.Criteria {
		for _, c := range s.Criteria[i].program.concepts {
			reads[c.Kind.Domain()] = true
		}
	}
	return slices.DeleteFunc(patient.Domains(), func(d patient.Domain) bool { return !reads[d] })
}

// Unreadable lists the records that some concept of the study's rules could
// not read, each once and sorted.
func (c *Chart) Unreadable(s *Study) []string {
	records := []string{}
	for _, concept := range s.reads {
		for _, h := range c.hitsOf(concept) {
			if h.grade == unreadable {
				records = append(records, recordOf(c.patient, concept.Kind, h.fact))
			}
		}
	}
	slices.Sort(records)
	return slices.Compact(records)
}

// mostLater is how many records that start too late are named one by one.
const mostLater = 10

// Later says, a line for each domain, which facts start after the screening
// day and so do not count.
func (c *Chart) Later(screening patient.Day) []string {
	var lines []string
	for _, kind := range Kinds() {
		var records []string
		for i := range factCount(c.patient, kind) {
			if startOf(c.patient, kind, i).First() > screening {
				records = append(records, recordOf(c.patient, kind, int32(i)))
			}
		}
		if len(records) == 0 {
			continue
		}
		slices.Sort(records)
		more := ""
		if len(records) > mostLater {
			more = fmt.Sprintf(" and %d more", len(records)-mostLater)
			records = records[:mostLater]
		}
		lines = append(lines, fmt.Sprintf("%s after the screening day, not counted: %s%s", kind.Domain(), strings.Join(records, ", "), more))
	}
	return lines
}

// startOf is the day that a fact starts, as it is recorded.
func startOf(p *patient.Profile, k Kind, i int) patient.Date {
	switch k {
	case ConditionKind:
		return p.Conditions[i].Onset
	case MedicationKind:
		return p.Medications[i].Start
	case ObservationKind:
		return p.Observations[i].Date
	case ProcedureKind:
		return p.Procedures[i].Start
	case AllergyKind:
		return p.Allergies[i].Onset
	}
	return p.Immunizations[i].Date
}
