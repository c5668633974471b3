// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"cmp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Finding is the decision of a criterion for one patient, and its reasons.
type Finding struct {
	Truth    language.Truth // of the rule
	Reason   string         // one or more sentences
	Evidence []Evidence
	Missing  []Missing
	// Shown are facts laid beside the criterion's question; they decided
	// nothing.
	Shown []Evidence
	// Unrecognized are the groups of facts that leave it open as they were not recognised:
	// indices in Chart.Unrecognized, in order.
	Unrecognized []int
}

// Evidence is a fact of the record that decided a criterion.
type Evidence struct {
	Concept string `json:"concept,omitzero"` // name of the concept, or "birth date", "sex", ...
	// Record is the fact's place in its source, or in the profile
	// ("medications[2]") where the profile names none.
	Record  string       `json:"record,omitzero"`
	Display string       `json:"display,omitzero"` // the record's own words
	System  string       `json:"system,omitzero"`  // of the code that matched
	Code    string       `json:"code,omitzero"`
	Start   patient.Date `json:"start,omitzero"`
	End     patient.Date `json:"end,omitzero"`
	Value   string       `json:"value,omitzero"` // as recorded, with its comparator
	Unit    string       `json:"unit,omitzero"`
	// Reason is given for a fact that may be the concept: the rule by which it may.
	Reason terminology.Reason `json:"reason,omitzero"`
	Note   string             `json:"note,omitzero"` // "matched by name", "ordered", ...
}

func (w *writer) appendEvidence(list []Evidence, s *evaluate.CallResult) []Evidence {
	for i := range s.Facts {
		list = appendNew(list, w.evidence(s.Call.Concept, &s.Facts[i]))
	}
	for _, a := range s.Answers {
		e := Evidence{Concept: a.Question, Record: a.Record, Display: s.Call.Question.Ask, Start: a.On, Value: string(a.Reply)}
		if a.By != "" {
			e.Note = "answered by " + a.By
		}
		list = appendNew(list, e)
	}
	p := w.patient
	switch {
	case s.Call.Word.AgeIn != "" && !p.BirthDate.IsZero():
		list = appendNew(list, Evidence{Concept: "birth date", Start: p.BirthDate})
	case s.Text != nil && s.Text.Known:
		list = appendNew(list, Evidence{Concept: "sex", Value: s.Text.Value})
	case asksAlive(s.Call) && (!p.DeathDate.IsZero() || p.Deceased != nil && *p.Deceased):
		list = appendNew(list, Evidence{Concept: "death", Start: p.DeathDate})
	}
	return list
}

// asksAlive reports whether a call is of the word alive, the only truth that is asked
// of the person and not of a fact or an answer.
func asksAlive(c *language.Call) bool {
	return c.Word.Answer == language.TruthAnswer && c.Concept == nil && c.Question == nil
}

func (w *writer) evidence(c *terminology.Concept, s *evaluate.MatchedFact) Evidence {
	f := s.Kind.Fact(w.patient, s.Hit.Fact)
	e := Evidence{Concept: s.ConceptOf(c).Name, Record: w.recordOf(s), Display: evaluate.WordsOf(f, s.Hit.Coding)}
	e.Start, e.End = evaluate.DatesOf(w.patient, s.Kind, s.Hit.Fact)
	if s.Hit.Coding >= 0 {
		e.System, e.Code = patient.SystemName(f.Codes[s.Hit.Coding].System), f.Codes[s.Hit.Coding].Code
	}
	if s.Kind == terminology.ObservationKind {
		e.Value, e.Unit = valueText(&w.patient.Observations[s.Hit.Fact].Value)
	}
	grade := ""
	switch s.Hit.Grade {
	case terminology.Unrecognized:
		if len(f.Codes) > 0 {
			e.System, e.Code = patient.SystemName(f.Codes[0].System), f.Codes[0].Code
		}
		grade, e.Reason = "not recognised", evaluate.ReasonOf(f, &s.Hit)
	case terminology.MayBe:
		grade, e.Reason = "may be", s.Hit.Reason
	case terminology.ByName:
		grade = "matched by name"
	}
	e.Note = strings.Join(slices.DeleteFunc([]string{grade, readAs(e.System, s.ConceptOf(c), s.Hit.Coding), remark(s), s.Unreadable}, isEmpty), "; ")
	return e
}

// readAs says that a code of a national ICD-10 was read as one of ICD-10, and where it comes from.
func readAs(system string, c *terminology.Concept, coding int16) string {
	if coding < 0 || !patient.NationalICD10(system) || len(c.Codes[system]) > 0 {
		return ""
	}
	return patient.SystemURL(system) + " read as ICD-10"
}

func (w *writer) recordOf(f *evaluate.MatchedFact) string {
	return evaluate.RecordOf(w.patient, f.Kind, f.Hit.Fact)
}

// remark gives the status of a fact in words: "ordered", "refuted", "recorded as
// active and as abated 2020-01-01".
func remark(f *evaluate.MatchedFact) string {
	e := &f.Episode
	status := strings.ReplaceAll(e.Status, "-", " ")
	switch {
	case !e.Conflict.IsZero() && f.Kind == terminology.MedicationKind:
		return "recorded as " + status + " and as ended " + e.Conflict.String()
	case !e.Conflict.IsZero():
		return "recorded as " + status + " and as abated " + e.Conflict.String()
	case status == string(patient.Order):
		return "ordered"
	case status == string(patient.Dispense):
		return "dispensed"
	case e.Course == "":
		return status
	}
	return strings.TrimPrefix(status+", "+string(e.Course), ", ")
}

func isEmpty(s string) bool { return s == "" }

func valueText(v *patient.Value) (value, unit string) {
	switch {
	case v.Quantity != nil:
		return v.Quantity.Comparator + v.Quantity.Value.String(), v.Quantity.Unit
	case v.From != nil && v.To != nil:
		return v.From.Value.String() + " to " + v.To.Value.String(), v.From.Unit
	case v.From != nil:
		return "from " + v.From.Value.String(), v.From.Unit
	case v.To != nil:
		return "up to " + v.To.Value.String(), v.To.Unit
	case v.Bool != nil && *v.Bool:
		return "yes", ""
	case v.Bool != nil:
		return "no", ""
	case v.Text != "":
		return v.Text, ""
	case len(v.Codes) > 0:
		return cmp.Or(v.Codes[0].Display, v.Codes[0].Code), ""
	}
	return "", ""
}
