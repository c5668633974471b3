// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// Open says what leaves the rules of a study open for one patient, and the
// least that could settle each of them.
type Open struct {
	// Facts are what is missing, each once: what leaves two rules open stands
	// here once, with the words of the first.
	Facts []Missing
	Rules []OpenRule // in the order of the study
}

// OpenRule is a rule that is not known.
type OpenRule struct {
	Criterion int // index in Study.Criteria
	// True and False are the sets of facts that could make the rule so, the
	// smallest first: none holds another. At most 64 each.
	True, False []Way
}

// Way is a set of facts that are enough to settle a rule, if they turn out one
// way.
type Way struct {
	Facts []int // indices in Open.Facts, in order
	// says is what the facts must then come to: parts of rules, each with its
	// truth. The same part cannot come to both.
	says []int
}

// With joins two ways; false where the one needs a part of a rule to be true
// and the other needs it to be false.
func (w Way) With(o Way) (Way, bool) {
	joined := Way{union(w.Facts, o.Facts), union(w.says, o.says)}
	for i := 1; i < len(joined.says); i++ {
		if joined.says[i]/2 == joined.says[i-1]/2 {
			return Way{}, false
		}
	}
	return joined, true
}

// within reports whether a way needs no more than another.
func (w Way) within(o Way) bool { return holds(o.Facts, w.Facts) && holds(o.says, w.says) }

// Open finds what leaves the study's rules open. The chart must come from a
// Reader that was made with this study.
func (s *Study) Open(c *Chart, d Dates) (Open, error) {
	v := c.reader.views.Get().(*view)
	defer c.reader.views.Put(v)
	defer v.close()
	v.open(c, s, d)
	o := &opening{through: c.patient.RecordedThrough, facts: map[string]int{}, parts: map[string]int{}}
	for i := range s.Criteria {
		r, err := v.read(s.Criteria[i].program.root)
		if err != nil {
			return Open{}, fmt.Errorf("%s: %s: %w", s.ID, s.Criteria[i].ID, err)
		}
		if r.truth == Unknown {
			w := o.of(&r)
			o.Rules = append(o.Rules, OpenRule{i, w.yes, w.no})
		}
	}
	o.askAfterRecord()
	return o.Open, nil
}

// opening gathers what is open.
type opening struct {
	Open
	through patient.Date
	facts   map[string]int // index in Facts, by what makes a fact one
	parts   map[string]int // atoms, by their source
	after   []string       // what to look for after the record ends
}

// ways are how a branch could become true, and how false.
type ways struct{ yes, no []Way }

func (o *opening) of(r *judgement) ways {
	kids := make([]ways, len(r.kids))
	switch {
	case r.truth == True:
		return ways{yes: []Way{{}}}
	case r.truth == False:
		return ways{no: []Way{{}}}
	case r.branch.op == leaf:
		return o.leaf(r)
	}
	for i := range r.kids {
		kids[i] = o.of(&r.kids[i])
	}
	n := 1
	switch r.branch.op {
	case not:
		return ways{kids[0].no, kids[0].yes}
	case and:
		n = len(kids)
	case atLeast:
		n = r.branch.n
	}
	yes := func(w ways) []Way { return w.yes }
	no := func(w ways) []Way { return w.no }
	return ways{choose(kids, n, yes), choose(kids, len(kids)-n+1, no)}
}

// mostWays is how many ways are kept at each step.
const mostWays = 64

// choose gives the ways in which n of the branches come out.
func choose(kids []ways, n int, side func(ways) []Way) []Way {
	have := make([][]Way, n+1) // by how many of the branches so far came out
	have[0] = []Way{{}}
	for _, kid := range kids {
		for k := n; k > 0; k-- {
			have[k] = least(append(have[k], joined(have[k-1], side(kid))...))
		}
	}
	return have[n]
}

func joined(a, b []Way) []Way {
	var all []Way
	for _, x := range a {
		for _, y := range b {
			if w, possible := x.With(y); possible {
				all = append(all, w)
			}
		}
	}
	return all
}

// least keeps the smallest of some ways, without those that hold another.
func least(all []Way) []Way {
	slices.SortStableFunc(all, func(a, b Way) int {
		if n := len(a.Facts) - len(b.Facts); n != 0 {
			return n
		}
		return len(a.says) - len(b.says)
	})
	var kept []Way
	for _, w := range all {
		if len(kept) < mostWays && !slices.ContainsFunc(kept, func(k Way) bool { return k.within(w) }) {
			kept = append(kept, w)
		}
	}
	return kept
}

// leaf gives the ways of an atom that is not known.
func (o *opening) leaf(r *judgement) ways {
	part, known := o.parts[r.branch.atom.source]
	if !known {
		part = len(o.parts)
		o.parts[r.branch.atom.source] = part
	}
	w := o.needs(r)
	for i := range w.yes {
		w.yes[i].says = []int{2*part + 1}
	}
	for i := range w.no {
		w.no[i].says = []int{2 * part}
	}
	return w
}

// needs tells which facts make an atom true, and which make it false.
func (o *opening) needs(r *judgement) ways {
	var each []Way
	for _, gap := range r.gaps() {
		one := Way{Facts: []int{o.fact(gap)}}
		if !slices.ContainsFunc(each, func(w Way) bool { return w.Facts[0] == one.Facts[0] }) {
			each = append(each, one)
		}
	}
	call, bound := r.branch.atom.calls[0], r.branch.atom.bound
	op := ""
	if bound != nil && len(r.branch.atom.calls) == 1 {
		op = bound.op
	}
	name := call.word.name
	switch {
	case name == "tested": // no result on record never says no
		return ways{yes: each}
	case r.branch.atom.alone != nil && call.concept != nil && name != "positive" && name != "negative",
		name == "highest" && strings.HasPrefix(op, ">"), name == "lowest" && strings.HasPrefix(op, "<"):
		return ways{each, all(each)} // one fact is enough for a yes; for a no none may be left
	case name == "highest" && strings.HasPrefix(op, "<"), name == "lowest" && strings.HasPrefix(op, ">"):
		return ways{all(each), each}
	case name == "times" && r.found[0].number.known && (strings.HasPrefix(op, "<") || strings.HasPrefix(op, ">")):
		return o.counted(r.found[0], bound)
	}
	return ways{all(each), all(each)}
}

func all(each []Way) []Way {
	var w Way
	for _, one := range each {
		w.Facts = union(w.Facts, one.Facts)
	}
	return []Way{w}
}

// counted tells which facts take a count to its threshold, and which keep it
// below: each fact on record counts or does not, and others may be found.
func (o *opening) counted(s *sighting, b *bounds) ways {
	var each []ways
	var other []Way
	for _, gap := range s.gaps {
		one := []Way{{Facts: []int{o.fact(gap)}}}
		if gap.Record == "" {
			other = one
		} else {
			each = append(each, ways{one, one})
		}
	}
	threshold := exactly(patient.MustDecimal(b.values[0]))
	compare := less
	if b.op == "<=" || b.op == ">" {
		compare = lessOrEqual
	}
	below := func(more int) bool { // more than are sure
		return compare(exactly(s.number.lo.value.Add(patient.NewDecimal(int64(more)))), threshold) == True
	}
	up, down := 0, 0
	for up <= len(each) && below(up) {
		up++
	}
	for down < len(each) && !below(len(each)-down) {
		down++
	}
	known := func(w ways) []Way { return w.yes }
	var reached []Way
	if up <= len(each) {
		reached = choose(each, up, known)
	}
	w := ways{least(append(reached, other...)), choose(each, down, known)}
	if other != nil {
		w.no = joined(w.no, other)
	}
	if strings.HasPrefix(b.op, "<") {
		w.yes, w.no = w.no, w.yes
	}
	return w
}

// fact gives the index of what is missing, which is one fact wherever the same
// question, the same entry of the record or the same measurement is missing.
func (o *opening) fact(m Missing) int {
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
	} else if f := &o.Facts[i]; m.Record != "" && !strings.Contains(f.Ask, m.Ask) {
		f.Ask += " " + m.Ask // one entry leaves several things open
	}
	return i
}

// askAfterRecord words the fact that is missing where the record ends.
func (o *opening) askAfterRecord() {
	if i, open := o.facts["record ends"]; open {
		m := &o.Facts[i]
		m.What = "the record after " + o.through.String()
		m.Ask = "What happened after " + o.through.String() + ", when the record ends: any " + strings.Join(o.after, ", ") + "?"
	}
}

// union joins two sorted sets.
func union(a, b []int) []int {
	u := slices.Concat(a, b)
	slices.Sort(u)
	return slices.Compact(u)
}

// holds reports whether a sorted set holds another.
func holds(set, part []int) bool {
	for _, x := range part {
		if _, found := slices.BinarySearch(set, x); !found {
			return false
		}
	}
	return true
}
