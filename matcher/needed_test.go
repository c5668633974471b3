// SPDX-License-Identifier: Apache-2.0

package matcher_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// neededStudy has %s where a drawn study has its rules.
const neededStudy = `
study: NCT00000010
title: An invented study
define:
  infliximab: {kind: medication, names: [infliximab]}
  sepsis: {kind: condition, names: [sepsis]}
  asthma: {kind: condition, names: [asthma]}
  gout: {kind: condition, names: [gout]}
  hemoglobin: {kind: observation, names: [hemoglobin], unit: g/dL}
  platelets: {kind: observation, names: [platelets], unit: g/dL}
  leukocytes: {kind: observation, names: [leukocytes], unit: g/dL}
  hbsag: {kind: observation, names: [hbsag]}
questions:
  a: {ask: "Is it a?"}
  b: {ask: "Is it b?", who: patient}
  c: {ask: "Is it c?"}
inclusion:
%sexclusion:
%s`

// Rules that contradict each other in other words, such as latest(x) < 8 and
// lowest(x) >= 8, are not among them: whether two rules can be met at once is
// not asked here.
var neededRules = []string{
	"answer(a)", "not answer(b)", "answer(a) or answer(b)", "answer(a) and answer(c)", "has(sepsis) or answer(b)", "has(asthma) and answer(c)",
	"at_least(2, answer(a), answer(b), answer(c))", "at_least(2, answer(a), has(sepsis), has(asthma))", "(answer(a) and answer(b)) or (not answer(a) and answer(c))",
	"answer(c) and not answer(c)", "age >= 18", "age < 18 or answer(b)", `sex == "female"`, `sex != "male" and answer(a)`,
	"took(infliximab, within(weeks(8)))",
	"took(infliximab, within(weeks(8))) and answer(b)", "times(infliximab, within(weeks(8))) >= 2",
	"times(infliximab, within(weeks(8))) < 1",
	"latest(hemoglobin) < 8", "latest(hemoglobin) > 10", "lowest(leukocytes, within(weeks(4))) < 8",
	"highest(platelets) <= 12", "highest(platelets) > 8",
	"latest(hemoglobin) < 8 or has(sepsis)", "positive(hbsag)", "tested(hbsag)", "had(gout, within(months(1)))", "not took(infliximab, within(weeks(8)))",
}

func drawNeededStudy(t *rapid.T) *matcher.Matcher {
	var sides [2]strings.Builder
	drawn := rapid.SliceOfNDistinct(rapid.SampledFrom(neededRules), 2, 4, rapid.ID).Draw(t, "rules")
	for i, rule := range drawn {
		fmt.Fprintf(&sides[i%2], "  - {id: c%d, quote: Drawn., rule: %s}\n", i, strconv.Quote(rule))
	}
	s, err := rules.Parse("study.yaml", fmt.Appendf(nil, neededStudy, sides[0].String(), sides[1].String()))
	if err != nil {
		t.Fatal(err)
	}
	m, err := matcher.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var neededScreening = patient.NewDay(2027, 3, 20)

// drawNeededPatient is someone of whom some facts are not known.
func drawNeededPatient(t *rapid.T) *patient.Profile {
	pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	month := patient.Between(patient.NewDay(2027, 1, 1), patient.NewDay(2027, 1, 31)) // 8 weeks before is 23 January
	p := &patient.Profile{ID: "invented", Conditions: []patient.Condition{}, Medications: []patient.Medication{}, Observations: []patient.Observation{}}
	p.BirthDate = rapid.SampledFrom([]patient.Date{{}, patient.Between(patient.NewDay(2009, 1, 1), patient.NewDay(2009, 12, 31)), patient.On(patient.NewDay(2001, 5, 5))}).Draw(t, "birth")
	p.Sex = patient.Sex(pick("sex", "", "female", "male"))
	for i := range rapid.IntRange(0, 2).Draw(t, "conditions") {
		p.Conditions = append(p.Conditions, patient.Condition{
			Fact:  patient.Fact{Text: pick("condition", "sepsis", "asthma", "asthma or sepsis", "gout"), Record: fmt.Sprint("c/", i)},
			Onset: patient.On(neededScreening - 10), Certainty: patient.Certainty(pick("certainty", "", "provisional")),
		})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "medications") {
		p.Medications = append(p.Medications, patient.Medication{
			Fact: patient.Fact{Text: "infliximab", Record: fmt.Sprint("m/", i)}, Status: pick("status", "completed", "on-hold"), Start: month, End: month,
		})
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "results") {
		o := patient.Observation{
			Fact: patient.Fact{Text: pick("observation", "hemoglobin", "platelets", "leukocytes", "hbsag"), Record: fmt.Sprint("o/", i)},
			Date: patient.On(neededScreening.AddDays(-1 - i)), Status: "final", Value: patient.Value{Text: "see report"},
		}
		if o.Text != "hbsag" {
			o.Value = patient.Value{Quantity: &patient.Quantity{Comparator: pick("comparator", "", "<", ">"), Value: patient.NewDecimal(9), Unit: "g/dL"}}
		}
		p.Observations = append(p.Observations, o)
	}
	for _, q := range []string{"a", "b", "c"} {
		if reply := patient.Reply(pick(q, "", "", "yes", "no")); reply != "" {
			p.Answers = append(p.Answers, patient.Answer{Question: q, Reply: reply})
		}
	}
	switch pick("lacks", "", "", "conditions", "medications") {
	case "conditions":
		p.Conditions = nil
	case "medications":
		p.Medications = nil
	}
	return p
}

// fact is something that is missing, as findOut takes it.
type fact struct {
	what, record string
	question     bool
}

// verdicts lists what the verdict can become once some facts are known.
func verdicts(t rapid.TB, m *matcher.Matcher, p *patient.Profile, facts []fact) map[matcher.Verdict]bool {
	if len(facts) > 0 {
		found := map[matcher.Verdict]bool{}
		for _, q := range findOut(p, facts[0].what, facts[0].record, facts[0].question) {
			for v := range verdicts(t, m, q, facts[1:]) {
				found[v] = true
			}
		}
		return found
	}
	results, err := m.Match(p, matcher.Dates{Screening: neededScreening})
	if err != nil {
		t.Fatal(err)
	}
	return map[matcher.Verdict]bool{results[0].Verdict: true}
}

// subsets lists the sets of n of the facts.
func subsets(facts []fact, n int) [][]fact {
	switch {
	case n == 0:
		return [][]fact{nil}
	case len(facts) < n:
		return nil
	}
	all := subsets(facts[1:], n)
	for _, s := range subsets(facts[1:], n-1) {
		all = append(all, append([]fact{facts[0]}, s...))
	}
	return all
}

// missing lists what leaves the criteria of a result open, each fact once.
func missing(r *matcher.Result) (facts []fact) {
	for i := range r.Criteria {
		for _, m := range r.Criteria[i].Missing {
			f := fact{m.What, m.Record, m.Question}
			if f.record != "" && m.Why != matcher.WhyTooOld {
				f.what = ""
			} else {
				f.record = ""
			}
			if !slices.Contains(facts, f) {
				facts = append(facts, f)
			}
		}
	}
	return facts
}

// TestNeededIsTheLeast finds out, for drawn studies and patients, every set of
// the facts that are missing, with every outcome that each can have.
func TestNeededIsTheLeast(t *testing.T) {
	found := map[string]int{}
	check := rapid.MakeCheck(func(t *rapid.T) {
		m, p := drawNeededStudy(t), drawNeededPatient(t)
		results, err := m.Match(p, matcher.Dates{Screening: neededScreening}, matcher.LookAhead{Horizon: matcher.Horizon{N: 1, Unit: "days"}})
		if err != nil {
			t.Fatal(err)
		}
		r := &results[0]
		facts := missing(r)
		counted := slices.ContainsFunc(r.Criteria, func(c matcher.Criterion) bool { return strings.HasPrefix(c.Rule, "times") })
		if r.Verdict != matcher.Undetermined || len(facts) > 7 || counted && p.Medications == nil {
			return // what a count that nobody supplied has to do with took is not asked
		}
		var needed []fact
		for _, n := range r.Needed {
			f := fact{n.What, n.Record, n.Question}
			if f.record != "" && n.Why != matcher.WhyTooOld {
				f.what = ""
			} else {
				f.record = ""
			}
			needed = append(needed, f)
			if ends := verdicts(t, m, p, []fact{f})[matcher.Ineligible]; ends != (len(n.Ends) > 0) {
				t.Errorf("%v ends %v; found out, ineligible is possible: %v", f, n.Ends, ends)
			}
		}
		goal := matcher.Eligible
		if !verdicts(t, m, p, facts)[goal] {
			goal = matcher.Ineligible // whatever is found out
		}
		if settled := verdicts(t, m, p, needed); !settled[goal] {
			t.Errorf("%v do not settle %v: %v", needed, facts, settled)
		}
		for _, fewer := range subsets(facts, len(needed)-1) {
			if verdicts(t, m, p, fewer)[goal] {
				t.Errorf("%v are needed to be %s; %v are enough", needed, goal, fewer)
			}
		}
		found[fmt.Sprint(goal, " by ", len(needed), " of ", len(facts))]++
	})
	for i := range 10 { // a hundred people each
		t.Run(strconv.Itoa(i), check)
	}
	t.Log(found)
}
