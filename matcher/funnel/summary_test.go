// SPDX-License-Identifier: Apache-2.0

package funnel

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

func summaryFile(t *testing.T, s *Summary) string {
	t.Helper()
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// emptyTally is of a study with hostile names.
func emptyTally() *Tally {
	name := "</script>\u202e\x1b"
	return NewTally(&rules.Study{
		ID: name, Title: name, SHA256: name, Anchors: []string{name}, Questions: []language.Question{{ID: name, Ask: name, Who: name}},
		Criteria: []rules.Criterion{{ID: name, Side: rules.Inclusion, Quote: name}},
	}, matcher.Dates{Screening: patient.NewDay(2026, 1, 1)})
}

func TestSummaryRoundTrip(t *testing.T) {
	file := summaryFile(t, Summarize(countAll(t, loadCohort(t)), emptyTally()))
	read, err := ReadSummary(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if summaryFile(t, read) != file {
		t.Error("a summary that was read is written otherwise")
	}
	once, err := MergeSummaries(read)
	if err != nil {
		t.Fatal(err)
	}
	if summaryFile(t, once) != file {
		t.Error("a summary merged with nothing is another")
	}
}

func TestMergeSummaries(t *testing.T) {
	c := loadCohort(t)
	n, third := len(c.results), len(c.results)/3
	shards := []*Summary{
		Summarize(countSome(t, c, 0, third), emptyTally()),
		Summarize(emptyTally(), countSome(t, c, third, 2*third)), // in another order
		Summarize(countSome(t, c, 2*third, n), emptyTally()),
	}
	merged, err := MergeSummaries(shards...)
	if err != nil {
		t.Fatal(err)
	}
	if summaryFile(t, merged) != summaryFile(t, Summarize(countAll(t, c), emptyTally())) {
		t.Error("the merged summary differs from that of the whole")
	}
	for want, add := range map[string]*Summary{"1 study": Summarize(countAll(t, c)), "does not": Summarize(countAll(t, c), countAll(t, c))} {
		if want == "does not" {
			add.Studies[1].Study.ID = "NCT1"
		}
		if _, err := MergeSummaries(shards[0], add); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	if _, err := MergeSummaries(); err == nil {
		t.Error("nothing was merged")
	}
}

// TestReadSummaryRefuses changes one number at a time: none can be changed
// alone without being found.
func TestReadSummaryRefuses(t *testing.T) {
	c := loadCohort(t)
	for name, change := range map[string]func(s *StudySummary){
		"records":        func(s *StudySummary) { s.Totals.Records++ },
		"rejected":       func(s *StudySummary) { s.Totals.Rejected-- },
		"assessed":       func(s *StudySummary) { s.Totals.Assessed++ },
		"eligible":       func(s *StudySummary) { s.Totals.Eligible++ },
		"ineligible":     func(s *StudySummary) { s.Totals.Ineligible-- },
		"undetermined":   func(s *StudySummary) { s.Totals.Undetermined++ },
		"answers":        func(s *StudySummary) { s.Totals.Awaits.Answers++ },
		"negative":       func(s *StudySummary) { s.Totals.Rejected, s.Totals.Records = -7, 1993 },
		"huge":           func(s *StudySummary) { s.Totals.Records = 1 << 62; s.Totals.Rejected = 1<<62 - 2000 },
		"reach":          func(s *StudySummary) { s.Attrition[3].Reach++ },
		"excluded":       func(s *StudySummary) { s.Attrition[3].Excluded-- },
		"unknown":        func(s *StudySummary) { s.Attrition[3].Unknown = 2001 },
		"remain":         func(s *StudySummary) { s.Attrition[3].Remain-- },
		"last":           func(s *StudySummary) { s.Attrition[len(s.Attrition)-1].RemainUnknown++ },
		"order":          func(s *StudySummary) { s.Attrition[1].Criterion = "alive" },
		"twice":          func(s *StudySummary) { s.Criteria[1].ID, s.Attrition[1].Criterion = "alive", "alive" },
		"short":          func(s *StudySummary) { s.Attrition = s.Attrition[1:] },
		"none":           func(s *StudySummary) { s.Attrition, s.Criteria = nil, nil },
		"fails":          func(s *StudySummary) { s.Criteria[1].Fails = 3 },
		"sole":           func(s *StudySummary) { s.Criteria[1].Sole = s.Criteria[1].Fails + 1 },
		"near":           func(s *StudySummary) { s.Criteria[1].NearFailing++ },
		"near total":     func(s *StudySummary) { s.NearMisses.Unknown.People++ },
		"near order":     func(s *StudySummary) { p := s.NearMisses.Failing.Patients; p[0], p[1] = p[1], p[0] },
		"near criterion": func(s *StudySummary) { s.NearMisses.Failing.Patients[0].Criterion = "x" },
		"near people":    func(s *StudySummary) { s.NearMisses.Failing.Patients = s.NearMisses.Failing.Patients[1:] },
		"reason":         func(s *StudySummary) { s.Criteria[1].Missing[0].People = 2001 },
		"fact":           func(s *StudySummary) { s.Missing[0].Undetermined = s.Missing[0].People + 1 },
		"fact twice": func(s *StudySummary) {
			s.Missing[1].What, s.Missing[1].Question = s.Missing[0].What, s.Missing[0].Question
		},
		"why":              func(s *StudySummary) { s.Missing[0].Why[0].People = s.Missing[0].People + 1 },
		"no screening day": func(s *StudySummary) { delete(s.Dates, "screening") },
	} {
		s := Summarize(countAll(t, c))
		change(&s.Studies[0])
		if _, err := ReadSummary(strings.NewReader(summaryFile(t, s))); err == nil {
			t.Errorf("%s: a summary that does not add up was read", name)
		}
	}
	whole := summaryFile(t, Summarize(countAll(t, c)))
	for name, file := range map[string]string{
		"empty": "", "half": whole[:len(whole)/2], "two": whole + whole, "array": "[" + whole + "]",
		"member": strings.Replace(whole, `"reach"`, `"reached"`, 1), "schema": strings.Replace(whole, SummarySchema, "eligo.summary/9", 1),
		"fraction": strings.Replace(whole, `"records": 2007`, `"records": 2007.5`, 1),
	} {
		if _, err := ReadSummary(strings.NewReader(file)); err == nil {
			t.Errorf("%s: it was read", name)
		}
	}
	twice := summaryFile(t, Summarize(countAll(t, c), countAll(t, c)))
	if _, err := ReadSummary(strings.NewReader(twice)); err == nil {
		t.Error("a summary with a study twice was read")
	}
}
