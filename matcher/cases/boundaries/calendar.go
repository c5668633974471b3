// SPDX-License-Identifier: Apache-2.0

package boundaries

import (
	"github.com/eligo-trials/eligo/patient"
)

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

// yearMonth splits a number of months since the year 0.
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

// isDayMissing reports whether the month n months earlier lacks the day.
func isDayMissing(d patient.Day, n int) bool {
	_, _, day := d.Calendar()
	_, _, before := monthsBefore(d, n).Calendar()
	return day != before
}

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

// completedAge counts completed years, months or days, by the definition of the
// rule language. A person born on 29 February is a year older on 1 March.
func completedAge(unit string, birth, on patient.Day) int {
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

func latestBirth(unit string, age int, on patient.Day) patient.Day {
	months := age
	switch unit {
	case "days":
		return on - patient.Day(age)
	case "years":
		months = 12 * age
	}
	return monthsBefore(on, months)
}

func wholeMonth(d patient.Day) patient.Date {
	year, month, _ := d.Calendar()
	return patient.Between(patient.NewDay(year, month, 1), patient.NewDay(year, month, monthLength(year, month)))
}
