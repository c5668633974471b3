// SPDX-License-Identifier: Apache-2.0

package funnel

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/eligo-trials/eligo/rules/language"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// Tally counts the results of one study: the totals, the criteria at which people
// drop out, the missing facts and the people who are one criterion from eligible.
// It keeps no result, so its size depends on the study and not on the number of
// people.
//
// A Tally is not safe for concurrent use: give each worker its own and merge them
// with [Tally.Merge]. Its content depends neither on the order of the results nor
// on their division among tallies.
//
// Its JSON form is that of [StudySummary]; a Tally that was read from it can go on
// counting.
type Tally struct {
	study       matcher.StudyRef
	dates       map[string]patient.Day
	assumed     []matcher.Assumption
	engine      string
	totals      Totals
	criteria    []criterionCounts
	questions   []Question
	missing     missingFacts
	nearFailing nearMisses
	nearUnknown nearMisses
	weeks       weekCounts
	serial      uint64 // of the result being counted
}

// criterionCounts are the counts of one criterion.
type criterionCounts struct {
	id      string
	kind    rules.Side
	quote   string
	builtIn bool

	// In the protocol's order: see [AttritionStep].
	entered, failed, unknown, remainingWithUnknown int64
	// The criterion by itself: see [CriterionSummary].
	allFailed, soleFailed, allUnknown int64
	nearFailing, nearUnknown          int64

	missing missingReasons
}

// NewTally makes an empty tally for the results of a study matched on these
// dates.
func NewTally(s *rules.Study, d matcher.Dates) *Tally {
	t := &Tally{
		study:     matcher.StudyRef{ID: s.ID, Title: s.Title, Version: s.Version, Source: s.Source, SHA256: s.SHA256},
		engine:    "eligo " + matcher.Version,
		questions: []Question{},
	}
	t.dates, t.assumed = matcher.StudyDates(s, d)
	for _, q := range s.Questions {
		t.questions = append(t.questions, Question{q.ID, q.Ask, q.Who})
	}
	for i := range s.Criteria {
		c := &s.Criteria[i]
		t.criteria = append(t.criteria, criterionCounts{id: c.ID, kind: c.Side, quote: c.Quote, builtIn: c.BuiltIn})
	}
	return t
}

// Reject counts a record that was read and could not be used.
func (t *Tally) Reject() {
	t.totals.Records++
	t.totals.Rejected++
}

// Totals gives the totals so far.
func (t *Tally) Totals() Totals { return t.totals }

// Add counts a result. It refuses, and does not count, a result of another
// study, version, engine or day, and one whose verdict does not follow from
// its criteria.
func (t *Tally) Add(r *matcher.Result) error {
	if err := t.checkResult(r); err != nil {
		return err
	}
	outcomes := countOutcomes(r)
	if err := outcomes.checkVerdict(r); err != nil {
		return err
	}
	t.serial++
	t.weeks.until = r.LookedUntil
	t.weeks.addOpenings(r.Screening(), r.Openings())
	t.totals.addResult(r)
	t.addAttrition(r, outcomes.firstFail)
	for i := range r.Criteria {
		// A person who is recorded dead is no near miss.
		c, canBeNear := &t.criteria[i], !t.criteria[i].builtIn
		switch r.Criteria[i].Outcome {
		case matcher.Fail:
			c.allFailed++
			if outcomes.fails == 1 {
				c.soleFailed++
			}
			if outcomes.fails == 1 && outcomes.unknown == 0 && canBeNear {
				c.nearFailing++
				t.nearFailing.addPerson(r.Patient, c.id)
			}
		case matcher.Unclear:
			c.allUnknown++
			t.addMissing(c, r, &r.Criteria[i])
			if outcomes.fails == 0 && outcomes.unknown == 1 && canBeNear {
				c.nearUnknown++
				t.nearUnknown.addPerson(r.Patient, c.id)
			}
		}
	}
	return nil
}

// checkResult refuses a result that is not of the tally's study, engine and dates.
func (t *Tally) checkResult(r *matcher.Result) error {
	switch {
	case r.Study.ID != t.study.ID:
		return fmt.Errorf("a result of study %s cannot be counted for study %s", r.Study.ID, t.study.ID)
	case r.Study.SHA256 != t.study.SHA256 || r.Study.Version != t.study.Version:
		return fmt.Errorf("study %s: a result was made with another text of the study (SHA-256 %s, not %s)", t.study.ID, r.Study.SHA256, t.study.SHA256)
	case r.Engine != t.engine:
		return fmt.Errorf("study %s: a result was made by %s, not %s", t.study.ID, r.Engine, t.engine)
	case !maps.Equal(r.Dates, t.dates):
		return fmt.Errorf("study %s: a result was made for other dates", t.study.ID)
	case r.LookedUntil != t.weeks.until && t.totals.Assessed > 0:
		return fmt.Errorf("study %s: a result looks as far ahead as %s, not %s", t.study.ID, r.LookedUntil, t.weeks.until)
	case len(r.Criteria) != len(t.criteria):
		return fmt.Errorf("study %s: a result has %d criteria, not %d", t.study.ID, len(r.Criteria), len(t.criteria))
	}
	for i := range r.Criteria {
		if r.Criteria[i].ID != t.criteria[i].id {
			return fmt.Errorf("study %s: criterion %d of a result is %s, not %s", t.study.ID, i+1, r.Criteria[i].ID, t.criteria[i].id)
		}
	}
	return nil
}

// outcomeCounts are the numbers of criteria that fail and that are unknown, and
// the index of the first that fails, or the number of criteria.
type outcomeCounts struct{ fails, unknown, firstFail int }

func countOutcomes(r *matcher.Result) outcomeCounts {
	counts := outcomeCounts{firstFail: len(r.Criteria)}
	for i := range r.Criteria {
		switch r.Criteria[i].Outcome {
		case matcher.Fail:
			counts.fails++
			counts.firstFail = min(counts.firstFail, i)
		case matcher.Unclear:
			counts.unknown++
		}
	}
	return counts
}

// checkVerdict refuses a verdict that does not follow from the criteria.
func (counts outcomeCounts) checkVerdict(r *matcher.Result) error {
	want := matcher.Undetermined
	switch {
	case counts.fails > 0:
		want = matcher.Ineligible
	case counts.unknown == 0:
		want = matcher.Eligible
	}
	if r.Verdict != want {
		return fmt.Errorf("study %s: a result says %q, and its criteria say %q", r.Study.ID, r.Verdict, want)
	}
	if waits := r.Awaits == matcher.AwaitsAnswers || r.Awaits == matcher.AwaitsData; waits != (want == matcher.Undetermined) {
		return fmt.Errorf("study %s: a result is %s and awaits %q", r.Study.ID, r.Verdict, r.Awaits)
	}
	for i := range r.Criteria {
		switch r.Criteria[i].Outcome {
		case matcher.Pass, matcher.Fail, matcher.Unclear:
		default:
			return fmt.Errorf("study %s: the outcome of criterion %s is %q", r.Study.ID, r.Criteria[i].ID, r.Criteria[i].Outcome)
		}
	}
	return nil
}

func (t *Totals) addResult(r *matcher.Result) {
	t.Records++
	t.Assessed++
	switch r.Verdict {
	case matcher.Eligible:
		t.Eligible++
	case matcher.Ineligible:
		t.Ineligible++
	case matcher.Undetermined:
		t.Undetermined++
	}
	switch r.Awaits {
	case matcher.AwaitsAnswers:
		t.Awaits.Answers++
	case matcher.AwaitsData:
		t.Awaits.Data++
	}
}

// addAttrition counts the person at each criterion in the protocol's order, up to
// the first that fails: there the person leaves. An unknown criterion excludes
// nobody.
func (t *Tally) addAttrition(r *matcher.Result, firstFail int) {
	withUnknown := false
	for i := range r.Criteria {
		c := &t.criteria[i]
		c.entered++
		if i == firstFail {
			c.failed++
			return
		}
		if r.Criteria[i].Outcome == matcher.Unclear {
			c.unknown++
			withUnknown = true
		}
		if withUnknown {
			c.remainingWithUnknown++
		}
	}
}

// maxCount bounds every count, so that sums stay exact in programs that read JSON
// numbers as floating point.
const maxCount = 1 << 53

// Merge adds another tally of the same study, version, engine and dates, which
// it does not change. It refuses tallies that do not belong together, and then
// adds nothing.
func (t *Tally) Merge(o *Tally) error {
	if err := t.checkTally(o); err != nil {
		return fmt.Errorf("study %s: %w", t.study.ID, err)
	}
	t.totals.addTotals(&o.totals)
	for i := range t.criteria {
		t.criteria[i].addCounts(&o.criteria[i])
	}
	t.missing.addFacts(&o.missing)
	t.nearFailing.addPeople(&o.nearFailing)
	t.nearUnknown.addPeople(&o.nearUnknown)
	t.weeks.addWeeks(t.dates[language.Screening], &o.weeks)
	return nil
}

func (c *criterionCounts) addCounts(o *criterionCounts) {
	c.entered += o.entered
	c.failed += o.failed
	c.unknown += o.unknown
	c.remainingWithUnknown += o.remainingWithUnknown
	c.allFailed += o.allFailed
	c.soleFailed += o.soleFailed
	c.allUnknown += o.allUnknown
	c.nearFailing += o.nearFailing
	c.nearUnknown += o.nearUnknown
	c.missing.addReasons(&o.missing)
}

// checkTally refuses a tally whose counts must not be added to these.
func (t *Tally) checkTally(o *Tally) error {
	same := func(a, b criterionCounts) bool { return a.id == b.id && a.kind == b.kind && a.quote == b.quote }
	switch {
	case t == o:
		return errors.New("the same totals would be counted twice")
	case o.study.ID != t.study.ID:
		return fmt.Errorf("the totals of study %s cannot be added to it", o.study.ID)
	case o.study != t.study || !slices.EqualFunc(t.criteria, o.criteria, same) || !slices.Equal(o.questions, t.questions):
		return fmt.Errorf("the totals are for different texts of the study (SHA-256 %s and %s)", t.study.SHA256, o.study.SHA256)
	case o.engine != t.engine:
		return fmt.Errorf("the totals were made by %s and by %s", t.engine, o.engine)
	case !maps.Equal(o.dates, t.dates):
		return fmt.Errorf("the totals are for different dates (screening day %s and %s)", t.dates[language.Screening], o.dates[language.Screening])
	case !slices.Equal(o.assumed, t.assumed):
		return errors.New("a date was given for some of the totals and assumed for others")
	case t.weeks.until != o.weeks.until && t.totals.Assessed > 0 && o.totals.Assessed > 0:
		return errors.New("the totals do not look equally far ahead")
	case o.totals.Records > maxCount-t.totals.Records:
		return errors.New("there are too many records to count")
	}
	return nil
}
