// SPDX-License-Identifier: Apache-2.0

package report

import (
	"slices"
	"strconv"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// clearingColumns are the columns of clearing.csv.
var clearingColumns = []string{"day", "record", "patient", "study", "version", "certainty", "until", "clears", "to_find_out"}

// The certainties of an opening.
const (
	certain  = "sure"
	bestCase = "best case"
)

// opening is a screening day after that of the result from which on the person
// is eligible: surely, or if what is not known turns out well.
type opening struct {
	day, until patient.Day
	certainty  string
}

// openings gives those of a result, the earlier first. There are at most
// two: a person may be eligible from one day on and surely is from another.
func openings(r *matcher.Result) []opening {
	var list []opening
	screening := r.Dates["screening"]
	if b := r.BestCase; b != nil && b.EarliestEligible > screening {
		list = append(list, opening{b.EarliestEligible, b.EligibleUntil, bestCase})
	}
	if r.EarliestEligible > screening {
		list = append(list, opening{r.EarliestEligible, r.EligibleUntil, certain})
	}
	slices.SortStableFunc(list, func(a, b opening) int { return int(a.day - b.day) })
	return list
}

// AppendClearingHeader appends the header row of clearing.csv.
func AppendClearingHeader(b []byte) []byte { return appendHeader(b, clearingColumns) }

// AppendClearing appends a row, of the kind that [AppendCSV] makes, for each day
// after the screening day from which on the person is eligible, and gives how
// many there are. Record is the number of the person's record in its source,
// from 1. The column certainty is "sure" or "best case"; clears holds the
// criteria that fail or, where none does, are not known on the screening day;
// to_find_out is how many facts the best case takes.
func AppendClearing(b []byte, record int64, r *matcher.Result) (text []byte, rows int) {
	for _, c := range openings(r) {
		b = append(b, c.day.String()...)
		b = append(strconv.AppendInt(append(b, ','), record, 10), ',')
		b = append(AppendCell(b, r.Patient), ',')
		b = append(AppendCell(b, r.Study.ID), ',')
		b = append(AppendCell(b, r.Study.Version), ',')
		b = append(append(b, c.certainty...), ',')
		if c.until != 0 {
			b = append(b, c.until.String()...)
		}
		ids, facts := r.Blocking, 0
		if len(ids) == 0 {
			ids = r.Unknown
		}
		if c.certainty == bestCase {
			facts = len(r.Needed)
		}
		b = append(appendIDs(append(b, ','), ids), ',')
		b = strconv.AppendInt(b, int64(facts), 10)
		b = append(b, "\r\n"...)
		rows++
	}
	return b, rows
}

// Calendar counts, week by week, who becomes eligible after the screening day.
// A person who may be eligible from one day on and surely is from another is
// in both counts. It is given where results say when the verdict changes.
type Calendar struct {
	Until patient.Day `json:"until"` // the last screening day looked at
	Weeks []Week      `json:"weeks"` // in order, those in which nobody does left out
}

// Week is seven screening days.
type Week struct {
	From     patient.Day `json:"from"`      // its first day: that after the screening day, or 7, 14, ... days later
	Sure     int64       `json:"sure"`      // people who are surely eligible from a day of the week on
	BestCase int64       `json:"best_case"` // who are if what is not known turns out well
}

// calendar is a Calendar that grows.
type calendar struct {
	until patient.Day
	weeks []Week // all, from the first on, with those in which nobody does
}

func (c *calendar) add(screening patient.Day, list []opening) {
	for _, one := range list {
		w := c.week(screening, one.day)
		if one.certainty == certain {
			w.Sure++
		} else {
			w.BestCase++
		}
	}
}

// week gives the week of a day.
func (c *calendar) week(screening, day patient.Day) *Week {
	n := int(day-screening-1) / 7
	for len(c.weeks) <= n {
		c.weeks = append(c.weeks, Week{From: screening + 1 + patient.Day(7*len(c.weeks))})
	}
	return &c.weeks[n]
}

func (c *calendar) merge(screening patient.Day, o *calendar) {
	c.until = max(c.until, o.until)
	for _, w := range o.weeks {
		to := c.week(screening, w.From)
		to.Sure += w.Sure
		to.BestCase += w.BestCase
	}
}

// summary leaves out the weeks in which nobody becomes eligible.
func (c *calendar) summary() *Calendar {
	if c.until == 0 {
		return nil
	}
	s := &Calendar{Until: c.until, Weeks: []Week{}}
	for _, w := range c.weeks {
		if w.Sure+w.BestCase > 0 {
			s.Weeks = append(s.Weeks, w)
		}
	}
	return s
}

// growing makes of a Calendar one that grows.
func (c *Calendar) growing(screening patient.Day) calendar {
	if c == nil {
		return calendar{}
	}
	g := calendar{}
	g.merge(screening, &calendar{c.Until, c.Weeks})
	return g
}

// Rows is how many rows of clearing.csv the calendar counts.
func (c *Calendar) Rows() (sure, best int64) {
	if c == nil {
		return 0, 0
	}
	for _, w := range c.Weeks {
		sure += w.Sure
		best += w.BestCase
	}
	return sure, best
}

// calendar asks that the weeks are weeks of the time looked ahead, in order, and
// that nobody is counted who is eligible on the screening day.
func (a *audit) calendar(s *StudySummary) {
	c := s.Calendar
	if c == nil {
		return
	}
	screening := s.Dates["screening"]
	before := screening
	for _, w := range c.Weeks {
		if w.From <= before || (w.From-screening-1)%7 != 0 || w.From > c.Until {
			a.fail("the calendar has a week that begins on %s", w.From)
			return
		}
		before = w.From
		for _, n := range []int64{w.Sure, w.BestCase} {
			a.atMost("the calendar's week from "+w.From.String(), n, s.Totals.Ineligible+s.Totals.Undetermined)
		}
	}
	if len(a.found) > 0 {
		return // sums could overflow
	}
	sure, best := c.Rows()
	a.atMost("those who become eligible", sure, s.Totals.Ineligible+s.Totals.Undetermined)
	a.atMost("those who may become eligible", best, s.Totals.Ineligible+s.Totals.Undetermined)
}
