// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Missing is something that, if it were known, could decide a criterion.
type Missing struct {
	What   string       `json:"what"`            // "hemoglobin", "birth date", a question's id
	Why    evaluate.Why `json:"why"`             //
	Record string       `json:"record,omitzero"` // the fact that leaves it open
	// Facts is given if several facts leave it open that say the same, or that were not
	// recognised: how many. Record is then the first of them.
	Facts int    `json:"facts,omitzero"`
	Ask   string `json:"ask"` // the question to answer, in words
	// Who can tell: the person that the study names for a question, "patient" for
	// facts about the person, or "".
	Who string `json:"who,omitzero"`
	// Question says that the missing thing is a question of the study.
	Question bool `json:"question,omitzero"`
}

// WhoPatient is Missing.Who of facts about the person, such as the birth date.
const WhoPatient = "patient"

func (w *writer) missing(g *evaluate.Gap) Missing {
	m := Missing{What: g.What, Why: g.Why, Record: g.Record, Ask: w.ask(g)}
	if g.Question != nil && g.Question.Facts > 1 {
		m.Facts = g.Question.Facts
	}
	switch g.Kind {
	case evaluate.GapAnswer:
		m.Who, m.Question = g.Call.Question.Who, true
	case evaluate.GapBirth, evaluate.GapSex:
		m.Who = WhoPatient
	}
	return m
}

// missingFact words one fact that would close several gaps: the first of them, with the
// questions of the others.
func (w *writer) missingFact(gaps []evaluate.Gap) Missing {
	m := w.missing(&gaps[0])
	if gaps[0].Kind == evaluate.GapRecordEnd {
		var labels []string
		for i := range gaps {
			labels = appendNew(labels, gaps[i].What)
		}
		m.What, m.Ask = "the record after "+w.patient.RecordedThrough.String(), w.askAfterRecord(labels...)
		return m
	}
	if gaps[0].Question != nil {
		var labels []string
		for i := range gaps {
			if gaps[i].Question == gaps[0].Question {
				labels = appendNew(labels, gaps[i].What)
			}
		}
		m.Ask = notRecognizedOf(gaps[0].Question).ask(m.Record, orList(labels))
	}
	asked, named := []string{m.Ask}, []string{m.What}
	for i := range gaps[1:] { // one entry may leave several things open
		o := w.missing(&gaps[i+1])
		switch {
		case o.Record == "" || slices.Contains(asked, o.Ask) || o.Why == evaluate.WhyMayBe && slices.Contains(named, o.What):
		case o.Why != evaluate.WhyNotRecognized:
			m.Ask += " " + o.Ask
		}
		asked, named = append(asked, o.Ask), append(named, o.What)
	}
	if m.Why == evaluate.WhyMayBe {
		m.Facts = countRecords(gaps)
	}
	return m
}

// countRecords counts the entries that may mean what the first gap asks about, if they are
// several.
func countRecords(gaps []evaluate.Gap) int {
	var records []string
	for i := range gaps {
		if gaps[i].Why == evaluate.WhyMayBe && gaps[i].What == gaps[0].What {
			records = appendNew(records, gaps[i].Record)
		}
	}
	if len(records) == 1 {
		return 0
	}
	return len(records)
}

// mostNamed is how many things a question names one by one.
const mostNamed = 5

// orList joins labels: "a, b or c"; "a, b, c, d, e or one of 4 other things" for many.
func orList(labels []string) string {
	if n := len(labels) - mostNamed; n > 1 {
		labels = append(slices.Clone(labels[:mostNamed]), fmt.Sprintf("one of %d other things", n))
	}
	last := len(labels) - 1
	if last == 0 {
		return labels[0]
	}
	return strings.Join(labels[:last], ", ") + " or " + labels[last]
}

func (w *writer) askAfterRecord(labels ...string) string {
	return "What happened after " + w.patient.RecordedThrough.String() + ", when the record ends: any " + strings.Join(labels, ", ") + "?"
}

// questions are the questions that close a gap of a kind, with * for Gap.What.
var questions = map[evaluate.GapKind]string{
	evaluate.GapDomain:       "Supply the patient's *.",
	evaluate.GapOtherEntries: "Was there any other * that the record does not show?",
	evaluate.GapOutcome:      "Is the * positive or negative? The record does not say it in words that are known.",
	evaluate.GapNumber:       "What is the * as a number? The record gives it in words.",
	evaluate.GapRange:        "What is the *? The range recorded ends below its start.",
	evaluate.GapSex:          "What is the patient's sex?",
	evaluate.GapDeath:        "On which day did the patient die?",
}

func (w *writer) ask(g *evaluate.Gap) string {
	switch g.Kind {
	case evaluate.GapFact:
		return w.askOfFact(g)
	case evaluate.GapTerms:
		return "What of the record is " + g.What + "? The study's concept " + g.Call.Concept.Name + " lists no codes and no names, or one of its members does not."
	case evaluate.GapRecordEnd:
		return w.askAfterRecord(g.What)
	case evaluate.GapResult:
		return "What is the patient's " + g.What + w.within(g.Call.Window) + "?"
	case evaluate.GapLatest:
		return "Which is the latest " + g.What + ": " + strings.Join(g.Records, " or ") + "?"
	case evaluate.GapLimit:
		return "What is the laboratory's " + g.Call.Word.Limit + " limit of normal for " + g.What + "?"
	case evaluate.GapUnit:
		return askUnit(g)
	case evaluate.GapInexact:
		return "What exactly is the " + g.What + "? The record says only " + numberText(g.Number) + "."
	case evaluate.GapNotComputed:
		return "What exactly is the " + g.What + "? It cannot be computed with what the record says: " + g.Form.Source + "."
	case evaluate.GapBirth:
		return w.askBirth(g)
	case evaluate.GapAnswer:
		return g.Call.Question.Ask
	}
	return strings.Replace(questions[g.Kind], "*", g.What, 1)
}

func askUnit(g *evaluate.Gap) string {
	ask := "What is the " + g.What
	if unit := g.Call.Concept.Unit; unit != "" {
		ask += " in " + unit
	}
	if g.Unit == "" {
		return ask + "? The record gives no unit."
	}
	return ask + "? The record gives it in " + g.Unit + ", which cannot be converted."
}

func (w *writer) askBirth(g *evaluate.Gap) string {
	switch birth := w.patient.BirthDate.String(); g.Why {
	case evaluate.WhyNotSupplied:
		return "When was the patient born?"
	case evaluate.WhyConflict:
		return "When was the patient born? The birth date " + birth + " may lie after " + w.dates.DayOf(g.Call.Anchor).String() + "."
	default:
		return "On which day was the patient born? The record says " + birth + "."
	}
}

func (w *writer) askOfFact(g *evaluate.Gap) string {
	f, concept := &g.Fact, g.Call.Concept
	label, record := f.ConceptOf(concept).Label, g.Record
	switch {
	case g.Why == evaluate.WhyUnreadable:
		return "Does the " + label + " in " + record + " say positive or negative?"
	case g.Question != nil:
		return notRecognizedOf(g.Question).ask(record, concept.Label)
	case g.Why == evaluate.WhyMayBe:
		return "Does " + w.nameOf(f) + " mean " + label + "?"
	case g.Why == evaluate.WhyUnconfirmed && f.Kind == terminology.ObservationKind:
		return "What is the final result of " + label + " in " + record + "?"
	case g.Why == evaluate.WhyUnconfirmed && f.Kind == terminology.MedicationKind:
		return "Was " + label + " in " + record + " taken, and until when? It is recorded as " + remark(f) + "."
	case g.Why == evaluate.WhyUnconfirmed:
		return "Is " + label + " in " + record + " confirmed? It is recorded as " + remark(f) + "."
	case g.Why == evaluate.WhyConflict:
		return "Which is right in " + record + "? " + label + " is " + remark(f) + "."
	}
	return "On which day " + w.askOpenDate(f, label+" in "+record) + "?"
}

func (w *writer) askOpenDate(f *evaluate.MatchedFact, fact string) string {
	start := f.Episode.End.IsDay() || f.Episode.Start.Last() > w.dates.Screening && !f.Episode.Start.IsDay()
	switch {
	case f.Kind == terminology.ObservationKind:
		return "was " + fact + " measured"
	case f.Kind == terminology.ProcedureKind || f.Kind == terminology.ImmunizationKind:
		return "was " + fact + " done"
	case f.Kind == terminology.MedicationKind && start:
		return "was " + fact + " first taken"
	case f.Kind == terminology.MedicationKind:
		return "was " + fact + " last taken"
	case start:
		return "did " + fact + " begin"
	}
	return "did " + fact + " end"
}
