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

// addOpenSentences explains why an event is unknown: a sentence for each reason.
func (w *writer) addOpenSentences(s *evaluate.CallResult, to *sentences) {
	var told []evaluate.Why
	for i := range s.Facts {
		why := s.Facts[i].Why
		if s.Facts[i].Truth != language.Unknown || slices.Contains(told, why) {
			continue
		}
		told = append(told, why)
		to.addSentence(w.openSentence(s, why, slices.DeleteFunc(slices.Clone(s.Facts), func(f evaluate.MatchedFact) bool { return f.Why != why })))
	}
	for i := range s.Gaps {
		if gap := &s.Gaps[i]; !slices.Contains(told, gap.Why) {
			told = append(told, gap.Why)
			to.addSentence(plain(w.gapSentence(s, gap)))
		}
	}
}

// gapSentence explains a gap that no fact leaves.
func (w *writer) gapSentence(s *evaluate.CallResult, gap *evaluate.Gap) string {
	label := s.Call.Concept.Label
	switch gap.Why {
	case evaluate.WhyNotSupplied:
		return "The " + gap.What + " were not supplied."
	case evaluate.WhyUnreadable:
		return fmt.Sprintf("No record can show %s: the study's concept %s lists no codes and no names, or one of its members does not.", label, s.Call.Concept.Name)
	case evaluate.WhyRecordEnds:
		if s.Call.Window != nil {
			label += " within " + w.describe(s.Call.Window)
		}
		return fmt.Sprintf("No %s is recorded, but the record ends %s.", label, w.patient.RecordedThrough)
	case evaluate.WhyTooOld:
		return fmt.Sprintf("No %s within %s; the latest before that is%s (%s).", label, w.describe(s.Call.Window), datePhrase(" of ", gap.Fact.Episode.Start), gap.Record)
	}
	if s.Call.Window != nil {
		return fmt.Sprintf("No %s within %s.", label, w.describe(s.Call.Window))
	}
	return fmt.Sprintf("No %s on record.", label)
}

// openSentence says why facts leave an event open.
func (w *writer) openSentence(s *evaluate.CallResult, why evaluate.Why, facts []evaluate.MatchedFact) sentence {
	f := &facts[0]
	records := w.citeRecords(facts, 0)
	label := f.ConceptOf(s.Call.Concept).Label
	fact := capital(w.factText(s.Call, f))
	switch why {
	case evaluate.WhyUnreadable:
		if f.Hit.Grade >= terminology.ByName {
			return claim(fact, "does not say positive or negative"+records+".")
		}
		return claim(strings.Trim(records, " ()")+" may be "+label, w.unreadableReason(f)+".")
	case evaluate.WhyMayBe:
		return claim("“"+w.quoted(f)+"” may be "+label, "a person must look"+records+".")
	case evaluate.WhyUnconfirmed:
		if f.Kind != terminology.ConditionKind && f.Kind != terminology.AllergyKind { // whose text says it
			fact += ", recorded as " + remark(f)
		}
		return claim(fact, "not certain"+records+".")
	case evaluate.WhyConflict:
		return claim(fact, remark(f)+records+".")
	}
	if s.Call.Window != nil {
		return undecidedClaim(fact, "whether that falls within "+w.describe(s.Call.Window)+" cannot be told"+records+".")
	}
	return undecidedClaim(fact, "whether that counts on the screening day cannot be told"+records+".")
}

// quoted gives a fact's own words, or its code where it has none.
func (w *writer) quoted(f *evaluate.MatchedFact) string {
	fact := f.Kind.Fact(w.patient, f.Hit.Fact)
	if words := displayOf(fact, f.Hit.Coding); words != "" {
		return words
	}
	return codeText(fact)
}

// unreadableReason says why a concept cannot read a fact.
func (w *writer) unreadableReason(f *evaluate.MatchedFact) string {
	fact := f.Kind.Fact(w.patient, f.Hit.Fact)
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
