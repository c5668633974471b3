// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/language"
)

// Open is the missing facts that leave the rules of a study open for one patient, and the
// least that could settle each of them.
type Open struct {
	// Facts are the missing facts, each once: one that leaves two rules open is listed
	// once, with the words of the first.
	Facts []Missing
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

// isSubsetOf reports whether a witness needs no more than another.
func (w Witness) isSubsetOf(o Witness) bool {
	return containsAll(o.Facts, w.Facts, cmp.Compare[int]) && containsAll(o.assignments, w.assignments, compareAssignments)
}

// FindOpen finds the missing facts that leave the study's rules open.
func (c StudyChart) FindOpen(d language.Dates) Open {
	s := c.study
	v := c.evaluator(d)
	defer c.release(v)
	o := &witnessSearch{view: v, facts: map[string]int{}, variables: map[string]int{}, breakpoints: map[string]*breakpoints{}}
	unknown := map[int]*nodeResult{}
	for i := range s.Criteria {
		r := v.evaluate(s.Criteria[i].Form())
		if r.truth == language.Unknown {
			unknown[i] = &r
			o.addBreakpoints(&r)
		}
	}
	for _, i := range slices.Sorted(maps.Keys(unknown)) {
		w := o.witnessesOf(unknown[i])
		o.Rules = append(o.Rules, OpenRule{i, w.yes, w.no})
	}
	o.askAfterRecord()
	return o.Open
}

// witnessSearch collects the missing facts and the witnesses of the rules.
type witnessSearch struct {
	Open
	view        *evaluator
	facts       map[string]int          // index in Facts, by the identity of a fact
	variables   map[string]int          // of claims
	breakpoints map[string]*breakpoints // of the numbers that atoms compare
	after       []string                // labels to look for after the record ends
}

// witnesses are how a branch could become true, and how false.
type witnesses struct{ yes, no []Witness }

func (o *witnessSearch) witnessesOf(r *nodeResult) witnesses {
	kids := make([]witnesses, len(r.kids))
	switch {
	case r.truth == language.True:
		return witnesses{yes: []Witness{{}}}
	case r.truth == language.False:
		return witnesses{no: []Witness{{}}}
	case r.form.Op == language.Atom:
		return o.atomWitnesses(r)
	}
	for i := range r.kids {
		kids[i] = o.witnessesOf(&r.kids[i])
	}
	n := 1 // of the branches, which must be true
	switch r.form.Op {
	case language.Not:
		return witnesses{kids[0].no, kids[0].yes}
	case language.And:
		n = len(kids)
	case language.AtLeast:
		n = r.form.N
	}
	return witnesses{choose(kids, n, forTrue), choose(kids, len(kids)-n+1, forFalse)}
}

func forTrue(w witnesses) []Witness  { return w.yes }
func forFalse(w witnesses) []Witness { return w.no }

// mostWays is how many ways are kept at each step.
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
		if n := len(a.Facts) - len(b.Facts); n != 0 {
			return n
		}
		return len(a.assignments) - len(b.assignments)
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
func (o *witnessSearch) factIndex(m Missing) int {
	key := "record " + m.Record
	switch {
	case m.Question:
		key = "answer " + m.What
	case m.Why == WhyRecordEnds:
		key = "record ends"
		if !slices.Contains(o.after, m.What) {
			o.after = append(o.after, m.What)
		}
	case m.Record == "" || m.Why == WhyTooOld:
		key = "value " + m.What
	}
	i, known := o.facts[key]
	if !known {
		i = len(o.Facts)
		o.facts[key] = i
		o.Facts = append(o.Facts, m)
		return i
	}
	switch f := &o.Facts[i]; { // one entry may leave several things open
	case m.Record == "" || strings.Contains(f.Ask, m.Ask):
	case m.Why == WhyUnreadable && f.Why == WhyUnreadable && !strings.Contains(f.Ask, m.What):
		f.Ask += " It may be " + m.What + " as well."
	case m.Why != WhyUnreadable:
		f.Ask += " " + m.Ask
	}
	return i
}

// askAfterRecord words the fact that is missing where the record ends.
func (o *witnessSearch) askAfterRecord() {
	if i, open := o.facts["record ends"]; open {
		m := &o.Facts[i]
		through := o.view.chart.patient.RecordedThrough.String()
		m.What = "the record after " + through
		m.Ask = "What happened after " + through + ", when the record ends: any " + strings.Join(o.after, ", ") + "?"
	}
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
