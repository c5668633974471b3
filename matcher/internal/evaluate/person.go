// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"slices"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

// Text is a word that may not be known.
type Text struct {
	Known bool
	Value string
}

func equalTexts(a, b *Text) language.Truth {
	if !a.Known || !b.Known {
		return language.Unknown
	}
	return truthOf(a.Value == b.Value, a.Value != b.Value)
}

// findAge answers age, age_months, age_days and age_at: the range of ages that
// the birth date allows on that day.
func findAge(v *evaluator, c *language.Call) *Number {
	s := v.newCallResult(c)
	s.Number = notKnown
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
		s.Gaps = append(s.Gaps, Gap{Kind: GapBirth, What: "birth date", Why: WhyNotSupplied})
		return notKnown
	}
	first, last := birth.First(), birth.Last()
	if first <= v.dates.RecordDay() {
		last = min(last, v.dates.RecordDay()) // a person on record is born
	}
	if last > on {
		s.Gaps = append(s.Gaps, Gap{Kind: GapBirth, What: "birth date", Why: WhyConflict, Call: c})
		return notKnown
	}
	if first.Bounded() {
		s.Number = count(age(last), age(first))
	} else {
		s.Number = &Number{Known: true, Lo: Bound{Value: patient.NewDecimal(int64(age(last)))}, Hi: Bound{Inf: true}}
	}
	if first != last {
		s.Gaps = append(s.Gaps, Gap{Kind: GapBirth, What: "birth date", Why: WhyPartialDate})
	}
	return s.Number
}

func findSex(v *evaluator, c *language.Call) *Text {
	s := v.newCallResult(c)
	s.Text = &Text{}
	switch sex := v.chart.patient.Sex; sex {
	case patient.Female, patient.Male, patient.OtherSex:
		s.Text = &Text{true, string(sex)}
	default:
		s.Gaps = append(s.Gaps, Gap{Kind: GapSex, What: "sex", Why: WhyNotSupplied})
	}
	return s.Text
}

// findAlive evaluates alive: false for a person recorded dead by the screening
// day, with or without a date.
func findAlive(v *evaluator, c *language.Call) language.Truth {
	s := v.newCallResult(c)
	p, day := v.chart.patient, v.dates.Screening
	dead := p.Deceased != nil && *p.Deceased
	if died := p.DeathDate; died.IsZero() {
		s.Truth = truthOf(!dead, dead)
	} else {
		s.Truth = truthOf(died.First() > day, died.Last() <= day)
	}
	if s.Truth == language.Unknown {
		s.Gaps = append(s.Gaps, Gap{Kind: GapDeath, What: "date of death", Why: WhyPartialDate})
	}
	return s.Truth
}

// findAnswer evaluates answer: the reply of a person, if no reply contradicts it.
func findAnswer(v *evaluator, c *language.Call) language.Truth {
	s := v.newCallResult(c)
	var yes, no *patient.Answer
	gap := Gap{Kind: GapAnswer, What: c.Question.ID, Why: WhyUnanswered, Call: c}
	for i := range v.chart.patient.Answers {
		a := &v.chart.patient.Answers[i]
		switch {
		case a.Question != c.Question.ID || a.Study != "" && a.Study != v.study.ID || !a.On.IsZero() && a.On.First() > v.dates.Screening:
		case !a.On.IsZero() && a.On.Last() > v.dates.Screening:
			gap.Why = WhyPartialDate // it may be of a day after the screening day
		case a.Reply == patient.Yes:
			yes = firstAnswer(yes, a)
		case a.Reply == patient.No:
			no = firstAnswer(no, a)
		}
	}
	switch {
	case yes != nil && no != nil:
		gap.Why = WhyConflict
		s.Answers, s.Gaps = append(s.Answers, yes, no), append(s.Gaps, gap)
	case yes != nil:
		s.Truth, s.Answers = language.True, append(s.Answers, yes)
	case no != nil:
		s.Truth, s.Answers = language.False, append(s.Answers, no)
	default:
		s.Gaps = append(s.Gaps, gap)
	}
	return s.Truth
}

// firstAnswer keeps one answer of several alike, whatever their order.
func firstAnswer(have, a *patient.Answer) *patient.Answer {
	if have == nil || slices.Compare([]string{a.On.String(), a.By, a.Record}, []string{have.On.String(), have.By, have.Record}) < 0 {
		return a
	}
	return have
}
