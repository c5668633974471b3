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

// reasonKey names a missing fact and the reason.
type reasonKey struct {
	Fact
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

// valueOf returns the value of a key, which is new if necessary. A list of most keys
// gets no new key but other.
func (l *keyed[K, V]) valueOf(key, other K, most int) *V {
	at := l.find(key)
	if at < 0 && len(l.keys) >= most {
		key = other
		at = l.find(key)
	}
	if at < 0 {
		at = len(l.keys)
		if l.index == nil {
			l.index = map[K]int{}
		}
		l.index[key] = at
		l.keys, l.values = append(l.keys, key), append(l.values, *new(V))
	}
	return &l.values[at]
}

// factCount counts the people who lack a fact, over all criteria.
type factCount struct {
	personCount
	undetermined int64
	reasons      keyed[matcher.Why, personCount]
}

func (f *factCount) reasonCount(why matcher.Why) *personCount {
	return f.reasons.valueOf(why, otherFacts, maxReasons)
}

type missingFacts struct{ keyed[Fact, factCount] }

func (l *missingFacts) countOf(fact Fact) *factCount {
	return l.valueOf(fact, Fact{What: otherFacts}, maxFacts)
}

// missingReasons are the pairs of fact and reason that one criterion lacks.
type missingReasons struct {
	keyed[reasonKey, personCount]
}

func (l *missingReasons) countOf(key reasonKey) *personCount {
	return l.valueOf(key, reasonKey{Fact: Fact{What: otherFacts}}, maxReasons)
}

func (t *Tally) addMissing(reasons *missingReasons, r *matcher.Result, open *matcher.Criterion) {
	if len(open.Missing) == 0 {
		reasons.countOf(reasonKey{}).people++
	}
	for i := range open.Missing {
		m := &open.Missing[i]
		key := Fact{m.What, m.Question}
		reasons.countOf(reasonKey{key, m.Why}).addPerson(t.serial)
		fact := t.missing.countOf(key)
		if fact.addPerson(t.serial) && r.Verdict == matcher.Undetermined {
			fact.undetermined++
		}
		fact.reasonCount(m.Why).addPerson(t.serial)
	}
}

func (l *missingFacts) addFacts(o *missingFacts) {
	for i := range o.values {
		from, to := &o.values[i], l.countOf(o.keys[i])
		to.people += from.people
		to.undetermined += from.undetermined
		for k, why := range from.reasons.keys {
			to.reasonCount(why).people += from.reasons.values[k].people
		}
	}
}

func (l *missingReasons) addReasons(o *missingReasons) {
	for i := range o.values {
		l.countOf(o.keys[i]).people += o.values[i].people
	}
}

// sorted gives the facts, those that most people lack first.
func (l *missingFacts) sorted() []MissingFact {
	facts := make([]MissingFact, len(l.keys))
	for i, key := range l.keys {
		count := &l.values[i]
		f := MissingFact{key, count.people, count.undetermined, []WhyCount{}}
		for k, why := range count.reasons.keys {
			f.Why = append(f.Why, WhyCount{why, count.reasons.values[k].people})
		}
		slices.SortFunc(f.Why, func(a, b WhyCount) int {
			return cmp.Or(cmp.Compare(b.People, a.People), cmp.Compare(a.Why, b.Why))
		})
		facts[i] = f
	}
	slices.SortFunc(facts, func(a, b MissingFact) int {
		return cmp.Or(cmp.Compare(b.People, a.People), compareFacts(a.Fact, b.Fact))
	})
	return facts
}

// sorted gives the reasons, those that concern most people first.
func (l *missingReasons) sorted() []MissingReason {
	reasons := make([]MissingReason, len(l.keys))
	for i, key := range l.keys {
		reasons[i] = MissingReason{key.Fact, key.why, l.values[i].people}
	}
	slices.SortFunc(reasons, func(a, b MissingReason) int {
		return cmp.Or(cmp.Compare(b.People, a.People), compareFacts(a.Fact, b.Fact), cmp.Compare(a.Why, b.Why))
	})
	return reasons
}

// compareFacts puts the facts in the order of their names, and of two with one
// name the question last.
func compareFacts(a, b Fact) int {
	switch {
	case a.What != b.What || a.Question == b.Question:
		return cmp.Compare(a.What, b.What)
	case a.Question:
		return 1
	}
	return -1
}

// MostNear is the number of people of each kind of near miss that are named. Of
// more, those with the first ids in the order of bytes are named, so that the list
// does not depend on how the work was divided. All of them are counted.
const MostNear = 1000

// nearMisses counts people and keeps the first [MostNear] of them. It holds at
// most twice as many.
type nearMisses struct {
	people int64
	list   []NearMiss
	full   bool     // people were left out
	last   NearMiss // the last that can still be kept, if full
}

func (n *nearMisses) addPerson(patient, criterion string) {
	n.people++
	miss := NearMiss{patient, criterion}
	if n.full && compareNearMisses(miss, n.last) >= 0 {
		return
	}
	miss.Patient = strings.Clone(patient)
	n.keepPerson(miss)
}

func (n *nearMisses) keepPerson(miss NearMiss) {
	if n.list == nil {
		n.list = make([]NearMiss, 0, 2*MostNear)
	}
	n.list = append(n.list, miss)
	if len(n.list) < 2*MostNear {
		return
	}
	slices.SortFunc(n.list, compareNearMisses)
	clear(n.list[MostNear:])
	n.list = n.list[:MostNear]
	n.full, n.last = true, n.list[MostNear-1]
}

func (n *nearMisses) addPeople(o *nearMisses) {
	n.people += o.people
	for _, miss := range o.list {
		n.keepPerson(miss)
	}
}

// sorted gives the people that are kept, in order.
func (n *nearMisses) sorted() NearMissList {
	list := append([]NearMiss{}, n.list...)
	slices.SortFunc(list, compareNearMisses)
	return NearMissList{People: n.people, Patients: list[:min(len(list), MostNear)]}
}

// counts is the inverse of sorted.
func (l *NearMissList) counts() nearMisses {
	n := nearMisses{people: l.People}
	for _, miss := range l.Patients {
		n.keepPerson(miss)
	}
	return n
}

func compareNearMisses(a, b NearMiss) int {
	return cmp.Or(strings.Compare(a.Patient, b.Patient), strings.Compare(a.Criterion, b.Criterion))
}
