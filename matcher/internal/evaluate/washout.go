// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"cmp"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Exposure is a medication on record that a washout looked at: a criterion that
// keeps out people who took a medicine within some time.
type Exposure struct {
	Criterion string `json:"criterion"`
	// Medication is the medicine that the study names or, where the entry could
	// not be classified, the record's own words.
	Medication string `json:"medication"`
	Record     string `json:"record"`
	Display    string `json:"display,omitzero"` // the record's own words
	// LastDose is the day, or the days, that the last dose can be of; it is left
	// out where the exposure goes on or nothing is known of its end.
	LastDose patient.Date `json:"last_dose,omitzero"`
	Ongoing  bool         `json:"ongoing,omitzero"`
	// Class is the concept that the rule names, where that is not the medicine itself: a
	// class that it belongs to or, where it could not be classified, may belong to.
	Class  string `json:"class,omitzero"`
	Length string `json:"length"` // of the washout: "8 weeks"
	Before string `json:"before"` // the date that it is counted back from: "first_dose"
	Clear  bool   `json:"clear"`  // on the screening day
	// ClearsOn is the first screening day, past or to come, on which the last
	// dose surely lies before the washout.
	ClearsOn patient.Day `json:"clears_on,omitzero"`
	// Unclassified says that the entry may be the medicine or not.
	Unclassified bool   `json:"unclassified,omitzero"`
	Note         string `json:"note,omitzero"` // "ordered", "on hold", "matched by name", ...
}

// Exposures lists the medications that the study's washouts looked at, in the order of the
// study and then of the record. Entries that say of themselves that nothing
// was taken are no exposures.
func (c StudyChart) Exposures(d language.Dates, a Ahead) []Exposure {
	s := c.study
	v := c.evaluator(d)
	defer c.release(v)
	t := &timeline{view: v, from: d, last: a.Last, fixed: a.Fixed}
	all := []Exposure{}
	for i := range s.Criteria {
		for _, call := range washouts(s.Criteria[i].Form(), s.Criteria[i].Side == rules.Exclusion, nil) {
			for _, h := range c.chart.hitsOf(call.Concept) {
				if e, ok := t.exposure(call, h); ok {
					e.Criterion = s.Criteria[i].ID
					all = appendNew(all, e)
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

// exposure makes the entry of one medication; false where it was not taken.
func (t *timeline) exposure(c *language.Call, h terminology.Hit) (Exposure, bool) {
	v := t.view
	one := matchedFact{hit: h, kind: terminology.MedicationKind, episode: v.episodeOf(terminology.MedicationKind, h.Fact)}
	e := &one.episode
	if e.counts == language.False {
		return Exposure{}, false
	}
	cited := v.evidence(c.Concept, &one)
	x := Exposure{
		Medication: matchedConcept(c.Concept, &h).Label, Record: cited.Record, Display: cited.Display, Ongoing: e.ongoing,
		Length: c.Window.Length(), Before: c.Window.Anchor, Unclassified: h.Grade < terminology.ByName, Note: cited.Note,
	}
	if c.Window.N == 1 {
		x.Length = "1 " + x.Length
	}
	if x.Unclassified {
		x.Medication = cmp.Or(cited.Display, strings.TrimSpace(cited.System+" "+cited.Code), "an entry without words")
	}
	if len(c.Concept.Any) > 0 || x.Unclassified {
		x.Class = c.Concept.Label
	}
	if e.future(t.from.Screening) {
		x.Note = strings.TrimPrefix(x.Note+"; starts after the screening day", "; ")
	}
	first, last := max(e.end.First(), e.start.First()), max(e.end.Last(), e.start.Last())
	if !last.Bounded() {
		return x, true
	}
	x.LastDose = patient.Between(first, last)
	anchor := t.from.DayOf(c.Window.Anchor)
	x.Clear = c.Window.FirstDay(anchor) > last
	if day := c.Window.FirstAfter(last); t.movesAlong(c.Window.Anchor) && day.Bounded() {
		x.ClearsOn = day.AddDays(-int(anchor - t.from.Screening))
	}
	return x, true
}
