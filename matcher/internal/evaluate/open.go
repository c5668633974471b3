// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/language"
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
	// says is what the facts must then come to.
	says []claim
}

// claim says what something comes to: which of the values that it can have.
type claim struct{ about, value int }

func compareClaims(a, b claim) int { return cmp.Or(a.about-b.about, a.value-b.value) }

// With joins two ways; false where they need the same thing to come to
// something else.
func (w Way) With(o Way) (Way, bool) {
	joined := w.and(o)
	for i := 1; i < len(joined.says); i++ {
		if joined.says[i].about == joined.says[i-1].about {
			return Way{}, false
		}
	}
	return joined, true
}

func (w Way) and(o Way) Way {
	return Way{union(w.Facts, o.Facts, cmp.Compare[int]), union(w.says, o.says, compareClaims)}
}

// within reports whether a way needs no more than another.
func (w Way) within(o Way) bool {
	return holds(o.Facts, w.Facts, cmp.Compare[int]) && holds(o.says, w.says, compareClaims)
}

// Open finds what leaves the study's rules open.
func (c StudyChart) Open(d language.Dates) Open {
	s := c.study
	v := c.evaluator(d)
	defer c.release(v)
	o := &opening{view: v, facts: map[string]int{}, subjects: map[string]int{}, lines: map[string]*line{}}
	unknown := map[int]*judgement{}
	for i := range s.Criteria {
		r := v.read(s.Criteria[i].Form())
		if r.truth == language.Unknown {
			unknown[i] = &r
			o.draw(&r)
		}
	}
	for _, i := range slices.Sorted(maps.Keys(unknown)) {
		w := o.of(unknown[i])
		o.Rules = append(o.Rules, OpenRule{i, w.yes, w.no})
	}
	o.askAfterRecord()
	return o.Open
}

// opening gathers what is open.
type opening struct {
	Open
	view     *view
	facts    map[string]int   // index in Facts, by what makes a fact one
	subjects map[string]int   // of claims
	lines    map[string]*line // of the numbers that atoms compare
	after    []string         // what to look for after the record ends
}

// ways are how a branch could become true, and how false.
type ways struct{ yes, no []Way }

func (o *opening) of(r *judgement) ways {
	kids := make([]ways, len(r.kids))
	switch {
	case r.truth == language.True:
		return ways{yes: []Way{{}}}
	case r.truth == language.False:
		return ways{no: []Way{{}}}
	case r.branch.Op == language.Atom:
		return o.leaf(r)
	}
	for i := range r.kids {
		kids[i] = o.of(&r.kids[i])
	}
	n := 1 // of the branches, which must be true
	switch r.branch.Op {
	case language.Not:
		return ways{kids[0].no, kids[0].yes}
	case language.And:
		n = len(kids)
	case language.AtLeast:
		n = r.branch.N
	}
	return ways{choose(kids, n, yeses), choose(kids, len(kids)-n+1, noes)}
}

func yeses(w ways) []Way { return w.yes }
func noes(w ways) []Way  { return w.no }

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
func (o *opening) askAfterRecord() {
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

// holds reports whether a sorted set holds another.
func holds[T any](set, part []T, compare func(a, b T) int) bool {
	for _, x := range part {
		if _, found := slices.BinarySearchFunc(set, x, compare); !found {
			return false
		}
	}
	return true
}
