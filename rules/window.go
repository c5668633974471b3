// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// screeningAnchor is the date that every study has.
const screeningAnchor = "screening"

// Dates are the days that a study is evaluated for.
type Dates struct {
	// Screening is the day that the record is read for. It must be given.
	Screening patient.Day
	// Record is the day as of which the record was read, where it is not the
	// screening day: nothing is known of what was written down, stopped or
	// ended without a date after it. It is not after the screening day.
	Record patient.Day
	// Anchors are the study's further dates, such as first_dose. One that is
	// not given falls on the screening day.
	Anchors map[string]patient.Day
}

// on gives the day of an anchor.
func (d Dates) on(anchor string) patient.Day {
	if day, ok := d.Anchors[anchor]; ok && anchor != screeningAnchor {
		return day
	}
	return d.Screening
}

// asOf is the day as of which the record was read.
func (d Dates) asOf() patient.Day {
	if d.Record != 0 {
		return d.Record
	}
	return d.Screening
}

// timeWindow is within(duration, anchor): the closed range of days from that
// long before the anchor up to the anchor.
type timeWindow struct {
	unit   string // days, weeks, months or years
	n      int
	anchor string
}

// days is the range of days that a window covers; a nil window is all the time
// up to the screening day.
func (w *timeWindow) days(d Dates) (first, last patient.Day) {
	if w == nil {
		return patient.MinDay, d.Screening
	}
	last = d.on(w.anchor)
	return w.begin(last), last
}

// begin is the first day of the window that ends on the anchor.
func (w *timeWindow) begin(anchor patient.Day) patient.Day {
	switch w.unit {
	case "days":
		return anchor.AddDays(-w.n)
	case "weeks":
		return anchor.AddDays(-7 * w.n)
	case "months":
		return anchor.AddMonths(-w.n)
	}
	return anchor.AddYears(-w.n)
}

// length gives "8 weeks", or "week" for one.
func (w *timeWindow) length() string {
	if w.n == 1 {
		return strings.TrimSuffix(w.unit, "s")
	}
	return strconv.Itoa(w.n) + " " + w.unit
}
