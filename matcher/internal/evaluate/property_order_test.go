// SPDX-License-Identifier: Apache-2.0

package evaluate_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/eligo-trials/eligo/matcher/internal/explain"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// TestOrderDoesNotMatter: criteria, facts and studies in another order give
// the same answers, evidence and missing facts, each list in any order.
func TestOrderDoesNotMatter(t *testing.T) {
	study := languageStudy(t)
	screening := dayOf(t, "2026-11-22")
	dates := language.Dates{Screening: screening}
	rapid.Check(t, func(t *rapid.T) {
		p := drawProfile(t, screening)
		if p.Validate() != nil {
			return
		}
		var texts []string
		for range 4 {
			texts = append(texts, drawRule(t, 1))
		}
		want := findingsByRule(t, study, texts, p, dates)
		turned := slices.Clone(texts)
		slices.Reverse(turned)
		compareFindings(t, "criteria turned round", want, findingsByRule(t, study, turned, p, dates))
		compareFindings(t, "facts shuffled", want, findingsByRule(t, study, texts, shuffled(t, p), dates))

		one, err := withRules(study, texts...)
		if err != nil {
			t.Fatal(err)
		}
		other, err := withRules(study, drawRule(t, 1), drawRule(t, 1))
		if err != nil {
			t.Fatal(err)
		}
		for _, studies := range [][]*rules.Study{{one, other}, {other, one}} {
			findings := chartFor(t, one, p, studies...).Findings(dates)
			compareFindings(t, "beside another study", want, byRule(texts, findings))
		}
	})
}

func findingsByRule(t *rapid.T, s *rules.Study, texts []string, p *patient.Profile, d language.Dates) map[string]string {
	one, err := withRules(s, texts...)
	if err != nil {
		t.Fatal(err)
	}
	return byRule(texts, findingsOf(t, one, p, d))
}

// byRule writes each finding with its lists sorted.
func byRule(texts []string, findings []explain.Finding) map[string]string {
	m := map[string]string{}
	for i, f := range findings {
		slices.SortFunc(f.Evidence, func(a, b explain.Evidence) int {
			return cmp.Or(cmp.Compare(a.Concept, b.Concept), cmp.Compare(a.Record, b.Record), cmp.Compare(a.Note, b.Note))
		})
		slices.SortFunc(f.Missing, func(a, b explain.Missing) int {
			return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Why, b.Why), cmp.Compare(a.Record, b.Record), cmp.Compare(a.Ask, b.Ask))
		})
		m[texts[i]] = fmt.Sprintf("%s\n%+v\n%+v", f.Truth, f.Evidence, f.Missing)
	}
	return m
}

func compareFindings(t *rapid.T, what string, want, got map[string]string) {
	for rule := range want {
		if got[rule] != want[rule] {
			t.Errorf("%s: %s is\n%s\nnot\n%s", what, rule, got[rule], want[rule])
		}
	}
}

// shuffled is the profile with the facts of every domain in another order.
func shuffled(t *rapid.T, p *patient.Profile) *patient.Profile {
	other := copyOf(t, p)
	mixed(t, "conditions", other.Conditions)
	mixed(t, "medications", other.Medications)
	mixed(t, "observations", other.Observations)
	mixed(t, "procedures", other.Procedures)
	mixed(t, "allergies", other.Allergies)
	mixed(t, "immunizations", other.Immunizations)
	mixed(t, "answers", other.Answers)
	return other
}

func mixed[T any](t *rapid.T, label string, facts []T) {
	if len(facts) > 1 {
		copy(facts, rapid.Permutation(slices.Clone(facts)).Draw(t, label))
	}
}
