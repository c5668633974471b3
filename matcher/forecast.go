// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"slices"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/matcher/internal/explain"
	"github.com/eligo-trials/eligo/patient"
)

// BestCase holds the dates that apply if everything unknown turns out in the
// person's favour.
type BestCase struct {
	EarliestEligible patient.Day `json:"earliest_eligible"`
	EligibleUntil    patient.Day `json:"eligible_until,omitzero"`
	// Assumes lists the criteria that are unknown on some of these days, and are
	// taken to pass.
	Assumes []string `json:"assumes"`
}

// forecast computes the days on which a result changes.
type forecast struct {
	result  *Result
	turns   [][]evaluate.Transition // of each criterion
	periods []period                // in order, without gaps, from the screening day on
	// reasonOn gives the reason of a criterion on a later day.
	reasonOn func(criterion int, on patient.Day) string
	// changedBy tells which kind of event could change a criterion.
	changedBy func(criterion int) ChangedBy
}

// period is consecutive days with the same failing and unknown criteria, from a day
// to the day before the next period.
type period struct {
	from             patient.Day
	verdict          Verdict
	failing, unknown []int // indexes of criteria
}

// firstPeriod returns the index of the first period with one of the verdicts, or -1,
// and the last day of such verdicts, 0 if they outlast the horizon.
func (f *forecast) firstPeriod(verdicts ...Verdict) (at int, until patient.Day) {
	at = slices.IndexFunc(f.periods, func(p period) bool { return slices.Contains(verdicts, p.verdict) })
	if at < 0 {
		return at, 0
	}
	for _, p := range f.periods[at:] {
		if !slices.Contains(verdicts, p.verdict) {
			return at, p.from.AddDays(-1)
		}
	}
	return at, 0
}

func (f *forecast) outcomeAt(criterion, turn int) Outcome {
	o, _ := outcomeOf(f.result.Criteria[criterion].Kind, f.turns[criterion][turn].Truth)
	return o
}

// addCriterionDays sets ClearsOn, MayClearOn and Clearing of the criteria that do
// not pass.
func (f *forecast) addCriterionDays() {
	for i := range f.result.Criteria {
		c := &f.result.Criteria[i]
		if c.Outcome == Pass {
			continue
		}
		for t, turn := range f.turns[i] {
			o := f.outcomeAt(i, t)
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
		if c.ClearsOn == 0 && c.Outcome == Fail {
			f.addClearing(i, c)
		}
	}
}

func (f *forecast) addClearing(criterion int, c *Criterion) {
	by := f.changedBy(criterion)
	c.Clearing = &Clearing{Kind: ClearsBeyond, Stop: f.stopFirst(c)}
	switch {
	case len(c.Clearing.Stop) > 0:
		c.Clearing.Kind = ClearsAfterStopping
	case c.MayClearOn != 0:
		c.Clearing.Kind = ClearsUncertainly
	case by == ByNothing:
		c.Clearing.Kind = ClearsNever
	case by == ByNewFact:
		c.Clearing.Kind = ClearsByNewFact
	}
	if c.MayClearOn != 0 {
		c.Clearing.Reason = f.reasonOn(criterion, c.MayClearOn)
	}
}

// stopFirst lists the ongoing medicines that keep a washout from starting.
func (f *forecast) stopFirst(c *Criterion) (stop []Stop) {
	for i := range f.result.Washout {
		x := &f.result.Washout[i]
		if x.Criterion != c.ID || !x.Ongoing || x.Unclassified {
			continue
		}
		if s := (Stop{x.Medication, x.Length}); !slices.Contains(stop, s) {
			stop = append(stop, s)
		}
	}
	return stop
}

func (f *forecast) addVerdictDays() {
	f.addPeriods()
	r := f.result
	sure, until := f.firstPeriod(Eligible)
	if sure >= 0 {
		r.EarliestEligible, r.EligibleUntil = f.periods[sure].from, until
	}
	best, bestUntil := f.firstPeriod(Eligible, Undetermined)
	if best >= 0 && best != sure {
		r.BestCase = &BestCase{f.periods[best].from, bestUntil, f.unknownFrom(best)}
	}
	r.Outlook = f.outlook(sure, best)
}

// unknownFrom lists the criteria that are unknown on some day from a period on, up
// to the first day on which a criterion fails.
func (f *forecast) unknownFrom(at int) []string {
	var unknown []int
	for _, p := range f.periods[at:] {
		if p.verdict == Ineligible {
			break
		}
		unknown = append(unknown, p.unknown...)
	}
	slices.Sort(unknown)
	return f.idsOf(slices.Compact(unknown))
}

func (f *forecast) addPeriods() {
	var days []patient.Day
	for _, turns := range f.turns {
		for _, t := range turns {
			days = append(days, t.From)
		}
	}
	slices.Sort(days)
	at := make([]int, len(f.turns))
	for _, day := range slices.Compact(days) {
		p := period{from: day, verdict: Eligible}
		for i, turns := range f.turns {
			for at[i]+1 < len(turns) && turns[at[i]+1].From <= day {
				at[i]++
			}
			switch f.outcomeAt(i, at[i]) {
			case Fail:
				p.failing = append(p.failing, i)
			case Unclear:
				p.unknown = append(p.unknown, i)
			}
		}
		switch {
		case len(p.failing) > 0:
			p.verdict = Ineligible
		case len(p.unknown) > 0:
			p.verdict = Undetermined
		}
		f.periods = append(f.periods, p)
	}
}

func (f *forecast) idsOf(criteria []int) []string {
	ids := make([]string, len(criteria))
	for i, c := range criteria {
		ids[i] = f.result.Criteria[c].ID
	}
	return ids
}

// NearMiss is the one criterion that keeps a person out.
type NearMiss struct {
	Criterion string `json:"criterion"`
	// By is the only thing that could change it: time; a fact that is not on record
	// today, such as a new result or a stopped medicine; or nothing, as long as the
	// record is right.
	By ChangedBy `json:"by"`
	// ClearsOn is that of the criterion.
	ClearsOn patient.Day `json:"clears_on,omitzero"`
}

// addNearMiss adds the criterion that fails, if it is the only one.
func addNearMiss(r *Result, chart explain.Chart, d Dates) {
	if len(r.Blocking) != 1 {
		return
	}
	i := slices.IndexFunc(r.Criteria, func(c Criterion) bool { return c.Outcome == Fail })
	r.NearMiss = &NearMiss{r.Blocking[0], chart.ChangedBy(d, i), r.Criteria[i].ClearsOn}
}
