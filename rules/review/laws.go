// SPDX-License-Identifier: Apache-2.0

package review

import (
	"slices"

	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// mostPairs bounds the comparisons of truths with each other.
const mostPairs = 200_000

// makeLaws finds truths that imply others: an event within 4 weeks is within 8
// weeks, and a member of a class is an instance of the class.
func (u *universe) makeLaws() {
	u.laws, u.tied = map[int][]law{}, map[int][]int{}
	pairs := 0
	for i, a := range u.variables {
		for k, b := range u.variables {
			if pairs++; pairs > mostPairs {
				return
			}
			if i == k || a.opaque || b.opaque || !callImplies(a.call, b.call) {
				continue
			}
			yes := func(v int) *node { return &node{op: language.Atom, variable: v, holds: []bool{false, true}} }
			u.laws[i] = append(u.laws[i], law{k, &node{op: language.Or, operands: []*node{negate(yes(i)), yes(k)}}})
			u.tied[i], u.tied[k] = append(u.tied[i], k), append(u.tied[k], i)
		}
	}
}

// callImplies reports whether b is true wherever a is.
func callImplies(a, b *language.Call) bool {
	if a.Word != b.Word || a.Concept == nil || b.Concept == nil {
		return false
	}
	present := a.Word.Present
	if !present && (!a.Word.Event || a.Concept.Kind == terminology.ObservationKind) {
		return false
	}
	return classHolds(b.Concept, a.Concept, 0) && (present || windowCovers(b.Window, a.Window))
}

// mostLevels is the maximum depth of classes in a comparison.
const mostLevels = 8

// classHolds reports whether each instance of member is an instance of class. A
// class with exceptions may not hold an instance of its member.
func classHolds(class, member *terminology.Concept, level int) bool {
	if class == member {
		return true
	}
	if level == mostLevels || !class.Except.IsZero() {
		return false
	}
	return slices.ContainsFunc(class.Any, func(c *terminology.Concept) bool { return classHolds(c, member, level+1) })
}

// windowCovers reports whether the days of a window are certainly among those
// of another. A nil window is all the time up to the screening day.
func windowCovers(outer, inner *language.Window) bool {
	switch {
	case outer == nil:
		return inner == nil || inner.Anchor == language.Screening
	case inner == nil || outer.Anchor != inner.Anchor:
		return false
	}
	a, calendarA := windowLength(outer)
	b, calendarB := windowLength(inner)
	return calendarA == calendarB && a >= b
}

// windowLength gives a window in days, or in months of the calendar.
func windowLength(w *language.Window) (n int, calendar bool) {
	switch w.Unit {
	case "weeks":
		return 7 * w.N, false
	case "months":
		return w.N, true
	case "years":
		return 12 * w.N, true
	}
	return w.N, false
}

// lawsAbout gives the laws between variables of the rules.
func (u *universe) lawsAbout(goals []*node) []*node {
	if len(u.laws) == 0 {
		return nil
	}
	about := variablesOf(goals...)
	var list []*node
	for _, from := range about {
		u.work += len(u.laws[from])
		for _, l := range u.laws[from] {
			if _, ok := slices.BinarySearch(about, l.to); ok {
				list = append(list, l.rule)
			}
		}
	}
	return list
}
