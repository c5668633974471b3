// SPDX-License-Identifier: Apache-2.0

package report

import "github.com/eligo-trials/eligo/patient"

// mostWeeks is how many weeks the page lists by themselves.
const mostWeeks = 26

// weekTable is the calendar as the page shows it.
type weekTable struct {
	About string
	Rows  []weekRow
}

// weekRow is a week, or all that come after those listed.
type weekRow struct {
	Name             string
	Sure, BestCase   int64
	SureBar, BestBar float64
}

func newWeekTable(c *Calendar) weekTable {
	if c == nil {
		return weekTable{}
	}
	sure, best := c.Rows()
	t := weekTable{About: "Up to " + c.Until.String() + ", if nothing new happens, " + amount(sure, "person", "people") + " will surely become eligible, and " +
		amount(best, "person", "people") + " if what is not known turns out well. Who may be eligible on one day and surely is from a later one on is in both. The people are in clearing.csv."}
	most := int64(0)
	for i, w := range c.Weeks {
		last := min(w.From+6, c.Until)
		if i >= mostWeeks {
			row := &t.Rows[mostWeeks-1]
			row.Name = c.Weeks[mostWeeks-1].From.String() + " to " + last.String() + ", together"
			row.Sure += w.Sure
			row.BestCase += w.BestCase
		} else {
			t.Rows = append(t.Rows, weekRow{Name: dayRange(w.From, last), Sure: w.Sure, BestCase: w.BestCase})
		}
	}
	for _, row := range t.Rows {
		most = max(most, row.Sure+row.BestCase)
	}
	for i := range t.Rows {
		row := &t.Rows[i]
		row.SureBar, row.BestBar = barLength(row.Sure, most), barLength(row.BestCase, most)
	}
	return t
}

func dayRange(first, last patient.Day) string {
	if first == last {
		return first.String()
	}
	return first.String() + " to " + last.String()
}
