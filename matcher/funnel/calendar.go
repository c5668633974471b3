// SPDX-License-Identifier: Apache-2.0

package funnel

import (
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

// Calendar counts, week by week, the people who become eligible after the
// screening day. A person with two openings is counted at both. It is given if
// the results were made with [matcher.LookAhead].
type Calendar struct {
	Until patient.Day `json:"until"` // the last screening day looked at
	Weeks []Week      `json:"weeks"` // in order, without the weeks of nobody
}

// Week is seven screening days.
type Week struct {
	From     patient.Day `json:"from"`      // its first day: 1, 8, 15, ... days after the screening day
	Sure     int64       `json:"sure"`      // people who are surely eligible from a day of the week on
	BestCase int64       `json:"best_case"` // people who are if the unknown turns out well
}

// weekCounts is a Calendar under construction: its weeks have no gaps.
type weekCounts struct {
	until patient.Day
	weeks []Week
}

func (c *weekCounts) addOpenings(screening patient.Day, openings []matcher.Opening) {
	for _, o := range openings {
		w := c.weekOf(screening, o.Day)
		if o.BestCase {
			w.BestCase++
		} else {
			w.Sure++
		}
	}
}

func (c *weekCounts) weekOf(screening, day patient.Day) *Week {
	n := int(day-screening-1) / 7
	for len(c.weeks) <= n {
		c.weeks = append(c.weeks, Week{From: screening.AddDays(1 + 7*len(c.weeks))})
	}
	return &c.weeks[n]
}

func (c *weekCounts) addWeeks(screening patient.Day, o *weekCounts) {
	c.until = max(c.until, o.until)
	for _, w := range o.weeks {
		to := c.weekOf(screening, w.From)
		to.Sure += w.Sure
		to.BestCase += w.BestCase
	}
}

// calendar leaves out the weeks in which nobody becomes eligible.
func (c *weekCounts) calendar() *Calendar {
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

func (c *Calendar) counts(screening patient.Day) (counts weekCounts) {
	if c != nil {
		counts.addWeeks(screening, &weekCounts{c.Until, c.Weeks})
	}
	return counts
}

// Rows returns the numbers of rows of clearing.csv that the calendar counts.
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

// checkCalendar requires that the weeks are weeks of the time looked ahead, in
// order, and that nobody is counted who is eligible on the screening day.
func (a *audit) checkCalendar(s *StudySummary) {
	c := s.Calendar
	if c == nil {
		return
	}
	screeningDay := s.Dates[language.Screening]
	before := screeningDay
	for _, w := range c.Weeks {
		if w.From <= before || (w.From-screeningDay-1)%7 != 0 || w.From > c.Until {
			a.addError("the calendar has a week that begins on %s", w.From)
			return
		}
		before = w.From
		for _, n := range []int64{w.Sure, w.BestCase} {
			a.checkAtMost("the calendar's week from "+w.From.String(), n, s.Totals.Ineligible+s.Totals.Undetermined)
		}
	}
	if len(a.errors) > 0 {
		return // sums could overflow
	}
	sure, best := c.Rows()
	a.checkAtMost("those who become eligible", sure, s.Totals.Ineligible+s.Totals.Undetermined)
	a.checkAtMost("those who may become eligible", best, s.Totals.Ineligible+s.Totals.Undetermined)
}
