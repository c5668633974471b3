// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"fmt"
	"math"
	"time"
)

// Day is one day of the proleptic Gregorian calendar, counted from 1970-01-01
// (day 0). It has no time of day and no zone.
type Day int32

// MinDay and MaxDay stand for "no bound": before and after every real day.
const (
	MinDay Day = math.MinInt32
	MaxDay Day = math.MaxInt32
)

// NewDay returns the day of a calendar date. Out-of-range months and days
// follow [time.Date]; use [ParseDay] for text from outside.
func NewDay(year, month, day int) Day {
	return bounded(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

const secondsPerDay = 24 * 60 * 60

// The days that a date in text can name: 0001-01-01 to 9999-12-31.
const (
	firstDay Day = -719162
	lastDay  Day = 2932896
)

// bounded keeps a count of days within those that a Day can hold.
func bounded(n int64) Day { return Day(min(max(n, int64(MinDay)+1), int64(MaxDay)-1)) }

// DayOf returns the calendar day that t shows in its own location.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return NewDay(y, int(m), d)
}

// ParseDay reads a full date, YYYY-MM-DD.
func ParseDay(s string) (Day, error) {
	d, err := ParseDate(s)
	if err != nil {
		return 0, err
	}
	if !d.IsDay() {
		return 0, fmt.Errorf("%q is not a full date; write YYYY-MM-DD", s)
	}
	return d.First(), nil
}

// Calendar returns the year, the month (1 to 12) and the day of the month.
func (d Day) Calendar() (year, month, day int) {
	y, m, dd := time.Unix(int64(d)*secondsPerDay, 0).UTC().Date()
	return y, int(m), dd
}

// Bounded reports whether d is a real day, neither [MinDay] nor [MaxDay].
func (d Day) Bounded() bool { return d != MinDay && d != MaxDay }

// AddDays returns the day n days later; an unbounded day stays unbounded.
func (d Day) AddDays(n int) Day {
	if !d.Bounded() {
		return d
	}
	return bounded(int64(d) + min(max(int64(n), -math.MaxUint32), math.MaxUint32))
}

// AddMonths returns the same day of the month n months later, or the last day
// of that month where it is shorter: 31 August less 6 months is 28 or 29
// February.
func (d Day) AddMonths(n int) Day {
	if !d.Bounded() {
		return d
	}
	n = min(max(n, -maxMonths), maxMonths)
	y, m, dd := d.Calendar()
	first := time.Date(y, time.Month(m+n), 1, 0, 0, 0, 0, time.UTC)
	length := first.AddDate(0, 1, -1).Day()
	return NewDay(first.Year(), int(first.Month()), min(dd, length))
}

// More than a Day spans, either way.
const (
	maxYears  = 20_000_000
	maxMonths = 12 * maxYears
)

// AddYears returns the same calendar day n years later; 29 February becomes 28
// February where that year has none. (Birthdays differ: see [CompletedMonths].)
func (d Day) AddYears(n int) Day { return d.AddMonths(12 * min(max(n, -maxYears), maxYears)) }

// CompletedMonths counts the whole months from birth to on; it is negative
// where on lies before birth. A month is complete on the day of the month of
// birth or, where that month is too short, on the first day of the next:
// someone born on 29 February turns a year older on 1 March in common years.
func CompletedMonths(birth, on Day) int {
	by, bm, bd := birth.Calendar()
	oy, om, od := on.Calendar()
	n := (oy-by)*12 + om - bm
	if od < bd {
		n--
	}
	return n
}

// String gives YYYY-MM-DD, or ".." for a day without bound.
func (d Day) String() string {
	var b [10]byte
	return string(d.appendTo(b[:0]))
}

func (d Day) appendTo(b []byte) []byte {
	if !d.Bounded() {
		return append(b, ".."...)
	}
	y, m, dd := d.Calendar()
	if y < 0 || y > 9999 {
		return fmt.Appendf(b, "%d-%02d-%02d", y, m, dd)
	}
	return append(b,
		byte('0'+y/1000%10), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-',
		byte('0'+m/10), byte('0'+m%10), '-',
		byte('0'+dd/10), byte('0'+dd%10))
}

// MarshalText gives YYYY-MM-DD.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD.
func (d *Day) UnmarshalText(b []byte) error {
	v, err := ParseDay(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}
