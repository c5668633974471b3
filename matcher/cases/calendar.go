// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// The calendar of the boundary cases is written down here once more, so that
// they do not take the engine's word for what they test.

// monthLength is the number of days of a month.
func monthLength(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// yearMonth takes a number of months since the year 0 apart.
func yearMonth(months int) (year, month int) {
	month = (months%12 + 12) % 12
	return (months - month) / 12, month + 1
}

// monthsBefore is the same day of the month n months earlier, or the last day
// of that month where it is shorter.
func monthsBefore(d patient.Day, n int) patient.Day {
	year, month, day := d.Calendar()
	year, month = yearMonth(year*12 + month - 1 - n)
	return patient.NewDay(year, month, min(day, monthLength(year, month)))
}

// clamped reports whether the month n months earlier lacks that day.
func clamped(d patient.Day, n int) bool {
	_, _, day := d.Calendar()
	_, _, before := monthsBefore(d, n).Calendar()
	return day != before
}

// windowStart is the first day of a window that ends on a day.
func windowStart(unit string, n int, end patient.Day) patient.Day {
	switch unit {
	case "days":
		return end - patient.Day(n)
	case "weeks":
		return end - patient.Day(7*n)
	case "months":
		return monthsBefore(end, n)
	}
	return monthsBefore(end, 12*n)
}

// ageOn counts completed years (or months, or days) by the words of the rule
// language. Whoever was born on 29 February is a year older on 1 March.
func ageOn(unit string, birth, on patient.Day) int {
	by, bm, bd := birth.Calendar()
	oy, om, od := on.Calendar()
	months := (oy-by)*12 + om - bm
	if od < bd {
		months--
	}
	switch unit {
	case "days":
		return int(on - birth)
	case "months":
		return months
	}
	years, _ := yearMonth(months)
	return years
}

// bornFor is the last birth date of those who have reached an age on a day.
func bornFor(unit string, age int, on patient.Day) patient.Day {
	months := age
	switch unit {
	case "days":
		return on - patient.Day(age)
	case "years":
		months = 12 * age
	}
	year, month, day := on.Calendar()
	year, month = yearMonth(year*12 + month - 1 - months)
	return patient.NewDay(year, month, min(day, monthLength(year, month)))
}

// monthOf is the whole month of a day.
func monthOf(d patient.Day) patient.Date {
	year, month, _ := d.Calendar()
	return patient.Between(patient.NewDay(year, month, 1), patient.NewDay(year, month, monthLength(year, month)))
}

// stepOf is one of the last decimal place of a number: 0.1 of 1.5, 1 of 18.
func stepOf(number string) patient.Decimal {
	_, places, _ := strings.Cut(strings.ReplaceAll(number, "_", ""), ".")
	if places == "" {
		return patient.NewDecimal(1)
	}
	return patient.MustDecimal("0." + strings.Repeat("0", len(places)-1) + "1")
}
