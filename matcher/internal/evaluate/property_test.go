// SPDX-License-Identifier: Apache-2.0

package evaluate_test

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"github.com/eligo-trials/eligo/matcher/internal/explain"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// TestKnowledgeNeverFlipsAnAnswer: whatever is learnt of a patient, a rule that
// was true does not become false, nor one that was false true.
//
// Some readings are deliberate, and what contradicts them is no knowledge
// here: a fact with no date at all is taken to have begun by the screening day,
// a fact that was written down on some day to have begun by that day, what is
// completed, stopped or resolved to be over by the screening day, and whoever
// is recorded dead without a date to be dead.
func TestKnowledgeNeverFlipsAnAnswer(t *testing.T) {
	study := languageStudy(t)
	screening := dayOf(t, "2026-11-22")
	learnt := 0
	rapid.Check(t, func(t *rapid.T) {
		before := drawProfile(t, screening)
		if before.Validate() != nil {
			return
		}
		what, after := "", before
		for attempt := 0; attempt < 5 && (what == "" || after.Validate() != nil); attempt++ {
			after = copyOf(t, before)
			what = learn(t, after, screening)
		}
		if what == "" || after.Validate() != nil {
			return
		}
		learnt++
		var rules []string
		for i := range 16 { // one word in most: what decides is then not hidden by others
			rules = append(rules, drawRule(t, i/7))
		}
		one, err := withRules(study, rules...)
		if err != nil {
			t.Fatal(err)
		}
		dates := language.Dates{Screening: screening, Anchors: map[string]patient.Day{"first_dose": screening.AddDays(rapid.IntRange(-45, 90).Draw(t, "first dose"))}}
		was, is := findingsOf(t, one, before, dates), findingsOf(t, one, after, dates)
		for i := range rules {
			if was[i].Truth != language.Unknown && is[i].Truth == was[i].Truth.Not() {
				t.Errorf("%s: %s was %s and is %s\n%s\n%s\n%s\n%s", what, rules[i], was[i].Truth, is[i].Truth, was[i].Reason, is[i].Reason, profileJSON(before), profileJSON(after))
			}
			checkFinding(t, rules[i], &was[i])
			checkFinding(t, rules[i], &is[i])
		}
	})
	t.Log(learnt, "lessons")
	if learnt == 0 {
		t.Error("nothing was learnt of anyone")
	}
}

// checkFinding: an open rule misses something, a decided one nothing.
func checkFinding(t *rapid.T, rule string, f *explain.Finding) {
	if (f.Truth == language.Unknown) != (len(f.Missing) > 0) || f.Reason == "" {
		t.Errorf("%s is %s, missing %v, reason %q", rule, f.Truth, f.Missing, f.Reason)
	}
}

func findingsOf(t *rapid.T, s *rules.Study, p *patient.Profile, d language.Dates) []explain.Finding {
	return chartFor(t, s, p, s).Findings(d)
}

func profileJSON(p *patient.Profile) string {
	b, err := json.Marshal(p)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func copyOf(t *rapid.T, p *patient.Profile) *patient.Profile {
	other := &patient.Profile{}
	if err := json.Unmarshal([]byte(profileJSON(p)), other); err != nil {
		t.Fatal(err)
	}
	return other
}

// learn adds something to what is known of a patient and says what; nothing,
// where the thing drawn has nothing to add.
func learn(t *rapid.T, p *patient.Profile, screening patient.Day) string {
	l := &learner{t, p, screening}
	lessons := []struct {
		name  string
		learn func() bool
	}{
		{"birth date", l.birth},
		{"sex", l.sex},
		{"death date", l.death},
		{"end of the record", l.recordEnd},
		{"a domain", l.domain},
		{"dates of a condition", l.condition},
		{"dates of a medication", l.medication},
		{"date of a result", l.result},
		{"dates of a procedure", l.procedure},
		{"onset of an allergy", l.allergy},
		{"date of a vaccine", l.immunization},
		{"certainty of a condition", l.certainty},
		{"status of a medication", l.status},
		{"status of a result", l.final},
		{"a value", l.value},
		{"an answer", l.answer},
		{"what a fact is", l.readable},
	}
	lesson := lessons[rapid.IntRange(0, len(lessons)-1).Draw(t, "lesson")]
	if rapid.Bool().Draw(t, "a date") {
		lesson = lessons[rapid.IntRange(5, 10).Draw(t, "lesson on dates")]
	}
	if !lesson.learn() {
		return ""
	}
	return lesson.name
}
