// SPDX-License-Identifier: Apache-2.0

package report

import (
	"errors"
	"fmt"
	"slices"
)

// Check reports every way in which the totals do not add up. It should find
// nothing, ever.
func (t *Tally) Check() error {
	s := t.Summary()
	return s.Check()
}

// Check reports every way in which the numbers do not add up.
func (s *StudySummary) Check() error {
	a := &audit{study: s.Study.ID}
	if s.Dates["screening"] == 0 {
		a.fail("there is no screening day")
	}
	a.totals(&s.Totals)
	a.attrition(s)
	a.criteria(s)
	a.missing(s)
	a.near(s, "failing", &s.NearMisses.Failing, func(c *CriterionSummary) int64 { return c.NearFailing })
	a.near(s, "unknown", &s.NearMisses.Unknown, func(c *CriterionSummary) int64 { return c.NearUnknown })
	a.calendar(s)
	a.atMost("near misses that fail", s.NearMisses.Failing.People, s.Totals.Ineligible)
	a.atMost("near misses that are not known", s.NearMisses.Unknown.People, s.Totals.Undetermined)
	return errors.Join(a.found...)
}

// audit gathers what does not add up.
type audit struct {
	study string
	found []error
}

func (a *audit) fail(format string, args ...any) {
	a.found = append(a.found, fmt.Errorf("study %s: %s", a.study, fmt.Sprintf(format, args...)))
}

// equal asks that two numbers are the same and that they are counts.
func (a *audit) equal(name string, got int64, sum string, want int64) {
	if got != want {
		a.fail("%s is %d, but %s is %d", name, got, sum, want)
	}
}

// atMost asks that a number is a count of some of those people.
func (a *audit) atMost(name string, got, most int64) {
	if got < 0 || got > most {
		a.fail("%s is %d, which is not between 0 and %d", name, got, most)
	}
}

func (a *audit) totals(t *Totals) {
	a.atMost("records read", t.Records, mostCounted)
	for _, part := range []int64{t.Rejected, t.Assessed, t.Eligible, t.Ineligible, t.Undetermined, t.Awaits.Answers, t.Awaits.Data} {
		a.atMost("a part of the records read", part, t.Records)
	}
	if len(a.found) > 0 {
		return // sums could overflow
	}
	a.equal("records read", t.Records, "eligible + ineligible + undetermined + rejected", t.Eligible+t.Ineligible+t.Undetermined+t.Rejected)
	a.equal("assessed", t.Assessed, "records read - rejected", t.Records-t.Rejected)
	a.equal("undetermined", t.Undetermined, "those that await answers or data", t.Awaits.Answers+t.Awaits.Data)
}

// attrition asks that nobody is lost on the way through the criteria.
func (a *audit) attrition(s *StudySummary) {
	if len(s.Attrition) != len(s.Criteria) || len(s.Criteria) == 0 {
		a.fail("attrition has %d criteria and the list of criteria %d", len(s.Attrition), len(s.Criteria))
		return
	}
	left, unknown := s.Totals.Assessed, int64(0)
	for i := range s.Attrition {
		step, c := &s.Attrition[i], &s.Criteria[i]
		if step.Criterion != c.ID {
			a.fail("criterion %d is %s in attrition and %s in the list of criteria", i+1, step.Criterion, c.ID)
		}
		at := "at " + step.Criterion + ", "
		a.equal(at+"reach", step.Reach, "what remained before", left)
		a.atMost(at+"excluded", step.Excluded, step.Reach)
		a.atMost(at+"remaining", step.Remain, step.Reach)
		a.equal(at+"remaining", step.Remain, "reach - excluded", step.Reach-step.Excluded)
		a.atMost(at+"unknown", step.Unknown, step.RemainUnknown)
		a.atMost(at+"remaining and not known", step.RemainUnknown, min(step.Remain, unknown+step.Unknown))
		a.atMost(at+"excluded", step.Excluded, c.Fails)
		a.atMost(at+"unknown", step.Unknown, c.Unknown)
		left, unknown = step.Remain, step.RemainUnknown
	}
	a.equal("those who remain at the end", left, "eligible + undetermined", s.Totals.Eligible+s.Totals.Undetermined)
	a.equal("those who remain not known", unknown, "undetermined", s.Totals.Undetermined)
}

func (a *audit) criteria(s *StudySummary) {
	var sole, fails int64 // kept out by one alone; by any, as far as they can be different people
	seen := map[string]bool{}
	for i := range s.Criteria {
		c := &s.Criteria[i]
		if c.ID == "" || seen[c.ID] {
			a.fail("criterion %d has no id of its own: %q", i+1, c.ID)
		}
		seen[c.ID] = true
		a.atMost(c.ID+", fails", c.Fails, s.Totals.Ineligible)
		a.atMost(c.ID+", sole", c.Sole, c.Fails)
		a.atMost(c.ID+", unknown", c.Unknown, s.Totals.Assessed-c.Fails)
		a.atMost(c.ID+", near_failing", c.NearFailing, c.Sole)
		a.atMost(c.ID+", near_unknown", c.NearUnknown, c.Unknown)
		for _, m := range c.Missing {
			a.atMost(c.ID+", missing "+m.What, m.People, c.Unknown)
		}
		if len(a.found) > 0 {
			return // sums could overflow
		}
		sole += c.Sole
		fails += min(c.Fails, s.Totals.Ineligible-fails)
	}
	a.atMost("those whom one criterion alone keeps out", sole, s.Totals.Ineligible)
	a.equal("ineligible", s.Totals.Ineligible, "those whom some criterion keeps out, at most", fails)
}

func (a *audit) missing(s *StudySummary) {
	seen := map[wantKey]bool{}
	for i := range s.Missing {
		m := &s.Missing[i]
		if key := (wantKey{m.What, m.Question}); seen[key] {
			a.fail("missing %s is there twice", m.What)
		} else {
			seen[key] = true
		}
		a.atMost("missing "+m.What, m.People, s.Totals.Assessed)
		a.atMost("missing "+m.What+", undetermined", m.Undetermined, min(m.People, s.Totals.Undetermined))
		for _, why := range m.Why {
			a.atMost("missing "+m.What+", "+string(why.Why), why.People, m.People)
		}
	}
}

// near asks that the near misses are the people that the criteria count, and
// that their list is whole or full.
func (a *audit) near(s *StudySummary, name string, list *NearMissList, counted func(*CriterionSummary) int64) {
	named := map[string]int64{}
	for _, miss := range list.Patients {
		named[miss.Criterion]++
	}
	var people int64
	for i := range s.Criteria {
		c := &s.Criteria[i]
		a.atMost("near misses named for "+c.ID, named[c.ID], counted(c))
		delete(named, c.ID)
		if people += counted(c); people > mostCounted {
			break
		}
	}
	if len(named) > 0 {
		a.fail("near misses (%s) name a criterion that the study does not have", name)
	}
	a.equal("near misses ("+name+")", list.People, "the sum over the criteria", people)
	a.equal("near misses ("+name+") that are named", int64(len(list.Patients)), "what should be", min(list.People, MostNear))
	if !slices.IsSortedFunc(list.Patients, compareNear) {
		a.fail("near misses (%s) are not in order", name)
	}
}
