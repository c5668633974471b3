// SPDX-License-Identifier: Apache-2.0

package funnel

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/eligo-trials/eligo/rules/language"
)

// ReadSummary reads the JSON form of a summary. It refuses one with unknown
// members and one whose numbers do not add up.
func ReadSummary(r io.Reader) (*Summary, error) {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	s := &Summary{}
	if err := dec.Decode(s); err != nil {
		return nil, fmt.Errorf("not a summary: %w", unfinished(err))
	}
	if s.Schema != SummarySchema {
		return nil, fmt.Errorf("not a summary: schema is %q, not %q", s.Schema, SummarySchema)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("not a summary: more follows after the end of the document")
	}
	seen := map[string]bool{}
	for i := range s.Studies {
		if err := s.Studies[i].Check(); err != nil {
			return nil, err
		}
		if id := s.Studies[i].Study.ID; seen[id] {
			return nil, fmt.Errorf("not a summary: study %s is there twice", id)
		}
		seen[s.Studies[i].Study.ID] = true
	}
	return s, nil
}

func unfinished(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the document ends too early")
	}
	return err
}

// MergeSummaries adds up the summaries of the shards of one batch. All must
// hold the same studies, which come in the order of the first.
func MergeSummaries(shards ...*Summary) (*Summary, error) {
	if len(shards) == 0 {
		return nil, errors.New("no summary to merge")
	}
	var tallies []*Tally
	at := map[string]*Tally{}
	for i := range shards[0].Studies {
		t, err := shards[0].Studies[i].Tally()
		if err != nil {
			return nil, err
		}
		tallies, at[t.counts.Study.ID] = append(tallies, t), t
	}
	for n, shard := range shards[1:] {
		if len(shard.Studies) != len(tallies) {
			return nil, fmt.Errorf("summary %d holds %s and the first %s", n+2, countStudies(len(shard.Studies)), countStudies(len(tallies)))
		}
		for i := range shard.Studies {
			add, err := shard.Studies[i].Tally()
			if err != nil {
				return nil, fmt.Errorf("summary %d: %w", n+2, err)
			}
			t := at[add.counts.Study.ID]
			if t == nil {
				return nil, fmt.Errorf("summary %d holds study %s and the first does not", n+2, add.counts.Study.ID)
			}
			if err := t.Merge(add); err != nil {
				return nil, fmt.Errorf("summary %d: %w", n+2, err)
			}
		}
	}
	return Summarize(tallies...), nil
}

func countStudies(n int) string {
	if n == 1 {
		return "1 study"
	}
	return fmt.Sprintf("%d studies", n)
}

// UnmarshalJSON reads the form of MarshalJSON; see [StudySummary.Tally].
func (t *Tally) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	s := StudySummary{}
	if err := dec.Decode(&s); err != nil {
		return err
	}
	read, err := s.Tally()
	if err != nil {
		return err
	}
	*t = *read
	return nil
}

// Check reports every way in which the counts do not add up.
func (t *Tally) Check() error {
	s := t.Summary()
	return s.Check()
}

// Check reports every way in which the numbers do not add up.
func (s *StudySummary) Check() error {
	a := &audit{study: s.Study.ID}
	if s.Dates[language.Screening] == 0 {
		a.addError("there is no screening day")
	}
	a.checkTotals(&s.Totals)
	a.checkAttrition(s)
	a.checkCriteria(s)
	a.checkMissing(s)
	a.checkUnrecognized(s)
	a.checkNearMisses(s, "failing", &s.NearMisses.Failing, func(c *CriterionSummary) int64 { return c.NearFailing })
	a.checkNearMisses(s, "unknown", &s.NearMisses.Unknown, func(c *CriterionSummary) int64 { return c.NearUnknown })
	a.checkCalendar(s)
	a.checkAtMost("near misses that fail", s.NearMisses.Failing.People, s.Totals.Ineligible)
	a.checkAtMost("near misses that are not known", s.NearMisses.Unknown.People, s.Totals.Undetermined)
	return errors.Join(a.errors...)
}

// audit collects the numbers that do not add up.
type audit struct {
	study  string
	errors []error
}

func (a *audit) addError(format string, args ...any) {
	a.errors = append(a.errors, fmt.Errorf("study %s: %s", a.study, fmt.Sprintf(format, args...)))
}

func (a *audit) checkEqual(name string, got int64, sum string, want int64) {
	if got != want {
		a.addError("%s is %d, but %s is %d", name, got, sum, want)
	}
}

func (a *audit) checkAtMost(name string, got, most int64) {
	if got < 0 || got > most {
		a.addError("%s is %d, which is not between 0 and %d", name, got, most)
	}
}

func (a *audit) checkTotals(t *Totals) {
	a.checkAtMost("records read", t.Records, maxCount)
	for _, part := range []int64{t.Rejected, t.Assessed, t.Eligible, t.Ineligible, t.Undetermined, t.Awaits.Answers, t.Awaits.Data} {
		a.checkAtMost("a part of the records read", part, t.Records)
	}
	if len(a.errors) > 0 {
		return // sums could overflow
	}
	a.checkEqual("records read", t.Records, "eligible + ineligible + undetermined + rejected", t.Eligible+t.Ineligible+t.Undetermined+t.Rejected)
	a.checkEqual("assessed", t.Assessed, "records read - rejected", t.Records-t.Rejected)
	a.checkEqual("undetermined", t.Undetermined, "those that await answers or data", t.Awaits.Answers+t.Awaits.Data)
}

// checkAttrition requires that nobody is lost on the way through the criteria.
func (a *audit) checkAttrition(s *StudySummary) {
	if len(s.Attrition) != len(s.Criteria) || len(s.Criteria) == 0 {
		a.addError("attrition has %d criteria and the list of criteria %d", len(s.Attrition), len(s.Criteria))
		return
	}
	left, unknown := s.Totals.Assessed, int64(0)
	for i := range s.Attrition {
		step, c := &s.Attrition[i], &s.Criteria[i]
		if step.Criterion != c.ID {
			a.addError("criterion %d is %s in attrition and %s in the list of criteria", i+1, step.Criterion, c.ID)
		}
		at := "at " + step.Criterion + ", "
		a.checkEqual(at+"reach", step.Reach, "the number that remained before", left)
		a.checkAtMost(at+"excluded", step.Excluded, step.Reach)
		a.checkAtMost(at+"remaining", step.Remain, step.Reach)
		a.checkEqual(at+"remaining", step.Remain, "reach - excluded", step.Reach-step.Excluded)
		a.checkAtMost(at+"unknown", step.Unknown, step.RemainUnknown)
		a.checkAtMost(at+"remaining and not known", step.RemainUnknown, min(step.Remain, unknown+step.Unknown))
		a.checkAtMost(at+"excluded", step.Excluded, c.Fails)
		a.checkAtMost(at+"unknown", step.Unknown, c.Unknown)
		left, unknown = step.Remain, step.RemainUnknown
	}
	a.checkEqual("those who remain at the end", left, "eligible + undetermined", s.Totals.Eligible+s.Totals.Undetermined)
	a.checkEqual("those who remain not known", unknown, "undetermined", s.Totals.Undetermined)
}

func (a *audit) checkCriteria(s *StudySummary) {
	var sole, fails int64 // kept out by one alone; by any, as far as they can be different people
	seen := map[string]bool{}
	for i := range s.Criteria {
		c := &s.Criteria[i]
		if c.ID == "" || seen[c.ID] {
			a.addError("criterion %d has no id of its own: %q", i+1, c.ID)
		}
		seen[c.ID] = true
		a.checkAtMost(c.ID+", fails", c.Fails, s.Totals.Ineligible)
		a.checkAtMost(c.ID+", sole", c.Sole, c.Fails)
		a.checkAtMost(c.ID+", unknown", c.Unknown, s.Totals.Assessed-c.Fails)
		a.checkAtMost(c.ID+", near_failing", c.NearFailing, c.Sole)
		a.checkAtMost(c.ID+", near_unknown", c.NearUnknown, c.Unknown)
		for _, m := range c.Missing {
			a.checkAtMost(c.ID+", missing "+m.What, m.People, c.Unknown)
		}
		if len(a.errors) > 0 {
			return // sums could overflow
		}
		sole += c.Sole
		fails += min(c.Fails, s.Totals.Ineligible-fails)
	}
	a.checkAtMost("those whom one criterion alone keeps out", sole, s.Totals.Ineligible)
	a.checkEqual("ineligible", s.Totals.Ineligible, "those whom some criterion keeps out, at most", fails)
}

func (a *audit) checkMissing(s *StudySummary) {
	seen := map[Fact]bool{}
	for i := range s.Missing {
		m := &s.Missing[i]
		if seen[m.Fact] {
			a.addError("missing %s is there twice", m.What)
		}
		seen[m.Fact] = true
		a.checkAtMost("missing "+m.What, m.People, s.Totals.Assessed)
		a.checkAtMost("missing "+m.What+", undetermined", m.Undetermined, min(m.People, s.Totals.Undetermined))
		for _, why := range m.Why {
			a.checkAtMost("missing "+m.What+", "+string(why.Why), why.People, m.People)
		}
	}
}

// checkNearMisses requires that the near misses are the people that the criteria
// count, and that their list is complete or full.
func (a *audit) checkNearMisses(s *StudySummary, name string, list *NearMissList, counted func(*CriterionSummary) int64) {
	named := map[string]int64{}
	for _, miss := range list.Patients {
		named[miss.Criterion]++
	}
	var people int64
	for i := range s.Criteria {
		c := &s.Criteria[i]
		a.checkAtMost("near misses named for "+c.ID, named[c.ID], counted(c))
		delete(named, c.ID)
		if people += counted(c); people > maxCount {
			break
		}
	}
	if len(named) > 0 {
		a.addError("near misses (%s) name a criterion that the study does not have", name)
	}
	a.checkEqual("near misses ("+name+")", list.People, "the sum over the criteria", people)
	a.checkEqual("near misses ("+name+") that are named", int64(len(list.Patients)), "the number expected", min(list.People, MostNear))
	if !slices.IsSortedFunc(list.Patients, compareNearMisses) {
		a.addError("near misses (%s) are not in order", name)
	}
}
