// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Exposure is a medication on record that a washout looked at: a criterion that
// keeps out people who took a medicine within some time.
type Exposure struct {
	Criterion int            // index in Study.Criteria
	Call      *language.Call // of the washout
	Fact      MatchedFact
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
// was taken are no exposures.
func (c StudyChart) Exposures(d language.Dates, a Ahead) (all []Exposure) {
	s := c.study
	v := c.evaluator(d)
	defer c.release(v)
	t := &timeline{view: v, from: d, last: a.Last, fixed: a.Fixed}
	for i := range s.Criteria {
		for _, call := range washouts(s.Criteria[i].Form(), s.Criteria[i].Side == rules.Exclusion, nil) {
			for _, h := range c.chart.hitsOf(call.Concept) {
				x := Exposure{Criterion: i, Call: call, Fact: v.matchedFact(call.Concept, h)}
				if x.Fact.Episode.Counts != language.False {
					t.addWashout(&x)
					all = append(all, x)
				}
			}
		}
	}
	return all
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
