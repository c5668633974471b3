// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"fmt"
	"strconv"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// edge is one thing that a person can have, or lack, at the edge of an atom. set
// gives it to a person; false: there is no such person.
type edge struct {
	words string
	set   func(*sketch) bool
}

// edgesOf lists the edges of an atom, what is true and false of it first.
func edgesOf(f *language.Form) []edge {
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
		return append(append(numberEdges(f), windowEdges(call, resultOf(f))...), lacking(call)...)
	case word.Says != language.Unknown:
		list := []edge{
			{"says positive", event(call, func(f *fact, _ *sketch) { f.words = "positive" })},
			{"says negative", event(call, func(f *fact, _ *sketch) { f.words = "negative" })},
			{"says positive, preliminary", event(call, func(f *fact, _ *sketch) { f.words, f.unsure = "positive", true })},
		}
		return append(append(list, windowEdges(call, func(f *fact) { f.words = "positive" })...), lacking(call)...)
	case word.NoneIsUnknown:
		return append(windowEdges(call, func(f *fact) { f.words = "negative" }), lacking(call)...)
	case word.Counts:
		if f.Compare == nil {
			return nil
		}
		return append(timesEdges(call, f.Compare), lacking(call)...)
	case call.Concept == nil:
		return nil
	}
	return append(eventEdges(call), lacking(call)...)
}

func answerEdges(call *language.Call) []edge {
	say := func(reply patient.Reply) func(*sketch) bool {
		return func(s *sketch) bool {
			s.answers[call.Question.ID] = reply
			return true
		}
	}
	return []edge{
		{"answered yes", say(patient.Yes)},
		{"answered no", say(patient.No)},
		{"answered, not known", say(patient.NotKnown)},
		{"not answered", func(s *sketch) bool {
			delete(s.answers, call.Question.ID)
			return true
		}},
	}
}

func sexEdges() []edge {
	var list []edge
	for _, sex := range []patient.Sex{patient.Female, patient.Male, patient.OtherSex, ""} {
		words := string(sex)
		if sex == "" {
			words = "not recorded"
		}
		list = append(list, edge{words, func(s *sketch) bool {
			s.sex = sex
			return true
		}})
	}
	return list
}

// lacking is what there is to know of a concept where nothing is recorded.
func lacking(call *language.Call) []edge {
	return []edge{
		{"nothing recorded", func(*sketch) bool { return true }},
		{string(call.Concept.Kind.Domain()) + " not supplied", func(s *sketch) bool {
			s.absent[call.Concept.Kind.Domain()] = true
			return true
		}},
	}
}

// event gives the person a fact of a word's concept on a day that counts, the
// last of the window that has come.
func event(call *language.Call, change func(*fact, *sketch)) func(*sketch) bool {
	return func(s *sketch) bool {
		f, ok := s.factOf(call.Concept)
		if !ok {
			return false
		}
		first, last := s.window(call.Window)
		day := min(last, s.on)
		if day < first {
			return false
		}
		f.start = patient.On(day)
		switch f.concept.Kind {
		case terminology.ConditionKind, terminology.MedicationKind, terminology.ProcedureKind:
			f.end = f.start
		}
		change(&f, s)
		s.facts = append(s.facts, f)
		return true
	}
}

// ongoing began long ago and goes on.
func ongoing(f *fact, s *sketch) {
	f.start, f.end, f.ongoing = patient.On(monthsBefore(s.on, 36)), patient.Date{}, true
}

// eventEdges are those of the words that ask whether something is or was.
func eventEdges(call *language.Call) []edge {
	lasting := call.Concept.Kind == terminology.ConditionKind || call.Concept.Kind == terminology.MedicationKind || call.Concept.Kind == terminology.AllergyKind
	nothing := func(*fact, *sketch) {}
	var list []edge
	if lasting {
		list = append(list, edge{"goes on", event(call, ongoing)})
	}
	switch {
	case call.Word.Present && lasting && call.Concept.Kind != terminology.MedicationKind:
		list = append(list, edge{"over since yesterday", event(call, func(f *fact, s *sketch) {
			f.start = patient.On(monthsBefore(s.on, 36))
			if f.concept.Kind == terminology.ConditionKind {
				f.end = patient.On(s.on - 1)
			}
		})})
	case call.Word.Present:
		list = append(list, edge{"taken today", event(call, nothing)}, edge{"last taken yesterday", event(call, func(f *fact, s *sketch) {
			f.start, f.end = patient.On(s.on-1), patient.On(s.on-1)
		})})
	default:
		list = append(list, windowEdges(call, func(*fact) {})...)
	}
	if call.Concept.Kind == terminology.MedicationKind {
		list = append(list, edge{"stopped on a day not recorded", event(call, func(f *fact, s *sketch) {
			f.start = patient.On(monthsBefore(s.on, 36))
			f.end, f.endUnknown = patient.Between(f.start.First(), s.on), true
		})})
	}
	if perhaps := map[terminology.Kind]string{
		terminology.ConditionKind: "provisional", terminology.AllergyKind: "provisional", terminology.MedicationKind: "on hold",
		terminology.ProcedureKind: "of unknown status",
	}[call.Concept.Kind]; perhaps != "" {
		list = append(list, edge{perhaps, event(call, func(f *fact, s *sketch) {
			if lasting {
				ongoing(f, s)
			}
			f.unsure = true
		})})
	}
	not := map[terminology.Kind]string{
		terminology.ConditionKind: "refuted", terminology.AllergyKind: "refuted", terminology.MedicationKind: "not taken",
		terminology.ProcedureKind: "not done", terminology.ImmunizationKind: "not done",
	}[call.Concept.Kind]
	return append(list, edge{not, event(call, func(f *fact, s *sketch) {
		if lasting {
			ongoing(f, s)
		}
		f.not = true
	})})
}

// ageEdges are the birthdays on which an age reaches a limit, or passes it.
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
				on = s.day(call.Anchor)
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
			last := func(on patient.Day) patient.Day { return bornFor(call.Word.AgeIn, n, on) }
			add("turns %s today", n, func(on patient.Day) patient.Date { return patient.On(last(on)) })
			add("turns %s tomorrow", n, func(on patient.Day) patient.Date { return patient.On(last(on) + 1) })
			if call.Word.AgeIn == "days" {
				continue
			}
			add("turns %s in this month", n, func(on patient.Day) patient.Date { return monthOf(last(on)) })
			if call.Word.AgeIn == "years" && call.Anchor == "" {
				list = append(list, leapBirths(n)...)
			}
		}
	}
	return append(list, edge{"birth date not recorded", func(s *sketch) bool {
		s.birth = patient.Date{}
		return true
	}})
}

// agesAround are the whole numbers next to a limit, it included.
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
			s.move(shift)
			s.birth = patient.On(patient.NewDay(birth, 2, 29))
			return true
		}}
	}
	return []edge{at("on 28 February", 0), at("on the day after 28 February", 1)}
}

// move moves the screening day and every other date of the study.
func (s *sketch) move(days patient.Day) {
	s.on += days
	for name := range s.dates {
		s.dates[name] += days
	}
	for i := range s.facts {
		f := &s.facts[i]
		f.start, f.end = moved(f.start, days), moved(f.end, days)
	}
	s.birth = moved(s.birth, days)
}

func moved(d patient.Date, days patient.Day) patient.Date {
	if d.IsZero() {
		return d
	}
	return patient.Between(d.First()+days, d.Last()+days)
}
