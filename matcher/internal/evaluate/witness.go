// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/eligo-trials/eligo/rules/language"
)

// Open is the missing facts that leave the rules of a study open for one patient, and the
// least that could settle each of them.
type Open struct {
	// Facts are the missing facts, each once, with all the gaps that it would close.
	Facts [][]Gap
	Rules []OpenRule // in the order of the study
}

// OpenRule is a rule that is not known.
type OpenRule struct {
	Criterion int // index in Study.Criteria
	// True and False are the sets of facts that could make the rule so, the
	// smallest first: none holds another. At most 64 each.
	True, False []Witness
}

// Witness is a minimal set of missing facts that can settle a rule, with the values
// that they must have.
type Witness struct {
	Facts []int // indices in Open.Facts, in order
	// assignments are the values that the facts must have.
	assignments []assignment
}

// assignment says that a variable has one of its values, by number.
type assignment struct{ variable, value int }

func compareAssignments(a, b assignment) int { return cmp.Or(a.variable-b.variable, a.value-b.value) }

// Combine joins two witnesses; false where they need different values of the same
// variable.
func (w Witness) Combine(o Witness) (Witness, bool) {
	joined := w.union(o)
	for i := 1; i < len(joined.assignments); i++ {
		if joined.assignments[i].variable == joined.assignments[i-1].variable {
			return Witness{}, false
		}
	}
	return joined, true
}

func (w Witness) union(o Witness) Witness {
	return Witness{union(w.Facts, o.Facts, cmp.Compare[int]), union(w.assignments, o.assignments, compareAssignments)}
}

func (w Witness) isSubsetOf(o Witness) bool {
	return containsAll(o.Facts, w.Facts, cmp.Compare[int]) && containsAll(o.assignments, w.assignments, compareAssignments)
}

// FindOpen finds the missing facts that leave the study's rules open.
func (c StudyChart) FindOpen(d language.Dates) Open {
	s := c.study
	v := c.evaluator(d)
	defer c.release(v)
	o := &witnessSearch{view: v, facts: map[string]int{}, variables: map[string]int{}, breakpoints: map[string]*breakpoints{}}
	var unknown []NodeResult
	for i := range s.Criteria {
		if r := v.evaluate(s.Criteria[i].Form()); r.Truth == language.Unknown {
			unknown = append(unknown, r)
			o.Rules = append(o.Rules, OpenRule{Criterion: i})
			o.addBreakpoints(&r)
		}
	}
	for i := range unknown {
		w := o.witnessesOf(&unknown[i])
		o.Rules[i].True, o.Rules[i].False = w.yes, w.no
	}
	return o.Open
}

type witnessSearch struct {
	Open
	view        *evaluator
	facts       map[string]int          // index in Facts, by the identity of a fact
	variables   map[string]int          // of claims
	breakpoints map[string]*breakpoints // of the numbers that atoms compare
}

// witnesses are how a branch could become true, and how false.
type witnesses struct{ yes, no []Witness }

func (o *witnessSearch) witnessesOf(r *NodeResult) witnesses {
	kids := make([]witnesses, len(r.kids))
	switch {
	case r.Truth == language.True:
		return witnesses{yes: []Witness{{}}}
	case r.Truth == language.False:
		return witnesses{no: []Witness{{}}}
	case r.Form.Op == language.Atom:
		return o.atomWitnesses(r)
	}
	for i := range r.kids {
		kids[i] = o.witnessesOf(&r.kids[i])
	}
	n := 1 // of the branches, which must be true
	switch r.Form.Op {
	case language.Not:
		return witnesses{kids[0].no, kids[0].yes}
	case language.And:
		n = len(kids)
	case language.AtLeast:
		n = r.Form.N
	}
	return witnesses{choose(kids, n, forTrue), choose(kids, len(kids)-n+1, forFalse)}
}

func forTrue(w witnesses) []Witness  { return w.yes }
func forFalse(w witnesses) []Witness { return w.no }

// mostWitnesses is how many witnesses are kept at each step.
const mostWitnesses = 64

// choose gives the ways in which n of the branches come out.
func choose(kids []witnesses, n int, side func(witnesses) []Witness) []Witness {
	have := make([][]Witness, n+1) // by how many of the branches so far came out
	have[0] = []Witness{{}}
	for _, kid := range kids {
		for k := n; k > 0; k-- {
			have[k] = smallestWitnesses(append(have[k], joinWitnesses(have[k-1], side(kid))...))
		}
	}
	return have[n]
}

func joinWitnesses(a, b []Witness) []Witness {
	var all []Witness
	for _, x := range a {
		for _, y := range b {
			if w, possible := x.Combine(y); possible {
				all = append(all, w)
			}
		}
	}
	return all
}

// smallestWitnesses keeps the smallest of some ways, without those that hold another.
func smallestWitnesses(all []Witness) []Witness {
	slices.SortStableFunc(all, func(a, b Witness) int {
		return cmp.Or(len(a.Facts)-len(b.Facts), len(a.assignments)-len(b.assignments))
	})
	var kept []Witness
	for _, w := range all {
		if len(kept) < mostWitnesses && !slices.ContainsFunc(kept, func(k Witness) bool { return k.isSubsetOf(w) }) {
			kept = append(kept, w)
		}
	}
	return kept
}

// factIndex gives the index of a missing fact, which is one fact wherever the same
// question, the same entry of the record or the same measurement is missing.
func (o *witnessSearch) factIndex(m Gap) int {
	key := "record " + m.Record
	switch {
	case m.Kind == GapAnswer:
		key = "answer " + m.What
	case m.Kind == GapRecordEnd:
		key = "record ends"
	case m.Question != nil && m.Question.Facts > 1:
		key = "question " + string(m.Call.Concept.Kind) + strconv.Itoa(m.Question.Rank)
	case m.Record == "" || m.Why == WhyTooOld:
		key = "value " + m.What
	}
	i, known := o.facts[key]
	if !known && m.Kind == GapFact && m.Why == WhyMayBe { // one answer for all entries with the same words
		f := m.Fact.Kind.Fact(o.view.chart.patient, m.Fact.Hit.Fact)
		if words := WordsOf(f, m.Fact.Hit.Coding); words != "" {
			words = "words " + string(m.Fact.Kind) + " " + words
			if i, known = o.facts[words]; !known {
				o.facts[words] = len(o.Facts)
			}
		}
	}
	if !known {
		i = len(o.Facts)
		o.Facts = append(o.Facts, nil)
	}
	o.facts[key] = i
	o.Facts[i] = append(o.Facts[i], m)
	return i
}

// union joins two sorted sets.
func union[T comparable](a, b []T, compare func(a, b T) int) []T {
	u := slices.Concat(a, b)
	slices.SortFunc(u, compare)
	return slices.Compact(u)
}

// containsAll reports whether a sorted set holds another.
func containsAll[T any](set, part []T, compare func(a, b T) int) bool {
	for _, x := range part {
		if _, found := slices.BinarySearchFunc(set, x, compare); !found {
			return false
		}
	}
	return true
}
