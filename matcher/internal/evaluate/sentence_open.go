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

// addOpenSentences explains why an event is unknown: a sentence for each reason.
func (v *evaluator) addOpenSentences(s *callResult, to *sentences) {
	var told []Why
	for i := range s.facts {
		why := s.facts[i].why
		if s.facts[i].truth != language.Unknown || slices.Contains(told, why) {
			continue
		}
		told = append(told, why)
		to.addSentence(v.openSentence(s, why, slices.DeleteFunc(slices.Clone(s.facts), func(f matchedFact) bool { return f.why != why })))
	}
	for i := range s.gaps {
		if gap := &s.gaps[i]; !slices.Contains(told, gap.Why) {
			told = append(told, gap.Why)
			to.addSentence(v.gapSentence(s, gap))
		}
	}
}

// gapSentence explains a gap that no fact leaves.
func (v *evaluator) gapSentence(s *callResult, gap *Missing) string {
	label := s.call.Concept.Label
	switch gap.Why {
	case WhyNotSupplied:
		return "The " + gap.What + " were not supplied."
	case WhyUnreadable:
		return fmt.Sprintf("No record can show %s: the study's concept %s lists no codes and no names, or one of its members does not.", label, s.call.Concept.Name)
	case WhyRecordEnds:
		if s.call.Window != nil {
			label += " within " + v.describe(s.call.Window)
		}
		return fmt.Sprintf("No %s is recorded, but the record ends %s.", label, v.chart.patient.RecordedThrough)
	case WhyTooOld:
		return fmt.Sprintf("No %s within %s; the latest before that is%s (%s).", label, v.describe(s.call.Window), datePhrase(" of ", gap.when), gap.Record)
	}
	if s.call.Window != nil {
		return fmt.Sprintf("No %s within %s.", label, v.describe(s.call.Window))
	}
	return fmt.Sprintf("No %s on record.", label)
}

// openSentence says why facts leave an event open.
func (v *evaluator) openSentence(s *callResult, why Why, facts []matchedFact) string {
	f := &facts[0]
	records := v.citeRecords(facts, 0)
	label := matchedConcept(s.call.Concept, &f.hit).Label
	fact := capital(v.factText(s.call, f))
	switch why {
	case WhyUnreadable:
		if f.hit.Grade >= terminology.ByName {
			return fact + ": does not say positive or negative" + records + "."
		}
		return fmt.Sprintf("%s may be %s: %s.", strings.Trim(records, " ()"), label, v.unreadableReason(f))
	case WhyMayBe:
		return fmt.Sprintf("“%s” may be %s: a person must look%s.", v.quoted(f), label, records)
	case WhyUnconfirmed:
		if !strings.Contains(fact, f.episode.note) {
			fact += ", recorded as " + f.episode.note
		}
		return fact + ": not certain" + records + "."
	case WhyConflict:
		return fact + ": " + f.episode.note + records + "."
	}
	if s.call.Window != nil {
		return fmt.Sprintf("%s: whether that falls within %s cannot be told%s.", fact, v.describe(s.call.Window), records)
	}
	return fmt.Sprintf("%s: whether that counts on the screening day cannot be told%s.", fact, records)
}

// quoted gives a fact's own words, or its code where it has none.
func (v *evaluator) quoted(f *matchedFact) string {
	fact := f.kind.Fact(v.chart.patient, f.hit.Fact)
	if words := displayOf(fact, f.hit.Coding); words != "" {
		return words
	}
	return codeText(fact)
}

// unreadableReason says why a concept cannot read a fact.
func (v *evaluator) unreadableReason(f *matchedFact) string {
	fact := f.kind.Fact(v.chart.patient, f.hit.Fact)
	switch code := codeText(fact); {
	case fact.Unreadable != "":
		return "it must not be interpreted (" + fact.Unreadable + ")"
	case code == "" && displayOf(fact, -1) == "":
		return "it has neither a code nor words"
	case code == "":
		return "its words cannot be read"
	case displayOf(fact, -1) == "":
		return "its code " + code + " does not tell and it has no words"
	default:
		return "its code " + code + " does not tell"
	}
}

// codeText gives a fact's first code with its system.
func codeText(f *patient.Fact) string {
	if len(f.Codes) == 0 {
		return ""
	}
	return strings.TrimSpace(patient.SystemName(f.Codes[0].System) + " " + f.Codes[0].Code)
}
