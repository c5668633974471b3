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

const washoutStudy = `
study: NCT00000012
title: An invented study
define:
  infliximab: {kind: medication, names: [infliximab]}
  rituximab: {kind: medication, names: [rituximab]}
  biologic: {kind: medication, any: [infliximab, rituximab]}
  sepsis: {kind: condition, names: [sepsis]}
questions:
  a: {ask: "Is it a?"}
%s:
  - {id: drawn, quote: Drawn., rule: %s}
`

// TestWashoutLedger: an exposure is listed wherever having taken the medicine
// within some time keeps the person out, and nowhere else.
func TestWashoutLedger(t *testing.T) {
	last := patient.NewDay(2027, 3, 1)
	p := &patient.Profile{ID: "invented", Conditions: []patient.Condition{}, Medications: []patient.Medication{
		{Fact: patient.Fact{Text: "infliximab"}, Status: "completed", Start: patient.On(last), End: patient.On(last)},
	}}
	listed := "infliximab 2027-03-01 2027-04-27"
	for _, test := range []struct {
		side, rule, ledger string
	}{
		{"exclusion", "took(infliximab, within(weeks(8)))", listed},
		{"exclusion", "took(biologic, within(weeks(8)))", listed},
		{"exclusion", "has(sepsis) or (took(biologic, within(weeks(8))) and answer(a))", listed},
		{"exclusion", "times(biologic, within(weeks(8))) >= 2", listed},
		{"exclusion", "2 <= times(biologic, within(weeks(8)))", listed},
		{"exclusion", "not (times(biologic, within(weeks(8))) < 2)", listed},
		{"exclusion", "at_least(1, has(sepsis), took(infliximab, within(weeks(8))))", listed},
		{"inclusion", "not took(infliximab, within(weeks(8)))", listed},
		{"inclusion", "times(infliximab, within(weeks(8))) < 1", listed},
		{"inclusion", "not (has(sepsis) or took(infliximab, within(weeks(8))))", listed},
		{"inclusion", "took(infliximab, within(weeks(8)))", ""}, // required
		{"exclusion", "not took(infliximab, within(weeks(8)))", ""},
		{"exclusion", "times(infliximab, within(weeks(8))) < 2", ""},
		{"exclusion", "times(sepsis, within(weeks(8))) > 2", ""},
		{"exclusion", "took(rituximab, within(weeks(8)))", ""},
		{"exclusion", "took(infliximab)", ""}, // nothing washes it out
		{"exclusion", "takes(infliximab)", ""},
	} {
		s, err := rules.Parse("study.yaml", fmt.Appendf(nil, washoutStudy, test.side, strconv.Quote(test.rule)))
		if err != nil {
			t.Fatal(err)
		}
		m, err := matcher.New(s)
		if err != nil {
			t.Fatal(err)
		}
		results, err := m.Match(p, matcher.Dates{Screening: patient.NewDay(2027, 3, 20)}, matcher.LookAhead{})
		if err != nil {
			t.Fatal(err)
		}
		if got := ledgerText(&results[0]); got != test.ledger {
			t.Errorf("%s %s: %q; want %q", test.side, test.rule, got, test.ledger)
		}
	}
}
