// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

// interval reads Interval[a, b) and closes its ends; those of days and whole
// numbers only, for no window is of anything else.
func (r *cqlReader) interval() cqlValue {
	openLow := r.next() == "("
	if !openLow && r.next() != "[" {
		panic(r.cannot())
	}
	r.at++
	low := r.sum()
	r.must(",")
	high := r.sum()
	openHigh := r.next() == ")"
	if !openHigh && r.next() != "]" {
		panic(r.cannot())
	}
	r.at++
	return cqlValue{kind: cqlInterval, low: low.end(openLow, 1), high: high.end(openHigh, -1)}
}

// end closes an end of an interval; nil is an end without bound.
func (v cqlValue) end(open bool, inward int) *cqlValue {
	whole := v.kind == cqlPoint && (!v.date.IsZero() || v.number.IsExact() && !strings.Contains(v.number.Lo.Value.String(), "."))
	switch {
	case v.kind == cqlNull && open:
		return &v // not known
	case v.kind == cqlNull:
		return nil
	case open && !whole:
		panic(cqlCannotError("an open end of what is not counted"))
	case open && !v.date.IsZero():
		v = onDate(patient.Between(v.date.First().AddDays(inward), v.date.Last().AddDays(inward)))
	case open:
		v.number = add(v.number, count(inward, inward))
	}
	return &v
}

// relation reads a comparison, or what is said of two times.
func (r *cqlReader) relation() cqlValue {
	left := r.sum()
	for op, compare := range map[string]func(a, b *Number) language.Truth{
		"<": less, "<=": lessOrEqual, "=": equal,
		">": func(a, b *Number) language.Truth { return less(b, a) }, ">=": func(a, b *Number) language.Truth { return lessOrEqual(b, a) },
		"!=": func(a, b *Number) language.Truth { return equal(a, b).Not() },
	} {
		if r.take(op) {
			return r.compared(op, left, r.sum(), compare)
		}
	}
	switch {
	case r.take("between"):
		low := r.sum()
		r.must("and")
		return truly(min(lessOrEqual(low.plain(), left.plain()), lessOrEqual(left.plain(), r.sum().plain())))
	case r.take("overlaps"):
		if slices.Contains([]string{"before", "after", "day"}, r.next()) {
			panic(r.cannot())
		}
		return truly(overlap(left, r.sum()))
	case r.take("in"), r.take("included", "in"), r.take("during"):
		r.precise()
		return truly(inside(left, r.sum()))
	case r.take("contains"), r.take("includes"):
		return truly(inside(r.sum(), left))
	case r.take("before"):
		unit := r.precise()
		return truly(ordered(left, r.sum(), unit, less))
	case r.take("after"):
		unit := r.precise()
		return truly(ordered(r.sum(), left, unit, less))
	case r.take("same"):
		return r.same(left)
	}
	return left
}

// compared compares truths as no rule can, by logic, and all else by number.
func (r *cqlReader) compared(op string, a, b cqlValue, compare func(a, b *Number) language.Truth) cqlValue {
	if a.kind == cqlInterval || b.kind == cqlInterval {
		panic(cqlCannotError("the result is an interval or a list"))
	}
	if a.kind == cqlTruth || b.kind == cqlTruth {
		differ := kleene("xor", a.logic(), b.logic())
		if op == "=" {
			differ = differ.Not()
		}
		return truly(differ)
	}
	return truly(compare(a.inUnitOf(b), b.inUnitOf(b)))
}

// precise reads "day of".
func (r *cqlReader) precise() string {
	if r.at+1 < len(r.tokens) && r.tokens[r.at+1] == "of" {
		unit := r.next()
		if !slices.Contains([]string{"year", "month", "day"}, unit) {
			panic(r.cannot())
		}
		r.at += 2
		return unit
	}
	return "day"
}

// same reads "same day as" and "same day or before".
func (r *cqlReader) same(left cqlValue) cqlValue {
	unit := r.next()
	if !slices.Contains([]string{"year", "month", "day"}, unit) {
		panic(r.cannot())
	}
	r.at++
	switch {
	case r.take("as"):
		return truly(ordered(left, r.sum(), unit, equal))
	case r.take("or", "before"):
		return truly(ordered(left, r.sum(), unit, lessOrEqual))
	case r.take("or", "after"):
		return truly(ordered(r.sum(), left, unit, lessOrEqual))
	}
	panic(r.cannot())
}

// ordered compares the end of one with the start of the other.
func ordered(a, b cqlValue, unit string, compare func(a, b *Number) language.Truth) language.Truth {
	if a.kind == cqlInterval {
		a = *a.high
	}
	if b.kind == cqlInterval {
		b = *b.low
	}
	if a.kind == cqlPoint && b.kind == cqlPoint && !a.date.IsZero() && !b.date.IsZero() {
		return compare(truncated(a.date, unit), truncated(b.date, unit))
	}
	return compare(a.inUnitOf(b), b.inUnitOf(b))
}

// truncated is the uncertain number of the year, month or day of a date.
func truncated(d patient.Date, unit string) *Number {
	n := func(day patient.Day) int {
		y, m, _ := day.Calendar()
		switch unit {
		case "year":
			return y
		case "month":
			return 12*y + m
		}
		return int(day)
	}
	return count(n(d.First()), n(d.Last()))
}

// inside says whether a point or an interval lies in an interval.
func inside(a, b cqlValue) language.Truth {
	if b.kind != cqlInterval {
		panic(cqlCannotError("texts, lists, tuples, ratios or long integers"))
	}
	low, high := &a, &a
	if a.kind == cqlInterval {
		low, high = a.low, a.high
	} else if first, last, ok := b.certain(); ok && a.kind == cqlPoint && (a.date.IsZero() == b.low.date.IsZero()) && a.certainOrDate() {
		start := patient.Between(a.day(true), a.day(false))
		e := Episode{Start: start, End: start}
		return e.overlaps(first, last)
	}
	t := language.True
	if b.low != nil {
		t = min(t, lessOrEqual(b.low.inUnitOf(*low), low.inUnitOf(*low)))
	}
	if b.high != nil {
		t = min(t, lessOrEqual(high.inUnitOf(*high), b.high.inUnitOf(*high)))
	}
	if b.low == nil && b.high == nil {
		return language.Unknown
	}
	return t
}

// overlap asks the core, which knows windows with certain ends; where neither
// interval has those, it compares their ends.
func overlap(a, b cqlValue) language.Truth {
	if a.kind != cqlInterval || b.kind != cqlInterval {
		panic(cqlCannotError("texts, lists, tuples, ratios or long integers"))
	}
	if a.low == nil || a.high == nil || b.low == nil || b.high == nil {
		return language.Unknown
	}
	for _, pair := range [][2]cqlValue{{a, b}, {b, a}} {
		first, last, ok := pair[1].certain()
		if e := pair[0]; ok && e.low.certainOrDate() && e.high.certainOrDate() {
			episode := Episode{
				Start: patient.Between(e.low.day(true), e.low.day(false)),
				End:   patient.Between(e.high.day(true), e.high.day(false)),
			}
			return episode.overlaps(first, last)
		}
	}
	return min(lessOrEqual(a.low.inUnitOf(*b.high), b.high.number), lessOrEqual(b.low.inUnitOf(*a.high), a.high.number))
}

// certain gives the days of an interval whose ends are certain. Whole numbers
// stand for days.
func (v cqlValue) certain() (first, last patient.Day, ok bool) {
	if v.low == nil || v.high == nil || !v.low.certainOrDate() || !v.high.certainOrDate() {
		return 0, 0, false
	}
	return v.low.day(true), v.high.day(true), v.low.number.IsExact() && v.high.number.IsExact()
}

// certainOrDate reports whether the point is a date or a whole number.
func (v cqlValue) certainOrDate() bool {
	if v.kind != cqlPoint || v.unit != "" {
		return false
	}
	return !v.date.IsZero() || v.number.IsExact() && v.number.Lo.Value.Rat().IsInt()
}

func (v cqlValue) day(first bool) patient.Day {
	b := v.number.Hi
	if first {
		b = v.number.Lo
	}
	return patient.Day(b.Value.Rat().Num().Int64())
}
