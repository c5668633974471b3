// SPDX-License-Identifier: Apache-2.0

package boundaries

import (
	"fmt"
	"strings"

	"github.com/eligo-trials/eligo/matcher/cases"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// otherUnits maps units to another usual unit, and the factor: 1 g/dL is 10
// g/L.
var otherUnits = map[string]struct{ unit, factor string }{
	"g/dL":    {"g/L", "10"},
	"mg/dL":   {"mg/L", "10"},
	"mg/L":    {"mg/dL", "0.1"},
	"mmol/L":  {"umol/L", "1000"},
	"umol/L":  {"mmol/L", "0.001"},
	"10*3/uL": {"10*9/L", "1"},
	"10*9/L":  {"10*3/uL", "1"},
	"ng/mL":   {"ug/L", "1"},
	"ug/L":    {"ng/mL", "1"},
	"pg/mL":   {"ng/L", "1"},
	"mg/g":    {"g/g", "0.001"},
	"kg":      {"g", "1000"},
	"cm":      {"m", "0.01"},
	"L":       {"mL", "1000"},
	"ms":      {"s", "0.001"},
	"mL/min":  {"L/min", "0.001"},
}

// resultChange sets a result in the unit of the concept.
func resultChange(c *terminology.Concept, comparator string, v patient.Decimal) func(*fact) {
	return func(f *fact) {
		f.value, f.quantity = v, &patient.Quantity{Comparator: comparator, Value: v, Unit: c.Unit}
	}
}

func limitResult(f *language.Form) func(*fact) {
	c := f.Calls[0].Concept
	if _, factor, ok := limitMultiple(f); ok {
		limit := patient.NewDecimal(40)
		return func(r *fact) {
			resultChange(c, "", factor.Mul(limit).Add(patient.NewDecimal(1)))(r)
			r.high = &patient.Quantity{Value: limit, Unit: c.Unit}
		}
	}
	if f.Compare == nil {
		return resultChange(c, "", patient.NewDecimal(1))
	}
	return resultChange(c, "", patient.MustDecimal(f.Compare.Values[0]))
}

// numberEdges are results at a limit, a step to either side, known only to be
// below or above it, and in another unit.
func numberEdges(f *language.Form) []edge {
	call := f.Calls[0]
	c := call.Concept
	var list []edge
	add := func(words string, found func(*fact)) {
		list = append(list, edge{words, factApplier(call, func(f *fact, _ *sketch) { found(f) })})
	}
	if f.Compare == nil {
		return limitEdges(f)
	}
	unit := ""
	if c.Unit != "" && c.Unit != "1" {
		unit = " " + c.Unit
	}
	for _, text := range f.Compare.Values {
		limit, step := patient.MustDecimal(text), cases.DecimalStep(text)
		for _, v := range []patient.Decimal{limit.Sub(step), limit, limit.Add(step)} {
			if v.Sign() >= 0 || c.Signed {
				add(v.String()+unit, resultChange(c, "", v))
			}
		}
		for _, comparator := range []string{"<", "<=", ">", ">="} {
			if limit.Sign() > 0 || c.Signed {
				add(comparator+text+unit, resultChange(c, comparator, limit))
			}
		}
		other, ok := otherUnits[c.Unit]
		if !ok {
			continue
		}
		for _, v := range []patient.Decimal{limit.Sub(step), limit, limit.Add(step)} {
			if v.Sign() < 0 {
				continue
			}
			recorded := v.Mul(patient.MustDecimal(other.factor))
			add(recorded.String()+" "+other.unit, func(f *fact) {
				f.value, f.quantity = v, &patient.Quantity{Value: recorded, Unit: other.unit}
			})
		}
	}
	add("preliminary", func(r *fact) {
		limitResult(f)(r)
		r.unsure = true
	})
	for _, text := range f.Compare.Values {
		list = append(list, molarEdges(call, patient.MustDecimal(text))...)
	}
	if limit := f.Compare.Values[0]; unit != "" {
		add(limit+" without a unit", func(f *fact) {
			f.quantity, f.noUnit = &patient.Quantity{Value: patient.MustDecimal(limit)}, true
		})
	}
	add("in words", func(f *fact) { f.words = "within the limits" })
	return list
}

// molarEdges are results in umol/L around a limit in mg/dL: those of one decimal
// place that are nearest to it.
func molarEdges(call *language.Call, limit patient.Decimal) []edge {
	c := call.Concept
	if c.Unit != "mg/dL" || c.MolarMass.Sign() <= 0 || limit.Sign() <= 0 {
		return nil
	}
	// 1 umol/L of a substance of 1 g/mol is 0.0001 mg/dL.
	factor := c.MolarMass.Mul(patient.MustDecimal("0.0001"))
	nearest := patient.MustDecimal(limit.Quo(factor).Rounded(1))
	step := patient.MustDecimal("0.1")
	var list []edge
	for _, recorded := range []patient.Decimal{nearest.Sub(step), nearest, nearest.Add(step)} {
		list = append(list, edge{recorded.String() + " umol/L", factApplier(call, func(f *fact, _ *sketch) {
			f.value, f.quantity = recorded.Mul(factor), &patient.Quantity{Value: recorded, Unit: "umol/L"}
		})})
	}
	return list
}

func limitEdges(f *language.Form) []edge {
	_, factor, ok := limitMultiple(f)
	if !ok {
		return nil
	}
	call := f.Calls[0]
	limit := patient.NewDecimal(40)
	at := factor.Mul(limit)
	var list []edge
	for _, v := range []patient.Decimal{at.Sub(patient.NewDecimal(1)), at, at.Add(patient.NewDecimal(1))} {
		list = append(list, edge{v.String() + " with an upper limit of " + limit.String(), factApplier(call, func(r *fact, _ *sketch) {
			resultChange(call.Concept, "", v)(r)
			r.high = &patient.Quantity{Value: limit, Unit: call.Concept.Unit}
		})})
	}
	return append(list, edge{"no upper limit recorded", factApplier(call, func(r *fact, _ *sketch) { resultChange(call.Concept, "", at)(r) })})
}

// windowEdges are the days around the first day of a window. found sets the
// result of the fact. Without a window there is one edge.
func windowEdges(call *language.Call, found func(*fact)) []edge {
	w := call.Window
	some := edge{"once", factApplier(call, func(f *fact, _ *sketch) { found(f) })}
	if w == nil {
		return []edge{some}
	}
	on := func(words string, date func(first, last patient.Day) patient.Date) edge { // last is the last past day
		return edge{words, factApplier(call, func(f *fact, s *sketch) {
			first, last := s.windowDays(call.Window)
			f.setDate(date(first, min(last, s.on)))
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
		on("on a day not known, some of them before the window", windowStartMonth),
	)
}

// windowStartMonth is the month in which a window begins, or as much of it
// around the beginning as is past, with a day before the window.
func windowStartMonth(first, last patient.Day) patient.Date {
	m := wholeMonth(first)
	if m.First() == first || m.Last() > last {
		return patient.Between(first-1, first)
	}
	return m
}

// monthEnds are the days around the first day of a window that ends on a day
// which the month of its beginning lacks.
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
				end := s.dateNamed(w.Anchor)
				shift := patient.Day(0)
				for ; shift < 4*366; shift++ {
					_, month, day := monthsBefore(end+shift, months).Calendar()
					if isDayMissing(end+shift, months) && day == target[1] && (target[0] == 0 || target[0] == month) {
						break
					}
				}
				if shift == 4*366 {
					return false
				}
				s.shiftDates(shift)
				return factApplier(call, func(f *fact, s *sketch) {
					first, _ := s.windowDays(call.Window)
					f.setDate(patient.On(first - patient.Day(before)))
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
				first, last := s.windowDays(call.Window)
				last = min(last, s.on)
				if early {
					first--
				}
				for i := range k {
					f, ok := s.newFact(call.Concept)
					day := last - patient.Day(i)
					if early && i == 0 {
						day = first
					}
					if !ok || day < first {
						return false
					}
					f.setDate(patient.On(day))
					if f.concept.Kind == terminology.ObservationKind {
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
