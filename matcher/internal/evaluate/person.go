// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"fmt"
	"slices"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

// text is a word that may not be known.
type text struct {
	known bool
	value string
}

func equalTexts(a, b *text) language.Truth {
	if !a.known || !b.known {
		return language.Unknown
	}
	return truthOf(a.value == b.value, a.value != b.value)
}

// findAge answers age, age_months, age_days and age_at: the range of ages that
// the birth date allows on that day.
func findAge(v *evaluator, c *language.Call) *number {
	s := v.newCallResult(c)
	s.number = notKnown
	birth, on := v.chart.patient.BirthDate, v.dates.DayOf(c.Anchor)
	unit := 12
	age := func(born patient.Day) int { return patient.CompletedMonths(born, on) / unit }
	switch c.Word.AgeIn {
	case "months":
		unit = 1
	case "days":
		age = func(born patient.Day) int { return int(on - born) }
	}
	if birth.IsZero() {
		s.gaps = append(s.gaps, Missing{What: "birth date", Why: WhyNotSupplied, Who: WhoPatient, Ask: "When was the patient born?"})
		return notKnown
	}
	s.personal = append(s.personal, Evidence{Concept: "birth date", Start: birth})
	first, last := birth.First(), birth.Last()
	if first <= v.dates.RecordDay() {
		last = min(last, v.dates.RecordDay()) // a person on record is born
	}
	if last > on {
		s.gaps = []Missing{{What: "birth date", Why: WhyConflict, Who: WhoPatient, Ask: "When was the patient born? The birth date " + birth.String() + " may lie after " + on.String() + "."}}
		return notKnown
	}
	if first.Bounded() {
		s.number = count(age(last), age(first))
	} else {
		s.number = &number{known: true, lo: bound{value: patient.NewDecimal(int64(age(last)))}, hi: bound{inf: true}}
	}
	if first != last {
		s.gaps = []Missing{{What: "birth date", Why: WhyPartialDate, Who: WhoPatient, Ask: "On which day was the patient born? The record says " + birth.String() + "."}}
	}
	return s.number
}

func findSex(v *evaluator, c *language.Call) *text {
	s := v.newCallResult(c)
	s.text = &text{}
	switch sex := v.chart.patient.Sex; sex {
	case patient.Female, patient.Male, patient.OtherSex:
		s.text = &text{true, string(sex)}
		s.personal = append(s.personal, Evidence{Concept: "sex", Value: string(sex)})
	default:
		s.gaps = []Missing{{What: "sex", Why: WhyNotSupplied, Who: WhoPatient, Ask: "What is the patient's sex?"}}
	}
	return s.text
}

// findAlive evaluates alive: false for a person recorded dead by the screening
// day, with or without a date.
func findAlive(v *evaluator, c *language.Call) language.Truth {
	s := v.newCallResult(c)
	s.truth, s.sentence = language.True, "No death is recorded."
	p, day := v.chart.patient, v.dates.Screening
	died := p.DeathDate
	switch {
	case died.IsZero() && (p.Deceased == nil || !*p.Deceased):
		return language.True
	case died.IsZero():
		s.truth, s.sentence = language.False, "The patient is recorded as dead, without a date."
	case died.Last() <= day:
		s.truth, s.sentence = language.False, fmt.Sprintf("The patient died%s.", datePhrase(" on ", died))
	case died.First() > day:
		s.sentence = fmt.Sprintf("The recorded death (%s) is after the screening day.", died)
	default:
		s.truth, s.sentence = language.Unknown, fmt.Sprintf("The recorded death (%s) may be before or after the screening day.", died)
		s.gaps = []Missing{{What: "date of death", Why: WhyPartialDate, Ask: "On which day did the patient die?"}}
	}
	s.personal = []Evidence{{Concept: "death", Start: died}}
	return s.truth
}

// findAnswer evaluates answer: the reply of a person, if no reply contradicts it.
func findAnswer(v *evaluator, c *language.Call) language.Truth {
	s := v.newCallResult(c)
	q := c.Question
	var yes, no *Evidence
	early := false // whether one may be of a day after the screening day
	for i := range v.chart.patient.Answers {
		a := &v.chart.patient.Answers[i]
		if a.Question != q.ID || a.Study != "" && a.Study != v.study.ID || !a.On.IsZero() && a.On.First() > v.dates.Screening {
			continue
		}
		if !a.On.IsZero() && a.On.Last() > v.dates.Screening {
			early = true
			continue
		}
		e := Evidence{Concept: q.ID, Record: a.Record, Display: q.Ask, Start: a.On, Value: string(a.Reply)}
		if a.By != "" {
			e.Note = answeredBy + a.By
		}
		switch a.Reply {
		case patient.Yes:
			yes = earlier(yes, e)
		case patient.No:
			no = earlier(no, e)
		}
	}
	gap := Missing{What: q.ID, Why: WhyUnanswered, Ask: q.Ask, Who: q.Who, Question: true}
	switch {
	case yes != nil && no != nil:
		gap.Why = WhyConflict
		s.personal, s.gaps = append(s.personal, *yes, *no), append(s.gaps, gap)
	case yes != nil:
		s.truth, s.personal = language.True, append(s.personal, *yes)
	case no != nil:
		s.truth, s.personal = language.False, append(s.personal, *no)
	default:
		if early {
			gap.Why = WhyPartialDate
		}
		s.gaps = append(s.gaps, gap)
	}
	return s.truth
}

// earlier keeps one answer of several alike, whatever their order.
func earlier(have *Evidence, e Evidence) *Evidence {
	if have == nil || slices.Compare([]string{e.Start.String(), e.Note, e.Record}, []string{have.Start.String(), have.Note, have.Record}) < 0 {
		return &e
	}
	return have
}
