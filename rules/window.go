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
	switch w.unit {
	case "days":
		return last.AddDays(-w.n), last
	case "weeks":
		return last.AddDays(-7 * w.n), last
	case "months":
		return last.AddMonths(-w.n), last
	}
	return last.AddYears(-w.n), last
}

// length gives "8 weeks", or "week" for one.
func (w *timeWindow) length() string {
	if w.n == 1 {
		return strings.TrimSuffix(w.unit, "s")
	}
	return strconv.Itoa(w.n) + " " + w.unit
}
