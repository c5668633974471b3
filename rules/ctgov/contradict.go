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

// takeBack notes the criteria of a draft that does not compile whose rules are
// at fault. It reports whether there are any.
func (out *Draft) takeBack(err error, refused map[int]string) bool {
	var list rules.Errors
	if !errors.As(err, &list) {
		return false
	}
	before := len(refused)
	for _, e := range list {
		for i := range out.Criteria {
			c := &out.Criteria[i]
			if c.source != nil && c.Form != "" && (c.ID == e.Criterion || slices.Contains(c.Stubs, e.Criterion) || slices.Contains(c.Asks, e.Criterion) || e.Criterion == "") {
				refused[c.index(out)] = "Its rule does not compile."
			}
		}
	}
	return len(refused) > before
}

// index is the place of the criterion's piece in the text.
func (c *Drafted) index(out *Draft) int {
	n := -1
	for i := range out.Criteria {
		if out.Criteria[i].source != nil {
			n++
		}
		if &out.Criteria[i] == c {
			return n
		}
	}
	return -1
}

// contradictions finds rules from the text that keep out whom the record's own
// fields let in: of a certain age, or of a sex. One of the two is wrong, and a
// person must say which. It notes them and gives their number.
func (out *Draft) contradictions(study *rules.Study, decide Decide, refused map[int]string) (int, error) {
	against, err := out.against(study, decide)
	if err != nil {
		return 0, err
	}
	found := 0
	for i := range out.Criteria {
		c := &out.Criteria[i]
		if c.source == nil || c.Form == "" {
			continue
		}
		if why := against[c.ID]; why != "" {
			refused[c.index(out)] = why
			found++
		}
	}
	return found, nil
}

// Notes on rules that were taken back.
const (
	otherAges = "Its limits of age are not those of the record's own fields: a person must say which hold."
	otherSex  = "It keeps out a sex that the record's own fields let in: a person must say which holds."
)

// Decide evaluates the criteria of a study for each of several people, screened
// on a day. It gives, for each person, the truth of each criterion in the order
// of Study.Criteria.
type Decide func(study *rules.Study, people []*patient.Profile, on patient.Day) ([][]language.Truth, error)

// against evaluates the rules for people of whom nothing but age and sex is
// known. It gives a note for each criterion that contradicts the record's
// fields, by id.
func (out *Draft) against(study *rules.Study, decide Decide) (map[string]string, error) {
	ages, sexes := out.record.edges(), out.record.sexes()
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
	// For how many ages, and for how many sexes at an age, a criterion is against.
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

// sexes lists the sexes that the record lets in.
func (r *Record) sexes() []patient.Sex {
	switch r.Sex {
	case Female:
		return []patient.Sex{patient.Female}
	case Male:
		return []patient.Sex{patient.Male}
	}
	return []patient.Sex{patient.Female, patient.Male}
}

var (
	// edgeDay is the screening day on which the edges are looked at. Any day does.
	edgeDay = patient.NewDay(2024, 6, 15)
	// firstBirth is the first day that a date of birth can name.
	firstBirth = patient.NewDay(1, 1, 1)
)

// edges are birth dates of people whom the record's ages just let in, and of
// one in between. They are [firstBirth] for ages that nobody can have.
func (r *Record) edges() []patient.Day {
	var days []patient.Day
	least, most := r.MinAge, r.MaxAge
	if above(least, most) {
		return nil
	}
	youngest, hasLeast := born(least, 0)
	oldest, hasMost := born(most, 1)
	if hasMost {
		oldest++
		days = append(days, oldest)
	}
	switch {
	case hasLeast:
		days = append(days, youngest)
	case hasMost:
		youngest = edgeDay
	default: // the fields state no age: an adult, for the sex
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

// born is the birth date of a person who reaches an age on the day of the
// edges, or an age that many units later. An age in hours is told by no date.
func born(a Age, later int) (patient.Day, bool) {
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
