// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"maps"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

// Transition is a day on which the truth of a rule changes.
type Transition struct {
	From  patient.Day
	Truth language.Truth
}

// Ahead says how the days after the screening day are looked at.
type Ahead struct {
	// Last is the last screening day that is looked at.
	Last patient.Day
	// Fixed names the anchors that stay on their day. All others move along
	// with the screening day and keep their distance from it.
	Fixed []string
}

// DatesOn gives the dates on a later screening day, as Study.Turns sees them.
func (a Ahead) DatesOn(d language.Dates, day patient.Day) language.Dates {
	later := language.Dates{Screening: day, Record: d.RecordDay(), Anchors: maps.Clone(d.Anchors)}
	for name, on := range later.Anchors {
		if !slices.Contains(a.Fixed, name) {
			later.Anchors[name] = on.AddDays(int(day - d.Screening))
		}
	}
	return later
}

// Transitions gives, for each of Study.Criteria, the truth of its rule on the
// screening day and on every day after it on which it becomes another, up to
// a.Last. Nothing new is assumed to happen: on a later day the record is still
// the one that was read for the first (see Dates.Record), and its facts
// of days to come count from their day on.
func (c StudyChart) Transitions(d language.Dates, a Ahead) [][]Transition {
	s := c.study
	v := c.evaluator(d)
	defer c.release(v)
	v.truthOnly = true
	t := &timeline{view: v, from: d, last: a.Last, fixed: a.Fixed, anchors: maps.Clone(d.Anchors)}
	turns := make([][]Transition, len(s.Criteria))
	for i := range s.Criteria {
		turns[i] = t.transitionsOf(s.Criteria[i].Form())
	}
	return turns
}

// timeline evaluates rules on later and later screening days. The result of a word
// changes only where the screening day, an anchor or the first day of a
// window reaches or passes a day that the record speaks of, so an atom is
// evaluated on those days and on no other.
type timeline struct {
	view    *evaluator
	from    language.Dates
	last    patient.Day
	fixed   []string
	anchors map[string]patient.Day // as of the day that the evaluator is on
	days    []patient.Day          // on which the atom at hand may turn
	memory  []Transition           // the next transitions are cut from it
}

// transitionsOf gives the turns of a branch.
func (t *timeline) transitionsOf(b *language.Form) []Transition {
	if b.Op == language.Atom {
		return t.atomTransitions(b)
	}
	kids := make([][]Transition, len(b.Kids))
	for i, kid := range b.Kids {
		kids[i] = t.transitionsOf(kid)
	}
	return t.joinTransitions(b, kids)
}

// atomTransitions gives the turns of an atom, by evaluating it on each day on which it may
// turn.
func (t *timeline) atomTransitions(b *language.Form) []Transition {
	t.days = append(t.days[:0], t.from.Screening)
	for _, c := range b.Calls {
		t.addCallDays(c, b)
	}
	slices.Sort(t.days)
	turns := t.memory[:0]
	for _, day := range slices.Compact(t.days) {
		t.moveTo(day)
		turns = appendTransition(turns, day, t.view.evaluate(b).Truth)
	}
	return t.keepTransitions(turns)
}

// moveTo puts the evaluator on a later day.
func (t *timeline) moveTo(day patient.Day) {
	for name, on := range t.from.Anchors {
		if !slices.Contains(t.fixed, name) {
			t.anchors[name] = on.AddDays(int(day - t.from.Screening))
		}
	}
	v := t.view
	v.dates = language.Dates{Screening: day, Record: t.from.RecordDay(), Anchors: t.anchors}
	v.found, v.callResults, v.nodeResults = v.found[:0], v.callResults[:0], v.nodeResults[:0]
}

// joinTransitions gives the turns of a branch whose kids turn as given.
func (t *timeline) joinTransitions(b *language.Form, kids [][]Transition) []Transition {
	days := t.days[:0]
	for _, kid := range kids {
		for _, turn := range kid {
			days = append(days, turn.From)
		}
	}
	slices.Sort(days)
	t.days = days
	at, judged := make([]int, len(kids)), make([]NodeResult, len(kids))
	turns := t.memory[:0]
	for _, day := range slices.Compact(days) {
		for i, kid := range kids {
			for at[i]+1 < len(kid) && kid[at[i]+1].From <= day {
				at[i]++
			}
			judged[i].Truth = kid[at[i]].Truth
		}
		turns = appendTransition(turns, day, combined(b, judged))
	}
	return t.keepTransitions(turns)
}

func appendTransition(turns []Transition, day patient.Day, truth language.Truth) []Transition {
	if n := len(turns); n > 0 && turns[n-1].Truth == truth {
		return turns
	}
	return append(turns, Transition{day, truth})
}

// keepTransitions takes the turns out of the memory that they were made in.
func (t *timeline) keepTransitions(turns []Transition) []Transition {
	t.memory = turns[len(turns):]
	return turns[:len(turns):len(turns)]
}

// ChangedBy is the cause that could still change a rule that is true or false.
type ChangedBy string

// The causes: time alone; a fact that is not on record today, such as a new
// result, a medicine stopped or another answer; or nothing, as long as the record
// is right: a past sepsis stays in the past.
const (
	ByTime    ChangedBy = "time"
	ByNewFact ChangedBy = "fact"
	ByNothing ChangedBy = "permanent"
)

// lifetime is how many years ahead [StudyChart.ChangedBy] looks.
const lifetime = 120

// ChangedBy gives the cause that could still change the rule of one of the study's
// criteria, an index in Study.Criteria. All anchors move along with the
// screening day. A rule that is not known can be changed by a fact.
func (c StudyChart) ChangedBy(d language.Dates, criterion int) ChangedBy {
	v := c.evaluator(d)
	defer c.release(v)
	root := c.study.Criteria[criterion].Form()
	r := v.evaluate(root)
	if r.isPermanent() {
		return ByNothing
	}
	v.truthOnly = true
	t := &timeline{view: v, from: d, last: d.Screening.AddYears(lifetime), anchors: maps.Clone(d.Anchors)}
	turns := t.transitionsOf(root)
	if r.Truth != language.Unknown && len(turns) > 1 {
		return ByTime
	}
	return ByNewFact
}

// isPermanent reports whether neither time nor a new fact changes the truth of the part.
func (r *NodeResult) isPermanent() bool {
	if r.Form.Op == language.Atom {
		return r.atomIsPermanent()
	}
	same, count := 0, len(r.kids)
	for i := range r.kids {
		if kid := &r.kids[i]; kid.isPermanent() && (r.Form.Op == language.Not || kid.Truth == r.Truth) {
			same++
		}
	}
	switch {
	case r.Truth == language.Unknown:
		return false
	case r.Form.Op == language.And && r.Truth == language.False, r.Form.Op == language.Or && r.Truth == language.True:
		return same > 0
	case r.Form.Op == language.AtLeast && r.Truth == language.True:
		return same >= r.Form.N
	case r.Form.Op == language.AtLeast:
		return same > count-r.Form.N
	}
	return same == count
}

// atomIsPermanent reports whether an atom keeps its truth: a person who died is dead,
// a person's sex stays, nobody grows younger, and a past event stays in the past.
func (r *NodeResult) atomIsPermanent() bool {
	call := r.Form.Calls[0]
	word, way := call.Word, call.Word.Monotone
	switch {
	case r.Truth == language.Unknown:
		return false
	case word.Constant:
		return true
	case way == 0 || call.Window != nil:
		return false
	case word.Answer == language.TruthAnswer:
		return (r.Truth == language.True) == (way > 0)
	}
	switch op := r.Form.Operator(); {
	case strings.HasPrefix(op, ">"):
		return (r.Truth == language.True) == (way > 0)
	case strings.HasPrefix(op, "<"):
		return (r.Truth == language.True) == (way < 0)
	}
	return false
}
