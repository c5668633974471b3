// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Day is one day of the proleptic Gregorian calendar. It has no time of day and
// no zone. Later days are greater, and the difference of two days is a count of
// days.
//
// The zero Day means that no day is given. No calendar day is zero: the count
// starts 2^30 days before 1970-01-01.
type Day int32

// MinDay and MaxDay stand for "no bound": before and after every real day.
const (
	MinDay Day = math.MinInt32
	MaxDay Day = math.MaxInt32
)

// unixEpoch is 1970-01-01.
const unixEpoch Day = 1 << 30

// NewDay returns the day of a calendar date. Out-of-range months and days
// follow [time.Date]; use [ParseDay] for text from outside.
func NewDay(year, month, day int) Day {
	return bounded(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix()/secondsPerDay + int64(unixEpoch))
}

const secondsPerDay = 24 * 60 * 60

// The days that a date in text can name: 0001-01-01 to 9999-12-31.
const (
	firstDay = unixEpoch - 719162
	lastDay  = unixEpoch + 2932896
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

// IsZero reports whether no day is given.
func (d Day) IsZero() bool { return d == 0 }

// Calendar returns the year, the month (1 to 12) and the day of the month. The
// day must be [Day.Bounded].
func (d Day) Calendar() (year, month, day int) {
	y, m, dd := time.Unix(int64(d-unixEpoch)*secondsPerDay, 0).UTC().Date()
	return y, int(m), dd
}

// Bounded reports whether d is a calendar day: given, and neither [MinDay] nor
// [MaxDay].
func (d Day) Bounded() bool { return d != 0 && d != MinDay && d != MaxDay }

// AddDays returns the day n days later. A day that is not [Day.Bounded] stays
// as it is, here and in AddMonths and AddYears.
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

// String gives YYYY-MM-DD, ".." for a day without bound and "" for the zero Day.
func (d Day) String() string {
	var b [10]byte
	return string(d.appendTo(b[:0]))
}

func (d Day) appendTo(b []byte) []byte {
	switch d {
	case 0:
		return b
	case MinDay, MaxDay:
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

// MarshalText gives YYYY-MM-DD. A day that is not [Day.Bounded] is an error: leave
// it out, in JSON by omitzero.
func (d Day) MarshalText() ([]byte, error) {
	if !d.Bounded() {
		return nil, errors.New("a day that is not given cannot be written")
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads YYYY-MM-DD.
func (d *Day) UnmarshalText(b []byte) error { return parseInto(d, b, ParseDay) }
