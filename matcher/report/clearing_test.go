// SPDX-License-Identifier: Apache-2.0

package report

import (
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// clearingResult is a result that lets in a person surely from one day on, and
// in the best case from another; 0 is never.
func clearingResult(sure, best int) *matcher.Result {
	screening := patient.NewDay(2026, 11, 22)
	r := &matcher.Result{
		Patient: "=p", Study: matcher.StudyRef{ID: "S"}, Dates: map[string]patient.Day{"screening": screening},
		Verdict: matcher.Ineligible, Blocking: []string{"washout", "age"}, Needed: make([]matcher.Needed, 3), LookedUntil: screening.AddDays(90),
	}
	if sure != 0 {
		r.EarliestEligible, r.EligibleUntil = screening.AddDays(sure), screening.AddDays(sure+5)
	}
	if best != 0 {
		r.BestCase = &matcher.BestCase{EarliestEligible: screening.AddDays(best)}
	}
	return r
}

func TestAppendClearing(t *testing.T) {
	for name, c := range map[string]struct {
		r    *matcher.Result
		want string
	}{
		"sure":  {clearingResult(2, 0), "2026-11-24,7,'=p,S,,sure,2026-11-29,washout age,0\r\n"},
		"best":  {clearingResult(0, 1), "2026-11-23,7,'=p,S,,best case,,washout age,3\r\n"},
		"both":  {clearingResult(9, 1), "2026-11-23,7,'=p,S,,best case,,washout age,3\r\n2026-12-01,7,'=p,S,,sure,2026-12-06,washout age,0\r\n"},
		"never": {clearingResult(0, 0), ""},
		"now":   {&matcher.Result{Dates: map[string]patient.Day{"screening": 5}, EarliestEligible: 5, BestCase: &matcher.BestCase{EarliestEligible: 5}}, ""},
	} {
		if got, rows := AppendClearing(nil, 7, c.r); string(got) != c.want || rows != len(c.r.Openings()) {
			t.Errorf("%s: %d rows, %q, want %q", name, rows, got, c.want)
		}
	}
}
