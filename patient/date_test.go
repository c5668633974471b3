// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseDate(t *testing.T) {
	for _, c := range []struct{ text, first, last, again string }{
		{"2026-09-14", "2026-09-14", "2026-09-14", "2026-09-14"},
		{"2026-09", "2026-09-01", "2026-09-30", "2026-09"},
		{"2026", "2026-01-01", "2026-12-31", "2026"},
		{"2024-02", "2024-02-01", "2024-02-29", "2024-02"},
		{"2023-02", "2023-02-01", "2023-02-28", "2023-02"},
		{"1900-02", "1900-02-01", "1900-02-28", "1900-02"},
		{"2000-02-29", "2000-02-29", "2000-02-29", "2000-02-29"},
		{"2026-12", "2026-12-01", "2026-12-31", "2026-12"},
		{"0001-01-01", "0001-01-01", "0001-01-01", "0001-01-01"},
		{"9999", "9999-01-01", "9999-12-31", "9999"},

		// The day is the one that was written, whatever day it was elsewhere.
		{"2026-09-14T00:00:00+14:00", "2026-09-14", "2026-09-14", "2026-09-14"},
		{"2026-09-14T23:59:59.999999-12:00", "2026-09-14", "2026-09-14", "2026-09-14"},
		{"2026-09-14T08:30:00Z", "2026-09-14", "2026-09-14", "2026-09-14"},
		{"2026-09-14T08:30:00", "2026-09-14", "2026-09-14", "2026-09-14"},
		{"2026-09-14T08:30", "2026-09-14", "2026-09-14", "2026-09-14"},
		{"2016-12-31T23:59:60Z", "2016-12-31", "2016-12-31", "2016-12-31"},

		{"2026-01-10/2026-03", "2026-01-10", "2026-03-31", "2026-01-10/2026-03-31"},
		{"2026-01/2026-12", "2026-01-01", "2026-12-31", "2026"},
		{"2026-02-01/2026-02-28", "2026-02-01", "2026-02-28", "2026-02"},
		{"2026-02-01/2026-02-01", "2026-02-01", "2026-02-01", "2026-02-01"},
		{"2025-12-31/2026-01-01", "2025-12-31", "2026-01-01", "2025-12-31/2026-01-01"},
		{"2026-01-10/..", "2026-01-10", "..", "2026-01-10/.."},
		{"../2026-03", "..", "2026-03-31", "../2026-03-31"},
		{"2026-01-10T08:30:00Z/2026-01-12T08:30:00Z", "2026-01-10", "2026-01-12", "2026-01-10/2026-01-12"},
	} {
		d, err := ParseDate(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if d.First().String() != c.first || d.Last().String() != c.last || d.String() != c.again {
			t.Errorf("%s is %s to %s, written %s; want %s to %s, written %s", c.text, d.First(), d.Last(), d, c.first, c.last, c.again)
		}
		if d.IsDay() != (c.first == c.last) || d.IsZero() {
			t.Errorf("%s: IsDay %v, IsZero %v", c.text, d.IsDay(), d.IsZero())
		}
	}
}

func TestParseDateRefuses(t *testing.T) {
	for _, s := range []string{
		"", " ", "0000", "0000-01-01", "26", "20260914", "2026-9-14", "2026-00", "2026-13", "2026-09-00", "2026-09-31",
		"2023-02-29", "1900-02-29", "2026-02-30", "+2026", "-2026", "2026-", "2026-09-", "2026/", "/2026", "..", "../..", "../", "/",
		"2026-03/2026-01", "2026-01-02/2026-01-01", "2026/2027/2028", " 2026", "2026 ", "2026-09-14 ", "2026-09-14 08:30", "2026-09-14T",
		"2026-09-14T8:30", "2026-09-14T25:00:00Z", "2026-09-14T08:60:00Z", "2026-09-14T08:30:00z", "2026-09-14t08:30:00Z",
		"2026-09-14T08:30:00+0200", "2026-09T08:30:00Z", "2026T08:30:00Z", "14.09.2026", "09/14/2026", "２０２６", "2026-09-1٤",
		"2026-09-14\x00", "0x7e", "NaN", "now", "1e3", strings.Repeat("2026/", 1000), "2026-09-14T08:30:00." + strings.Repeat("0", 1000) + "Z",
	} {
		if d, err := ParseDate(s); err == nil || !d.IsZero() {
			t.Errorf("%q is taken as %s (%v)", s, d, err)
		} else if len(err.Error()) > 250 {
			t.Errorf("%.20q: a message of %d bytes", s, len(err.Error()))
		}
	}
}

func TestADateNotGivenCanBeAnyDay(t *testing.T) {
	var d Date
	if !d.IsZero() || d.IsDay() || d.First() != MinDay || d.Last() != MaxDay || d.String() != "" {
		t.Errorf("the zero date is %s to %s, %q", d.First(), d.Last(), d)
	}
	if !Between(2, 1).IsZero() {
		t.Error("a range that ends before it starts is a date")
	}
	if On(3) != Between(3, 3) || On(3).IsZero() {
		t.Error("a day is not the range of that day")
	}
}

// anyDate draws dates of every precision, with and without bounds.
func anyDate(t *rapid.T) Date {
	days := rapid.Custom(func(t *rapid.T) Day {
		d := Day(rapid.Int32Range(int32(firstDay), int32(lastDay)).Draw(t, "day"))
		y, m, _ := d.Calendar()
		return rapid.SampledFrom([]Day{d, NewDay(y, m, 1), NewDay(y, 1, 1), NewDay(y, m+1, 0), NewDay(y, 12, 31)}).Draw(t, "place")
	})
	a, b := days.Draw(t, "a"), days.Draw(t, "b")
	switch rapid.IntRange(0, 4).Draw(t, "form") {
	case 0:
		return On(a)
	case 1:
		return Between(a, MaxDay)
	case 2:
		return Between(MinDay, a)
	case 3:
		y, m, _ := a.Calendar()
		return Between(NewDay(y, m, 1), NewDay(y, m+1, 0))
	}
	return Between(min(a, b), max(a, b))
}

func TestEveryDateIsReadBackAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDate(t)
		if !d.writable() {
			t.Fatalf("%s to %s counts as one that cannot be written", d.First(), d.Last())
		}
		got, err := ParseDate(d.String())
		if err != nil || got != d {
			t.Fatalf("%s (%s to %s) is read as %s to %s: %v", d, d.First(), d.Last(), got.First(), got.Last(), err)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026", "2026-09", "2024-02-29", "2026-09-14T08:30:00.5+02:00", "../2026", "2026-01-10/..", "2026-13", "2026-02-30T24:00:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err != nil {
			if d != (Date{}) {
				t.Fatalf("%q is refused and still gives %s", s, d)
			}
			return
		}
		if d.IsZero() || d.First() > d.Last() || !d.writable() {
			t.Fatalf("%q gives %s to %s", s, d.First(), d.Last())
		}
		if again, err := ParseDate(d.String()); err != nil || again != d {
			t.Fatalf("%q is written %s and read as %s (%v)", s, d, again, err)
		}
		// Of a full date in any form, the standard library says the same.
		if d.IsDay() && !strings.Contains(s, "/") {
			want, err := time.Parse(time.DateOnly, s[:10])
			if err != nil || DayOf(want) != d.First() {
				t.Fatalf("%q is %s; package time says %s (%v)", s, d, want, err)
			}
		}
	})
}
