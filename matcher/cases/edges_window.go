// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"fmt"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// windowEdges are the days around the first one of a window; found says what
// the fact found. Without a window there is just some day.
func windowEdges(call *language.Call, found func(*fact)) []edge {
	w := call.Window
	some := edge{"once", event(call, func(f *fact, _ *sketch) { found(f) })}
	if w == nil {
		return []edge{some}
	}
	on := func(words string, date func(first, last patient.Day) patient.Date) edge { // last that has come
		return edge{words, event(call, func(f *fact, s *sketch) {
			first, last := s.window(call.Window)
			f.start = date(first, min(last, s.on))
			if !f.end.IsZero() {
				f.end = f.start
			}
			found(f)
		})}
	}
	day := func(n int) func(first, last patient.Day) patient.Date {
		return func(first, _ patient.Day) patient.Date { return patient.On(first + patient.Day(n)) }
	}
	some.words = "inside the window"
	list := []edge{some}
	from := "the " + strings.ReplaceAll(w.Anchor, "_", " ")
	if w.Anchor == language.Screening {
		from += " day"
	}
	if w.Unit == "days" || w.Unit == "weeks" {
		n := w.N
		if w.Unit == "weeks" {
			n *= 7
		}
		for _, k := range []int{n - 1, n, n + 1} {
			if k >= 0 {
				list = append(list, on(fmt.Sprintf("%d days before %s", k, from), day(n-k)))
			}
		}
	} else {
		length := fmt.Sprintf("%d %s", w.N, w.Unit)
		list = append(
			list,
			on(fmt.Sprintf("a day less than %s before %s", length, from), day(1)),
			on(fmt.Sprintf("%s before %s", length, from), day(0)),
			on(fmt.Sprintf("a day more than %s before %s", length, from), day(-1)),
		)
		list = append(list, monthEnds(call, found)...)
	}
	return append(
		list,
		on("on a day not known, all of them before the window", func(first, _ patient.Day) patient.Date { return patient.Between(first-31, first-1) }),
		on("on a day not known, some of them before the window", month),
	)
}

// month is the month that a window begins in, or as much around its beginning
// as has certainly come and includes a day before.
func month(first, last patient.Day) patient.Date {
	m := monthOf(first)
	if m.First() == first || m.Last() > last {
		return patient.Between(first-1, first)
	}
	return m
}

// monthEnds are the days around the first one of a window that ends on a day
// which the month where the window begins lacks.
func monthEnds(call *language.Call, found func(*fact)) []edge {
	w := call.Window
	months := w.N
	if w.Unit == "years" {
		months *= 12
	}
	var list []edge
	for _, target := range [][2]int{{2, 28}, {2, 29}, {0, 30}} {
		for _, before := range []int{0, 1} {
			words := map[[2]int]string{{2, 28}: "28 February", {2, 29}: "29 February", {0, 30}: "the 30th of a month"}[target]
			words = "the window begins on " + words + " for want of a later day: " + []string{"on that day", "the day before"}[before]
			list = append(list, edge{words, func(s *sketch) bool {
				end := s.day(w.Anchor)
				shift := patient.Day(0)
				for ; shift < 4*366; shift++ {
					_, month, day := monthsBefore(end+shift, months).Calendar()
					if clamped(end+shift, months) && day == target[1] && (target[0] == 0 || target[0] == month) {
						break
					}
				}
				if shift == 4*366 {
					return false
				}
				s.move(shift)
				return event(call, func(f *fact, s *sketch) {
					first, _ := s.window(call.Window)
					f.start = patient.On(first - patient.Day(before))
					if !f.end.IsZero() {
						f.end = f.start
					}
					found(f)
				})(s)
			}})
		}
	}
	return list
}

// timesEdges are as many facts as a limit, one less and one more.
func timesEdges(call *language.Call, c *language.Comparison) []edge {
	var list []edge
	for _, text := range c.Values {
		limit, err := patient.ParseDecimal(text)
		if err != nil || limit.Sign() < 0 || limit.Cmp(patient.NewDecimal(100)) > 0 {
			continue
		}
		n := agesAround(limit)[0]
		for _, k := range []int{n - 1, n, n + 1, -n} {
			words := fmt.Sprintf("%d times", k)
			early := k < 0 && call.Window != nil // one of them just before the window
			switch {
			case early:
				k, words = -k, fmt.Sprintf("%d times, once before the window", -k)
			case k < 0:
				continue
			}
			list = append(list, edge{words, func(s *sketch) bool {
				first, last := s.window(call.Window)
				last = min(last, s.on)
				if early {
					first--
				}
				for i := range k {
					f, ok := s.factOf(call.Concept)
					day := last - patient.Day(i)
					if early && i == 0 {
						day = first
					}
					if !ok || day < first {
						return false
					}
					f.start = patient.On(day)
					switch f.concept.Kind {
					case terminology.ConditionKind, terminology.MedicationKind, terminology.ProcedureKind:
						f.end = f.start
					case terminology.ObservationKind:
						f.words = "positive"
					}
					s.facts = append(s.facts, f)
				}
				return true
			}})
		}
	}
	return list
}
