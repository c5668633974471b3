// SPDX-License-Identifier: Apache-2.0

package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
)

// What can be missing is named by the study: concepts, questions, parts of a
// person. The bounds hold all the same, should a result name things of its
// own: whatever comes after them is counted together, under otherWants.
const (
	mostWants   = 4096 // facts of a study
	mostReasons = 1024 // facts and why, of a criterion
	otherWants  = "other facts"
	mostScanned = 8 // facts that are compared before they are looked up
)

// wantKey names something that can be missing.
type wantKey struct {
	what     string
	question bool
}

// want counts the people for whom something is missing, over all criteria.
type want struct {
	wantKey
	people, undetermined int64
	why                  []whyCount
	serial               uint64 // of the last result counted
}

type whyCount struct {
	why    matcher.Why
	people int64
	serial uint64
}

type wantList struct {
	list []want
	at   map[wantKey]int
}

// reasonKey names something that is missing and why.
type reasonKey struct {
	wantKey
	why matcher.Why
}

// reason counts the people for whom it leaves one criterion open.
type reason struct {
	reasonKey
	people int64
	serial uint64
}

type reasonList struct {
	list []reason
	at   map[reasonKey]int
}

// lacks counts what leaves a criterion open for a person: each thing once,
// however many records lack it.
func (t *Tally) lacks(c *attrition, r *matcher.Result, open *matcher.Criterion) {
	if len(open.Missing) == 0 {
		c.reasons.of(reasonKey{}).people++
	}
	for i := range open.Missing {
		m := &open.Missing[i]
		key := wantKey{m.What, m.Question}
		if one := c.reasons.of(reasonKey{key, m.Why}); one.serial != t.serial {
			one.serial = t.serial
			one.people++
		}
		w := t.wants.of(key)
		if w.serial != t.serial {
			w.serial = t.serial
			w.people++
			if r.Verdict == matcher.Undetermined {
				w.undetermined++
			}
		}
		if why := w.because(m.Why); why.serial != t.serial {
			why.serial = t.serial
			why.people++
		}
	}
}

// of finds what is missing, or makes room for it.
func (l *wantList) of(key wantKey) *want {
	for i := range l.list[:min(len(l.list), mostScanned)] {
		if l.list[i].wantKey == key {
			return &l.list[i]
		}
	}
	at, known := l.at[key]
	if !known {
		if len(l.list) >= mostWants && key.what != otherWants {
			return l.of(wantKey{what: otherWants})
		}
		if l.at == nil {
			l.at = map[wantKey]int{}
		}
		key.what = strings.Clone(key.what)
		at = len(l.list)
		l.at[key] = at
		l.list = append(l.list, want{wantKey: key})
	}
	return &l.list[at]
}

func (w *want) because(why matcher.Why) *whyCount {
	for i := range w.why {
		if w.why[i].why == why {
			return &w.why[i]
		}
	}
	if len(w.why) >= mostReasons {
		why = matcher.Why(otherWants)
		if last := &w.why[len(w.why)-1]; last.why == why {
			return last
		}
	}
	w.why = append(w.why, whyCount{why: why})
	return &w.why[len(w.why)-1]
}

func (l *wantList) merge(o *wantList) {
	for i := range o.list {
		from := &o.list[i]
		w := l.of(from.wantKey)
		w.people += from.people
		w.undetermined += from.undetermined
		for _, why := range from.why {
			w.because(why.why).people += why.people
		}
	}
}

// ordered gives the facts, those that most people lack first.
func (l *wantList) ordered() []MissingFact {
	facts := make([]MissingFact, 0, len(l.list))
	for i := range l.list {
		w := &l.list[i]
		f := MissingFact{What: w.what, Question: w.question, People: w.people, Undetermined: w.undetermined, Why: []WhyCount{}}
		for _, why := range w.why {
			f.Why = append(f.Why, WhyCount{why.why, why.people})
		}
		slices.SortFunc(f.Why, func(a, b WhyCount) int {
			return cmp.Or(-cmp.Compare(a.People, b.People), strings.Compare(string(a.Why), string(b.Why)))
		})
		facts = append(facts, f)
	}
	slices.SortFunc(facts, func(a, b MissingFact) int {
		return cmp.Or(-cmp.Compare(a.People, b.People), strings.Compare(a.What, b.What), compareBool(a.Question, b.Question))
	})
	return facts
}

func (l *reasonList) of(key reasonKey) *reason {
	for i := range l.list[:min(len(l.list), mostScanned)] {
		if l.list[i].reasonKey == key {
			return &l.list[i]
		}
	}
	at, known := l.at[key]
	if !known {
		if len(l.list) >= mostReasons && key.what != otherWants {
			return l.of(reasonKey{wantKey: wantKey{what: otherWants}})
		}
		if l.at == nil {
			l.at = map[reasonKey]int{}
		}
		key.what = strings.Clone(key.what)
		at = len(l.list)
		l.at[key] = at
		l.list = append(l.list, reason{reasonKey: key})
	}
	return &l.list[at]
}

func (l *reasonList) merge(o *reasonList) {
	for i := range o.list {
		l.of(o.list[i].reasonKey).people += o.list[i].people
	}
}

// ordered gives the reasons, those that concern most people first.
func (l *reasonList) ordered() []MissingReason {
	out := make([]MissingReason, 0, len(l.list))
	for i := range l.list {
		r := &l.list[i]
		out = append(out, MissingReason{What: r.what, Question: r.question, Why: r.why, People: r.people})
	}
	slices.SortFunc(out, func(a, b MissingReason) int {
		return cmp.Or(-cmp.Compare(a.People, b.People), strings.Compare(a.What, b.What),
			compareBool(a.Question, b.Question), strings.Compare(string(a.Why), string(b.Why)))
	})
	return out
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
