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

// 1970-01-01 is a day like any other.
func TestWhenOn1970(t *testing.T) {
	s, err := rules.Parse("study.yaml", fmt.Appendf(nil, nearStudy, strconv.Quote("took(infliximab, within(weeks(8)))")))
	if err != nil {
		t.Fatal(err)
	}
	m, err := matcher.New(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ lastDose, clears string }{
		{"1969-11-04", "1969-12-31"}, {"1969-11-05", "1970-01-01"}, {"1969-11-06", "1970-01-02"},
	} {
		for _, screening := range []string{"1969-12-15", "1970-01-01"} {
			p := &patient.Profile{
				ID: "invented", BirthDate: dateOf(t, "1930-05-05"), Conditions: []patient.Condition{}, Medications: []patient.Medication{{
					Fact: patient.Fact{Text: "infliximab"}, Status: "completed", Start: dateOf(t, test.lastDose), End: dateOf(t, test.lastDose),
				}},
			}
			if err := p.Validate(); err != nil {
				t.Fatal(err)
			}
			results, err := m.Match(p, matcher.Dates{Screening: dateOf(t, screening).First()}, matcher.LookAhead{})
			if err != nil {
				t.Fatal(err)
			}
			r := &results[0]
			isClear := screening >= test.clears
			if len(r.Washout) != 1 || r.Washout[0].ClearsOn.String() != test.clears || r.Washout[0].Clear != isClear {
				t.Errorf("last dose on %s, screened on %s: %+v", test.lastDose, screening, r.Washout)
			}
			want := test.clears
			if isClear {
				want = screening
			}
			if got := r.EarliestEligible.String(); got != want {
				t.Errorf("last dose on %s, screened on %s: eligible from %q, want %s: %s", test.lastDose, screening, got, want, r.Outlook)
			}
		}
	}
}

// A result that has no day to be eligible on says so in Go too.
func TestNoDayIsNoDay(t *testing.T) {
	s, err := rules.Parse("study.yaml", fmt.Appendf(nil, nearStudy, strconv.Quote("answer(a)")))
	if err != nil {
		t.Fatal(err)
	}
	m, err := matcher.New(s)
	if err != nil {
		t.Fatal(err)
	}
	p := &patient.Profile{ID: "invented", BirthDate: dateOf(t, "2001-05-05")}
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
	results, err := m.Match(p, matcher.Dates{Screening: patient.NewDay(2027, 4, 1)}, matcher.LookAhead{})
	if err != nil {
		t.Fatal(err)
	}
	r := &results[0]
	if r.Verdict != matcher.Undetermined || !r.EarliestEligible.IsZero() || r.EarliestEligible.String() != "" {
		t.Errorf("%s, eligible from %q", r.Verdict, r.EarliestEligible)
	}
}
