// SPDX-License-Identifier: Apache-2.0

package matcher_test

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// TestNearMiss asks of the one criterion that fails what could change it.
func TestNearMiss(t *testing.T) {
	day := patient.NewDay(2027, 3, 20)
	on := func(y, m, d int) patient.Date { return patient.On(patient.NewDay(y, m, d)) }
	p := &patient.Profile{
		ID: "invented", Sex: patient.Male, BirthDate: on(2001, 5, 5), Observations: []patient.Observation{{
			Fact: patient.Fact{Text: "hemoglobin"}, Status: "final", Date: on(2027, 3, 1), Value: grams("7"),
		}},
		Conditions: []patient.Condition{
			{Fact: patient.Fact{Text: "sepsis"}, Onset: on(2027, 3, 1), Abatement: on(2027, 3, 9), Course: "resolved"},
			{Fact: patient.Fact{Text: "asthma"}, Onset: on(2020, 3, 1), Course: "active"},
		},
		Medications: []patient.Medication{
			{Fact: patient.Fact{Text: "infliximab"}, Status: "completed", Start: on(2027, 3, 1), End: on(2027, 3, 1)},
			{Fact: patient.Fact{Text: "methotrexate"}, Status: "active", Start: on(2025, 3, 1)},
		},
		Answers: []patient.Answer{{Question: "a", Reply: patient.Yes}},
	}
	for _, test := range []struct {
		rule string // of an exclusion that is true
		by   matcher.ChangedBy
		on   patient.Day
	}{
		{"took(infliximab, within(weeks(8)))", matcher.ByTime, patient.NewDay(2027, 4, 27)},
		{"took(infliximab, within(years(5)))", matcher.ByTime, 0}, // beyond the horizon
		{"took(infliximab)", matcher.ByNothing, 0},
		{"took(methotrexate, within(weeks(8)))", matcher.ByNewFact, 0},
		{"took(infliximab) and takes(methotrexate)", matcher.ByNewFact, 0},
		{"took(infliximab) or takes(methotrexate)", matcher.ByNothing, 0},
		{"had(sepsis, within(months(1)))", matcher.ByTime, patient.NewDay(2027, 4, 10)},
		{"had(sepsis)", matcher.ByNothing, 0},
		{"has(asthma)", matcher.ByNewFact, 0},
		{"not has(sepsis)", matcher.ByNewFact, 0},
		{"answer(a)", matcher.ByNewFact, 0},
		{"latest(hemoglobin) < 8", matcher.ByNewFact, 0},
		{"lowest(hemoglobin) < 8", matcher.ByNothing, 0},
		{"highest(hemoglobin) < 8", matcher.ByNewFact, 0},
		{"times(sepsis) >= 1", matcher.ByNothing, 0},
		{"times(sepsis) < 2", matcher.ByNewFact, 0},
		{"age < 26", matcher.ByTime, patient.NewDay(2027, 5, 5)},
		{"age < 65", matcher.ByTime, 0},
		{"not (age >= 65)", matcher.ByTime, 0},
		{"age >= 18", matcher.ByNothing, 0},
		{`sex == "male"`, matcher.ByNothing, 0},
		{`sex != "female" and age < 26`, matcher.ByTime, patient.NewDay(2027, 5, 5)},
		{`at_least(2, sex == "male", had(sepsis), has(asthma))`, matcher.ByNothing, 0},
		{`at_least(3, sex == "male", had(sepsis), has(asthma))`, matcher.ByNewFact, 0},
	} {
		s, err := rules.Parse("study.yaml", fmt.Appendf(nil, nearStudy, strconv.Quote(test.rule)))
		if err != nil {
			t.Fatal(err)
		}
		m, err := matcher.New(s)
		if err != nil {
			t.Fatal(err)
		}
		results, err := m.Match(p, matcher.Dates{Screening: day}, matcher.LookAhead{})
		if err != nil {
			t.Fatal(err)
		}
		miss := results[0].NearMiss
		if miss == nil || miss.Criterion != "drawn" || miss.By != test.by || miss.ClearsOn != test.on {
			t.Errorf("%s: %v; want %s %s", test.rule, miss, test.by, test.on)
		}
	}
}

const nearStudy = `
study: NCT00000011
title: An invented study
define:
  infliximab: {kind: medication, names: [infliximab]}
  methotrexate: {kind: medication, names: [methotrexate]}
  sepsis: {kind: condition, names: [sepsis]}
  asthma: {kind: condition, names: [asthma]}
  hemoglobin: {kind: observation, names: [hemoglobin], unit: g/dL}
questions:
  a: {ask: "Is it a?"}
exclusion:
  - {id: drawn, quote: Drawn., rule: %s}
`

// TestNearMissIsOneCriterion: nobody who fails none, or two, is near.
func TestNearMissIsOneCriterion(t *testing.T) {
	_, m := loadStudy(t, referenceStudy)
	d := matcher.Dates{Screening: patient.NewDay(2026, 11, 22)}
	for name, near := range map[string]bool{"all-answered-in-favour": false, "only-questions-open": false, "infliximab-55-days": true} {
		results, err := m.Match(loadPatient(t, name), d, matcher.LookAhead{})
		if err != nil {
			t.Fatal(err)
		}
		if r := &results[0]; (r.NearMiss != nil) != near || near != (len(r.Blocking) == 1) {
			t.Errorf("%s: %v, blocked by %v", name, r.NearMiss, r.Blocking)
		}
	}
}
