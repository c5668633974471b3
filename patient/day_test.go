// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func day(t testing.TB, s string) Day {
	t.Helper()
	d, err := ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDayLimits(t *testing.T) {
	if NewDay(1, 1, 1) != firstDay || NewDay(9999, 12, 31) != lastDay || NewDay(1970, 1, 1) != unixEpoch {
		t.Errorf("days of 0001-01-01, 9999-12-31 and 1970-01-01: %d, %d, %d", NewDay(1, 1, 1), NewDay(9999, 12, 31), NewDay(1970, 1, 1))
	}
	for _, s := range []string{"2026-09", "2026", "2026-09-14/..", ""} {
		if d, err := ParseDay(s); err == nil {
			t.Errorf("%q is taken for the day %s", s, d)
		}
	}
}

// The zero Day is no calendar day, and stays "not given" whatever is added.
func TestADayNotGiven(t *testing.T) {
	var none Day
	if !none.IsZero() || none.Bounded() || none.String() != "" || none.AddDays(1) != none || none.AddMonths(-1) != none || none.AddYears(2000) != none {
		t.Errorf("the zero day is %q, and %q a day later", none, none.AddDays(1))
	}
	for _, d := range []Day{none, MinDay, MaxDay} {
		if text, err := d.MarshalText(); err == nil {
			t.Errorf("%d is written as %q", d, text)
		}
	}
	for d := day(t, "0001-01-01"); d.Bounded(); d = d.AddMonths(1) {
		if d.IsZero() || d <= none {
			t.Fatalf("%s is %d", d, d)
		}
		if y, _, _ := d.Calendar(); y > 9999 {
			break
		}
	}
	for text, want := range map[string]string{"1969-12-31": "1970-01-01", "1970-01-01": "1970-01-02", "0001-01-01": "0001-01-02"} {
		if got := day(t, text).AddDays(1); got.IsZero() || got.String() != want {
			t.Errorf("the day after %s is %q, want %s", text, got, want)
		}
	}
	if got := day(t, "0001-01-01").AddDays(-1); got.IsZero() || got.AddDays(1) != firstDay {
		t.Errorf("the day before 0001-01-01 is %q", got)
	}
	out, err := json.Marshal(struct {
		Epoch Day `json:"epoch,omitzero"`
		None  Day `json:"none,omitzero"`
	}{Epoch: day(t, "1970-01-01")})
	if err != nil || string(out) != `{"epoch":"1970-01-01"}` {
		t.Errorf("%s, %v", out, err)
	}
}

func TestDayOfIsTheDayOnTheLocalCalendar(t *testing.T) {
	late := time.Date(2026, 9, 14, 23, 30, 0, 0, time.FixedZone("west", -5*3600)) // 15 September in UTC
	if got := DayOf(late).String(); got != "2026-09-14" {
		t.Errorf("got %s", got)
	}
}

func TestAddMonthsKeepsToTheEndOfAShorterMonth(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-08-31", -6, "2026-02-28"},
		{"2024-08-31", -6, "2024-02-29"},
		{"2026-01-31", 1, "2026-02-28"},
		{"2026-01-31", 3, "2026-04-30"},
		{"2026-03-30", -1, "2026-02-28"},
		{"2026-01-15", -1, "2025-12-15"},
		{"2026-12-15", 1, "2027-01-15"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2024-02-29", 48, "2028-02-29"},
		{"2024-02-29", -48, "2020-02-29"},
		{"2026-05-31", 0, "2026-05-31"},
		{"2025-02-28", -12, "2024-02-28"},
	} {
		if got := day(t, c.from).AddMonths(c.n).String(); got != c.want {
			t.Errorf("%s and %d months is %s, want %s", c.from, c.n, got, c.want)
		}
	}
	if got := day(t, "2024-02-29").AddYears(-1).String(); got != "2023-02-28" {
		t.Errorf("a year before 29 February 2024 is %s", got)
	}
}

func TestNoStepLeavesTheCalendar(t *testing.T) {
	d := day(t, "2026-09-14")
	for _, n := range []int{math.MaxInt, math.MaxInt32, math.MaxInt / 1000} {
		for _, far := range []Day{d.AddDays(n), d.AddMonths(n), d.AddYears(n)} {
			if far <= d || !far.Bounded() {
				t.Errorf("%d steps on is %d", n, far)
			}
		}
		for _, far := range []Day{d.AddDays(-n), d.AddMonths(-n), d.AddYears(-n)} {
			if far >= d || !far.Bounded() {
				t.Errorf("%d steps back is %d", n, far)
			}
		}
	}
	for _, open := range []Day{MinDay, MaxDay} {
		if open.AddDays(5) != open || open.AddMonths(-5) != open || open.AddYears(5) != open {
			t.Error("a day without bound has moved")
		}
	}
}

func TestMonthStepsStayInTheirMonth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Day(rapid.Int32Range(int32(firstDay), int32(lastDay)).Draw(t, "day"))
		n := rapid.IntRange(-2400, 2400).Draw(t, "months")
		y, m, dd := d.Calendar()
		gy, gm, gd := d.AddMonths(n).Calendar()
		if gy*12+gm != y*12+m+n {
			t.Fatalf("%s and %d months is in month %d-%d", d, n, gy, gm)
		}
		if lastOfMonth := NewDay(gy, gm+1, 0); gd != dd && (gd > dd || d.AddMonths(n) != lastOfMonth) {
			t.Fatalf("%s and %d months is %s", d, n, d.AddMonths(n))
		}
	})
}

func TestBirthdays(t *testing.T) {
	for _, c := range []struct {
		birth, on string
		years     int
	}{
		{"2008-09-14", "2026-09-13", 17},
		{"2008-09-14", "2026-09-14", 18},
		{"2008-02-29", "2026-02-28", 17}, // no 29 February that year: 1 March
		{"2008-02-29", "2026-03-01", 18},
		{"2008-02-29", "2028-02-28", 19},
		{"2008-02-29", "2028-02-29", 20},
		{"2008-12-31", "2026-12-30", 17},
		{"2008-01-01", "2025-12-31", 17},
		{"2008-03-01", "2026-02-28", 17},
		{"2026-09-14", "2026-09-14", 0},
	} {
		if got := CompletedMonths(day(t, c.birth), day(t, c.on)) / 12; got != c.years {
			t.Errorf("born %s, on %s: %d years, want %d", c.birth, c.on, got, c.years)
		}
	}
}

func TestCompletedMonths(t *testing.T) {
	for _, c := range []struct {
		birth, on string
		want      int
	}{
		{"2026-01-31", "2026-02-28", 0},
		{"2026-01-31", "2026-03-01", 1}, // February has no 31st
		{"2026-01-31", "2026-03-30", 1},
		{"2026-01-31", "2026-03-31", 2},
		{"2026-01-31", "2026-04-30", 2},
		{"2026-01-31", "2026-05-01", 3},
		{"2026-01-15", "2026-01-14", -1},
		{"2026-01-15", "2025-12-15", -1},
		{"2026-01-15", "2025-12-14", -2},
	} {
		if got := CompletedMonths(day(t, c.birth), day(t, c.on)); got != c.want {
			t.Errorf("from %s to %s: %d months, want %d", c.birth, c.on, got, c.want)
		}
	}
}

// From one day to the next the count of months never falls and rises by one at
// most, so an age never skips or repeats.
func TestMonthsAreCompletedOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		birth := unixEpoch.AddDays(rapid.IntRange(-40_000, 40_000).Draw(t, "birth"))
		on := unixEpoch.AddDays(rapid.IntRange(-40_000, 80_000).Draw(t, "on"))
		if step := CompletedMonths(birth, on+1) - CompletedMonths(birth, on); step != 0 && step != 1 {
			t.Fatalf("born %s: the count steps by %d from %s to the next day", birth, step, on)
		}
	})
}
