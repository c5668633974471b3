// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"maps"
	"slices"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// evaluator is the scratch state for evaluating one study for one patient on one
// set of dates. It is not safe for concurrent use; a pool reuses its memory for
// the next patient, so no finding may keep any of it.
type evaluator struct {
	chart *Chart
	study *rules.Study
	dates language.Dates
	// truthOnly: skip reasons and evidence.
	truthOnly bool

	found       []*callResult // by every word so far, in order
	callResults []callResult  // the targets of found
	nodeResults []nodeResult
	deciding    []nodeResult
	results     []result

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
		findings[i] = v.explain(v.evaluate(criterion.Form()))
		if len(criterion.Show) > 0 && v.asksPerson() {
			for _, concept := range criterion.Show {
				findings[i].Shown = v.appendShown(concept, findings[i].Shown)
			}
		}
	}
	return findings
}

// Reason explains one criterion, an index in Study.Criteria.
func (c StudyChart) Reason(d language.Dates, criterion int) string {
	v := c.evaluator(d)
	defer c.release(v)
	return v.explain(v.evaluate(c.study.Criteria[criterion].Form())).Reason
}

func (v *evaluator) start(c *Chart, s *rules.Study, d language.Dates) {
	if v.none == nil {
		v.none = map[*language.Call]string{}
	}
	if d.Screening != v.noneOn.Screening || d.Record != v.noneOn.Record || !maps.Equal(d.Anchors, v.noneOn.Anchors) || len(v.none) > maxNone {
		clear(v.none)
		v.noneOn = language.Dates{Screening: d.Screening, Record: d.Record, Anchors: maps.Clone(d.Anchors)}
	}
	v.chart, v.study, v.dates, v.truthOnly = c, s, d, false
}

// reset forgets the patient but keeps the memory.
func (v *evaluator) reset() {
	v.chart, v.study = nil, nil
	v.found, v.callResults, v.nodeResults = v.found[:0], v.callResults[:0], v.nodeResults[:0]
}

// newCallResult begins the sighting of a word.
func (v *evaluator) newCallResult(c *language.Call) *callResult {
	n := len(v.callResults)
	if n == cap(v.callResults) {
		v.callResults, n = make([]callResult, 0, 2*n+32), 0
	}
	v.callResults = v.callResults[:n+1]
	s := &v.callResults[n]
	*s = callResult{call: c, facts: s.facts[:0], gaps: s.gaps[:0], personal: s.personal[:0]}
	v.found = append(v.found, s)
	return s
}

// takeNodeResults takes n judgements from the view's memory.
func (v *evaluator) takeNodeResults(n int) []nodeResult {
	have := len(v.nodeResults)
	if have+n > cap(v.nodeResults) {
		v.nodeResults, have = make([]nodeResult, 0, 2*cap(v.nodeResults)+n+32), 0
	}
	v.nodeResults = v.nodeResults[:have+n]
	return v.nodeResults[have : have+n : have+n]
}

// nodeResult is the truth of a part of a rule, with the results of its calls.
type nodeResult struct {
	form  *language.Form
	truth language.Truth
	kids  []nodeResult
	calls []*callResult // of a leaf
}

// evaluate evaluates a branch and everything below it, so that every part that
// decides is known.
func (v *evaluator) evaluate(b *language.Form) nodeResult {
	r := nodeResult{form: b}
	if b.Op == language.Atom {
		before := len(v.found)
		r.truth = v.evalTruth(b.Expr)
		r.calls = v.found[before:]
		return r
	}
	r.kids = v.takeNodeResults(len(b.Kids))
	for i, kid := range b.Kids {
		r.kids[i] = v.evaluate(kid)
	}
	r.truth = combined(b, r.kids)
	return r
}

// combined is Kleene's logic: AND is min, OR is max, NOT is minus;
// at_least counts.
func combined(b *language.Form, kids []nodeResult) language.Truth {
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

// deciding lists the atoms that decided the truth of the part: of an "and" that
// is false, those that are false; of an "or" that is true, those that are
// true. Where a branch is unknown these are its unknown parts, with the true
// parts of an "and" that made the question arise.
func (r *nodeResult) deciding(leaves []nodeResult) []nodeResult {
	if r.form.Op == language.Atom {
		return append(leaves, *r)
	}
	for i := range r.kids {
		kid := &r.kids[i]
		var decides bool
		switch r.form.Op {
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

// asksPerson reports whether a question to a person was among the atoms that decided
// the criterion that was explained last.
func (v *evaluator) asksPerson() bool {
	return slices.ContainsFunc(v.deciding, func(leaf nodeResult) bool { return leaf.calls[0].call.Question != nil })
}

// explain makes the finding of an evaluated rule.
func (v *evaluator) explain(r nodeResult) Finding {
	f := Finding{Truth: r.truth}
	var reason sentences
	v.deciding = r.deciding(v.deciding[:0])
	cited := 0
	for i := range v.deciding {
		for _, s := range v.deciding[i].calls {
			cited += len(s.facts) + len(s.personal)
		}
	}
	f.Evidence = make([]Evidence, 0, cited)
	for i := range v.deciding {
		leaf := &v.deciding[i]
		for _, s := range leaf.calls {
			for i := range s.facts {
				f.Evidence = appendNew(f.Evidence, v.evidence(s.call.Concept, &s.facts[i]))
			}
			for _, e := range s.personal {
				f.Evidence = appendNew(f.Evidence, e)
			}
		}
		if leaf.truth == language.Unknown {
			for _, gap := range v.gapsOf(leaf) {
				f.Missing = appendNew(f.Missing, gap)
			}
		}
		v.addAtomSentence(leaf, &reason)
	}
	if len(v.deciding) > 0 && v.deciding[0].calls[0].text != nil && reason.first == "" {
		reason.addSentence(v.comparisonSentence(&v.deciding[0])) // there is nothing beside it
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
