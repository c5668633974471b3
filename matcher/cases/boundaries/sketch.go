// SPDX-License-Identifier: Apache-2.0

package boundaries

import (
	"maps"
	"slices"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// sketch is the person of a boundary case. The facts of a domain that is not
// absent are complete.
type sketch struct {
	on      patient.Day
	dates   map[string]patient.Day
	birth   patient.Date
	sex     patient.Sex
	facts   []fact
	answers map[string]patient.Reply
	absent  map[patient.Domain]bool
	// concepts are those of the rule. A fact has a code of one of them only.
	concepts    []*terminology.Concept
	recognition *recognition
	undecided   []string       // why the generator cannot tell the truth of the rule
	assumed     language.Truth // the truth of undecided parts
}

// fact is one entry of a domain, with its dates and result.
type fact struct {
	concept    *terminology.Concept // not a class
	code       patient.Coding       // may be zero
	text       string
	start, end patient.Date
	ongoing    bool
	not        bool // not taken, refuted, not done, cancelled
	unsure     bool // provisional, on hold, preliminary
	endUnknown bool // it ended on an unknown day: end holds the possible days

	words    string            // a worded result
	quantity *patient.Quantity // as recorded
	high     *patient.Quantity // the upper limit of its reference range
	value    patient.Decimal   // in the unit of the rule's concept
	noUnit   bool              // the quantity lacks a unit
}

// setDate makes the fact begin on a date and, if its kind has an end, end on it.
func (f *fact) setDate(d patient.Date) {
	f.start = d
	switch f.concept.Kind {
	case terminology.ConditionKind, terminology.MedicationKind, terminology.ProcedureKind:
		f.end = d
	}
}

func (s *sketch) cloneSketch() *sketch {
	c := *s
	c.dates, c.answers, c.absent = maps.Clone(s.dates), maps.Clone(s.answers), maps.Clone(s.absent)
	c.facts, c.undecided = slices.Clone(s.facts), nil
	return &c
}

func (s *sketch) dateNamed(anchor string) patient.Day {
	if d, ok := s.dates[anchor]; ok {
		return d
	}
	return s.on
}

// windowDays gives the first and the last day of a window; nil is all the time.
func (s *sketch) windowDays(w *language.Window) (first, last patient.Day) {
	if w == nil {
		return patient.MinDay, s.on
	}
	last = s.dateNamed(w.Anchor)
	return windowStart(w.Unit, w.N, last), last
}

// systemOrder is the preference of code systems for a concept that lists
// several.
var systemOrder = []string{
	patient.SNOMED, patient.LOINC, patient.RxNorm, patient.CVX, patient.ICD10CM, patient.ICD10, patient.ATC, patient.NDC, patient.ICD9CM,
}

// newFact makes a fact of a concept, or of the first member of a class with a
// code or name: the first code that no other concept of the rule has, and the
// first name.
func (s *sketch) newFact(c *terminology.Concept) (fact, bool) {
	for _, leaf := range leafConcepts(c) {
		f := fact{concept: leaf}
		if len(leaf.Names) > 0 {
			f.text = leaf.Names[0]
		}
		for _, system := range systemOrder {
			if code := s.distinctCode(c, leaf, system); code != "" {
				f.code = patient.Coding{System: system, Code: code}
				return f, true
			}
		}
		if f.text != "" {
			return f, true
		}
	}
	return fact{}, false
}

// distinctCode is the first code of a member that is no prefix, no exception of
// the concept, and not in a branch of another concept.
func (s *sketch) distinctCode(c, leaf *terminology.Concept, system string) string {
	for _, code := range leaf.Codes[system] {
		if code[len(code)-1] == '*' || isExcepted(c, system, code) {
			continue
		}
		if !slices.ContainsFunc(s.concepts, func(other *terminology.Concept) bool {
			return other != c && other != leaf && slices.ContainsFunc(leafConcepts(other), func(o *terminology.Concept) bool {
				return o != leaf && isNearCode(o.Codes[system], code)
			})
		}) {
			return code
		}
	}
	return ""
}

func isExcepted(c *terminology.Concept, system, code string) bool {
	for m := range c.Members() {
		if isListed(m.Except.Codes[system], code) {
			return true
		}
	}
	return false
}

func leafConcepts(c *terminology.Concept) []*terminology.Concept {
	var list []*terminology.Concept
	for m := range c.Members() {
		if !m.IsZero() || len(m.Any) == 0 {
			list = append(list, m)
		}
	}
	return list
}

func (s *sketch) makeProfile(id string, domains []patient.Domain) *patient.Profile {
	p := &patient.Profile{ID: id, BirthDate: s.birth, Sex: s.sex}
	for _, d := range domains {
		if !s.absent[d] {
			p.MarkSupplied(d)
		}
	}
	for i := range s.facts {
		if f := &s.facts[i]; !s.absent[f.concept.Kind.Domain()] {
			f.addToProfile(p)
		}
	}
	for _, q := range slices.Sorted(maps.Keys(s.answers)) {
		p.Answers = append(p.Answers, patient.Answer{Question: q, Reply: s.answers[q]})
	}
	return p
}

// entry gives what a record says of the fact in codes and words.
func (f *fact) entry() patient.Fact {
	entry := patient.Fact{Text: f.text}
	if f.code.Code != "" {
		entry.Codes = []patient.Coding{f.code}
	}
	return entry
}

func (f *fact) addToProfile(p *patient.Profile) {
	entry := f.entry()
	status := func(yes, no, perhaps string) string {
		switch {
		case f.not:
			return no
		case f.unsure:
			return perhaps
		}
		return yes
	}
	certainty := patient.Certainty(status("", string(patient.Refuted), string(patient.Provisional)))
	switch f.concept.Kind {
	case terminology.ConditionKind:
		p.Conditions = append(p.Conditions, patient.Condition{Fact: entry, Certainty: certainty, Onset: f.start, Abatement: f.end})
	case terminology.AllergyKind:
		a := patient.Allergy{Fact: entry, Certainty: certainty, Onset: f.start}
		if !f.ongoing {
			a.Course = patient.Resolved
		}
		p.Allergies = append(p.Allergies, a)
	case terminology.MedicationKind:
		m := patient.Medication{Fact: entry, Status: status("completed", "not-taken", "on-hold"), Start: f.start, End: f.end}
		switch {
		case f.ongoing && !f.not && !f.unsure:
			m.Status = "active"
		case f.endUnknown:
			m.Status, m.End = "stopped", patient.Date{}
		}
		p.Medications = append(p.Medications, m)
	case terminology.ProcedureKind:
		p.Procedures = append(p.Procedures, patient.Procedure{Fact: entry, Status: status("completed", "not-done", "unknown"), Start: f.start, End: f.end})
	case terminology.ImmunizationKind:
		p.Immunizations = append(p.Immunizations, patient.Immunization{Fact: entry, Status: status("completed", "not-done", "completed"), Date: f.start})
	case terminology.ObservationKind:
		o := patient.Observation{Fact: entry, Status: status("final", "cancelled", "preliminary"), Date: f.start, High: f.high}
		o.Value = patient.Value{Quantity: f.quantity, Text: f.words}
		p.Observations = append(p.Observations, o)
	}
}
