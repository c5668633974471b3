// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/patient"
)

// BestCase is what the dates are if everything that is not known turns out in
// the person's favour.
type BestCase struct {
	EarliestEligible patient.Day `json:"earliest_eligible"`
	EligibleUntil    patient.Day `json:"eligible_until,omitzero"`
	// Assumes lists the criteria that are not known on some of these days, and
	// are taken to pass.
	Assumes []string `json:"assumes"`
}

// future is what becomes of a result after its screening day.
type future struct {
	result *Result
	turns  [][]evaluate.Transition // of each criterion
	within string                  // "within 2 years", or "by" a day
	steps  []step
	// reason says why a criterion is what it is on a later day.
	reason func(criterion int, on patient.Day) string
	// lasting says what could change a criterion.
	lasting func(criterion int) ChangedBy
}

// step is a day from which on the verdict, or what it rests on, is another.
type step struct {
	from            patient.Day
	verdict         Verdict
	failing, unsure []int // criteria
}

// stretch finds the first days on which the verdict is one of those wanted: the
// first of them, and the last or zero where it is beyond the last day looked at.
func (f *future) stretch(want ...Verdict) (at int, until patient.Day) {
	at = slices.IndexFunc(f.steps, func(s step) bool { return slices.Contains(want, s.verdict) })
	if at < 0 {
		return at, 0
	}
	for _, s := range f.steps[at:] {
		if !slices.Contains(want, s.verdict) {
			return at, s.from - 1
		}
	}
	return at, 0
}

// outcome gives what a criterion comes to, turn by turn.
func (f *future) outcome(criterion, turn int) Outcome {
	o, _ := judge(f.result.Criteria[criterion].Kind, f.turns[criterion][turn].Truth)
	return o
}

// criteria says of each criterion that does not pass when it will.
func (f *future) criteria() {
	for i := range f.result.Criteria {
		c := &f.result.Criteria[i]
		if c.Outcome == Pass {
			continue
		}
		for t, turn := range f.turns[i] {
			o := f.outcome(i, t)
			if o != Fail && c.Outcome == Fail && c.MayClearOn == 0 {
				c.MayClearOn = turn.From
			}
			if o == Pass {
				c.ClearsOn = turn.From
				break
			}
		}
		if c.MayClearOn == c.ClearsOn {
			c.MayClearOn = 0
		}
		if c.ClearsOn != 0 || c.Outcome != Fail {
			continue
		}
		c.Clearing = f.never(c, f.lasting(i))
		if c.MayClearOn != 0 {
			c.Clearing += "; on " + c.MayClearOn.String() + ": " + f.reason(i, c.MayClearOn)
		}
	}
}

// What Criterion.Clearing says where time does not help.
const (
	clearsNever        = "never, as long as the record is right"
	clearsNotByWaiting = "not by waiting: only if something new is recorded"
)

// never says in words why a criterion that fails has no day to pass.
func (f *future) never(c *Criterion, by ChangedBy) string {
	var stop []string
	for i := range f.result.Washout {
		x := &f.result.Washout[i]
		if x.Criterion != c.ID || !x.Ongoing || x.Unclassified {
			continue
		}
		if text := "stop " + x.Medication + " first; " + x.Length + " after its last dose"; !slices.Contains(stop, text) {
			stop = append(stop, text)
		}
	}
	switch {
	case len(stop) > 0:
		return "ongoing: " + strings.Join(stop, "; ")
	case c.MayClearOn != 0:
		return "not surely " + f.within
	case by == ByNothing:
		return clearsNever
	case by == ByNewFact:
		return clearsNotByWaiting
	}
	return "not " + f.within
}

// verdicts finds the days on which the verdict changes, and says them.
func (f *future) verdicts() {
	f.walk()
	r := f.result
	sure, until := f.stretch(Eligible)
	if sure >= 0 {
		r.EarliestEligible, r.EligibleUntil = f.steps[sure].from, until
	}
	best, bestUntil := f.stretch(Eligible, Undetermined)
	if best >= 0 && best != sure {
		r.BestCase = &BestCase{f.steps[best].from, bestUntil, f.assumed(best)}
	}
	r.Outlook = f.outlook(sure, best)
}

// assumed lists the criteria that are not known on some day of the stretch
// that begins at a step and on which none fails.
func (f *future) assumed(at int) []string {
	var open []int
	for _, s := range f.steps[at:] {
		if s.verdict == Ineligible {
			break
		}
		open = append(open, s.unsure...)
	}
	slices.Sort(open)
	return f.names(slices.Compact(open))
}

// walk puts the criteria's turns together.
func (f *future) walk() {
	var days []patient.Day
	for _, turns := range f.turns {
		for _, t := range turns {
			days = append(days, t.From)
		}
	}
	slices.Sort(days)
	at := make([]int, len(f.turns))
	for _, day := range slices.Compact(days) {
		s := step{from: day, verdict: Eligible}
		for i, turns := range f.turns {
			for at[i]+1 < len(turns) && turns[at[i]+1].From <= day {
				at[i]++
			}
			switch f.outcome(i, at[i]) {
			case Fail:
				s.failing = append(s.failing, i)
			case Unclear:
				s.unsure = append(s.unsure, i)
			}
		}
		switch {
		case len(s.failing) > 0:
			s.verdict = Ineligible
		case len(s.unsure) > 0:
			s.verdict = Undetermined
		}
		f.steps = append(f.steps, s)
	}
}

func (f *future) names(criteria []int) []string {
	names := make([]string, len(criteria))
	for i, c := range criteria {
		names[i] = f.result.Criteria[c].ID
	}
	return names
}
