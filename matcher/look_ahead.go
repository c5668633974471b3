// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/matcher/internal/explain"
	"github.com/eligo-trials/eligo/patient"
)

// LookAhead is the [Option] that asks for the days on which the verdict changes if
// nothing new happens: Result.EarliestEligible and the fields beside it. The zero
// value looks two years ahead, and all dates of the study move along with the
// screening day.
type LookAhead struct {
	Horizon Horizon
	// Fixed names the dates in [Dates] that stay on their day. The others keep their
	// distance from the screening day: if screening is a week later, the first dose
	// is a week later. No screening day after a fixed date is looked at.
	Fixed []string
}

func (l LookAhead) applyTo(s *settings) { s.ahead = &l }

// Horizon is how far ahead of the screening day to look, at most [MaxHorizon]
// years. The zero Horizon is two years. Its text form is that of String.
type Horizon struct {
	N    int
	Unit string // days, weeks, months or years
}

// MaxHorizon is the longest horizon, in years.
const MaxHorizon = 10

// horizonUnits are the units of a Horizon, with their number in MaxHorizon.
var horizonUnits = []struct {
	name string
	most int
	add  func(day patient.Day, n int) patient.Day
}{
	{"days", 366 * MaxHorizon, patient.Day.AddDays},
	{"weeks", 53 * MaxHorizon, func(day patient.Day, n int) patient.Day { return day.AddDays(7 * n) }},
	{"months", 12 * MaxHorizon, patient.Day.AddMonths},
	{"years", MaxHorizon, patient.Day.AddYears},
}

// ParseHorizon reads "2 years", "18 months", "8 weeks" or "90 days", and the
// same as 2y, 18m, 8w and 90d.
func ParseHorizon(text string) (Horizon, error) {
	digits := strings.TrimLeft(text, "0123456789")
	number, unit := text[:len(text)-len(digits)], strings.TrimSpace(digits)
	n, err := strconv.Atoi(number)
	for _, u := range horizonUnits {
		if err == nil && n > 0 && (unit == u.name || unit == strings.TrimSuffix(u.name, "s") || unit == u.name[:1]) {
			h := Horizon{n, u.name}
			return h, h.checkRange()
		}
	}
	return Horizon{}, fmt.Errorf("%q is no time to look ahead; write it as 2 years, 18 months, 8 weeks or 90 days", text)
}

func (h Horizon) checkRange() error {
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

// MarshalText gives the String.
func (h Horizon) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText is [ParseHorizon].
func (h *Horizon) UnmarshalText(text []byte) (err error) {
	*h, err = ParseHorizon(string(text))
	return err
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

func (h Horizon) lastDay(day patient.Day) patient.Day {
	h = h.orDefault()
	for _, u := range horizonUnits {
		if h.Unit == u.name {
			return u.add(day, h.N)
		}
	}
	return day
}

// forStudy checks the options and translates them for a study with these dates.
func (l *LookAhead) forStudy(d Dates, anchors []string) (evaluate.Ahead, error) {
	a := evaluate.Ahead{Last: l.Horizon.lastDay(d.Screening)}
	if err := l.Horizon.checkRange(); err != nil {
		return a, err
	}
	for _, name := range l.Fixed {
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

func (s *study) addDates(r *Result, chart explain.Chart, d Dates, l *LookAhead) error {
	a, err := l.forStudy(d, s.Anchors)
	if err != nil {
		return err
	}
	r.LookedUntil = a.Last
	if a.Last == l.Horizon.lastDay(d.Screening) {
		r.Horizon = l.Horizon.orDefault()
	}
	r.Washout = chart.Washouts(d, a)
	f := &forecast{
		result: r, turns: chart.Transitions(d, a),
		reasonOn:  func(criterion int, on patient.Day) string { return chart.Reason(a.DatesOn(d, on), criterion) },
		changedBy: func(criterion int) ChangedBy { return chart.ChangedBy(d, criterion) },
	}
	f.addCriterionDays()
	f.addVerdictDays()
	addNearMiss(r, chart, d)
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

// HorizonText tells how far ahead the result looks: "within 2 years" or, if a fixed
// date of the study ended it earlier, "by 2027-03-01".
func (r *Result) HorizonText() string {
	if r.Horizon == (Horizon{}) {
		return "by " + r.LookedUntil.String()
	}
	return "within " + r.Horizon.String()
}

// StopText tells which medicines to stop, and how long to wait.
func (c *Clearing) StopText() string {
	parts := make([]string, len(c.Stop))
	for i, s := range c.Stop {
		parts[i] = "stop " + s.Medication + " first; " + s.Washout + " after its last dose"
	}
	return strings.Join(parts, "; ")
}

// outlook writes the dates in a sentence or two. Sure and best are the indexes of
// the first periods in which the person is eligible, surely and in the best case, or
// -1.
func (f *forecast) outlook(sure, best int) string {
	r := f.result
	var text string
	switch {
	case sure == 0 && r.EligibleUntil == 0:
		return "Eligible on the screening day; nothing on record changes that " + r.HorizonText() + "."
	case sure == 0:
		return "Eligible until " + r.EligibleUntil.String() + " if nothing new happens: " + f.endText(sure, Eligible) + "."
	case sure > 0:
		text = "Eligible from " + r.EarliestEligible.String()
		if r.EligibleUntil != 0 {
			text += " until " + r.EligibleUntil.String()
		}
		text += " if nothing new happens: " + f.beforeText(sure) + "."
		if r.EligibleUntil != 0 {
			text += " Then " + f.endText(sure, Eligible) + "."
		}
		if r.BestCase != nil {
			text += " " + f.bestCaseText(best)
		}
		return text
	case best >= 0:
		return f.bestCaseText(best)
	}
	return "Not eligible " + r.HorizonText() + ": " + f.alwaysBlockedText() + "."
}

func (f *forecast) bestCaseText(best int) string {
	b := f.result.BestCase
	from := "now"
	if best > 0 {
		from = "from " + b.EarliestEligible.String()
	}
	text := "In the best case eligible " + from
	if b.EligibleUntil != 0 {
		text += " until " + b.EligibleUntil.String()
	}
	text += ", which takes for granted what is not known (" + strings.Join(b.Assumes, ", ") + ")."
	if b.EligibleUntil != 0 {
		text += " Then " + f.endText(best, Eligible, Undetermined) + "."
	}
	return text
}

// endText names the criteria that end the verdicts which begin at a period.
func (f *forecast) endText(at int, verdicts ...Verdict) string {
	end := at
	for end+1 < len(f.periods) && slices.Contains(verdicts, f.periods[end].verdict) {
		end++
	}
	p := &f.periods[end]
	if p.verdict == Ineligible {
		return joinVerb(f.idsOf(p.failing), "fails", "fail") + " from " + p.from.String() + " on"
	}
	return joinVerb(f.idsOf(p.unknown), "is", "are") + " not known from " + p.from.String() + " on"
}

// beforeText names the criteria that do not pass before a period.
func (f *forecast) beforeText(at int) string {
	p := &f.periods[at-1]
	if p.verdict == Ineligible {
		return joinVerb(f.idsOf(p.failing), "blocks", "block") + " until the day before"
	}
	return joinVerb(f.idsOf(p.unknown), "is", "are") + " not known until the day before"
}

func (f *forecast) alwaysBlockedText() string {
	always := slices.Clone(f.periods[0].failing)
	for _, p := range f.periods {
		always = slices.DeleteFunc(always, func(c int) bool { return !slices.Contains(p.failing, c) })
	}
	if len(always) == 0 {
		return "on each day some criterion fails"
	}
	var parts []string
	for _, i := range always {
		c := &f.result.Criteria[i]
		switch c.Clearing.Kind {
		case ClearsAfterStopping:
			parts = append(parts, c.ID+" is ongoing ("+c.Clearing.StopText()+")")
		case ClearsNever:
			parts = append(parts, c.ID+" fails for good")
		case ClearsByNewFact:
			parts = append(parts, c.ID+" fails until something new is recorded")
		default:
			parts = append(parts, c.ID+" fails throughout")
		}
	}
	return strings.Join(parts, ", ")
}

func joinVerb(names []string, one, many string) string {
	if len(names) == 1 {
		return names[0] + " " + one
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1] + " " + many
}
