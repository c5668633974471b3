// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// reasonWords say, by the rule of an answer, why a fact is, may be or is not a concept.
var reasonWords = map[terminology.Reason]string{
	terminology.CoversCode:          "its code is one of the concept",
	terminology.CoversWording:       "its words are a name of the concept",
	terminology.CoversIngredient:    "it holds an ingredient of the concept",
	terminology.CoversMapping:       "the site's list says that it is the concept",
	terminology.RelatedMapping:      "the site's list says that it is something that may be the concept",
	terminology.OutsideMapping:      "the site's list says that it is something else",
	terminology.WordsLeftOver:       "it has further words, which may change the meaning",
	terminology.WordOfDoubt:         "a word of doubt stands beside the name",
	terminology.WiderMeaning:        "it is a wider term",
	terminology.NarrowerMeaning:     "it is a kind or another name that the study does not list",
	terminology.RelatedMeaning:      "it shares a word or a group with the concept",
	terminology.SeveralMeanings:     "it has several meanings",
	terminology.Contradiction:       "its code and its words contradict each other",
	terminology.OutsideException:    "the concept leaves it out",
	terminology.OutsideCompleteList: "the concept lists all its codes of that system, and not this one",
	terminology.OutsideKnownCode:    "its code is known to be something else",
	terminology.OutsideKnownWording: "its words are known to be something else",
	terminology.UnknownCode:         "its code is not known and it has no words",
	terminology.UnknownWording:      "its words are not known",
	terminology.NoWording:           "it has neither a code nor words",
	terminology.Uninterpreted:       "its source forbids to interpret it",
}

// notRecognized is the group of facts, or the groups, that a question is about.
type notRecognized struct {
	*evaluate.UnrecognizedGroup // the first
	facts                       int
	others                      bool // the question is about several groups
}

func notRecognizedOf(q *evaluate.UnrecognizedQuestion) notRecognized {
	return notRecognized{&q.Groups[0], q.Facts, len(q.Groups) > 1}
}

// reason says why the facts were not recognised.
func (n notRecognized) reason() string {
	switch {
	case n.Forbidden != "":
		return reasonWords[n.Reason] + " (" + n.Forbidden + ")"
	case n.UnknownSystem:
		return "no such code system is known"
	}
	return reasonWords[n.Reason]
}

// name is the first fact in the record's own words, or by its code, or by its record.
func (n notRecognized) name(record string) string {
	if n.Forbidden != "" {
		return record
	}
	return nameWithRecord(n.Wording, n.code(), record)
}

func (n notRecognized) code() string { return strings.TrimSpace(n.System + " " + n.Code) }

// subject names the facts: "“Herzinsuffizienz” (Condition/2)" for one, and "67 medications
// coded in http://hospital.example/drugs, such as “Oxy mix 3” (MedicationRequest/5)".
func (n notRecognized) subject(record string) string {
	if n.facts == 1 {
		return n.name(record)
	}
	domain := string(n.Kind.Domain())
	such := ", such as " + n.name(record)
	switch {
	case n.others:
		return fmt.Sprintf("the %d other %s that were not recognised%s", n.facts, domain, such)
	case n.UnknownSystem:
		return fmt.Sprintf("the %d %s coded in %s, such as %s", n.facts, domain, n.System, nameWithRecord(n.Wording, n.Code, record))
	case n.Forbidden != "":
		return fmt.Sprintf("the %d %s that their source forbids to interpret (%s)%s", n.facts, domain, n.Forbidden, such)
	case n.Reason == terminology.NoWording:
		return fmt.Sprintf("the %d %s with neither a code nor words%s", n.facts, domain, such)
	case n.Wording != "":
		return fmt.Sprintf("“%s”, recorded %d times among the %s (first in %s)", n.Wording, n.facts, domain, record)
	}
	return fmt.Sprintf("%s, recorded %d times among the %s (first in %s)", n.code(), n.facts, domain, record)
}

// ask is the question that closes a gap of facts that were not recognised.
func (n notRecognized) ask(record, label string) string {
	subject := n.subject(record)
	switch {
	case !strings.HasPrefix(subject, "the "):
		return "What is " + subject + "? " + capital(n.reason()) + ", so it may be " + label + "."
	case n.UnknownSystem && !n.others:
		return "What are " + subject + "? " + capital(n.reason()) + ", so they may be " + label + "."
	}
	return "What are " + subject + "? They may be " + label + "."
}

// notRecognizedSentence says that facts of a call were not recognised, and so may be its
// concept.
func (w *writer) notRecognizedSentence(s *evaluate.CallResult) sentence {
	var gap *evaluate.Gap // of the first question
	for i := range s.Gaps {
		if g := &s.Gaps[i]; g.Question != nil && (gap == nil || g.Question.Rank < gap.Question.Rank) {
			gap = g
		}
	}
	label, name := s.Call.Concept.Label, w.nameOf(&gap.Fact)
	if s.Unrecognized <= 1 {
		return claim(name+" may be "+label, w.notRecognizedReason(gap)+".")
	}
	return claim(fmt.Sprintf("%d %s may be %s", s.Unrecognized, gap.Fact.Kind.Domain(), label), "not recognised, such as "+name+".")
}

// notRecognizedReason says why the fact of a gap was not recognised.
func (w *writer) notRecognizedReason(gap *evaluate.Gap) string {
	if n := notRecognizedOf(gap.Question); !n.others {
		return "not recognised, " + n.reason()
	}
	return "not recognised"
}

// nameOf is a fact in the record's own words, or by its code, or by its record.
func (w *writer) nameOf(f *evaluate.MatchedFact) string {
	fact, record := f.Kind.Fact(w.patient, f.Hit.Fact), w.recordOf(f)
	if fact.Unreadable != "" {
		return record
	}
	return nameWithRecord(evaluate.WordsOf(fact, f.Hit.Coding), codeText(fact), record)
}

// nameWithRecord names a fact by its words, or else by its code, with its record.
func nameWithRecord(words, code, record string) string {
	switch {
	case words != "":
		return "“" + words + "” (" + record + ")"
	case code != "":
		return code + " (" + record + ")"
	}
	return record
}

// mayBeSentence quotes the first of the facts that may be the concept of a call, with the
// records that have the same words, and counts the others. facts are those that are cited.
func (w *writer) mayBeSentence(s *evaluate.CallResult, facts []evaluate.MatchedFact) sentence {
	if len(facts) == 0 { // others are cited before it
		return undecidedClaim(capital(s.Call.Concept.Label), "the record may or may not mean it.")
	}
	f := &facts[0]
	words := w.quoted(f)
	same := slices.DeleteFunc(slices.Clone(facts), func(o evaluate.MatchedFact) bool { return w.quoted(&o) != words })
	alike, others := map[int32]bool{}, map[int32]bool{} // by fact: a fact can have two gaps
	for i := range s.Gaps {
		if gap := &s.Gaps[i]; gap.Why == evaluate.WhyMayBe && gap.Kind == evaluate.GapFact {
			if w.quoted(&gap.Fact) == words {
				alike[gap.Fact.Hit.Fact] = true
			} else {
				others[gap.Fact.Hit.Fact] = true
			}
		}
	}
	subject := "“" + words + "”"
	switch n := len(others); {
	case n == 1:
		subject += " and another entry"
	case n > 1:
		subject += fmt.Sprintf(" and %d other entries", n)
	}
	return claim(subject+" may be "+f.ConceptOf(s.Call.Concept).Label, mayBeReason(f.Hit.Reason)+w.citeRecords(same, max(0, len(alike)-len(same)))+".")
}

// mayBeReason says why it is not sure that a fact is the concept.
func mayBeReason(r terminology.Reason) string {
	if words := reasonWords[r]; words != "" {
		return words + ", so a person must look"
	}
	return "a person must look"
}

// Unrecognized is a group of facts that some concept of the study did not recognise: facts
// of one domain that have the same code and words, or all that are coded in a system that is
// not known.
type Unrecognized struct {
	Domain patient.Domain     `json:"domain"`
	Reason terminology.Reason `json:"reason"` // "not recognised: wording"
	// System is the short name or the URL of the code system, and SystemUnknown says that
	// it is not known: the group is then all facts of the domain that are coded in it.
	System        string `json:"system,omitzero"`
	SystemUnknown bool   `json:"system_unknown,omitzero"`
	// Code and Wording are those of the fact in Record.
	Code    string `json:"code,omitzero"`
	Wording string `json:"wording,omitzero"`
	// Forbidden is the reason for which the source forbids to interpret the facts.
	Forbidden string   `json:"forbidden,omitzero"`
	Facts     int      `json:"facts"`    // how many: 1 or more
	Record    string   `json:"record"`   // of one of the facts: the first by name
	Criteria  []string `json:"criteria"` // ids of the criteria that it leaves open
}

// Unrecognized lists the groups of facts that concepts of the study did not recognise,
// in the order of [evaluate.StudyChart.Unrecognized]; their criteria are empty.
func (c Chart) Unrecognized() []Unrecognized {
	groups := c.StudyChart.Unrecognized()
	list := make([]Unrecognized, len(groups))
	for i := range groups {
		g := &groups[i]
		list[i] = Unrecognized{
			Domain: g.Kind.Domain(), Reason: g.Reason, System: g.System, SystemUnknown: g.UnknownSystem, Code: g.Code, Wording: g.Wording,
			Forbidden: g.Forbidden, Facts: g.Facts, Record: g.Record, Criteria: []string{},
		}
	}
	return list
}
