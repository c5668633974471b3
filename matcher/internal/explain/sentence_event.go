// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// eventSentence explains a has, had, took, ... that is true or false.
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
		lead += ", within the " + s.Call.Window.Length() + " before " + w.anchorName(s.Call.Window.Anchor)
	}
	return plain(lead + w.citeRecords(s.Facts, s.Omitted) + ".")
}

// noneSentence says that nothing was found.
func (w *writer) noneSentence(c *language.Call) string {
	label := c.Concept.Label
	if c.Word.Says == language.True {
		label = "positive " + label
	}
	if c.Window != nil {
		label += " within " + w.describe(c.Window)
	}
	return fmt.Sprintf("No %s among the %s supplied.", label, c.Concept.Kind.Domain())
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
		return claim(lead, "outside the "+s.Call.Window.Length()+" before "+w.anchorName(s.Call.Window.Anchor)+records+".")
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

// describe gives "the 8 weeks before the first dose (2026-10-11 to
// 2026-12-06)", and how much of it has passed.
func (w *writer) describe(window *language.Window) string {
	first, last := window.DayRange(w.dates)
	known := ""
	if last > w.dates.Screening && first <= w.dates.Screening {
		known = ", known up to " + w.dates.Screening.String()
	}
	return "the " + window.Length() + " before " + w.anchorName(window.Anchor) + " (" + first.String() + " to " + last.String() + known + ")"
}
