// SPDX-License-Identifier: Apache-2.0

// Package explain writes the English of a result: the reason, the evidence and the
// missing data of the findings that package evaluate makes.
//
// Of this module it may import matcher/internal/evaluate, rules, rules/language,
// rules/terminology, patient and patient/ucum.
package explain

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Explainer explains charts. The zero value is ready to use; it is safe for
// concurrent use.
type Explainer struct {
	writers sync.Pool // of *writer
}

// For binds a chart to the explainer.
func (e *Explainer) For(c evaluate.StudyChart) Chart { return Chart{c, e} }

// Chart is a chart whose findings are explained.
type Chart struct {
	evaluate.StudyChart
	explainer *Explainer
}

// writer writes the sentences about one patient on one set of dates.
type writer struct {
	patient *patient.Profile
	dates   language.Dates
	// none holds the sentences that say that there is nothing, which are
	// the same for every patient on the dates of noneOn.
	none   map[*language.Call]string
	noneOn language.Dates
}

// maxNone is how many sentences a writer remembers.
const maxNone = 4096

func (c Chart) writer(d language.Dates) *writer {
	w, ok := c.explainer.writers.Get().(*writer)
	if !ok {
		w = &writer{none: map[*language.Call]string{}}
	}
	if d.Screening != w.noneOn.Screening || d.Record != w.noneOn.Record || !maps.Equal(d.Anchors, w.noneOn.Anchors) || len(w.none) > maxNone {
		clear(w.none)
		w.noneOn = language.Dates{Screening: d.Screening, Record: d.Record, Anchors: maps.Clone(d.Anchors)}
	}
	w.patient, w.dates = c.Patient(), d
	return w
}

func (c Chart) release(w *writer) {
	w.patient = nil
	c.explainer.writers.Put(w)
}

// Findings evaluates the criteria of the study, in the order of Study.Criteria, and
// explains them.
func (c Chart) Findings(d language.Dates) []Finding {
	w := c.writer(d)
	defer c.release(w)
	findings := make([]Finding, len(c.Study().Criteria))
	c.Evaluate(d, func(criterion int, f *evaluate.Finding) { findings[criterion] = w.explain(f) })
	return findings
}

// Reason evaluates one criterion, an index in Study.Criteria, and explains it.
func (c Chart) Reason(d language.Dates, criterion int) (reason string) {
	w := c.writer(d)
	defer c.release(w)
	c.EvaluateOne(d, criterion, func(f *evaluate.Finding) { reason = w.reason(f) })
	return reason
}

// Missing words the facts of FindOpen on the same dates.
func (c Chart) Missing(d language.Dates, open evaluate.Open) []Missing {
	w := c.writer(d)
	defer c.release(w)
	missing := make([]Missing, len(open.Facts))
	for i, gaps := range open.Facts {
		missing[i] = w.missingFact(gaps)
	}
	return missing
}

// mostLater is how many records that start too late are named one by one.
const mostLater = 10

// LaterFacts says, a line for each domain, which facts start after the screening
// day and so do not count.
func (c Chart) LaterFacts(screening patient.Day) []string {
	var lines []string
	later := c.StartingLater(screening)
	for _, kind := range terminology.Kinds() {
		records, more := later[kind.Domain()], ""
		if len(records) == 0 {
			continue
		}
		if len(records) > mostLater {
			more = fmt.Sprintf(" and %d more", len(records)-mostLater)
			records = records[:mostLater]
		}
		lines = append(lines, fmt.Sprintf("%s after the screening day, not counted: %s%s", kind.Domain(), strings.Join(records, ", "), more))
	}
	return lines
}

func (w *writer) explain(found *evaluate.Finding) Finding {
	f := Finding{Truth: found.Truth, Reason: w.reason(found), Missing: []Missing{}}
	cited := 0
	for i := range found.Deciding {
		for _, s := range found.Deciding[i].Calls {
			cited += len(s.Facts) + len(s.Answers)
		}
	}
	f.Evidence = make([]Evidence, 0, cited)
	for i := range found.Deciding {
		leaf := &found.Deciding[i]
		for _, s := range leaf.Calls {
			f.Evidence = w.appendEvidence(f.Evidence, s)
		}
		f.Missing = w.appendMissing(f.Missing, leaf)
		if leaf.Truth == language.Unknown {
			leaf.EachGroup(func(group int) { f.Unrecognized = appendNew(f.Unrecognized, group) })
		}
	}
	for _, shown := range found.Shown {
		for i := range shown.Facts {
			f.Shown = appendNew(f.Shown, w.evidence(shown.Concept, &shown.Facts[i]))
		}
	}
	return f
}

// appendMissing adds the gaps of an atom, those that one answer closes once.
func (w *writer) appendMissing(list []Missing, leaf *evaluate.NodeResult) []Missing {
	for i := range leaf.Gaps {
		gap := &leaf.Gaps[i]
		if gap.Question == nil && gap.Why != evaluate.WhyMayBe {
			list = appendNew(list, w.missing(gap))
			continue
		}
		if slices.IndexFunc(leaf.Gaps[:i], func(o evaluate.Gap) bool { return w.sameQuestion(&o, gap) }) >= 0 {
			continue
		}
		first, facts := gap, map[int32]bool{} // a fact can have two gaps
		for j := range leaf.Gaps[i:] {
			if o := &leaf.Gaps[i+j]; w.sameQuestion(o, gap) {
				facts[o.Fact.Hit.Fact] = true
				if o.Record < first.Record {
					first = o
				}
			}
		}
		m := w.missing(first)
		if gap.Question == nil && len(facts) > 1 {
			m.Facts = len(facts)
		}
		list = appendNew(list, m)
	}
	return list
}

// sameQuestion reports whether two gaps ask the same of the record: the same question of
// facts that were not recognised, or whether the same words mean the same concept.
func (w *writer) sameQuestion(a, b *evaluate.Gap) bool {
	if a.Why != b.Why || a.What != b.What || a.Question != b.Question {
		return false
	}
	return a.Question != nil || w.quoted(&a.Fact) == w.quoted(&b.Fact)
}

func appendNew[T comparable](list []T, v T) []T {
	if slices.Contains(list, v) {
		return list
	}
	return append(list, v)
}

func (w *writer) reason(f *evaluate.Finding) string {
	var reason sentences
	for i := range f.Deciding {
		leaf := &f.Deciding[i]
		if text := leaf.Calls[0].Text; text != nil && text.Known && leaf.Truth == language.True && len(f.Deciding) > 1 {
			continue // that a question concerns women needs no saying beside the question
		}
		w.addAtomSentence(leaf, &reason)
	}
	if len(f.Deciding) > 0 && f.Deciding[0].Calls[0].Text != nil && reason.first.text == "" {
		reason.addSentence(w.comparisonSentence(&f.Deciding[0])) // there is nothing beside it
	}
	return reason.String()
}

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
	Unclassified bool `json:"unclassified,omitzero"`
	// Reason is the rule by which the entry may be the medicine, if it is not classified.
	Reason terminology.Reason `json:"reason,omitzero"`
	// Facts is given if it stands for several entries that were not recognised: how many.
	// The others were last taken on the same day or before.
	Facts int    `json:"facts,omitzero"`
	Note  string `json:"note,omitzero"` // "ordered", "on hold", "matched by name", ...
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

func (w *writer) exposure(found *evaluate.Exposure) Exposure {
	f, concept, window := &found.Fact, found.Call.Concept, found.Call.Window
	cited := w.evidence(concept, f)
	x := Exposure{
		Medication: f.ConceptOf(concept).Label, Record: cited.Record, Display: cited.Display,
		LastDose: found.LastDose, Ongoing: f.Episode.Ongoing, Length: window.Length(), Before: window.Anchor,
		Clear: found.Clear, ClearsOn: found.ClearsOn, Unclassified: f.Hit.Grade < terminology.ByName, Reason: cited.Reason, Note: cited.Note,
	}
	if found.Facts > 1 {
		x.Facts = found.Facts
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
