// SPDX-License-Identifier: Apache-2.0

package funnel

import (
	"cmp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
)

// The study names its missing facts: concepts, questions, parts of a person. The
// bounds hold if a result names other things: facts beyond them are counted
// together under otherFacts.
const (
	maxFacts   = 4096 // facts of a study
	maxReasons = 1024 // pairs of a fact and a reason of a criterion, and reasons of a fact
	otherFacts = "other facts"
	maxScanned = 8 // entries that are compared before the map is asked
)

// factKey names a fact that can be missing.
type factKey struct {
	what     string
	question bool
}

// reasonKey names a missing fact and the reason.
type reasonKey struct {
	factKey
	why matcher.Why
}

// personCount counts each person once, however many records lack the fact.
type personCount struct {
	people int64
	serial uint64 // of the last result counted
}

// addPerson reports false if the person of this result was counted already.
func (c *personCount) addPerson(serial uint64) bool {
	if c.serial == serial {
		return false
	}
	c.serial = serial
	c.people++
	return true
}

// keyed is a list that grows, with an index by key.
type keyed[K comparable, V any] struct {
	keys   []K
	values []V
	index  map[K]int
}

// find returns the index of a key, or -1.
func (l *keyed[K, V]) find(key K) int {
	if at := slices.Index(l.keys[:min(len(l.keys), maxScanned)], key); at >= 0 {
		return at
	}
	if at, known := l.index[key]; known {
		return at
	}
	return -1
}

func (l *keyed[K, V]) appendKey(key K) *V {
	if l.index == nil {
		l.index = map[K]int{}
	}
	l.index[key] = len(l.keys)
	var none V
	l.keys, l.values = append(l.keys, key), append(l.values, none)
	return &l.values[len(l.values)-1]
}

// factCount counts the people who lack a fact, over all criteria.
type factCount struct {
	personCount
	undetermined int64
	reasons      []whyCount
}

type whyCount struct {
	why matcher.Why
	personCount
}

// missingFacts are the facts that a study's criteria lack.
type missingFacts struct{ keyed[factKey, factCount] }

// missingReasons are the pairs of fact and reason that one criterion lacks.
type missingReasons struct{ keyed[reasonKey, personCount] }

// addMissing counts the facts that leave a criterion open for a person.
func (t *Tally) addMissing(c *criterionCounts, r *matcher.Result, open *matcher.Criterion) {
	if len(open.Missing) == 0 {
		c.missing.countOf(reasonKey{}).people++
	}
	for i := range open.Missing {
		m := &open.Missing[i]
		key := factKey{m.What, m.Question}
		c.missing.countOf(reasonKey{key, m.Why}).addPerson(t.serial)
		fact := t.missing.countOf(key)
		if fact.addPerson(t.serial) && r.Verdict == matcher.Undetermined {
			fact.undetermined++
		}
		fact.reasonCount(m.Why).addPerson(t.serial)
	}
}

// countOf finds a fact, or makes room for it.
func (l *missingFacts) countOf(key factKey) *factCount {
	if at := l.find(key); at >= 0 {
		return &l.values[at]
	}
	if len(l.keys) >= maxFacts && key.what != otherFacts {
		return l.countOf(factKey{what: otherFacts})
	}
	key.what = strings.Clone(key.what)
	return l.appendKey(key)
}

func (f *factCount) reasonCount(why matcher.Why) *whyCount {
	for i := range f.reasons {
		if f.reasons[i].why == why {
			return &f.reasons[i]
		}
	}
	if len(f.reasons) >= maxReasons {
		why = matcher.Why(otherFacts)
		if last := &f.reasons[len(f.reasons)-1]; last.why == why {
			return last
		}
	}
	f.reasons = append(f.reasons, whyCount{why: why})
	return &f.reasons[len(f.reasons)-1]
}

func (l *missingFacts) addFacts(o *missingFacts) {
	for i := range o.values {
		from, to := &o.values[i], l.countOf(o.keys[i])
		to.people += from.people
		to.undetermined += from.undetermined
		for _, r := range from.reasons {
			to.reasonCount(r.why).people += r.people
		}
	}
}

// sorted gives the facts, those that most people lack first.
func (l *missingFacts) sorted() []MissingFact {
	facts := make([]MissingFact, 0, len(l.keys))
	for i, key := range l.keys {
		count := &l.values[i]
		f := MissingFact{What: key.what, Question: key.question, People: count.people, Undetermined: count.undetermined, Why: []WhyCount{}}
		for _, r := range count.reasons {
			f.Why = append(f.Why, WhyCount{r.why, r.people})
		}
		slices.SortFunc(f.Why, func(a, b WhyCount) int {
			return cmp.Or(cmp.Compare(b.People, a.People), cmp.Compare(a.Why, b.Why))
		})
		facts = append(facts, f)
	}
	slices.SortFunc(facts, func(a, b MissingFact) int {
		return cmp.Or(cmp.Compare(b.People, a.People), compareFacts(factKey{a.What, a.Question}, factKey{b.What, b.Question}))
	})
	return facts
}

// compareFacts puts the facts in the order of their names, and of two with one
// name the question last.
func compareFacts(a, b factKey) int {
	return cmp.Or(strings.Compare(a.what, b.what), a.rank()-b.rank())
}

func (k factKey) rank() int {
	if k.question {
		return 1
	}
	return 0
}

func (l *missingReasons) countOf(key reasonKey) *personCount {
	if at := l.find(key); at >= 0 {
		return &l.values[at]
	}
	if len(l.keys) >= maxReasons && key.what != otherFacts {
		return l.countOf(reasonKey{factKey: factKey{what: otherFacts}})
	}
	key.what = strings.Clone(key.what)
	return l.appendKey(key)
}

func (l *missingReasons) addReasons(o *missingReasons) {
	for i := range o.values {
		l.countOf(o.keys[i]).people += o.values[i].people
	}
}

// sorted gives the reasons, those that concern most people first.
func (l *missingReasons) sorted() []MissingReason {
	out := make([]MissingReason, 0, len(l.keys))
	for i, key := range l.keys {
		out = append(out, MissingReason{What: key.what, Question: key.question, Why: key.why, People: l.values[i].people})
	}
	slices.SortFunc(out, func(a, b MissingReason) int {
		return cmp.Or(cmp.Compare(b.People, a.People), compareFacts(factKey{a.What, a.Question}, factKey{b.What, b.Question}),
			cmp.Compare(a.Why, b.Why))
	})
	return out
}
