// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"slices"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

type cqlKind int

const (
	cqlNull cqlKind = iota
	cqlTruth
	cqlPoint
	cqlInterval
)

// cqlValue is a value of CQL in the terms of the core: a point is a number as
// a range, for a date the range of its days.
type cqlValue struct {
	kind      cqlKind
	truth     language.Truth
	number    *Number
	unit      string
	date      patient.Date
	low, high *cqlValue // of an interval, both closed; nil: no bound
}

func truly(t language.Truth) cqlValue { return cqlValue{kind: cqlTruth, truth: t} }

func numeric(n *Number) cqlValue { return cqlValue{kind: cqlPoint, number: n} }

func dated(s string) cqlValue {
	d, err := patient.ParseDate(s)
	if err != nil {
		panic(cqlCannotError("a time of day"))
	}
	return onDate(d)
}

func onDate(d patient.Date) cqlValue {
	return cqlValue{kind: cqlPoint, number: count(int(d.First()), int(d.Last())), date: d}
}

func (v cqlValue) truthValue() language.Truth {
	if v.kind == cqlTruth {
		return v.truth
	}
	return language.Unknown
}

// logic is the value as an operand of and, or, not.
func (v cqlValue) logic() language.Truth {
	if v.kind != cqlTruth && v.kind != cqlNull {
		panic(cqlCannotError("other functions and forms"))
	}
	return v.truthValue()
}

// plain is the value as a number without unit.
func (v cqlValue) plain() *Number {
	if v.kind == cqlNull {
		return notKnown
	}
	if v.kind != cqlPoint || v.unit != "" || !v.date.IsZero() {
		panic(cqlCannotError("arithmetic in units: rules compute with numbers in the concept's unit"))
	}
	return v.number
}

// plus adds or takes away a number, or a duration as windows do.
func (v cqlValue) plus(o cqlValue, sign int) cqlValue {
	if v.date.IsZero() {
		if sign < 0 {
			return numeric(subtract(v.plain(), o.plain()))
		}
		return numeric(add(v.plain(), o.plain()))
	}
	if !v.date.IsDay() || o.kind != cqlPoint {
		panic(cqlCannotError("arithmetic on partial dates: windows are counted from certain days"))
	}
	// A window is counted back; counting forward is the same with less than none.
	n := -sign * int(o.number.Lo.Value.Rat().Num().Int64())
	w := &language.Window{Unit: o.unit + "s", N: n, Anchor: language.Screening}
	if !slices.Contains([]string{"days", "weeks", "months", "years"}, w.Unit) {
		panic(cqlCannotError("a time of day"))
	}
	first, _ := w.DayRange(language.Dates{Screening: v.date.First()})
	return onDate(patient.On(first))
}

// between is the range of completed units between two uncertain dates, as in
// findAge.
func between(unit string, from, to cqlValue) cqlValue {
	if from.date.IsZero() || to.date.IsZero() || from.date.Last() > to.date.First() {
		panic(cqlCannotError("time between that is negative, or not between dates: no age is"))
	}
	span := func(a, b patient.Day) int {
		switch unit {
		case "years":
			return patient.CompletedMonths(a, b) / 12
		case "months":
			return patient.CompletedMonths(a, b)
		case "weeks":
			return int(b-a) / 7
		}
		return int(b - a)
	}
	return numeric(count(span(from.date.Last(), to.date.First()), span(from.date.First(), to.date.Last())))
}

// inUnitOf brings a quantity to the unit of another, as results are brought to
// the unit of their concept.
func (v cqlValue) inUnitOf(o cqlValue) *Number {
	if v.kind == cqlNull {
		return notKnown
	}
	if v.kind != cqlPoint {
		panic(cqlCannotError("texts, lists, tuples, ratios or long integers"))
	}
	if v.unit == o.unit || o.kind == cqlNull {
		return v.number
	}
	names := map[string]string{"week": "wk", "day": "d"}
	name := func(unit string) string {
		if n := names[unit]; n != "" {
			return n
		}
		return unit
	}
	from, to := name(v.unit), name(o.unit)
	calendar := []string{"year", "month"} // which are no unit, for they differ in length
	switch {
	case from == to:
		return v.number
	case slices.Contains(calendar, from) || slices.Contains(calendar, to):
		return notKnown
	}
	record := &evaluator{chart: &Chart{reader: NewReader()}}
	n, _ := record.quantityOf(&language.Call{Concept: &terminology.Concept{Kind: terminology.ObservationKind, Unit: to, Signed: true}}, &patient.Quantity{Value: v.number.Lo.Value, Unit: from})
	return n
}
