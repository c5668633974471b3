// SPDX-License-Identifier: Apache-2.0

package report

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// Tally counts the results of one study as they come: the totals, where people
// drop out, what is missing and who is one criterion from eligible. It keeps
// no result, so its size depends on the study and not on the number of people.
//
// A Tally is not safe for concurrent use: give each worker its own and [Merge]
// them. Neither the order of the results nor how they were divided among
// tallies makes a difference to what it holds.
//
// Its JSON form is that of [StudySummary]; what is read back goes on counting.
type Tally struct {
	study     matcher.StudyRef
	dates     map[string]patient.Day
	assumed   []string
	engine    string
	totals    Totals
	criteria  []attrition
	questions []Question
	wants     wantList
	failing   nearest
	open      nearest
	ahead     calendar
	serial    uint64 // of the result being counted
}

// attrition is what a tally counts of one criterion.
type attrition struct {
	id    string
	kind  rules.Side
	quote string

	// In the protocol's order.
	reach, excluded, unknown, carried int64 // carried: remain after it with something not known so far
	// Each criterion by itself.
	fails, sole, unclear     int64
	nearFailing, nearUnclear int64

	reasons reasonList
}

// NewTally makes an empty tally for the results of a study matched on these
// dates. It is ready to say zero for every criterion.
func NewTally(s *rules.Study, d matcher.Dates) *Tally {
	t := &Tally{
		study:     matcher.StudyRef{ID: s.ID, Title: s.Title, Version: s.Version, Source: s.Source, SHA256: s.SHA256},
		dates:     map[string]patient.Day{"screening": d.Screening},
		assumed:   []string{},
		engine:    "eligo " + matcher.Version,
		questions: []Question{},
	}
	for _, a := range s.Anchors {
		day, given := d.Anchors[a]
		if !given {
			day = d.Screening
			t.assumed = append(t.assumed, a+" = screening day")
		}
		t.dates[a] = day
	}
	for _, q := range s.Questions {
		t.questions = append(t.questions, Question{q.ID, q.Ask, q.Who})
	}
	for i := range s.Criteria {
		c := &s.Criteria[i]
		t.criteria = append(t.criteria, attrition{id: c.ID, kind: c.Side, quote: c.Quote})
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

// aliveID is the built-in criterion. Whoever is recorded dead is no near miss,
// since nothing can come of it.
const aliveID = "alive"

// Add counts a result. It refuses, and does not count, a result of another
// study, version, engine or day, and one whose verdict does not follow from
// its criteria.
func (t *Tally) Add(r *matcher.Result) error {
	if err := t.owns(r); err != nil {
		return err
	}
	fails, unclear, first := outcomes(r)
	if err := follows(r, fails, unclear); err != nil {
		return err
	}
	t.serial++
	t.ahead.until = r.LookedUntil
	t.ahead.add(t.dates["screening"], openings(r))
	t.total(r)
	t.drop(r, first)
	for i := range r.Criteria {
		c := &t.criteria[i]
		switch r.Criteria[i].Outcome {
		case matcher.Fail:
			c.fails++
			if fails == 1 {
				c.sole++
			}
			if fails == 1 && unclear == 0 && c.id != aliveID {
				c.nearFailing++
				t.failing.add(r.Patient, c.id)
			}
		case matcher.Unclear:
			c.unclear++
			t.lacks(c, r, &r.Criteria[i])
			if fails == 0 && unclear == 1 && c.id != aliveID {
				c.nearUnclear++
				t.open.add(r.Patient, c.id)
			}
		}
	}
	return nil
}

// owns tells whether the result is one of those that the tally counts.
func (t *Tally) owns(r *matcher.Result) error {
	switch {
	case r.Study.ID != t.study.ID:
		return fmt.Errorf("a result of study %s cannot be counted for study %s", r.Study.ID, t.study.ID)
	case r.Study.SHA256 != t.study.SHA256 || r.Study.Version != t.study.Version:
		return fmt.Errorf("study %s: a result was made with another text of the study (SHA-256 %s, not %s)", t.study.ID, r.Study.SHA256, t.study.SHA256)
	case r.Engine != t.engine:
		return fmt.Errorf("study %s: a result was made by %s, not %s", t.study.ID, r.Engine, t.engine)
	case !maps.Equal(r.Dates, t.dates):
		return fmt.Errorf("study %s: a result was made for other dates", t.study.ID)
	case r.LookedUntil != t.ahead.until && t.totals.Assessed > 0:
		return fmt.Errorf("study %s: a result looks as far ahead as %s, not %s", t.study.ID, r.LookedUntil, t.ahead.until)
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

// outcomes counts the criteria that fail and those that are not known. First
// is the first that fails, or the number of criteria.
func outcomes(r *matcher.Result) (fails, unclear, first int) {
	first = len(r.Criteria)
	for i := range r.Criteria {
		switch r.Criteria[i].Outcome {
		case matcher.Fail:
			fails++
			first = min(first, i)
		case matcher.Unclear:
			unclear++
		}
	}
	return fails, unclear, first
}

// follows tells whether the verdict follows from the criteria.
func follows(r *matcher.Result, fails, unclear int) error {
	want := matcher.Undetermined
	switch {
	case fails > 0:
		want = matcher.Ineligible
	case unclear == 0:
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

func (t *Tally) total(r *matcher.Result) {
	t.totals.Records++
	t.totals.Assessed++
	switch r.Verdict {
	case matcher.Eligible:
		t.totals.Eligible++
	case matcher.Ineligible:
		t.totals.Ineligible++
	case matcher.Undetermined:
		t.totals.Undetermined++
	}
	switch r.Awaits {
	case matcher.AwaitsAnswers:
		t.totals.Awaits.Answers++
	case matcher.AwaitsData:
		t.totals.Awaits.Data++
	}
}

// drop follows the person through the criteria in the protocol's order, up to
// the first that fails: there the person leaves. One that is not known keeps
// nobody out.
func (t *Tally) drop(r *matcher.Result, first int) {
	carried := false
	for i := range r.Criteria {
		c := &t.criteria[i]
		c.reach++
		if i == first {
			c.excluded++
			return
		}
		if r.Criteria[i].Outcome == matcher.Unclear {
			c.unknown++
			carried = true
		}
		if carried {
			c.carried++
		}
	}
}

// mostCounted bounds every count, so that sums stay exact wherever JSON is
// read.
const mostCounted = 1 << 53

// Merge adds another tally of the same study, version, engine and dates, which
// it leaves as it is. Tallies that do not belong together are refused, and
// nothing is added.
func (t *Tally) Merge(o *Tally) error {
	if err := t.belongs(o); err != nil {
		return fmt.Errorf("study %s: %w", t.study.ID, err)
	}
	t.totals.add(&o.totals)
	for i := range t.criteria {
		c, with := &t.criteria[i], &o.criteria[i]
		c.reach += with.reach
		c.excluded += with.excluded
		c.unknown += with.unknown
		c.carried += with.carried
		c.fails += with.fails
		c.sole += with.sole
		c.unclear += with.unclear
		c.nearFailing += with.nearFailing
		c.nearUnclear += with.nearUnclear
		c.reasons.merge(&with.reasons)
	}
	t.wants.merge(&o.wants)
	t.failing.merge(&o.failing)
	t.open.merge(&o.open)
	t.ahead.merge(t.dates["screening"], &o.ahead)
	return nil
}

// belongs tells why two tallies must not be added up.
func (t *Tally) belongs(o *Tally) error {
	same := func(a, b attrition) bool { return a.id == b.id && a.kind == b.kind && a.quote == b.quote }
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
		return fmt.Errorf("the totals are for different dates (%s and %s)", datesOf(t.dates), datesOf(o.dates))
	case !slices.Equal(o.assumed, t.assumed):
		return errors.New("a date was given for some of the totals and assumed for others")
	case t.ahead.until != o.ahead.until && t.totals.Assessed > 0 && o.totals.Assessed > 0:
		return errors.New("the totals do not look equally far ahead")
	case o.totals.Records > mostCounted-t.totals.Records:
		return errors.New("there are too many records to count")
	}
	return nil
}
