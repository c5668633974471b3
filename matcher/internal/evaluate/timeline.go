// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// addCallDays adds the days on which a word may begin to find something else.
func (t *timeline) addCallDays(c *language.Call, a *language.Form) {
	p := t.view.chart.patient
	switch {
	case c.Concept != nil:
		t.addFactDays(c)
	case c.Question != nil:
		for i := range p.Answers {
			if p.Answers[i].Question == c.Question.ID {
				t.addDay(p.Answers[i].On.First())
				t.addDay(p.Answers[i].On.Last())
			}
		}
	case c.Word.Answer == language.NumberAnswer:
		t.addBirthDays(c, a)
	case c.Word.Answer == language.TruthAnswer:
		t.addDay(p.DeathDate.First())
		t.addDay(p.DeathDate.Last())
	}
}

// addDay adds a day, if it is one of those that are looked at.
func (t *timeline) addDay(day patient.Day) {
	if day > t.from.Screening && day <= t.last {
		t.days = append(t.days, day)
	}
}

// windowSpan is the window's start when screened on the first and on the last day of
// the horizon.
type windowSpan struct {
	moves        bool // whether its anchor moves with the screening day
	offset       int  // of the anchor from the screening day
	window       *language.Window
	first, final patient.Day // the window's start, screened on the first and on the last day
}

func (t *timeline) spanOf(anchor string, w *language.Window) windowSpan {
	r := windowSpan{moves: t.movesAlong(anchor), window: w}
	r.offset = int(t.from.DayOf(anchor) - t.from.Screening)
	if r.moves && w != nil {
		r.first = w.FirstDay(t.from.DayOf(anchor))
		r.final = w.FirstDay(t.last.AddDays(r.offset))
	}
	return r
}

// movesAlong reports whether an anchor keeps its distance from the screening day.
func (t *timeline) movesAlong(anchor string) bool {
	_, given := t.from.Anchors[anchor]
	return !given || anchor == language.Screening || !slices.Contains(t.fixed, anchor)
}

// addFactDays adds the days on which a fact of the concept begins to lie before,
// in or after the window of the call.
func (t *timeline) addFactDays(c *language.Call) {
	anchor := language.Screening
	if c.Window != nil {
		anchor = c.Window.Anchor
	}
	r := t.spanOf(anchor, c.Window)
	t.addRecordDay(&r, t.view.chart.patient.RecordedThrough.First())
	for _, h := range t.view.chart.hitsOf(c.Concept) {
		e := t.view.episodeOf(c.Concept.Kind, h.Fact)
		if e.Counts == language.False {
			continue
		}
		t.addRecordDay(&r, e.Start.First())
		if e.Start.Last() != e.Start.First() {
			t.addRecordDay(&r, e.Start.Last())
		}
		if e.End != e.Start {
			t.addRecordDay(&r, e.End.First())
			t.addRecordDay(&r, e.End.Last())
		}
	}
}

// addRecordDay adds the days on which the screening day, the anchor and the window's
// first day reach and pass a day of the record.
func (t *timeline) addRecordDay(r *windowSpan, day patient.Day) {
	if !day.Bounded() {
		return
	}
	t.addDay(day)
	t.addDay(day.AddDays(1))
	if !r.moves {
		return
	}
	if r.offset != 0 {
		t.addDay(day.AddDays(-r.offset))
		t.addDay(day.AddDays(1 - r.offset))
	}
	if r.window == nil {
		return
	}
	for _, before := range [...]patient.Day{day.AddDays(-1), day} {
		if r.first <= before && before < r.final {
			t.addDay(r.window.FirstAfter(before).AddDays(-r.offset))
		}
	}
}

func (t *timeline) addBirthDays(c *language.Call, a *language.Form) {
	if t.view.chart.patient.BirthDate.IsZero() || !t.movesAlong(c.Anchor) {
		return
	}
	first, last := t.view.birthDays()
	t.addBirthdays(c, a, last)
	if first != last {
		t.addBirthdays(c, a, first)
	}
}

func (t *timeline) addBirthdays(c *language.Call, a *language.Form, born patient.Day) {
	if !born.Bounded() {
		return
	}
	offset := int(t.from.DayOf(c.Anchor) - t.from.Screening)
	t.addDay(born.AddDays(-offset))
	if c.Word.AgeIn == "days" {
		t.addAgeDays(a, born)
		return
	}
	_, month, day := born.Calendar()
	from, _, _ := t.from.DayOf(c.Anchor).Calendar()
	to, _, _ := t.last.AddDays(offset).Calendar()
	for y := from; y <= to; y++ {
		for m := 1; m <= 12; m++ {
			if m == month || c.Word.AgeIn == "months" {
				// Where the month is too short, the first day of the next.
				t.addDay(min(patient.NewDay(y, m, day), patient.NewDay(y, m+1, 1)).AddDays(-offset))
			}
		}
	}
}

// addAgeDays adds the days on which an age in days passes the numbers it is compared
// with; every day where it is compared with more than numbers.
func (t *timeline) addAgeDays(a *language.Form, born patient.Day) {
	var ages []int
	for i := 0; a.Compare != nil && i < len(a.Compare.Values); i++ {
		if n, err := strconv.Atoi(a.Compare.Values[i]); err == nil {
			ages = append(ages, n)
		}
	}
	if a.Compare != nil && len(ages) == len(a.Compare.Values) && len(a.Calls) == 1 {
		for _, age := range ages {
			t.addDay(born.AddDays(age))
			t.addDay(born.AddDays(age).AddDays(1))
		}
		return
	}
	for day := t.from.Screening; day < t.last; day++ {
		t.addDay(day + 1)
	}
}

// Exposure is a medication on record that a washout looked at: a criterion that
// keeps out people who took a medicine within some time.
type Exposure struct {
	Criterion int            // index in Study.Criteria
	Call      *language.Call // of the washout
	Fact      MatchedFact
	Facts     int // how many facts it stands for: of those that were not recognised, Fact is the last taken of its question
	question  *UnrecognizedQuestion
	// LastDose is the day, or the days, that the last dose can be of; zero where the
	// exposure goes on or nothing is known of its end.
	LastDose patient.Date
	Clear    bool // on the screening day
	// ClearsOn is the first screening day, past or to come, on which the last
	// dose surely lies before the washout.
	ClearsOn patient.Day
}

// Exposures lists the medications that the study's washouts looked at, in the order of the
// study and then of the record. Entries that say of themselves that nothing
// was taken are no exposures. Of those that were not recognised there is one for each
// question.
func (c StudyChart) Exposures(d language.Dates, a Ahead) (all []Exposure) {
	s := c.study
	v := c.evaluator(d)
	defer c.release(v)
	t := &timeline{view: v, from: d, last: a.Last, fixed: a.Fixed}
	for i := range s.Criteria {
		for _, call := range washouts(s.Criteria[i].Form(), s.Criteria[i].Side == rules.Exclusion, nil) {
			for _, h := range c.chart.hitsOf(call.Concept) {
				x := Exposure{Criterion: i, Call: call, Fact: v.matchedFact(call.Concept, h), Facts: 1}
				if x.Fact.Episode.Counts != language.False {
					t.addWashout(&x)
					all = v.appendExposure(all, x)
				}
			}
		}
	}
	return all
}

func (v *evaluator) appendExposure(all []Exposure, x Exposure) []Exposure {
	if x.Fact.Hit.Grade != terminology.Unrecognized {
		return append(all, x)
	}
	x.question, _ = v.unrecognized.question(x.Fact.Kind, x.Fact.Hit.Fact)
	for i := len(all) - 1; i >= 0 && all[i].Call == x.Call; i-- {
		if have := &all[i]; have.question == x.question {
			x.Facts += have.Facts
			if x.LastDose.Last() <= have.LastDose.Last() { // of a zero date the last of all days
				have.Facts = x.Facts
			} else {
				*have = x
			}
			return all
		}
	}
	return append(all, x)
}

// washouts lists the words of a rule through which a medicine taken within some
// time keeps a person out. out says that the branch does so by being true.
func washouts(b *language.Form, out bool, calls []*language.Call) []*language.Call {
	if b.Op == language.Atom {
		c, op := b.Calls[0], b.Operator()
		asks := c.Word.Event && out ||
			c.Word.Counts && (strings.HasPrefix(op, ">") && out || strings.HasPrefix(op, "<") && !out)
		if asks && c.Window != nil && c.Concept.Kind == terminology.MedicationKind {
			calls = append(calls, c)
		}
	}
	for _, kid := range b.Kids {
		calls = washouts(kid, out != (b.Op == language.Not), calls)
	}
	return calls
}

func (t *timeline) addWashout(x *Exposure) {
	e, window := &x.Fact.Episode, x.Call.Window
	first, last := max(e.End.First(), e.Start.First()), max(e.End.Last(), e.Start.Last())
	if !last.Bounded() {
		return
	}
	x.LastDose = patient.Between(first, last)
	anchor := t.from.DayOf(window.Anchor)
	x.Clear = window.FirstDay(anchor) > last
	if day := window.FirstAfter(last); t.movesAlong(window.Anchor) && day.Bounded() {
		x.ClearsOn = day.AddDays(-int(anchor - t.from.Screening))
	}
}
