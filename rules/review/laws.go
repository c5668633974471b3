// SPDX-License-Identifier: Apache-2.0

package review

import (
	"slices"

	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// mostPairs bounds the comparisons of truths with each other.
const mostPairs = 200_000

// makeLaws finds truths that come with others: what happened within 4 weeks
// happened within 8, and whoever took a member of a class took the class.
func (u *universe) makeLaws() {
	u.laws, u.tied = map[int][]law{}, map[int][]int{}
	pairs := 0
	for i, a := range u.variables {
		for k, b := range u.variables {
			if pairs++; pairs > mostPairs {
				return
			}
			if i == k || a.opaque || b.opaque || !comesWith(a.call, b.call) {
				continue
			}
			yes := func(v int) *node { return &node{op: language.Atom, variable: v, holds: []bool{false, true}} }
			u.laws[i] = append(u.laws[i], law{k, &node{op: language.Or, kids: []*node{not(yes(i)), yes(k)}}})
			u.tied[i], u.tied[k] = append(u.tied[i], k), append(u.tied[k], i)
		}
	}
}

// comesWith reports whether b is true wherever a is.
func comesWith(a, b *language.Call) bool {
	if a.Word != b.Word || a.Concept == nil || b.Concept == nil {
		return false
	}
	present := a.Word.Present
	if !present && (!a.Word.Event || a.Concept.Kind == terminology.ObservationKind) {
		return false
	}
	return holds(b.Concept, a.Concept, 0) && (present || covers(b.Window, a.Window))
}

// mostLevels is how deep classes are looked into.
const mostLevels = 8

// holds reports whether whatever is an instance of member is one of class. What
// a class excepts may be an instance of a member and not of the class.
func holds(class, member *terminology.Concept, level int) bool {
	if class == member {
		return true
	}
	if level == mostLevels || !class.Except.IsZero() {
		return false
	}
	return slices.ContainsFunc(class.Any, func(c *terminology.Concept) bool { return holds(c, member, level+1) })
}

// covers reports whether the days of a window are surely among those of
// another. No window is all the time up to the screening day.
func covers(outer, inner *language.Window) bool {
	switch {
	case outer == nil:
		return inner == nil || inner.Anchor == language.Screening
	case inner == nil || outer.Anchor != inner.Anchor:
		return false
	}
	a, calendarA := length(outer)
	b, calendarB := length(inner)
	return calendarA == calendarB && a >= b
}

// length gives a window in days, or in months of the calendar.
func length(w *language.Window) (n int, calendar bool) {
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
