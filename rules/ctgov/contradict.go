// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"errors"
	"fmt"
	"slices"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// refuseUncompiled refuses the rules of the text that do not compile. It gives
// their number.
func (out *Draft) refuseUncompiled(err error, refused map[int]string) int {
	var list rules.Errors
	if !errors.As(err, &list) {
		return 0
	}
	return out.refuseRules(refused, func(c *Drafted) string {
		for _, e := range list {
			if e.Criterion == "" || e.Criterion == c.ID || slices.Contains(c.Stubs, e.Criterion) || slices.Contains(c.Asks, e.Criterion) {
				return "Its rule does not compile."
			}
		}
		return ""
	})
}

// refuseContradictions refuses the rules of the text that keep out people whom
// the fields of the record include, by age or by sex. One of the two is wrong,
// and a person must say which. It gives their number.
func (out *Draft) refuseContradictions(study *rules.Study, decide Decide, refused map[int]string) (int, error) {
	notes, err := out.contradictionNotes(study, decide)
	if err != nil {
		return 0, err
	}
	return out.refuseRules(refused, func(c *Drafted) string { return notes[c.ID] }), nil
}

// refuseRules refuses each rule of the text for which note gives a note. It
// gives their number.
func (out *Draft) refuseRules(refused map[int]string, note func(*Drafted) string) int {
	found := 0
	for i := range out.Criteria {
		c := &out.Criteria[i]
		if c.source == nil || c.Form == "" {
			continue
		}
		if text := note(c); text != "" {
			refused[c.piece] = text
			found++
		}
	}
	return found
}

// Notes on refused rules.
const (
	otherAges = "Its limits of age are not those of the record's own fields: a person must say which hold."
	otherSex  = "It keeps out a sex that the record's own fields let in: a person must say which holds."
)

// Decide evaluates the criteria of a study for several people on a screening
// day. For each person it gives the truth of each criterion in the order of
// Study.Criteria.
type Decide func(study *rules.Study, people []*patient.Profile, on patient.Day) ([][]language.Truth, error)

// contradictionNotes evaluates the rules for people of whom only age and sex
// are known. It gives a note for each criterion that contradicts the fields of
// the record, by the id of the criterion.
func (out *Draft) contradictionNotes(study *rules.Study, decide Decide) (map[string]string, error) {
	ages, sexes := out.record.edgeBirthDates(), out.record.eligibleSexes()
	var people []*patient.Profile // ages times sexes
	for _, birth := range ages {
		for _, sex := range sexes {
			people = append(people, &patient.Profile{ID: "edge", BirthDate: patient.On(birth), Sex: sex})
		}
	}
	truths, err := decide(study, people, edgeDay)
	if err != nil {
		return nil, fmt.Errorf("%s: the draft cannot be evaluated: %w", study.ID, err)
	}
	// bySex counts, by criterion and sex, the ages that the criterion keeps out.
	bySex := map[string]map[patient.Sex]int{}
	why := map[string]string{}
	for age := range ages {
		here := map[string]int{}
		for n, sex := range sexes {
			for i, truth := range truths[age*len(sexes)+n] {
				c := &study.Criteria[i]
				if c.Side == rules.Inclusion && truth != language.False || c.Side == rules.Exclusion && truth != language.True {
					continue
				}
				if bySex[c.ID] == nil {
					bySex[c.ID] = map[patient.Sex]int{}
				}
				bySex[c.ID][sex]++
				if here[c.ID]++; here[c.ID] == len(sexes) {
					why[c.ID] = otherAges
				}
			}
		}
	}
	for id, counts := range bySex {
		for _, n := range counts {
			if n == len(ages) && why[id] == "" && out.record.Sex != "" {
				why[id] = otherSex
			}
		}
	}
	return why, nil
}

func (r *Record) eligibleSexes() []patient.Sex {
	switch r.Sex {
	case Female:
		return []patient.Sex{patient.Female}
	case Male:
		return []patient.Sex{patient.Male}
	}
	return []patient.Sex{patient.Female, patient.Male}
}

var (
	// edgeDay is the screening day of the evaluation. Any day would do.
	edgeDay    = patient.NewDay(2024, 6, 15)
	firstBirth = patient.NewDay(1, 1, 1)
)

// edgeBirthDates gives the birth dates of the youngest and the oldest person
// whom the ages of the record include, and one between. A date before
// [firstBirth] becomes firstBirth.
func (r *Record) edgeBirthDates() []patient.Day {
	var days []patient.Day
	least, most := r.MinAge, r.MaxAge
	if limitsCrossed(least, most) {
		return nil
	}
	youngest, hasLeast := birthDateAtAge(least, 0)
	oldest, hasMost := birthDateAtAge(most, 1)
	if hasMost {
		oldest++
		days = append(days, oldest)
	}
	switch {
	case hasLeast:
		days = append(days, youngest)
	case hasMost:
		youngest = edgeDay
	default: // no limits of age: an adult
		youngest = edgeDay.AddYears(-30)
	}
	if hasMost {
		days = append(days, oldest+(youngest-oldest)/2)
	} else {
		days = append(days, youngest.AddYears(-1))
	}
	for i := range days {
		days[i] = max(days[i], firstBirth)
	}
	return days
}

// birthDateAtAge gives the birth date of a person who reaches an age, plus
// later units, on [edgeDay]; false for an age in hours or minutes.
func birthDateAtAge(a Age, later int) (patient.Day, bool) {
	n := a.Value + later
	switch a.Unit {
	case "years":
		return edgeDay.AddYears(-n), true
	case "months":
		return edgeDay.AddMonths(-n), true
	case "weeks":
		return edgeDay.AddDays(-daysPerWeek * n), true
	case "days":
		return edgeDay.AddDays(-n), true
	}
	return 0, false
}
