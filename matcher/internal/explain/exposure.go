// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"cmp"
	"strings"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/patient"
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

// Washouts lists the medications that the study's washouts looked at, each once.
func (c Chart) Washouts(d language.Dates, a evaluate.Ahead) []Exposure {
	w := c.writer(d)
	defer c.release(w)
	all := []Exposure{}
	for _, x := range c.Exposures(d, a) {
		one := w.exposure(&x)
		one.Criterion = c.Study().Criteria[x.Criterion].ID
		all = appendNew(all, one)
	}
	return all
}

// exposure words one medication.
func (w *writer) exposure(found *evaluate.Exposure) Exposure {
	f, concept, window := &found.Fact, found.Call.Concept, found.Call.Window
	cited := w.evidence(concept, f)
	x := Exposure{
		Medication: f.ConceptOf(concept).Label, Record: cited.Record, Display: cited.Display,
		LastDose: found.LastDose, Ongoing: f.Episode.Ongoing, Length: window.Length(), Before: window.Anchor,
		Clear: found.Clear, ClearsOn: found.ClearsOn, Unclassified: f.Hit.Grade < terminology.ByName, Note: cited.Note,
	}
	if window.N == 1 {
		x.Length = "1 " + x.Length
	}
	if x.Unclassified {
		x.Medication = cmp.Or(cited.Display, strings.TrimSpace(cited.System+" "+cited.Code), "an entry without words")
	}
	if len(concept.Any) > 0 || x.Unclassified {
		x.Class = concept.Label
	}
	if f.Episode.StartsAfter(w.dates.Screening) {
		x.Note = strings.TrimPrefix(x.Note+"; starts after the screening day", "; ")
	}
	return x
}
