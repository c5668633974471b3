// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"fmt"
	"strings"

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
	Note    string       `json:"note,omitzero"` // "matched by name", "ordered", ...
}

// Missing is something that, if it were known, could decide a criterion.
type Missing struct {
	What   string `json:"what"`            // "hemoglobin", "birth date", a question's id
	Why    Why    `json:"why"`             //
	Record string `json:"record,omitzero"` // the fact that leaves it open
	Ask    string `json:"ask"`             // the question to answer, in words
	// Who can tell: the person that the study names for a question, WhoPatient for
	// facts about the person, or "".
	Who string `json:"who,omitzero"`
	// Question says that the missing thing is a question of the study.
	Question bool `json:"question,omitzero"`

	when patient.Date // of Record
}

// WhoPatient is Missing.Who of facts about the person, such as the birth date.
const WhoPatient = "patient"

// Why is the reason that something is not known.
type Why string

// The reasons.
const (
	WhyNotSupplied Why = "not supplied" // the domain is not in the profile
	WhyNoResult    Why = "no result"
	WhyTooOld      Why = "too old" // there are results, all before the window
	WhyPartialDate Why = "partial date"
	WhyUnconfirmed Why = "unconfirmed"
	WhyMayBe       Why = "may be" // the record may mean the concept or not
	WhyUnreadable  Why = "unreadable"
	WhyConflict    Why = "conflict"
	WhyUnit        Why = "unit" // the unit cannot be converted
	WhyUnanswered  Why = "unanswered"
	WhyRecordEnds  Why = "record ends" // before the window does
	WhyInexact     Why = "inexact"     // a number that is known only as a range
)

// callResult is the value, the evidence and the gaps of one call.
type callResult struct {
	call     *language.Call
	truth    language.Truth // of a truth word
	number   *number        // of a number word
	text     *text          // of a text word
	facts    []matchedFact  // the facts to cite, most telling first
	personal []Evidence     // cited from the person, not from a fact
	omitted  int            // facts like them that are not listed
	gaps     []Missing
	sentence string // the sentence where the word makes it itself
}

// matchedFact is a fact that a call looked at.
type matchedFact struct {
	hit     terminology.Hit
	kind    terminology.Kind
	episode episode
	truth   language.Truth
	why     Why
	note    string
}

// gapsOf lists the missing data of an unknown atom: the gaps of its calls, numbers that are
// known only as a range and, where there is nothing else, numbers that cannot
// be computed with, such as a zero to divide by. It is never empty.
func (v *evaluator) gapsOf(r *nodeResult) (gapsOf []Missing) {
	for _, s := range r.calls {
		gapsOf = append(gapsOf, s.gaps...)
		if len(s.gaps) == 0 && s.number != nil && s.number.known && !s.number.isExact() {
			gap := s.inexact("The record says only " + s.number.describe() + ".")
			if len(s.facts) == 1 {
				gap.Record = recordOf(v.chart.patient, s.facts[0].kind, s.facts[0].hit.Fact)
			}
			gapsOf = append(gapsOf, gap)
		}
	}
	if len(gapsOf) == 0 {
		for _, s := range r.calls {
			gapsOf = append(gapsOf, s.inexact("It cannot be computed with what the record says: "+r.form.Source+"."))
		}
	}
	return gapsOf
}

func (s *callResult) inexact(why string) Missing {
	what := s.call.Word.Name
	if s.call.Concept != nil {
		what = s.call.Concept.Label
	}
	return Missing{What: what, Why: WhyInexact, Ask: "What exactly is the " + what + "? " + why}
}

// mostSeen is how many facts of a kind are cited one by one.
const mostCited = 5

// evidence makes the citation of a fact.
func (v *evaluator) evidence(c *terminology.Concept, s *matchedFact) Evidence {
	f := s.kind.Fact(v.chart.patient, s.hit.Fact)
	e := Evidence{
		Concept: matchedConcept(c, &s.hit).Name, Record: recordOf(v.chart.patient, s.kind, s.hit.Fact),
		Display: displayOf(f, s.hit.Coding),
	}
	e.Start, e.End = datesOf(v.chart.patient, s.kind, s.hit.Fact)
	if s.hit.Coding >= 0 {
		e.System, e.Code = patient.SystemName(f.Codes[s.hit.Coding].System), f.Codes[s.hit.Coding].Code
	}
	if s.kind == terminology.ObservationKind {
		e.Value, e.Unit = valueText(&v.chart.patient.Observations[s.hit.Fact].Value)
	}
	var notes []string
	if s.hit.Grade == terminology.Unreadable {
		if len(f.Codes) > 0 {
			e.System, e.Code = patient.SystemName(f.Codes[0].System), f.Codes[0].Code
		}
		notes = append(notes, "cannot be read")
	}
	if s.hit.Grade == terminology.MayBe {
		notes = append(notes, "may be")
	}
	if s.hit.Grade == terminology.ByName {
		notes = append(notes, "matched by name")
	}
	for _, n := range []string{s.episode.note, s.note} {
		if n != "" {
			notes = append(notes, n)
		}
	}
	e.Note = strings.Join(notes, "; ")
	return e
}

// matchedConcept is the concept, or the member of the class that matched.
func matchedConcept(c *terminology.Concept, h *terminology.Hit) *terminology.Concept {
	if h.Member == nil || h.Grade == terminology.Unreadable {
		return c
	}
	return h.Member
}

// displayOf gives the record's own words for a fact.
func displayOf(f *patient.Fact, coding int16) string {
	if coding >= 0 && f.Codes[coding].Display != "" {
		return f.Codes[coding].Display
	}
	if f.Text != "" {
		return f.Text
	}
	for _, c := range f.Codes {
		if c.Display != "" {
			return c.Display
		}
	}
	return ""
}

// valueText gives a result as it was recorded.
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
	case len(v.Codes) > 0 && v.Codes[0].Display != "":
		return v.Codes[0].Display, ""
	case len(v.Codes) > 0:
		return v.Codes[0].Code, ""
	}
	return "", ""
}

// placeOf names an entry of a domain that has no record of its own.
func placeOf(d patient.Domain, i int) string { return fmt.Sprintf("%s[%d]", d, i) }

// statusWords turns a status code into words.
func statusWords(code string) string { return strings.ReplaceAll(code, "-", " ") }
