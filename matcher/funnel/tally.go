// SPDX-License-Identifier: Apache-2.0

// Package funnel counts the results of a cohort: a [Tally] for each study becomes
// a [Summary] with the totals, the attrition in the protocol's order, each
// criterion by itself, the missing facts, the near misses and a [Calendar]. Package
// report renders a Summary.
//
// Of this module it may import matcher, and patient and rules for the types that a
// result holds.
package funnel

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
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
	counts       StudySummary     // without the lists below and the numbers that follow from others
	reasons      []missingReasons // of each criterion
	missing      missingFacts
	unrecognized unrecognizedGroups
	nearFailing  nearMisses
	nearUnknown  nearMisses
	weeks        weekCounts
	serial       uint64 // of the result being counted
}

// NewTally makes an empty tally for the results of a study matched on these
// dates.
func NewTally(s *rules.Study, d matcher.Dates) *Tally {
	t := &Tally{reasons: make([]missingReasons, len(s.Criteria)), counts: StudySummary{
		Study:  matcher.StudyRef{ID: s.ID, Title: s.Title, Version: s.Version, Source: s.Source, SHA256: s.SHA256, Terminology: s.Terminology.SHA256()},
		Engine: "eligo " + matcher.Version,
	}}
	t.counts.Dates, t.counts.Assumed = matcher.StudyDates(s, d)
	for _, q := range s.Questions {
		t.counts.Questions = append(t.counts.Questions, Question{q.ID, q.Ask, q.Who})
	}
	for i := range s.Criteria {
		c := &s.Criteria[i]
		t.counts.Attrition = append(t.counts.Attrition, AttritionStep{Criterion: c.ID})
		t.counts.Criteria = append(t.counts.Criteria, CriterionSummary{ID: c.ID, Kind: c.Side, Quote: c.Quote, BuiltIn: c.BuiltIn})
	}
	return t
}

// Reject counts a record that was read and could not be used.
func (t *Tally) Reject() {
	t.counts.Totals.Records++
	t.counts.Totals.Rejected++
}

// Totals gives the totals so far.
func (t *Tally) Totals() Totals { return t.counts.Totals }

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
	t.counts.Totals.addResult(r)
	t.addAttrition(r, outcomes.firstFail)
	t.addUnrecognized(r)
	for i := range r.Criteria {
		c := &t.counts.Criteria[i]
		canBeNear := !c.BuiltIn // a person who is recorded dead is no near miss
		switch r.Criteria[i].Outcome {
		case matcher.Fail:
			c.Fails++
			if outcomes.fails == 1 {
				c.Sole++
			}
			if outcomes.fails == 1 && outcomes.unknown == 0 && canBeNear {
				c.NearFailing++
				t.nearFailing.addPerson(r.Patient, c.ID)
			}
		case matcher.Unclear:
			c.Unknown++
			t.addMissing(&t.reasons[i], r, &r.Criteria[i])
			if outcomes.fails == 0 && outcomes.unknown == 1 && canBeNear {
				c.NearUnknown++
				t.nearUnknown.addPerson(r.Patient, c.ID)
			}
		}
	}
	return nil
}

// checkResult refuses a result that is not of the tally's study, engine and dates.
func (t *Tally) checkResult(r *matcher.Result) error {
	switch {
	case r.Study.ID != t.counts.Study.ID:
		return fmt.Errorf("a result of study %s cannot be counted for study %s", r.Study.ID, t.counts.Study.ID)
	case r.Study.SHA256 != t.counts.Study.SHA256 || r.Study.Version != t.counts.Study.Version:
		return fmt.Errorf("study %s: a result was made with another text of the study (SHA-256 %s, not %s)", t.counts.Study.ID, r.Study.SHA256, t.counts.Study.SHA256)
	case r.Study.Terminology != t.counts.Study.Terminology:
		return fmt.Errorf("study %s: a result was made with another terminology of the site", t.counts.Study.ID)
	case r.Engine != t.counts.Engine:
		return fmt.Errorf("study %s: a result was made by %s, not %s", t.counts.Study.ID, r.Engine, t.counts.Engine)
	case !maps.Equal(r.Dates, t.counts.Dates):
		return fmt.Errorf("study %s: a result was made for other dates", t.counts.Study.ID)
	case r.LookedUntil != t.weeks.until && t.counts.Totals.Assessed > 0:
		return fmt.Errorf("study %s: a result looks as far ahead as %s, not %s", t.counts.Study.ID, r.LookedUntil, t.weeks.until)
	case len(r.Criteria) != len(t.counts.Criteria):
		return fmt.Errorf("study %s: a result has %d criteria, not %d", t.counts.Study.ID, len(r.Criteria), len(t.counts.Criteria))
	}
	for i := range r.Criteria {
		if r.Criteria[i].ID != t.counts.Criteria[i].ID {
			return fmt.Errorf("study %s: criterion %d of a result is %s, not %s", t.counts.Study.ID, i+1, r.Criteria[i].ID, t.counts.Criteria[i].ID)
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
		step := &t.counts.Attrition[i]
		step.Reach++
		if i == firstFail {
			step.Excluded++
			return
		}
		if r.Criteria[i].Outcome == matcher.Unclear {
			step.Unknown++
			withUnknown = true
		}
		if withUnknown {
			step.RemainUnknown++
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
		return fmt.Errorf("study %s: %w", t.counts.Study.ID, err)
	}
	t.counts.Totals.addTotals(&o.counts.Totals)
	for i := range t.counts.Criteria {
		t.counts.Attrition[i].addStep(&o.counts.Attrition[i])
		t.counts.Criteria[i].addCriterion(&o.counts.Criteria[i])
		t.reasons[i].addReasons(&o.reasons[i])
	}
	t.missing.addFacts(&o.missing)
	t.counts.Unrecognized.People += o.counts.Unrecognized.People
	t.counts.Unrecognized.Undetermined += o.counts.Unrecognized.Undetermined
	t.unrecognized.addGroups(&o.unrecognized)
	t.nearFailing.addPeople(&o.nearFailing)
	t.nearUnknown.addPeople(&o.nearUnknown)
	t.weeks.addWeeks(t.counts.Dates[language.Screening], &o.weeks)
	return nil
}

func (t *Totals) addTotals(o *Totals) {
	t.Records += o.Records
	t.Rejected += o.Rejected
	t.Assessed += o.Assessed
	t.Eligible += o.Eligible
	t.Ineligible += o.Ineligible
	t.Undetermined += o.Undetermined
	t.Awaits.Answers += o.Awaits.Answers
	t.Awaits.Data += o.Awaits.Data
}

func (a *AttritionStep) addStep(o *AttritionStep) {
	a.Reach += o.Reach
	a.Excluded += o.Excluded
	a.Unknown += o.Unknown
	a.RemainUnknown += o.RemainUnknown
}

func (c *CriterionSummary) addCriterion(o *CriterionSummary) {
	c.Fails += o.Fails
	c.Sole += o.Sole
	c.Unknown += o.Unknown
	c.NearFailing += o.NearFailing
	c.NearUnknown += o.NearUnknown
}

func (t *Tally) checkTally(o *Tally) error {
	same := func(a, b CriterionSummary) bool { return a.ID == b.ID && a.Kind == b.Kind && a.Quote == b.Quote }
	a, b := &t.counts, &o.counts
	switch {
	case t == o:
		return errors.New("the same totals would be counted twice")
	case b.Study.ID != a.Study.ID:
		return fmt.Errorf("the totals of study %s cannot be added to it", b.Study.ID)
	case b.Study.Terminology != a.Study.Terminology:
		return errors.New("the totals were made with different terminologies of the site")
	case b.Study != a.Study || !slices.EqualFunc(a.Criteria, b.Criteria, same) || !slices.Equal(b.Questions, a.Questions):
		return fmt.Errorf("the totals are for different texts of the study (SHA-256 %s and %s)", a.Study.SHA256, b.Study.SHA256)
	case b.Engine != a.Engine:
		return fmt.Errorf("the totals were made by %s and by %s", a.Engine, b.Engine)
	case !maps.Equal(b.Dates, a.Dates):
		return fmt.Errorf("the totals are for different dates (screening day %s and %s)", a.Dates[language.Screening], b.Dates[language.Screening])
	case !slices.Equal(b.Assumed, a.Assumed):
		return errors.New("a date was given for some of the totals and assumed for others")
	case t.weeks.until != o.weeks.until && a.Totals.Assessed > 0 && b.Totals.Assessed > 0:
		return errors.New("the totals do not look equally far ahead")
	case b.Totals.Records > maxCount-a.Totals.Records:
		return errors.New("there are too many records to count")
	}
	return nil
}
