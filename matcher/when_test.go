// SPDX-License-Identifier: Apache-2.0

package matcher_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// aheadByDay is the answer of Match with LookAhead, found by matching on every day.
type aheadByDay struct {
	sure, sureUntil, best, bestUntil patient.Day
	clears, mayClear                 map[string]patient.Day
}

// onEveryDay matches on every day from the screening day to the last, the
// record being the one of the screening day.
func onEveryDay(t rapid.TB, m *matcher.Matcher, p *patient.Profile, d matcher.Dates, last patient.Day, fixed bool) aheadByDay {
	a := aheadByDay{clears: map[string]patient.Day{}, mayClear: map[string]patient.Day{}}
	failedFirst := map[string]bool{}
	sureEnded, bestEnded := false, false
	for day := d.Screening; day <= last; day++ {
		on := matcher.Dates{Screening: day, Record: d.Screening, Anchors: map[string]patient.Day{}}
		for name, at := range d.Anchors {
			if on.Anchors[name] = at; !fixed {
				on.Anchors[name] = at + day - d.Screening
			}
		}
		results, err := m.Match(p, on)
		if err != nil {
			t.Fatal(err)
		}
		r := &results[0]
		stretch(&a.sure, &a.sureUntil, &sureEnded, day, r.Verdict == matcher.Eligible)
		stretch(&a.best, &a.bestUntil, &bestEnded, day, r.Verdict != matcher.Ineligible)
		for i := range r.Criteria {
			c := &r.Criteria[i]
			if day == d.Screening {
				failedFirst[c.ID] = c.Outcome == matcher.Fail
			}
			if _, done := a.clears[c.ID]; !done && c.Outcome == matcher.Pass {
				a.clears[c.ID] = day
			}
			if _, done := a.mayClear[c.ID]; !done && c.Outcome != matcher.Fail && failedFirst[c.ID] {
				a.mayClear[c.ID] = day
			}
		}
	}
	return a
}

// stretch notes the first days on which something holds.
func stretch(from, until *patient.Day, ended *bool, day patient.Day, holds bool) {
	switch {
	case holds && *from == 0:
		*from = day
	case !holds && *from != 0 && !*ended:
		*until, *ended = day-1, true
	}
}

// compareAhead holds the dates of a result against those found day by day.
func compareAhead(t rapid.TB, r *matcher.Result, a aheadByDay) {
	t.Helper()
	if r.EarliestEligible != a.sure || r.EligibleUntil != a.sureUntil {
		t.Errorf("eligible %s to %s; day by day %s to %s", r.EarliestEligible, r.EligibleUntil, a.sure, a.sureUntil)
	}
	switch b := r.BestCase; {
	case b == nil && a.best != a.sure:
		t.Errorf("no best case; day by day %s to %s", a.best, a.bestUntil)
	case b != nil && (b.EarliestEligible != a.best || b.EligibleUntil != a.bestUntil || len(b.Assumes) == 0):
		t.Errorf("in the best case %v; day by day %s to %s", b, a.best, a.bestUntil)
	}
	for i := range r.Criteria {
		c := &r.Criteria[i]
		clears, may := a.clears[c.ID], a.mayClear[c.ID]
		if may == clears {
			may = 0
		}
		if c.Outcome == matcher.Pass {
			clears, may = 0, 0
		}
		if c.ClearsOn != clears || c.MayClearOn != may {
			t.Errorf("%s clears on %s, may on %s; day by day %s and %s", c.ID, c.ClearsOn, c.MayClearOn, clears, may)
		}
		if (c.Clearing != nil) != (c.Outcome == matcher.Fail && clears == 0) {
			t.Errorf("%s, %s, clears on %s: %v", c.ID, c.Outcome, c.ClearsOn, c.Clearing)
		}
	}
	if r.Outlook == "" || r.Washout == nil {
		t.Error("no outlook, or no washout ledger")
	}
}

// TestDatesOfEveryPatient compares, for every patient of the reference study,
// the dates with those found by matching on each of the 731 days.
func TestDatesOfEveryPatient(t *testing.T) {
	_, m := loadStudy(t, referenceStudy)
	files, err := os.ReadDir(patientsFolder)
	if err != nil {
		t.Fatal(err)
	}
	screening := patient.NewDay(2026, 11, 22)
	d := matcher.Dates{Screening: screening, Anchors: map[string]patient.Day{"first_dose": screening + 14}}
	for _, file := range files {
		name := strings.TrimSuffix(file.Name(), ".json")
		t.Run(name, func(t *testing.T) {
			p := loadPatient(t, name)
			results, err := m.Match(p, d, matcher.LookAhead{})
			if err != nil {
				t.Fatal(err)
			}
			compareAhead(t, &results[0], onEveryDay(t, m, p, d, screening.AddYears(2), false))
		})
	}
}

// aheadStudy has %s where a drawn study has its rules.
const aheadStudy = `
study: NCT00000009
title: An invented study
dates: [first_dose]
define:
  infliximab: {kind: medication, names: [infliximab]}
  rituximab: {kind: medication, names: [rituximab]}
  biologic: {kind: medication, any: [infliximab, rituximab]}
  sepsis: {kind: condition, names: [sepsis]}
  hemoglobin: {kind: observation, names: [hemoglobin], unit: g/dL}
  splenectomy: {kind: procedure, names: [splenectomy]}
questions:
  refractory: {ask: "Is it refractory?"}
inclusion:
%sexclusion:
%s`

var (
	aheadInclusions = []string{
		"age >= 18", "age <= 18", "age_at(first_dose) < 19", "age_months >= 218", "age_days > 6580", "answer(refractory)", "has(sepsis)",
		"latest(hemoglobin, within(days(28))) >= 3", "tested(hemoglobin, within(months(3)))", "lowest(hemoglobin, within(weeks(6), first_dose)) > 1",
		"not took(rituximab, within(months(1)))",
	}
	aheadExclusions = []string{
		"took(biologic, within(weeks(8), first_dose))", "took(rituximab, within(months(6), first_dose))", "took(infliximab, within(years(1)))",
		"takes(infliximab)", "had(sepsis, within(months(1)))", "has(sepsis)", "underwent(splenectomy, within(days(90), first_dose))",
		"latest(hemoglobin) < 2", "times(biologic, within(months(3))) >= 2", "answer(refractory) and took(biologic, within(weeks(12)))",
	}
)

func drawAheadStudy(t *rapid.T) *matcher.Matcher {
	var sides [2]strings.Builder
	for side, of := range [][]string{aheadInclusions, aheadExclusions} {
		for i, rule := range rapid.SliceOfNDistinct(rapid.SampledFrom(of), 1, 3, rapid.ID).Draw(t, "rules") {
			fmt.Fprintf(&sides[side], "  - {id: c%d-%d, quote: Drawn., rule: \"%s\"}\n", side, i, rule)
		}
	}
	s, err := rules.Parse("study.yaml", fmt.Appendf(nil, aheadStudy, sides[0].String(), sides[1].String()))
	if err != nil {
		t.Fatal(err)
	}
	m, err := matcher.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// drawAheadPatient is someone whose dates are often known in part.
func drawAheadPatient(t *rapid.T, screening patient.Day) *patient.Profile {
	date := func(low, high int) patient.Date {
		day := screening.AddDays(rapid.IntRange(low, high).Draw(t, "day"))
		y, m, _ := day.Calendar()
		return rapid.SampledFrom([]patient.Date{
			patient.On(day), patient.On(day), patient.On(day), patient.Between(patient.NewDay(y, m, 1), patient.NewDay(y, m+1, 0)),
			patient.Between(patient.NewDay(y, 1, 1), patient.NewDay(y, 12, 31)),
			{},
		}).Draw(t, "date")
	}
	fact := func(names ...string) patient.Fact {
		return patient.Fact{Text: rapid.SampledFrom(names).Draw(t, "name"), Record: fmt.Sprint("r/", rapid.IntRange(0, 99).Draw(t, "record"))}
	}
	many := func(label string) int { return rapid.SampledFrom([]int{0, 0, 1, 1, 2}).Draw(t, label) }
	p := &patient.Profile{
		ID: "invented", BirthDate: date(-6940, -6500), Conditions: []patient.Condition{}, Medications: []patient.Medication{},
		Observations: []patient.Observation{}, Procedures: []patient.Procedure{},
	}
	for range many("medications") {
		start, end := date(-300, 30), date(-200, 60)
		if !start.IsZero() && !end.IsZero() && end.Last() < start.First() {
			start, end = end, start
		}
		status := rapid.SampledFrom([]string{"completed", "completed", "stopped", "active", "on-hold", "not-taken"}).Draw(t, "status")
		p.Medications = append(p.Medications, patient.Medication{Fact: fact("infliximab", "rituximab", "metformin", "?"), Status: status, Start: start, End: end})
	}
	for range many("conditions") {
		course := rapid.SampledFrom([]patient.Course{"", "active", "resolved"}).Draw(t, "course")
		onset := date(-400, -100)
		c := patient.Condition{Fact: fact("sepsis", "asthma"), Course: course, Onset: onset}
		if course != "active" && rapid.Bool().Draw(t, "abated") {
			c.Abatement = date(-90, 30)
		}
		p.Conditions = append(p.Conditions, c)
	}
	for range many("results") {
		p.Observations = append(p.Observations, patient.Observation{
			Fact: fact("hemoglobin"), Date: date(-60, 40), Status: rapid.SampledFrom([]string{"final", "preliminary"}).Draw(t, "status"),
			Value: patient.Value{Quantity: &patient.Quantity{Value: patient.NewDecimal(int64(rapid.IntRange(1, 4).Draw(t, "value"))), Unit: "g/dL"}},
		})
	}
	for range many("procedures") {
		p.Procedures = append(p.Procedures, patient.Procedure{Fact: fact("splenectomy"), Start: date(-120, 30)})
	}
	if reply := rapid.SampledFrom([]patient.Reply{"", patient.Yes, patient.No}).Draw(t, "reply"); reply != "" {
		p.Answers = []patient.Answer{{Question: "refractory", Reply: reply, On: date(-10, 40)}}
	}
	return p
}

// TestDatesAreThoseOfEverySingleDay compares the dates of drawn patients for
// drawn studies with those found by matching on every day.
func TestDatesAreThoseOfEverySingleDay(t *testing.T) {
	found := map[string]int{}
	check := rapid.MakeCheck(func(t *rapid.T) {
		m := drawAheadStudy(t)
		screening := patient.NewDay(2027, rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 31).Draw(t, "day"))
		p := drawAheadPatient(t, screening)
		if p.Validate() != nil {
			return
		}
		d := matcher.Dates{Screening: screening}
		w := matcher.LookAhead{Horizon: rapid.SampledFrom([]matcher.Horizon{{}, {90, "days"}, {8, "weeks"}, {13, "months"}}).Draw(t, "horizon")}
		if rapid.Bool().Draw(t, "first dose") {
			d.Anchors = map[string]patient.Day{"first_dose": screening.AddDays(rapid.IntRange(0, 60).Draw(t, "first dose"))}
			if rapid.IntRange(0, 2).Draw(t, "fixed") == 0 {
				w.Fixed = []string{"first_dose"}
			}
		}
		results, err := m.Match(p, d, w)
		if err != nil {
			t.Fatal(err)
		}
		r := &results[0]
		found[string(r.Verdict)+" now, eligible later: "+fmt.Sprint(r.EarliestEligible > screening)]++
		compareAhead(t, r, onEveryDay(t, m, p, d, r.LookedUntil, len(w.Fixed) > 0))
		if len(w.Fixed) == 0 {
			compareLedger(t, r)
		}
	})
	for i := range 10 { // hundreds of people each
		t.Run(strconv.Itoa(i), check)
	}
	t.Log(found)
}

// compareLedger: what is clear on the screening day was clear before it.
func compareLedger(t rapid.TB, r *matcher.Result) {
	for _, x := range r.Washout {
		if x.Clear != (x.ClearsOn != 0 && x.ClearsOn <= r.Dates["screening"]) {
			t.Errorf("clear %v, clears on %s", x.Clear, x.ClearsOn)
		}
		at := slices.IndexFunc(r.Criteria, func(c matcher.Criterion) bool { return c.ID == x.Criterion })
		if c := &r.Criteria[at]; !x.Clear && !strings.Contains(c.Rule, " and ") && !strings.HasPrefix(c.Rule, "times") && c.Outcome == matcher.Pass {
			if !strings.Contains(x.Note, "starts after") {
				t.Errorf("%s passes and %v is not clear", c.ID, x)
			}
		}
	}
}
