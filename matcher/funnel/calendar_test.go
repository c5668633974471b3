// SPDX-License-Identifier: Apache-2.0

package funnel

import (
	"encoding/json"
	"reflect"
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

// Weeks begin on the day after the screening day, and merging and reading back
// changes nothing.
func TestCalendar(t *testing.T) {
	screening := patient.NewDay(2026, 11, 22)
	one, other, all := weekCounts{}, weekCounts{}, weekCounts{}
	for i, days := range [][2]int{{1, 0}, {7, 0}, {8, 7}, {90, 15}, {0, 90}} {
		r := clearingResult(days[0], days[1])
		for _, c := range []*weekCounts{&all, map[bool]*weekCounts{true: &one, false: &other}[i%2 == 0]} {
			c.until = r.LookedUntil
			c.addOpenings(screening, r.Openings())
		}
	}
	want := &Calendar{Until: screening.AddDays(90), Weeks: []Week{
		{screening.AddDays(1), 2, 1}, {screening.AddDays(8), 1, 0}, {screening.AddDays(15), 0, 1}, {screening.AddDays(85), 1, 1},
	}}
	one.addWeeks(screening, &other)
	for name, got := range map[string]*Calendar{"at once": all.calendar(), "merged": one.calendar()} {
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	read := &Calendar{}
	if err := json.Unmarshal(text, read); err != nil {
		t.Fatal(err)
	}
	again := read.counts(screening)
	if got := again.calendar(); !reflect.DeepEqual(got, want) {
		t.Errorf("read back: %+v, want %+v", got, want)
	}
	if got := (&weekCounts{}).calendar(); got != nil {
		t.Errorf("without dates ahead: %+v", got)
	}
}

// A calendar whose weeks or numbers cannot be is refused.
func TestCalendarCheck(t *testing.T) {
	screening := patient.NewDay(2026, 11, 22)
	for name, c := range map[string]*Calendar{
		"no week":        {Until: screening.AddDays(90), Weeks: []Week{{screening.AddDays(3), 1, 0}}},
		"before":         {Until: screening.AddDays(90), Weeks: []Week{{screening.AddDays(-6), 1, 0}}},
		"beyond":         {Until: screening.AddDays(7), Weeks: []Week{{screening.AddDays(8), 1, 0}}},
		"not in order":   {Until: screening.AddDays(90), Weeks: []Week{{screening.AddDays(8), 1, 0}, {screening.AddDays(1), 1, 0}}},
		"too many":       {Until: screening.AddDays(90), Weeks: []Week{{screening.AddDays(1), 4, 0}}},
		"less than none": {Until: screening.AddDays(90), Weeks: []Week{{screening.AddDays(1), -1, 0}}},
	} {
		a := &audit{}
		a.checkCalendar(&StudySummary{Dates: map[string]patient.Day{"screening": screening}, Totals: Totals{Ineligible: 3}, Calendar: c})
		if len(a.errors) == 0 {
			t.Errorf("%s: nothing is found", name)
		}
	}
}
