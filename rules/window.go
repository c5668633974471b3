// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
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

// length gives "8 weeks".
func (w *timeWindow) length() string {
	if w.n == 1 {
		return "1 " + strings.TrimSuffix(w.unit, "s")
	}
	return fmt.Sprintf("%d %s", w.n, w.unit)
}

// String gives "the 8 weeks before first dose (2026-10-11 to 2026-12-06)".
func (w *timeWindow) describe(d Dates) string {
	first, last := w.days(d)
	return fmt.Sprintf("the %s before %s (%s to %s)", w.length(), anchorName(w.anchor), first, last)
}

// anchorName gives an anchor in words: "first dose", "the screening day".
func anchorName(anchor string) string {
	if anchor == screeningAnchor {
		return "the screening day"
	}
	return strings.ReplaceAll(anchor, "_", " ")
}
