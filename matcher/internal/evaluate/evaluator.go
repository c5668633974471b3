// SPDX-License-Identifier: Apache-2.0

// Package evaluate decides rules for one patient, in three-valued logic: the truth
// of every criterion, its evidence, the missing data, the days on which it changes,
// and the least that could settle it.
//
// [NewReader] prepares the concepts of studies, [Reader.Read] recognizes the facts
// of a profile, and [Chart.For] binds the result to one of the studies.
//
// Of this module it may import rules, rules/language, rules/terminology, patient
// and patient/ucum.
//
// # How records are read
//
// The record is read as it stood on the screening day: a fact that starts later
// does not count. A part of the record that was not supplied is unknown. In one that
// was, an entry that is not listed did not happen, unless the record ends before the
// window does; but a result that is not there is unknown.
//
//	medication active, no end                  goes on, through every later date
//	medication stopped or completed, no end    ended between its start and the screening day
//	medication on hold, or of unknown status   may have been taken or not: at most unknown
//	entered in error, cancelled, draft, not taken, not done, intended, planned, not to be performed
//	                                           no exposure
//	order                                      exposure; the evidence says "ordered"
//	administration of one day                  that day, unless it is going on
//	condition confirmed, or not said           counts
//	condition active, recurrent, or no status and no abatement
//	                                           present
//	inactive, in remission, resolved, abated   not present, but was
//	active and yet abated                      unknown: a conflict
//	unconfirmed, provisional, differential     at most unknown
//	refuted, entered in error                  does not count
//	no onset                                   began on or before the day it was recorded
//	no date at all                             began by the screening day
//	procedure stopped, on hold, unknown        at most unknown
//	result final, amended, corrected           counts
//	result preliminary                         at most unknown; gives way to a final one of its day
//	result registered, cancelled, in error     never counts
//	result "<20"                               below 20, and not below 0 unless the concept can be
//	several results of one day                 the range of all; words that differ: a conflict
//	result whose day is not certain            any that may be the latest counts
//	a unit that cannot be converted            unknown
//	dead with no date                          dead on the screening day
//	a fact that the concept does not recognise turns no into unknown, and is named
package evaluate

import (
	"slices"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// evaluator is the scratch state for evaluating one study for one patient on one
// set of dates. It is not safe for concurrent use; a pool reuses its memory for
// the next patient, so no finding may keep any of it.
type evaluator struct {
	chart *Chart
	study *rules.Study
	// unrecognized is the facts that were not recognised, nil if there are none.
	unrecognized *unrecognizedFacts
	dates        language.Dates
	// truthOnly: skip reasons and evidence.
	truthOnly bool

	found       []*CallResult // by every word so far, in order
	callResults []CallResult  // the targets of found
	nodeResults []NodeResult
	results     []result
	finding     Finding
}

// Evaluate hands the findings of the study's criteria to use, in the order of
// Study.Criteria. A finding is valid only inside use.
func (c StudyChart) Evaluate(d language.Dates, use func(criterion int, f *Finding)) {
	v := c.evaluator(d)
	defer c.release(v)
	for i := range c.study.Criteria {
		use(i, v.find(&c.study.Criteria[i]))
	}
}

// EvaluateOne is Evaluate for one criterion, an index in Study.Criteria.
func (c StudyChart) EvaluateOne(d language.Dates, criterion int, use func(*Finding)) {
	v := c.evaluator(d)
	defer c.release(v)
	use(v.find(&c.study.Criteria[criterion]))
}

func (v *evaluator) find(c *rules.Criterion) *Finding {
	r := v.evaluate(c.Form())
	f := &v.finding
	f.Truth, f.Deciding, f.Shown = r.Truth, r.deciding(f.Deciding[:0]), f.Shown[:0]
	for i := range f.Deciding {
		if leaf := &f.Deciding[i]; leaf.Truth == language.Unknown {
			leaf.Gaps = v.gapsOf(leaf)
		}
	}
	if len(c.Show) > 0 && slices.ContainsFunc(f.Deciding, func(leaf NodeResult) bool { return leaf.Calls[0].Call.Question != nil }) {
		for _, concept := range c.Show {
			f.Shown = append(f.Shown, ShownFacts{concept, v.factsToShow(concept)})
		}
	}
	return f
}

// resetResults keeps the memory of the results for the next ones.
func (v *evaluator) resetResults() {
	v.found, v.callResults, v.nodeResults = v.found[:0], v.callResults[:0], v.nodeResults[:0]
}

func (v *evaluator) newCallResult(c *language.Call) *CallResult {
	n := len(v.callResults)
	if n == cap(v.callResults) {
		v.callResults, n = make([]CallResult, 0, 2*n+32), 0
	}
	v.callResults = v.callResults[:n+1]
	s := &v.callResults[n]
	*s = CallResult{Call: c, Facts: s.Facts[:0], Gaps: s.Gaps[:0], Answers: s.Answers[:0], groups: s.groups[:0]}
	v.found = append(v.found, s)
	return s
}

func (v *evaluator) takeNodeResults(n int) []NodeResult {
	have := len(v.nodeResults)
	if have+n > cap(v.nodeResults) {
		v.nodeResults, have = make([]NodeResult, 0, 2*cap(v.nodeResults)+n+32), 0
	}
	v.nodeResults = v.nodeResults[:have+n]
	return v.nodeResults[have : have+n : have+n]
}

// evaluate evaluates a branch and everything below it, so that every part that
// decides is known.
func (v *evaluator) evaluate(b *language.Form) NodeResult {
	r := NodeResult{Form: b}
	if b.Op == language.Atom {
		before := len(v.found)
		r.Truth = v.evalTruth(b.Expr)
		r.Calls = v.found[before:]
		return r
	}
	r.kids = v.takeNodeResults(len(b.Kids))
	for i, kid := range b.Kids {
		r.kids[i] = v.evaluate(kid)
	}
	r.Truth = combined(b, r.kids)
	return r
}

// combined is Kleene's logic: AND is min, OR is max, NOT is minus;
// at_least counts.
func combined(b *language.Form, kids []NodeResult) language.Truth {
	switch b.Op {
	case language.Not:
		return kids[0].Truth.Not()
	case language.And:
		t := language.True
		for i := range kids {
			t = min(t, kids[i].Truth)
		}
		return t
	case language.Or:
		t := language.False
		for i := range kids {
			t = max(t, kids[i].Truth)
		}
		return t
	}
	yes, open := 0, 0
	for i := range kids {
		switch kids[i].Truth {
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
func (r *NodeResult) deciding(leaves []NodeResult) []NodeResult {
	if r.Form.Op == language.Atom {
		return append(leaves, *r)
	}
	for i := range r.kids {
		kid := &r.kids[i]
		var decides bool
		switch r.Form.Op {
		case language.Not:
			decides = true
		case language.And:
			decides = r.Truth != language.False || kid.Truth == language.False
		case language.Or:
			decides = kid.Truth == r.Truth
		default:
			decides = kid.Truth == r.Truth || r.Truth == language.Unknown && kid.Truth == language.True
		}
		if decides {
			leaves = kid.deciding(leaves)
		}
	}
	return leaves
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

// factsToShow gives the facts of a concept that help a person answer a question:
// the latest results of an observation, and all that counts of anything else.
func (v *evaluator) factsToShow(c *terminology.Concept) (facts []MatchedFact) {
	if len(v.chart.hitsOf(c)) == 0 {
		return nil
	}
	s := v.newCallResult(&language.Call{Concept: c})
	if c.Kind == terminology.ObservationKind {
		for _, r := range v.candidates(s) {
			s.Facts = append(s.Facts, r.MatchedFact)
		}
		s.citeAtMost(v)
		return s.Facts
	}
	if v.anyFact(s, v.dates.Screening, func(f *MatchedFact) {
		f.Truth, f.Why = f.Episode.within(patient.MinDay, v.dates.Screening, v.dates.Screening)
	}) == language.False {
		return nil
	}
	return s.Facts
}

// AtomTruth is the truth of an atom of a criterion's rule: of a part that has
// no and, or, not and at_least left in it.
type AtomTruth struct {
	Criterion string // its id
	Index     int    // among the atoms of the rule, from the left
	Source    string // as written, but for white space
	Truth     language.Truth
}

// AtomTruths gives the truth of every atom of every criterion, whether or not it
// decided the criterion, in the order of Study.Criteria and of the rules.
func (c StudyChart) AtomTruths(d language.Dates) []AtomTruth {
	s := c.study
	v := c.evaluator(d)
	defer c.release(v)
	var atoms []AtomTruth
	for i := range s.Criteria {
		r := v.evaluate(s.Criteria[i].Form())
		first := len(atoms)
		atoms = r.appendAtoms(atoms)
		for j := range atoms[first:] {
			atoms[first+j].Criterion, atoms[first+j].Index = s.Criteria[i].ID, j
		}
	}
	return atoms
}

func (r *NodeResult) appendAtoms(list []AtomTruth) []AtomTruth {
	if r.Form.Op == language.Atom {
		return append(list, AtomTruth{Source: r.Form.Source, Truth: r.Truth})
	}
	for i := range r.kids {
		list = r.kids[i].appendAtoms(list)
	}
	return list
}
