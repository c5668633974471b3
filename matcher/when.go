// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/patient"
)

// When says how far ahead the dates of a result look. The zero value is two
// years, all anchors moving along.
type When struct {
	Horizon Horizon
	// Fixed names the anchors in [Dates] that stay on their day. Any other
	// moves along with the screening day and keeps its distance from it: whoever
	// is screened a week later gets the first dose a week later. Nobody is
	// screened after a fixed day, so nothing is looked at beyond it.
	Fixed []string
}

// Horizon is how far ahead of the screening day to look; the zero Horizon is
// two years.
type Horizon struct {
	N    int
	Unit string // days, weeks, months or years
}

// MaxHorizon is the longest horizon, in years.
const MaxHorizon = 10

// horizonUnits are the units of a Horizon, with how many make ten years.
var horizonUnits = []struct {
	name string
	most int
}{{"days", 366 * MaxHorizon}, {"weeks", 53 * MaxHorizon}, {"months", 12 * MaxHorizon}, {"years", MaxHorizon}}

// ParseHorizon reads "2 years", "18 months", "8 weeks" or "90 days", and the
// same as 2y, 18m, 8w and 90d.
func ParseHorizon(text string) (Horizon, error) {
	digits := strings.TrimLeft(text, "0123456789")
	number, unit := text[:len(text)-len(digits)], strings.TrimSpace(digits)
	n, err := strconv.Atoi(number)
	for _, u := range horizonUnits {
		if err == nil && n > 0 && (unit == u.name || unit == strings.TrimSuffix(u.name, "s") || unit == u.name[:1]) {
			h := Horizon{n, u.name}
			return h, h.check()
		}
	}
	return Horizon{}, fmt.Errorf("%q is no time to look ahead; write it as 2 years, 18 months, 8 weeks or 90 days", text)
}

func (h Horizon) check() error {
	if h == (Horizon{}) {
		return nil
	}
	for _, u := range horizonUnits {
		if h.Unit == u.name && h.N > 0 && h.N <= u.most {
			return nil
		}
		if h.Unit == u.name && h.N > 0 {
			return fmt.Errorf("%s is too far ahead; the most is %d years", h, MaxHorizon)
		}
	}
	return fmt.Errorf("%d %s is no time to look ahead", h.N, h.Unit)
}

// String gives "2 years", "1 month".
func (h Horizon) String() string {
	h = h.orDefault()
	if h.N == 1 {
		return "1 " + strings.TrimSuffix(h.Unit, "s")
	}
	return strconv.Itoa(h.N) + " " + h.Unit
}

func (h Horizon) orDefault() Horizon {
	if h == (Horizon{}) {
		return Horizon{2, "years"}
	}
	return h
}

// after is the last day looked at from a screening day.
func (h Horizon) after(day patient.Day) patient.Day {
	switch h = h.orDefault(); h.Unit {
	case "days":
		return day.AddDays(h.N)
	case "weeks":
		return day.AddDays(7 * h.N)
	case "months":
		return day.AddMonths(h.N)
	}
	return day.AddYears(h.N)
}

// MatchDates is [Matcher.Match], and says as well when the verdict will be
// another if nothing new happens: Result.EarliestEligible and what stands
// beside it.
func (m *Matcher) MatchDates(p *patient.Profile, d Dates, w When) ([]Result, error) {
	return m.match(p, d, &w)
}

// ahead checks the options and gives what the rules of a study with these
// anchors ask for.
func (w *When) ahead(d Dates, anchors []string) (evaluate.Ahead, error) {
	a := evaluate.Ahead{Last: w.Horizon.after(d.Screening)}
	if err := w.Horizon.check(); err != nil {
		return a, err
	}
	for _, name := range w.Fixed {
		day, given := d.Anchors[name]
		if !given {
			return a, errors.New("the date " + name + " is to stay on its day, and no day is given for it")
		}
		if slices.Contains(anchors, name) { // or it is another study's
			a.Fixed = append(a.Fixed, name)
			a.Last = max(d.Screening, min(a.Last, day))
		}
	}
	return a, nil
}

// when adds the dates to a result.
func (s *study) when(r *Result, chart evaluate.StudyChart, d Dates, w *When) error {
	a, err := w.ahead(d, s.Anchors)
	if err != nil {
		return err
	}
	within := "within " + w.Horizon.String()
	if a.Last < w.Horizon.after(d.Screening) {
		within = "by " + a.Last.String()
	}
	r.LookedUntil = a.Last
	r.Washout = chart.Exposures(d, a)
	f := &future{result: r, turns: chart.Transitions(d, a), within: within, reason: func(criterion int, on patient.Day) string {
		return chart.Evaluate(a.DatesOn(d, on))[criterion].Reason
	}, lasting: func(criterion int) ChangedBy { return chart.ChangedBy(d, criterion) }}
	f.criteria()
	f.verdicts()
	nearMiss(r, chart, d)
	switch {
	case r.Verdict == Undetermined:
		addNeeded(r, chart, d)
	case r.Verdict == Ineligible && r.BestCase != nil:
		r.NeededFor = r.BestCase.EarliestEligible
		addNeeded(r, chart, a.DatesOn(d, r.NeededFor))
	default:
		r.Needed = []Needed{}
	}
	return nil
}
