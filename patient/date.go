// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"fmt"
	"strings"
	"time"
)

// Date is a day that may be known only in part: the closed range of days that
// it can mean. The zero Date means that no date is given.
//
// As text, and in JSON, it is one of
//
//	2026-09-14             that day
//	2026-09                some day of that month
//	2026                   some day of that year
//	2026-09-14T08:30:00Z   its own local day: the zone does not move it
//	2026-01-10/2026-03     some day from the one to the end of the other
//	2026-01-10/..          that day or any later one
//	../2026-03             any day up to the end of that month
//
// which are the precisions of FHIR R4 date and dateTime and the intervals of
// ISO 8601-2. Years run from 0001 to 9999.
type Date struct {
	first, last Day
	given       bool
}

const maxDateText = 100 // two date-times and a slash, with room

// On is the Date that means exactly one day.
func On(d Day) Date { return Date{d, d, true} }

// Between is some day from first to last, both included. A first after the
// last gives the zero Date.
func Between(first, last Day) Date {
	if first > last {
		return Date{}
	}
	return Date{first, last, true}
}

// IsZero reports whether no date is given.
func (d Date) IsZero() bool { return !d.given }

// IsDay reports whether the date is known to the day.
func (d Date) IsDay() bool { return d.given && d.first == d.last }

// First is the earliest day that the date can mean; [MinDay] for a zero Date.
func (d Date) First() Day {
	if !d.given {
		return MinDay
	}
	return d.first
}

// Last is the latest day that the date can mean; [MaxDay] for a zero Date.
func (d Date) Last() Day {
	if !d.given {
		return MaxDay
	}
	return d.last
}

// ParseDate reads a date in any of the forms of [Date].
func ParseDate(s string) (Date, error) {
	if len(s) > maxDateText {
		return Date{}, fmt.Errorf("a text of %d bytes is not a date; write YYYY, YYYY-MM or YYYY-MM-DD", len(s))
	}
	from, to, isRange := strings.Cut(s, "/")
	if !isRange {
		return parsePart(s)
	}
	d := Date{MinDay, MaxDay, true}
	if from != ".." {
		p, err := parsePart(from)
		if err != nil {
			return Date{}, err
		}
		d.first = p.first
	}
	if to != ".." {
		p, err := parsePart(to)
		if err != nil {
			return Date{}, err
		}
		d.last = p.last
	}
	switch {
	case d.first > d.last:
		return Date{}, fmt.Errorf("%q ends before it starts", s)
	case from == ".." && to == "..":
		return Date{}, fmt.Errorf("%q has no bound; leave the date out", s)
	}
	return d, nil
}

func parsePart(s string) (Date, error) {
	day, clock, hasClock := strings.Cut(s, "T")
	d, ok := parseCalendar(day)
	if !ok {
		return Date{}, fmt.Errorf("%q is not a date; write YYYY, YYYY-MM or YYYY-MM-DD", s)
	}
	if !d.given {
		return Date{}, fmt.Errorf("%q does not exist in the calendar", s)
	}
	if hasClock && (!d.IsDay() || !validClock(clock)) {
		return Date{}, fmt.Errorf("%q has a time that cannot be read; write YYYY-MM-DDThh:mm:ssZ or leave the time out", s)
	}
	return d, nil
}

// parseCalendar tells a text of the wrong shape (ok false) from a day that the
// calendar does not have (a zero Date).
func parseCalendar(s string) (d Date, ok bool) {
	if len(s) != 4 && len(s) != 7 && len(s) != 10 {
		return Date{}, false
	}
	year, ok := parseDigits(s[:4])
	if !ok || (len(s) > 4 && s[4] != '-') || (len(s) > 7 && s[7] != '-') {
		return Date{}, false
	}
	month, day := 0, 0
	if len(s) > 4 {
		if month, ok = parseDigits(s[5:7]); !ok {
			return Date{}, false
		}
	}
	if len(s) > 7 {
		if day, ok = parseDigits(s[8:10]); !ok {
			return Date{}, false
		}
	}
	switch {
	case year < 1 || len(s) > 4 && (month < 1 || month > 12):
		return Date{}, true
	case len(s) == 4:
		return Between(NewDay(year, 1, 1), NewDay(year, 12, 31)), true
	case len(s) == 7:
		return Between(NewDay(year, month, 1), NewDay(year, month+1, 0)), true
	case day < 1 || day > 31 || NewDay(year, month, day) > NewDay(year, month+1, 0):
		return Date{}, true
	}
	return On(NewDay(year, month, day)), true
}

func parseDigits(s string) (n int, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// validClock accepts the times of FHIR and RFC 3339 after the T, and also a time
// without zone or seconds: only the day counts.
func validClock(s string) bool {
	if len(s) < len("15:04") || s[2] != ':' {
		return false // time.Parse takes an hour of one digit
	}
	for _, layout := range []string{"15:04:05.999999999Z07:00", "15:04:05.999999999", "15:04Z07:00", "15:04"} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return s == "24:00:00" || s == "23:59:60Z"
}

// String gives the shortest form that means the same days; "" for a zero Date.
func (d Date) String() string {
	if !d.given {
		return ""
	}
	var b [24]byte
	return string(d.appendTo(b[:0]))
}

func (d Date) appendTo(b []byte) []byte {
	if d.first == d.last {
		return d.first.appendTo(b)
	}
	if d.first.Bounded() && d.last.Bounded() {
		y, m, dd := d.first.Calendar()
		switch {
		case dd == 1 && m == 1 && d.last == NewDay(y, 12, 31):
			return d.first.appendTo(b)[:len(b)+len("2006")]
		case dd == 1 && d.last == NewDay(y, m+1, 0):
			return d.first.appendTo(b)[:len(b)+len("2006-01")]
		}
	}
	return d.last.appendTo(append(d.first.appendTo(b), '/'))
}

// writable reports whether [ParseDate] can read the text of String.
func (d Date) writable() bool {
	first, last := d.first >= firstDay || d.first == MinDay, d.last <= lastDay || d.last == MaxDay
	return first && last && d.first <= lastDay && d.last >= firstDay && (d.first.Bounded() || d.last.Bounded())
}

// MarshalText gives [Date.String].
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText is [ParseDate].
func (d *Date) UnmarshalText(b []byte) error { return parseInto(d, b, ParseDate) }

// parseInto leaves the value as it is where the text cannot be parsed.
func parseInto[T any](value *T, text []byte, parse func(string) (T, error)) error {
	v, err := parse(string(text))
	if err == nil {
		*value = v
	}
	return err
}
