// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"maps"
	"slices"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// view is a chart seen on one set of dates, and what the words of the rules
// have found in it. A view serves one goroutine; its memory is used again for
// the next patient, so nothing of it may be kept in a finding.
type view struct {
	chart *Chart
	study *rules.Study
	dates language.Dates
	// terse: only the truth is wanted, and nothing of what explains it.
	terse bool

	found      []*sighting // by every word so far, in order
	sightings  []sighting  // what found points to
	judgements []judgement
	leaves     []judgement
	results    []result

	// none holds the sentences that say that there is nothing, which are
	// the same for every patient; they stand for noneOn.
	none   map[*language.Call]string
	noneOn language.Dates
}

// maxNone is how many sentences a view remembers.
const maxNone = 4096

// Evaluate decides every criterion of the study, in the order of
// Study.Criteria.
func (c StudyChart) Evaluate(d language.Dates) []Finding {
	s := c.study
	v := c.evaluator(d)
	defer c.release(v)
	findings := make([]Finding, len(s.Criteria))
	for i := range s.Criteria {
		criterion := &s.Criteria[i]
		findings[i] = v.explain(v.read(criterion.Form()))
		if len(criterion.Show) > 0 && v.asksPerson() {
			for _, concept := range criterion.Show {
				findings[i].Shown = v.show(concept, findings[i].Shown)
			}
		}
	}
	return findings
}

// Reason explains one criterion, an index in Study.Criteria.
func (c StudyChart) Reason(d language.Dates, criterion int) string {
	v := c.evaluator(d)
	defer c.release(v)
	return v.explain(v.read(c.study.Criteria[criterion].Form())).Reason
}

func (v *view) open(c *Chart, s *rules.Study, d language.Dates) {
	if v.none == nil {
		v.none = map[*language.Call]string{}
	}
	if d.Screening != v.noneOn.Screening || d.Record != v.noneOn.Record || !maps.Equal(d.Anchors, v.noneOn.Anchors) || len(v.none) > maxNone {
		clear(v.none)
		v.noneOn = language.Dates{Screening: d.Screening, Record: d.Record, Anchors: maps.Clone(d.Anchors)}
	}
	v.chart, v.study, v.dates, v.terse = c, s, d, false
}

// close forgets the patient but keeps the memory.
func (v *view) close() {
	v.chart, v.study = nil, nil
	v.found, v.sightings, v.judgements = v.found[:0], v.sightings[:0], v.judgements[:0]
}

// sight begins the sighting of a word.
func (v *view) sight(c *language.Call) *sighting {
	n := len(v.sightings)
	if n == cap(v.sightings) {
		v.sightings, n = make([]sighting, 0, 2*n+32), 0
	}
	v.sightings = v.sightings[:n+1]
	s := &v.sightings[n]
	*s = sighting{call: c, seen: s.seen[:0], gaps: s.gaps[:0], own: s.own[:0]}
	v.found = append(v.found, s)
	return s
}

// judge takes n judgements from the view's memory.
func (v *view) judge(n int) []judgement {
	have := len(v.judgements)
	if have+n > cap(v.judgements) {
		v.judgements, have = make([]judgement, 0, 2*cap(v.judgements)+n+32), 0
	}
	v.judgements = v.judgements[:have+n]
	return v.judgements[have : have+n : have+n]
}

// judgement is a part of a rule with what it came to.
type judgement struct {
	branch *language.Form
	truth  language.Truth
	kids   []judgement
	found  []*sighting // of a leaf
}

// read evaluates a branch and everything below it, so that every part that
// decides is known.
func (v *view) read(b *language.Form) judgement {
	r := judgement{branch: b}
	if b.Op == language.Atom {
		before := len(v.found)
		r.truth = v.truth(b.Expr)
		r.found = v.found[before:]
		return r
	}
	r.kids = v.judge(len(b.Kids))
	for i, kid := range b.Kids {
		r.kids[i] = v.read(kid)
	}
	r.truth = combined(b, r.kids)
	return r
}

// combined is Kleene's logic: and is the least, or the greatest, not the
// negation; at_least counts.
func combined(b *language.Form, kids []judgement) language.Truth {
	switch b.Op {
	case language.Not:
		return kids[0].truth.Not()
	case language.And:
		t := language.True
		for i := range kids {
			t = min(t, kids[i].truth)
		}
		return t
	case language.Or:
		t := language.False
		for i := range kids {
			t = max(t, kids[i].truth)
		}
		return t
	}
	yes, open := 0, 0
	for i := range kids {
		switch kids[i].truth {
		case language.True:
			yes++
		case language.Unknown:
			open++
		}
	}
	return truthOf(yes >= b.N, yes+open < b.N)
}

// deciding lists the leaves that made the branch what it is: of an "and" that
// is false, those that are false; of an "or" that is true, those that are
// true. Where a branch is unknown these are its unknown parts, with the true
// parts of an "and" that made the question arise.
func (r *judgement) deciding(leaves []judgement) []judgement {
	if r.branch.Op == language.Atom {
		return append(leaves, *r)
	}
	for i := range r.kids {
		kid := &r.kids[i]
		var decides bool
		switch r.branch.Op {
		case language.Not:
			decides = true
		case language.And:
			decides = r.truth != language.False || kid.truth == language.False
		case language.Or:
			decides = kid.truth == r.truth
		default:
			decides = kid.truth == r.truth || r.truth == language.Unknown && kid.truth == language.True
		}
		if decides {
			leaves = kid.deciding(leaves)
		}
	}
	return leaves
}

// asksPerson reports whether a question to a person was among what decided
// the criterion that was explained last.
func (v *view) asksPerson() bool {
	return slices.ContainsFunc(v.leaves, func(leaf judgement) bool { return leaf.found[0].call.Question != nil })
}

// explain makes a finding of what was read.
func (v *view) explain(r judgement) Finding {
	f := Finding{Truth: r.truth}
	var reason sentences
	v.leaves = r.deciding(v.leaves[:0])
	cited := 0
	for i := range v.leaves {
		for _, s := range v.leaves[i].found {
			cited += len(s.seen) + len(s.own)
		}
	}
	f.Evidence = make([]Evidence, 0, cited)
	for i := range v.leaves {
		leaf := &v.leaves[i]
		for _, s := range leaf.found {
			for i := range s.seen {
				f.Evidence = appendNew(f.Evidence, v.evidence(s.call.Concept, &s.seen[i]))
			}
			for _, e := range s.own {
				f.Evidence = appendNew(f.Evidence, e)
			}
		}
		if leaf.truth == language.Unknown {
			for _, gap := range v.gaps(leaf) {
				f.Missing = appendNew(f.Missing, gap)
			}
		}
		v.say(leaf, &reason)
	}
	if len(v.leaves) > 0 && v.leaves[0].found[0].text != nil && reason.first == "" {
		reason.add(v.comparisonSentence(&v.leaves[0])) // there is nothing beside it
	}
	f.Reason = reason.String()
	return f
}

func appendNew[T comparable](list []T, v T) []T {
	for _, have := range list {
		if have == v {
			return list
		}
	}
	return append(list, v)
}

// truthOf gives True if something must be so, False if it cannot be so, and
// Unknown otherwise.
func truthOf(must, cannot bool) language.Truth {
	switch {
	case must:
		return language.True
	case cannot:
		return language.False
	}
	return language.Unknown
}
