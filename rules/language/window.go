// SPDX-License-Identifier: Apache-2.0

package language

import (
	"math"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// Screening is the name of the date that every study has.
const Screening = "screening"

// Dates are the days that a study is evaluated for.
type Dates struct {
	// Screening is the day that the record is read for. It must be given.
	Screening patient.Day
	// Record is the day as of which the record was read, where it is not the
	// screening day: nothing is known of facts that were written down, stopped or
	// ended without a date after it. It is not after the screening day.
	Record patient.Day
	// Anchors are the study's further dates, such as first_dose. One that is
	// not given falls on the screening day.
	Anchors map[string]patient.Day
}

// DayOf gives the day of an anchor.
func (d Dates) DayOf(anchor string) patient.Day {
	if day, ok := d.Anchors[anchor]; ok && anchor != Screening {
		return day
	}
	return d.Screening
}

// RecordDay is the day as of which the record was read.
func (d Dates) RecordDay() patient.Day {
	if d.Record != 0 {
		return d.Record
	}
	return d.Screening
}

// Window is within(duration, anchor): the closed range of days from that
// long before the anchor up to the anchor.
type Window struct {
	N      int
	Unit   string // days, weeks, months or years
	Anchor string // [Screening] unless the rule names another
}

// DayRange is the range of days that a window covers; a nil window is all the time
// up to the screening day.
func (w *Window) DayRange(d Dates) (first, last patient.Day) {
	if w == nil {
		return patient.MinDay, d.Screening
	}
	last = d.DayOf(w.Anchor)
	return w.FirstDay(last), last
}

// FirstDay is the first day of the window that ends on the anchor.
func (w *Window) FirstDay(anchor patient.Day) patient.Day {
	switch w.Unit {
	case "days":
		return anchor.AddDays(-w.N)
	case "weeks":
		return anchor.AddDays(-7 * w.N)
	case "months":
		return anchor.AddMonths(-w.N)
	}
	return anchor.AddYears(-w.N)
}

// Length gives "8 weeks", or "week" for one.
func (w *Window) Length() string {
	if w.N == 1 {
		return strings.TrimSuffix(w.Unit, "s")
	}
	return strconv.Itoa(w.N) + " " + w.Unit
}

// FirstAfter is the first anchor day whose window begins after the day.
func (w *Window) FirstAfter(day patient.Day) patient.Day {
	switch w.Unit {
	case "days":
		return day.AddDays(w.N + 1)
	case "weeks":
		return day.AddDays(7*w.N + 1)
	}
	months := w.N
	if w.Unit == "years" {
		months = 12 * min(w.N, math.MaxInt32)
	}
	// The end of a shorter month may stand for up to four days.
	anchor := day.AddMonths(months)
	for range 5 {
		if w.FirstDay(anchor) > day {
			return anchor
		}
		anchor = anchor.AddDays(1)
	}
	return patient.MaxDay // beyond the calendar
}
