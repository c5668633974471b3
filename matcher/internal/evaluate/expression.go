// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"slices"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

// The functions of the words, by the answer that the word gives. Each answers the call
// of a result and adds its facts and gaps.
var (
	truthWords = map[string]func(*evaluator, *CallResult) language.Truth{
		"alive": findAlive, "answer": findAnswer,
		"has": findPresent, "takes": findPresent, "allergic": findPresent,
		"had": findEvent, "took": findEvent, "underwent": findEvent, "vaccinated": findEvent,
		"positive": findAnswered, "negative": findAnswered, "ever_positive": findEverPositive, "tested": findTested,
	}
	numberWords = map[string]func(*evaluator, *CallResult) *Number{
		"age": findAge, "age_months": findAge, "age_days": findAge, "age_at": findAge,
		"latest": findLatest, "highest": findExtreme, "lowest": findExtreme,
		"uln": findLimit, "lln": findLimit, "times": findTimes,
	}
	textWords = map[string]func(*evaluator, *CallResult) *Text{"sex": findSex}
)

func (v *evaluator) evalTruth(x *language.Expr) language.Truth {
	switch x.Op {
	case language.CallExpr:
		s := v.newCallResult(x.Call)
		s.Truth = truthWords[x.Call.Word.Name](v, s)
		return s.Truth
	case language.Less:
		a := v.evalNumber(x.Args[0])
		return less(a, v.evalNumber(x.Args[1]))
	case language.LessOrEqual:
		a := v.evalNumber(x.Args[0])
		return lessOrEqual(a, v.evalNumber(x.Args[1]))
	case language.NotEqual:
		return v.equalsAny(x).Not()
	}
	return v.equalsAny(x)
}

func (v *evaluator) equalsAny(x *language.Expr) language.Truth {
	t := language.False
	if x.Args[0].IsText() {
		a := v.evalText(x.Args[0])
		for _, arg := range x.Args[1:] {
			t = max(t, equalTexts(a, v.evalText(arg)))
		}
		return t
	}
	a := v.evalNumber(x.Args[0])
	for _, arg := range x.Args[1:] {
		t = max(t, equal(a, v.evalNumber(arg)))
	}
	return t
}

func (v *evaluator) evalNumber(x *language.Expr) *Number {
	switch x.Op {
	case language.CallExpr:
		s := v.newCallResult(x.Call)
		s.Number = numberWords[x.Call.Word.Name](v, s)
		return s.Number
	case language.NumberExpr:
		return exactly(x.Number)
	case language.Negate:
		return negate(v.evalNumber(x.Args[0]))
	}
	a := v.evalNumber(x.Args[0])
	b := v.evalNumber(x.Args[1])
	switch x.Op {
	case language.Add:
		return add(a, b)
	case language.Subtract:
		return subtract(a, b)
	case language.Multiply:
		return multiply(a, b)
	}
	return divide(a, b)
}

func (v *evaluator) evalText(x *language.Expr) *Text {
	if x.Op == language.TextExpr {
		return &Text{true, x.Text}
	}
	s := v.newCallResult(x.Call)
	s.Text = textWords[x.Call.Word.Name](v, s)
	return s.Text
}

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
func findAge(v *evaluator, s *CallResult) *Number {
	birth, on := v.chart.patient.BirthDate, v.dates.DayOf(s.Call.Anchor)
	age := func(born patient.Day) int { return patient.CompletedMonths(born, on) / 12 }
	switch s.Call.Word.AgeIn {
	case "months":
		age = func(born patient.Day) int { return patient.CompletedMonths(born, on) }
	case "days":
		age = func(born patient.Day) int { return int(on - born) }
	}
	if birth.IsZero() {
		return s.withoutBirth(WhyNotSupplied)
	}
	first, last := v.birthDays()
	if last > on {
		return s.withoutBirth(WhyConflict)
	}
	if first != last {
		s.withoutBirth(WhyPartialDate)
	}
	if !first.Bounded() {
		return &Number{Known: true, Lo: Bound{Value: patient.NewDecimal(int64(age(last)))}, Hi: Bound{Inf: true}}
	}
	return count(age(last), age(first))
}

func (s *CallResult) withoutBirth(why Why) *Number {
	s.Gaps = append(s.Gaps, Gap{Kind: GapBirth, What: "birth date", Why: why, Call: s.Call})
	return notKnown
}

// birthDays gives the first and the last day that the birth date allows: a person on
// record is born.
func (v *evaluator) birthDays() (first, last patient.Day) {
	birth := v.chart.patient.BirthDate
	first, last = birth.First(), birth.Last()
	if first <= v.dates.RecordDay() {
		last = min(last, v.dates.RecordDay())
	}
	return first, last
}

func findSex(v *evaluator, s *CallResult) *Text {
	switch sex := v.chart.patient.Sex; sex {
	case patient.Female, patient.Male, patient.OtherSex:
		return &Text{true, string(sex)}
	}
	s.Gaps = append(s.Gaps, Gap{Kind: GapSex, What: "sex", Why: WhyNotSupplied})
	return &Text{}
}

// findAlive evaluates alive: false for a person recorded dead by the screening
// day, with or without a date.
func findAlive(v *evaluator, s *CallResult) language.Truth {
	p, day := v.chart.patient, v.dates.Screening
	died := p.DeathDate
	if died.IsZero() {
		dead := p.Deceased != nil && *p.Deceased
		return truthOf(!dead, dead)
	}
	alive := truthOf(died.First() > day, died.Last() <= day)
	if alive == language.Unknown {
		s.Gaps = append(s.Gaps, Gap{Kind: GapDeath, What: "date of death", Why: WhyPartialDate})
	}
	return alive
}

// findAnswer evaluates answer: the reply of a person, if no reply contradicts it.
func findAnswer(v *evaluator, s *CallResult) language.Truth {
	var yes, no *patient.Answer
	question := s.Call.Question.ID
	gap := Gap{Kind: GapAnswer, What: question, Why: WhyUnanswered, Call: s.Call}
	for i := range v.chart.patient.Answers {
		a := &v.chart.patient.Answers[i]
		switch {
		case a.Question != question || a.Study != "" && a.Study != v.study.ID || !a.On.IsZero() && a.On.First() > v.dates.Screening:
		case !a.On.IsZero() && a.On.Last() > v.dates.Screening:
			gap.Why = WhyPartialDate // it may be of a day after the screening day
		case a.Reply == patient.Yes:
			yes = firstAnswer(yes, a)
		case a.Reply == patient.No:
			no = firstAnswer(no, a)
		}
	}
	for _, a := range [...]*patient.Answer{yes, no} {
		if a != nil {
			s.Answers = append(s.Answers, a)
		}
	}
	switch {
	case yes != nil && no != nil:
		gap.Why = WhyConflict
	case yes != nil:
		return language.True
	case no != nil:
		return language.False
	}
	s.Gaps = append(s.Gaps, gap)
	return language.Unknown
}

// firstAnswer keeps one answer of several alike, whatever their order.
func firstAnswer(have, a *patient.Answer) *patient.Answer {
	if have == nil || slices.Compare([]string{a.On.String(), a.By, a.Record}, []string{have.On.String(), have.By, have.Record}) < 0 {
		return a
	}
	return have
}
