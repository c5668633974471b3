// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

func (w *writer) eventSentence(s *evaluate.CallResult) sentence {
	if len(s.Facts) == 0 {
		return plain(w.sayNone(s.Call, func() string { return w.noneSentence(s.Call) }))
	}
	f := &s.Facts[0]
	if s.Truth == language.False {
		return w.notSentence(s, f)
	}
	lead := capital(w.factText(s.Call, f))
	if f.Kind != terminology.ObservationKind && s.Call.Window != nil {
		lead += ", within " + w.lengthBefore(s.Call.Window)
	}
	return plain(lead + w.citeRecords(s.Facts, s.Omitted) + ".")
}

func (w *writer) noneSentence(c *language.Call) string {
	label := c.Concept.Label
	if c.Word.Says == language.True {
		label = "positive " + label
	}
	return "No " + label + w.within(c.Window) + " among the " + string(c.Concept.Kind.Domain()) + " supplied."
}

// notSentence says why facts of the concept do not make the answer yes. Those
// that do not count are told together, and so are those out of time.
func (w *writer) notSentence(s *evaluate.CallResult, f *evaluate.MatchedFact) sentence {
	label := capital(f.ConceptOf(s.Call.Concept).Label)
	counted := f.Episode.Counts != language.False
	alike := slices.DeleteFunc(slices.Clone(s.Facts), func(o evaluate.MatchedFact) bool { return (o.Episode.Counts != language.False) != counted })
	records := w.citeRecords(alike, s.Omitted)
	switch {
	case !counted && len(alike) > 1:
		notes := make([]string, len(alike))
		for i := range alike {
			notes[i] = remark(&alike[i]) + w.citeRecords(alike[i:i+1], 0)
		}
		return claim(fmt.Sprintf("%d entries of %s, none counted", len(alike)+s.Omitted, s.Call.Concept.Label), strings.Join(notes, ", ")+".")
	case !counted:
		return claim(label+w.startPhrase(f)+" is recorded as "+remark(f), "not counted"+records+".")
	case f.Episode.StartsAfter(w.dates.Screening):
		return claim(label+w.startPhrase(f)+" is after the screening day", "not counted"+records+".")
	case s.Call.Word.Says == language.True:
		return claim(capital(w.resultText(s.Call.Concept, f)), "not positive"+records+".")
	}
	lead := capital(w.factText(s.Call, f))
	if s.Call.Window != nil {
		return claim(lead, "outside "+w.lengthBefore(s.Call.Window)+records+".")
	}
	return claim(lead, "not present on the screening day"+records+".")
}

// startPhrase gives " of 2026-11-05", or nothing where no date is recorded.
func (w *writer) startPhrase(f *evaluate.MatchedFact) string {
	start, _ := evaluate.DatesOf(w.patient, f.Kind, f.Hit.Fact)
	if start.IsZero() {
		return ""
	}
	return datePhrase(" of ", start)
}

// factText says which fact, and when: "infliximab last given 2026-10-20, 47
// days before the first dose".
func (w *writer) factText(c *language.Call, f *evaluate.MatchedFact) string {
	label := f.ConceptOf(c.Concept).Label
	start, end := evaluate.DatesOf(w.patient, f.Kind, f.Hit.Fact)
	switch f.Kind {
	case terminology.MedicationKind:
		return label + w.exposureText(c, f, start, end)
	case terminology.ConditionKind, terminology.AllergyKind:
		return label + w.courseText(f, start, end)
	case terminology.ObservationKind:
		return w.resultText(c.Concept, f)
	case terminology.ProcedureKind, terminology.ImmunizationKind:
	}
	if start.IsZero() {
		return label + ", date not recorded"
	}
	return label + datePhrase(" on ", start) + w.distance(c, f.Episode.End)
}

func (w *writer) exposureText(c *language.Call, f *evaluate.MatchedFact, start, end patient.Date) string {
	verb := " taken"
	switch w.patient.Medications[f.Hit.Fact].Basis {
	case patient.Order:
		verb = " ordered"
	case patient.Administration:
		verb = " given"
	case patient.Dispense:
		verb = " dispensed"
	case patient.Statement:
	}
	e := &f.Episode
	switch {
	case e.Ongoing && start.IsZero():
		return verb + ", start not recorded, still active"
	case e.Ongoing && verb == " ordered":
		return verb + datePhrase(" ", start) + ", order still active"
	case e.Ongoing:
		return verb + datePhrase(" since ", start)
	case !end.IsZero():
		if verb == " ordered" && start.IsZero() {
			return verb + datePhrase(" until ", end) + ", start not recorded" + w.distance(c, end)
		}
		if verb == " ordered" {
			return verb + datePhrase(" from ", start) + datePhrase(" to ", end) + w.distance(c, end)
		}
		return " last" + verb + datePhrase(" ", end) + w.distance(c, end)
	case e.End == e.Start && !start.IsZero():
		return verb + datePhrase(" ", start) + w.distance(c, start)
	case start.IsZero():
		return verb + ", dates not recorded"
	}
	return verb + datePhrase(" from ", start) + ", end not recorded"
}

// courseText gives " since 2021-05", " from 2018 to 2020-03-01" or " since
// 2018, recorded as resolved".
func (w *writer) courseText(f *evaluate.MatchedFact, start, end patient.Date) string {
	text := ""
	switch {
	case !end.IsZero() && start.IsZero():
		text = datePhrase(" until ", end)
	case !end.IsZero():
		text = datePhrase(" from ", start) + datePhrase(" to ", end)
	case !start.IsZero():
		text = datePhrase(" since ", start)
	default:
		text = " (start not recorded)"
	}
	if note := remark(f); note != "" && f.Episode.Why != evaluate.WhyConflict {
		text += ", recorded as " + note
	}
	return text
}

// distance says how far a day lies before the anchor of the window.
func (w *writer) distance(c *language.Call, d patient.Date) string {
	if !d.IsDay() {
		return ""
	}
	anchor := language.Screening
	if c.Window != nil {
		anchor = c.Window.Anchor
	}
	switch n := int(w.dates.DayOf(anchor) - d.First()); {
	case n == 0:
		return ", on the day of " + strings.Replace(w.anchorName(anchor), "the screening day", "screening", 1)
	case n == 1:
		return ", 1 day before " + w.anchorName(anchor)
	case n > 1:
		return fmt.Sprintf(", %d days before %s", n, w.anchorName(anchor))
	}
	return ""
}

// anchorName gives an anchor in words: "the first dose", "the screening day".
func (w *writer) anchorName(anchor string) string {
	if anchor == language.Screening {
		return "the screening day"
	}
	name := "the " + strings.ReplaceAll(anchor, "_", " ")
	if _, given := w.dates.Anchors[anchor]; !given {
		return "the screening day, taken as " + name
	}
	return name
}

// within gives " within the 8 weeks before the first dose (2026-10-11 to
// 2026-12-06)", with the part of it that has passed; nothing for no window.
func (w *writer) within(window *language.Window) string {
	if window == nil {
		return ""
	}
	first, last := window.DayRange(w.dates)
	known := ""
	if last > w.dates.Screening && first <= w.dates.Screening {
		known = ", known up to " + w.dates.Screening.String()
	}
	return " within " + w.lengthBefore(window) + " (" + first.String() + " to " + last.String() + known + ")"
}

// lengthBefore gives "the 8 weeks before the first dose".
func (w *writer) lengthBefore(window *language.Window) string {
	return "the " + window.Length() + " before " + w.anchorName(window.Anchor)
}

// addOpenSentences explains why an event is unknown: a sentence for each reason.
func (w *writer) addOpenSentences(s *evaluate.CallResult, to *sentences) {
	var told []evaluate.Why
	for i := range s.Facts {
		why := s.Facts[i].Why
		if why == evaluate.WhyNotRecognized { // told with its gap
			continue
		}
		if s.Facts[i].Truth != language.Unknown || slices.Contains(told, why) {
			continue
		}
		told = append(told, why)
		to.addSentence(w.openSentence(s, why, slices.DeleteFunc(slices.Clone(s.Facts), func(f evaluate.MatchedFact) bool { return f.Why != why })))
	}
	for i := range s.Gaps {
		if gap := &s.Gaps[i]; !slices.Contains(told, gap.Why) {
			told = append(told, gap.Why)
			to.addSentence(w.gapSentence(s, gap))
		}
	}
}

// gapSentence explains a gap that no cited fact leaves.
func (w *writer) gapSentence(s *evaluate.CallResult, gap *evaluate.Gap) sentence {
	if gap.Question != nil {
		return w.notRecognizedSentence(s)
	}
	return plain(w.absenceSentence(s, gap))
}

func (w *writer) absenceSentence(s *evaluate.CallResult, gap *evaluate.Gap) string {
	label := s.Call.Concept.Label
	within := label + w.within(s.Call.Window)
	switch gap.Why {
	case evaluate.WhyNotSupplied:
		return "The " + gap.What + " were not supplied."
	case evaluate.WhyUnreadable:
		return "No record can show " + label + ": the study's concept " + s.Call.Concept.Name + " lists no codes and no names, or one of its members does not."
	case evaluate.WhyRecordEnds:
		return "No " + within + " is recorded, but the record ends " + w.patient.RecordedThrough.String() + "."
	case evaluate.WhyTooOld:
		return "No " + within + "; the latest before that is" + datePhrase(" of ", gap.Fact.Episode.Start) + " (" + gap.Record + ")."
	}
	if s.Call.Window != nil {
		return "No " + within + "."
	}
	return "No " + label + " on record."
}

func (w *writer) openSentence(s *evaluate.CallResult, why evaluate.Why, facts []evaluate.MatchedFact) sentence {
	f := &facts[0]
	records := w.citeRecords(facts, 0)
	fact := capital(w.factText(s.Call, f))
	switch why {
	case evaluate.WhyUnreadable:
		return claim(fact, "does not say positive or negative"+records+".")
	case evaluate.WhyMayBe:
		return w.mayBeSentence(s, facts)
	case evaluate.WhyUnconfirmed:
		if f.Kind != terminology.ConditionKind && f.Kind != terminology.AllergyKind { // whose text says it
			fact += ", recorded as " + remark(f)
		}
		return claim(fact, "not certain"+records+".")
	case evaluate.WhyConflict:
		return claim(fact, remark(f)+records+".")
	}
	if s.Call.Window != nil {
		return undecidedClaim(fact, "whether that falls"+w.within(s.Call.Window)+" cannot be told"+records+".")
	}
	return undecidedClaim(fact, "whether that counts on the screening day cannot be told"+records+".")
}

// quoted gives a fact's own words, or its code where it has none.
func (w *writer) quoted(f *evaluate.MatchedFact) string {
	fact := f.Kind.Fact(w.patient, f.Hit.Fact)
	return cmp.Or(evaluate.WordsOf(fact, f.Hit.Coding), codeText(fact))
}

func codeText(f *patient.Fact) string {
	if len(f.Codes) == 0 {
		return ""
	}
	return strings.TrimSpace(patient.SystemName(f.Codes[0].System) + " " + f.Codes[0].Code)
}
