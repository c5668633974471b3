// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// eventSentence explains a has, had, took, ... that is true or false.
func (v *evaluator) eventSentence(s *callResult) string {
	if len(s.facts) == 0 {
		return v.noneSentence(s.call)
	}
	f := &s.facts[0]
	if s.truth == language.False {
		return v.notSentence(s, f)
	}
	lead := capital(v.factText(s.call, f))
	if f.kind != terminology.ObservationKind && s.call.Window != nil {
		lead += ", within the " + s.call.Window.Length() + " before " + v.anchorName(s.call.Window.Anchor)
	}
	return lead + v.citeRecords(s.facts, s.omitted) + "."
}

// noneSentence says that nothing was found. It is remembered: most sentences
// of most patients are this one.
func (v *evaluator) noneSentence(c *language.Call) string {
	if said, ok := v.none[c]; ok {
		return said
	}
	what := c.Concept.Label
	if c.Word.Says == language.True {
		what = "positive " + what
	}
	if c.Window != nil {
		what += " within " + v.describe(c.Window)
	}
	said := fmt.Sprintf("No %s among the %s supplied.", what, c.Concept.Kind.Domain())
	v.none[c] = said
	return said
}

// notSentence says why facts of the concept do not make the answer yes. Those
// that do not count are told together, and so are those out of time.
func (v *evaluator) notSentence(s *callResult, f *matchedFact) string {
	label := capital(matchedConcept(s.call.Concept, &f.hit).Label)
	counted := f.episode.counts != language.False
	alike := slices.DeleteFunc(slices.Clone(s.facts), func(o matchedFact) bool { return (o.episode.counts != language.False) != counted })
	records := v.citeRecords(alike, s.omitted)
	switch {
	case !counted && len(alike) > 1:
		notes := make([]string, len(alike))
		for i := range alike {
			notes[i] = alike[i].episode.note + v.citeRecords(alike[i:i+1], 0)
		}
		return fmt.Sprintf("%d entries of %s, none counted: %s.", len(alike)+s.omitted, s.call.Concept.Label, strings.Join(notes, ", "))
	case !counted:
		return label + v.startPhrase(f) + " is recorded as " + f.episode.note + ": not counted" + records + "."
	case f.episode.future(v.dates.Screening):
		return label + v.startPhrase(f) + " is after the screening day: not counted" + records + "."
	case s.call.Word.Says == language.True:
		return capital(v.resultText(s.call.Concept, f)) + ": not positive" + records + "."
	}
	lead := capital(v.factText(s.call, f))
	if s.call.Window != nil {
		return lead + ": outside the " + s.call.Window.Length() + " before " + v.anchorName(s.call.Window.Anchor) + records + "."
	}
	return lead + ": not present on the screening day" + records + "."
}

// startPhrase gives " of 2026-11-05", or nothing where no date is recorded.
func (v *evaluator) startPhrase(f *matchedFact) string {
	start, _ := datesOf(v.chart.patient, f.kind, f.hit.Fact)
	if start.IsZero() {
		return ""
	}
	return datePhrase(" of ", start)
}

// factText says which fact, and when: "infliximab last given 2026-10-20, 47
// days before the first dose".
func (v *evaluator) factText(c *language.Call, f *matchedFact) string {
	label := matchedConcept(c.Concept, &f.hit).Label
	start, end := datesOf(v.chart.patient, f.kind, f.hit.Fact)
	switch f.kind {
	case terminology.MedicationKind:
		return label + v.exposureText(c, f, start, end)
	case terminology.ConditionKind, terminology.AllergyKind:
		return label + v.courseText(f, start, end)
	case terminology.ObservationKind:
		return v.resultText(c.Concept, f)
	case terminology.ProcedureKind, terminology.ImmunizationKind:
	}
	if start.IsZero() {
		return label + ", date not recorded"
	}
	return label + datePhrase(" on ", start) + v.distance(c, f.episode.end)
}

func (v *evaluator) exposureText(c *language.Call, f *matchedFact, start, end patient.Date) string {
	verb := " taken"
	switch v.chart.patient.Medications[f.hit.Fact].Basis {
	case patient.Order:
		verb = " ordered"
	case patient.Administration:
		verb = " given"
	case patient.Dispense:
		verb = " dispensed"
	case patient.Statement:
	}
	e := &f.episode
	switch {
	case e.ongoing && start.IsZero():
		return verb + ", start not recorded, still active"
	case e.ongoing && verb == " ordered":
		return verb + datePhrase(" ", start) + ", order still active"
	case e.ongoing:
		return verb + datePhrase(" since ", start)
	case !end.IsZero():
		if verb == " ordered" {
			return verb + datePhrase(" from ", start) + datePhrase(" to ", end) + v.distance(c, end)
		}
		return " last" + verb + datePhrase(" ", end) + v.distance(c, end)
	case e.end == e.start && !start.IsZero():
		return verb + datePhrase(" ", start) + v.distance(c, start)
	case start.IsZero():
		return verb + ", dates not recorded"
	}
	return verb + datePhrase(" from ", start) + ", end not recorded"
}

// courseText gives " since 2021-05", " from 2018 to 2020-03-01" or " since
// 2018, recorded as resolved".
func (v *evaluator) courseText(f *matchedFact, start, end patient.Date) string {
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
	if note := f.episode.note; note != "" && f.episode.why != WhyConflict {
		text += ", recorded as " + note
	}
	return text
}

// distance says how far a day lies before the anchor of the window.
func (v *evaluator) distance(c *language.Call, d patient.Date) string {
	if !d.IsDay() {
		return ""
	}
	anchor := language.Screening
	if c.Window != nil {
		anchor = c.Window.Anchor
	}
	switch n := int(v.dates.DayOf(anchor) - d.First()); {
	case n == 0:
		return ", on the day of " + strings.Replace(v.anchorName(anchor), "the screening day", "screening", 1)
	case n == 1:
		return ", 1 day before " + v.anchorName(anchor)
	case n > 1:
		return fmt.Sprintf(", %d days before %s", n, v.anchorName(anchor))
	}
	return ""
}

// anchorName gives an anchor in words: "the first dose", "the screening day".
func (v *evaluator) anchorName(anchor string) string {
	if anchor == language.Screening {
		return "the screening day"
	}
	name := "the " + strings.ReplaceAll(anchor, "_", " ")
	if _, given := v.dates.Anchors[anchor]; !given {
		return "the screening day, taken as " + name
	}
	return name
}

// describe gives "the 8 weeks before the first dose (2026-10-11 to
// 2026-12-06)", and how much of it has passed.
func (v *evaluator) describe(w *language.Window) string {
	first, last := w.DayRange(v.dates)
	known := ""
	if last > v.dates.Screening && first <= v.dates.Screening {
		known = ", known up to " + v.dates.Screening.String()
	}
	return "the " + w.Length() + " before " + v.anchorName(w.Anchor) + " (" + first.String() + " to " + last.String() + known + ")"
}
