// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// otherUnits are units that the ones of concepts are often reported in, and how
// many of the other unit make one: 10 g/L are 1 g/dL.
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

// measured makes a result of so much in the unit of the rule's concept.
func measured(c *terminology.Concept, comparator string, v patient.Decimal) func(*fact) {
	return func(f *fact) {
		f.value, f.quantity = v, &patient.Quantity{Comparator: comparator, Value: v, Unit: c.Unit}
	}
}

// resultOf is a result at the limit of a comparison.
func resultOf(f *language.Form) func(*fact) {
	c := f.Calls[0].Concept
	if _, factor, ok := multiple(f); ok {
		limit := patient.NewDecimal(40)
		return func(r *fact) {
			measured(c, "", factor.Mul(limit).Add(patient.NewDecimal(1)))(r)
			r.high = &patient.Quantity{Value: limit, Unit: c.Unit}
		}
	}
	if f.Compare == nil {
		return measured(c, "", patient.NewDecimal(1))
	}
	return measured(c, "", patient.MustDecimal(f.Compare.Values[0]))
}

// numberEdges are results at a limit, a step to either side, known only to be
// below or above it, and in another unit.
func numberEdges(f *language.Form) []edge {
	call := f.Calls[0]
	c := call.Concept
	var list []edge
	add := func(words string, found func(*fact)) {
		list = append(list, edge{words, event(call, func(f *fact, _ *sketch) { found(f) })})
	}
	if f.Compare == nil {
		return limitEdges(f)
	}
	unit := ""
	if c.Unit != "" && c.Unit != "1" {
		unit = " " + c.Unit
	}
	for _, text := range f.Compare.Values {
		limit, step := patient.MustDecimal(text), stepOf(text)
		for _, v := range []patient.Decimal{limit.Sub(step), limit, limit.Add(step)} {
			if v.Sign() >= 0 || c.Signed {
				add(v.String()+unit, measured(c, "", v))
			}
		}
		for _, comparator := range []string{"<", "<=", ">", ">="} {
			if limit.Sign() > 0 || c.Signed {
				add(comparator+text+unit, measured(c, comparator, limit))
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
		resultOf(f)(r)
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
		list = append(list, edge{recorded.String() + " umol/L", event(call, func(f *fact, _ *sketch) {
			f.value, f.quantity = recorded.Mul(factor), &patient.Quantity{Value: recorded, Unit: "umol/L"}
		})})
	}
	return list
}

// limitEdges are results around a multiple of their own upper limit of normal.
func limitEdges(f *language.Form) []edge {
	_, factor, ok := multiple(f)
	if !ok {
		return nil
	}
	call := f.Calls[0]
	limit := patient.NewDecimal(40)
	at := factor.Mul(limit)
	var list []edge
	for _, v := range []patient.Decimal{at.Sub(patient.NewDecimal(1)), at, at.Add(patient.NewDecimal(1))} {
		list = append(list, edge{v.String() + " with an upper limit of " + limit.String(), event(call, func(r *fact, _ *sketch) {
			measured(call.Concept, "", v)(r)
			r.high = &patient.Quantity{Value: limit, Unit: call.Concept.Unit}
		})})
	}
	return append(list, edge{"no upper limit recorded", event(call, func(r *fact, _ *sketch) { measured(call.Concept, "", at)(r) })})
}
