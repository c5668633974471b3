// SPDX-License-Identifier: Apache-2.0

package boundaries

import (
	"fmt"
	"strconv"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// edge is one state of a person at the edge of an atom. apply gives it to a
// person; it reports false if there is no such person.
type edge struct {
	words string
	apply func(*sketch) bool
}

// always makes the apply of an edge that every person can have.
func always(change func(*sketch)) func(*sketch) bool {
	return func(s *sketch) bool {
		change(s)
		return true
	}
}

// atomEdges lists the edges of an atom, first those with the truths true and
// false.
func atomEdges(f *language.Form) []edge {
	call := f.Calls[0]
	switch word := call.Word; {
	case call.Question != nil:
		return answerEdges(call)
	case word.Answer == language.TextAnswer:
		return sexEdges()
	case word.AgeIn != "":
		if f.Compare == nil {
			return nil
		}
		return ageEdges(call, f.Compare)
	case word.Measured && word.Limit == "":
		return append(append(numberEdges(f), windowEdges(call, limitResult(f))...), missingEdges(call)...)
	case word.Says != language.Unknown:
		list := []edge{
			{"says positive", factApplier(call, func(f *fact, _ *sketch) { f.words = "positive" })},
			{"says negative", factApplier(call, func(f *fact, _ *sketch) { f.words = "negative" })},
			{"says positive, preliminary", factApplier(call, func(f *fact, _ *sketch) { f.words, f.unsure = "positive", true })},
		}
		return append(append(list, windowEdges(call, func(f *fact) { f.words = "positive" })...), missingEdges(call)...)
	case word.NoneIsUnknown:
		return append(windowEdges(call, func(f *fact) { f.words = "negative" }), missingEdges(call)...)
	case word.Counts:
		if f.Compare == nil {
			return nil
		}
		return append(timesEdges(call, f.Compare), missingEdges(call)...)
	case call.Concept == nil:
		return nil
	}
	return append(eventEdges(call), missingEdges(call)...)
}

func answerEdges(call *language.Call) []edge {
	say := func(reply patient.Reply) func(*sketch) bool {
		return always(func(s *sketch) { s.answers[call.Question.ID] = reply })
	}
	return []edge{
		{"answered yes", say(patient.Yes)},
		{"answered no", say(patient.No)},
		{"answered, not known", say(patient.NotKnown)},
		{"not answered", always(func(s *sketch) { delete(s.answers, call.Question.ID) })},
	}
}

func sexEdges() []edge {
	var list []edge
	for _, sex := range []patient.Sex{patient.Female, patient.Male, patient.OtherSex, ""} {
		words := string(sex)
		if sex == "" {
			words = "not recorded"
		}
		list = append(list, edge{words, always(func(s *sketch) { s.sex = sex })})
	}
	return list
}

func missingEdges(call *language.Call) []edge {
	return []edge{
		{"nothing recorded", func(*sketch) bool { return true }},
		{string(call.Concept.Kind.Domain()) + " not supplied", always(func(s *sketch) { s.absent[call.Concept.Kind.Domain()] = true })},
	}
}

// factApplier adds a fact of a word's concept on the last past day of the
// window.
func factApplier(call *language.Call, change func(*fact, *sketch)) func(*sketch) bool {
	return func(s *sketch) bool {
		f, ok := s.newFact(call.Concept)
		if !ok {
			return false
		}
		first, last := s.windowDays(call.Window)
		day := min(last, s.on)
		if day < first {
			return false
		}
		f.setDate(patient.On(day))
		change(&f, s)
		s.facts = append(s.facts, f)
		return true
	}
}

func makeOngoing(f *fact, s *sketch) {
	f.start, f.end, f.ongoing = patient.On(monthsBefore(s.on, 36)), patient.Date{}, true
}

func eventEdges(call *language.Call) []edge {
	lasting := call.Concept.Kind == terminology.ConditionKind || call.Concept.Kind == terminology.MedicationKind || call.Concept.Kind == terminology.AllergyKind
	nothing := func(*fact, *sketch) {}
	var list []edge
	if lasting {
		list = append(list, edge{"goes on", factApplier(call, makeOngoing)})
	}
	switch {
	case call.Word.Present && lasting && call.Concept.Kind != terminology.MedicationKind:
		list = append(list, edge{"over since yesterday", factApplier(call, func(f *fact, s *sketch) {
			f.start = patient.On(monthsBefore(s.on, 36))
			if f.concept.Kind == terminology.ConditionKind {
				f.end = patient.On(s.on - 1)
			}
		})})
	case call.Word.Present:
		list = append(list, edge{"taken today", factApplier(call, nothing)}, edge{"last taken yesterday", factApplier(call, func(f *fact, s *sketch) {
			f.start, f.end = patient.On(s.on-1), patient.On(s.on-1)
		})})
	default:
		list = append(list, windowEdges(call, func(*fact) {})...)
	}
	if call.Concept.Kind == terminology.MedicationKind {
		list = append(list, edge{"stopped on a day not recorded", factApplier(call, func(f *fact, s *sketch) {
			f.start = patient.On(monthsBefore(s.on, 36))
			f.end, f.endUnknown = patient.Between(f.start.First(), s.on), true
		})})
	}
	if perhaps := map[terminology.Kind]string{
		terminology.ConditionKind: "provisional", terminology.AllergyKind: "provisional", terminology.MedicationKind: "on hold",
		terminology.ProcedureKind: "of unknown status",
	}[call.Concept.Kind]; perhaps != "" {
		list = append(list, edge{perhaps, factApplier(call, func(f *fact, s *sketch) {
			if lasting {
				makeOngoing(f, s)
			}
			f.unsure = true
		})})
	}
	not := map[terminology.Kind]string{
		terminology.ConditionKind: "refuted", terminology.AllergyKind: "refuted", terminology.MedicationKind: "not taken",
		terminology.ProcedureKind: "not done", terminology.ImmunizationKind: "not done",
	}[call.Concept.Kind]
	return append(list, edge{not, factApplier(call, func(f *fact, s *sketch) {
		if lasting {
			makeOngoing(f, s)
		}
		f.not = true
	})})
}

func ageEdges(call *language.Call, c *language.Comparison) []edge {
	var list []edge
	unit := ""
	if call.Word.AgeIn != "years" {
		unit = " " + call.Word.AgeIn
	}
	add := func(words string, n int, born func(on patient.Day) patient.Date) {
		list = append(list, edge{fmt.Sprintf(words, strconv.Itoa(n)+unit), func(s *sketch) bool {
			on := s.on
			if call.Anchor != "" {
				on = s.dateNamed(call.Anchor)
			}
			s.birth = born(on)
			return !s.birth.IsZero()
		}})
	}
	for _, text := range c.Values {
		limit, err := patient.ParseDecimal(text)
		if err != nil || limit.Sign() < 0 || limit.Cmp(patient.NewDecimal(200_000)) > 0 {
			continue
		}
		for _, n := range agesAround(limit) {
			last := func(on patient.Day) patient.Day { return latestBirth(call.Word.AgeIn, n, on) }
			add("turns %s today", n, func(on patient.Day) patient.Date { return patient.On(last(on)) })
			add("turns %s tomorrow", n, func(on patient.Day) patient.Date { return patient.On(last(on) + 1) })
			if call.Word.AgeIn == "days" {
				continue
			}
			add("turns %s in this month", n, func(on patient.Day) patient.Date { return wholeMonth(last(on)) })
			if call.Word.AgeIn == "years" && call.Anchor == "" {
				list = append(list, leapBirths(n)...)
			}
		}
	}
	return append(list, edge{"birth date not recorded", always(func(s *sketch) { s.birth = patient.Date{} })})
}

// agesAround gives the two whole numbers next to a limit, including it.
func agesAround(limit patient.Decimal) []int {
	n := 0
	for patient.NewDecimal(int64(n+1)).Cmp(limit) <= 0 {
		n++
	}
	return []int{n, n + 1}
}

// leapBirths are people born on 29 February, around the birthday on which they
// reach an age.
func leapBirths(n int) []edge {
	at := func(words string, after int) edge {
		return edge{fmt.Sprintf("born on 29 February, turns %d, %s", n, words), func(s *sketch) bool {
			year, _, _ := s.on.Calendar()
			birth := year - n
			for monthLength(birth, 2) != 29 {
				birth--
			}
			shift := patient.NewDay(birth+n, 2, 28) + patient.Day(after) - s.on
			s.shiftDates(shift)
			s.birth = patient.On(patient.NewDay(birth, 2, 29))
			return true
		}}
	}
	return []edge{at("on 28 February", 0), at("on the day after 28 February", 1)}
}

// shiftDates moves the screening day and every other date of the study.
func (s *sketch) shiftDates(days patient.Day) {
	s.on += days
	for name := range s.dates {
		s.dates[name] += days
	}
	for i := range s.facts {
		f := &s.facts[i]
		f.start, f.end = shiftDate(f.start, days), shiftDate(f.end, days)
	}
	s.birth = shiftDate(s.birth, days)
}

func shiftDate(d patient.Date, days patient.Day) patient.Date {
	if d.IsZero() {
		return d
	}
	return patient.Between(d.First()+days, d.Last()+days)
}
