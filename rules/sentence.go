// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/patient"
)

// sentences joins what the deciding parts of a rule say, each once.
type sentences struct {
	first string
	more  []string
}

func (s *sentences) add(sentence string) {
	last := &s.first
	if n := len(s.more); n > 0 {
		last = &s.more[n-1]
	}
	switch lead, rest, ok := strings.Cut(sentence, ": "); {
	case ok && strings.HasPrefix(*last, lead+": ") && strings.HasSuffix(*last, ".") && !strings.Contains(*last, rest):
		// The same finding compared twice: "age 47: 18 or more, 80 or less".
		*last = strings.TrimSuffix(*last, ".") + ", " + rest
	case sentence == "" || sentence == s.first:
	case s.first == "":
		s.first = sentence
	default:
		s.more = appendNew(s.more, sentence)
	}
}

func (s *sentences) String() string {
	if len(s.more) == 0 {
		return s.first
	}
	return s.first + " " + strings.Join(s.more, " ")
}

// sentence says what a leaf came to: what was found, when, how it compares, in
// which record; or what is not known.
func (v *view) sentence(leaf *judgement) string {
	if len(leaf.found) == 0 {
		return ""
	}
	s := leaf.found[0]
	if s.said != "" {
		return s.said
	}
	switch s.call.word.name {
	case "answer":
		return v.answerSentence(s)
	case "positive", "negative", "tested":
		return v.answeredSentence(s)
	}
	if s.call.word.answer == truthType {
		return v.eventSentence(s)
	}
	return v.comparisonSentence(leaf)
}

// eventSentence explains has, had, took, ....
func (v *view) eventSentence(s *sighting) string {
	if s.truth == Unknown {
		return v.unknownSentence(s)
	}
	if len(s.seen) == 0 {
		return v.noneSentence(s.call)
	}
	lead := v.factSentence(s, &s.seen[0])
	if s.truth == False {
		lead += v.whyNot(s, &s.seen[0])
	} else if s.call.window != nil {
		lead += ", within the " + s.call.window.length() + " before " + anchorName(s.call.window.anchor)
	}
	return capital(lead) + v.cited(s) + "."
}

// noneSentence says that nothing was found, which is remembered: most of what
// is said of most patients is this.
func (v *view) noneSentence(c *call) string {
	if said, ok := v.none[c]; ok {
		return said
	}
	what := c.concept.Label
	if c.word.name == "ever_positive" {
		what = "positive " + what
	}
	if c.window != nil {
		what += " within " + c.window.describe(v.dates)
	}
	said := fmt.Sprintf("No %s among the %s supplied.", what, c.concept.Kind.Domain())
	v.none[c] = said
	return said
}

// factSentence says which fact, and when: "Infliximab last given 2026-10-20,
// 47 days before first dose".
func (v *view) factSentence(s *sighting, f *seen) string {
	return matchedConcept(s.call.concept, &f.hit).Label + v.when(s, f)
}

func (v *view) when(s *sighting, f *seen) string {
	e := &f.episode
	verb := v.verb(f)
	started := e.start.First() != patient.MinDay
	switch {
	case e.ongoing && started:
		return verb + " since " + e.start.String()
	case e.ongoing:
		return verb + ", start not recorded"
	case e.end.IsDay() && e.end.Last().Bounded():
		verb = strings.Replace(verb, " ", " last ", 1)
		if f.kind != MedicationKind {
			verb = " ended"
			if e.start == e.end {
				verb = " of"
			}
		}
		return verb + " " + e.end.String() + v.distance(s.call, e.end.Last())
	case e.start == e.end && started:
		return " dated " + e.start.String()
	case started:
		return verb + " from " + e.start.String() + v.ending(e)
	}
	return verb + ", start not recorded" + v.ending(e)
}

func (v *view) ending(e *episode) string {
	if e.end.Last().Bounded() && e.end.First() > e.start.First() {
		return " to " + e.end.String()
	}
	return ", end not recorded"
}

// verb says what the record is a record of.
func (v *view) verb(f *seen) string {
	if f.kind != MedicationKind {
		return " recorded"
	}
	switch v.chart.patient.Medications[f.hit.fact].Basis {
	case patient.Order:
		return " ordered"
	case patient.Administration:
		return " given"
	}
	return " taken"
}

// distance says how far a day lies before the anchor of the window.
func (v *view) distance(c *call, day patient.Day) string {
	anchor := screeningAnchor
	if c.window != nil {
		anchor = c.window.anchor
	}
	switch n := int(v.dates.on(anchor) - day); {
	case n == 0:
		return ", on the day of " + strings.TrimPrefix(anchorName(anchor), "the ")
	case n == 1:
		return ", 1 day before " + anchorName(anchor)
	case n > 1:
		return fmt.Sprintf(", %d days before %s", n, anchorName(anchor))
	}
	return ""
}

// whyNot says why a fact of the concept does not make the answer yes.
func (v *view) whyNot(s *sighting, f *seen) string {
	e := &f.episode
	switch {
	case e.counts == False:
		return ", which does not count: " + e.note
	case e.future(v.dates.Screening):
		return ", which does not count: it starts after the screening day"
	case s.call.window != nil:
		return ": outside the " + s.call.window.length() + " before " + anchorName(s.call.window.anchor)
	case e.note != "":
		return ": not present on the screening day (" + e.note + ")"
	}
	return ": not present on the screening day"
}

// cited names the records: " (Condition/1, Condition/2 and 3 more)".
func (v *view) cited(s *sighting) string {
	if len(s.seen) == 0 {
		return ""
	}
	var list strings.Builder
	list.Grow(96)
	for i := range s.seen {
		list.WriteString([2]string{" (", ", "}[min(i, 1)])
		list.WriteString(recordOf(v.chart.patient, s.seen[i].kind, s.seen[i].hit.fact))
	}
	if s.more > 0 {
		fmt.Fprintf(&list, " and %d more", s.more)
	}
	list.WriteByte(')')
	return list.String()
}

// unknownSentence says what leaves an event open.
func (v *view) unknownSentence(s *sighting) string {
	if len(s.gaps) == 0 {
		return ""
	}
	label, gap := s.call.concept.Label, s.gaps[0]
	switch gap.Why {
	case WhyNotSupplied:
		return fmt.Sprintf("Not known whether there is any %s: the %s were not supplied.", label, gap.What)
	case WhyRecordEnds:
		return fmt.Sprintf("No %s is recorded, but the record ends %s.", label, v.chart.patient.RecordedThrough)
	case WhyNoResult, WhyTooOld:
		return v.noResultSentence(s.call, gap.Why)
	}
	if len(s.seen) == 0 {
		return ""
	}
	f := &s.seen[0]
	fact := capital(v.factSentence(s, f))
	switch gap.Why {
	case WhyUnreadable:
		return fmt.Sprintf("Not known whether there is any %s: a record cannot be read%s.", label, v.cited(s))
	case WhyMayBe:
		display := displayOf(factOf(v.chart.patient, f.kind, f.hit.fact), f.hit.coding)
		return fmt.Sprintf("“%s” may be %s: a person must look%s.", display, matchedConcept(s.call.concept, &f.hit).Label, v.cited(s))
	case WhyUnconfirmed, WhyConflict:
		return fmt.Sprintf("%s: %s%s.", fact, f.episode.note, v.cited(s))
	}
	asked := "on the screening day"
	if s.call.window != nil {
		asked = "within " + s.call.window.describe(v.dates)
	}
	return fmt.Sprintf("%s: cannot be told whether that counts %s%s.", fact, asked, v.cited(s))
}

func (v *view) noResultSentence(c *call, why Why) string {
	switch {
	case why == WhyTooOld:
		return fmt.Sprintf("No %s within %s; there are only older results.", c.concept.Label, c.window.describe(v.dates))
	case c.window != nil:
		return fmt.Sprintf("No %s within %s.", c.concept.Label, c.window.describe(v.dates))
	}
	return fmt.Sprintf("No %s on record.", c.concept.Label)
}

func (v *view) answerSentence(s *sighting) string {
	q := s.call.question
	by := ""
	if len(s.own) > 0 && s.own[0].Note != "" {
		by = ", " + s.own[0].Note
	}
	switch {
	case s.truth == True:
		return fmt.Sprintf("Answered yes%s: %s", by, q.Ask)
	case s.truth == False:
		return fmt.Sprintf("Answered no%s: %s", by, q.Ask)
	case len(s.own) == 2:
		return "Answered both yes and no: " + q.Ask
	}
	said, ok := v.none[s.call]
	if !ok {
		said = "Not answered: " + q.Ask
		v.none[s.call] = said
	}
	return said
}

// answeredSentence explains positive, negative and tested.
func (v *view) answeredSentence(s *sighting) string {
	if len(s.seen) == 0 || s.truth == Unknown && s.call.word.name == "tested" {
		return v.unknownSentence(s)
	}
	found := v.resultText(s.call.concept, &s.seen[0])
	if s.truth != Unknown {
		return capital(found) + v.cited(s) + "."
	}
	switch why := s.gaps[len(s.gaps)-1].Why; why {
	case WhyConflict:
		return fmt.Sprintf("%s: results of one day contradict each other%s.", capital(s.call.concept.Label), v.cited(s))
	case WhyUnconfirmed:
		return capital(found) + ": not final" + v.cited(s) + "."
	case WhyMayBe, WhyPartialDate:
		return v.unknownSentence(s)
	}
	return capital(found) + ": cannot be read as positive or negative" + v.cited(s) + "."
}

// resultText gives "hemoglobin 7.2 g/dL on 2026-11-01".
func (v *view) resultText(c *Concept, f *seen) string {
	value, unit := valueText(&v.chart.patient.Observations[f.hit.fact].Value)
	parts := []string{matchedConcept(c, &f.hit).Label}
	if value != "" {
		parts = append(parts, value)
	}
	if unit != "" {
		parts = append(parts, unit)
	}
	if d := v.chart.patient.Observations[f.hit.fact].Date; !d.IsZero() {
		parts = append(parts, "on", d.String())
	}
	return strings.Join(parts, " ")
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if up := unicode.ToUpper(r); up != r {
		return string(up) + s[n:]
	}
	return s
}
