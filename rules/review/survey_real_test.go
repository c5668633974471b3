// SPDX-License-Identifier: Apache-2.0

package review_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir/bulk"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/review"
	"github.com/eligo-trials/eligo/rules/terminology"
)

var nobody = regexp.MustCompile(`of kind (\w+) match nobody of \d+ people: (.*)$`)

// On real records, a concept is said to match nobody if and only if no rule
// finds it in anybody.
func TestSurveyAgreesWithRules(t *testing.T) {
	dir := sharedData(t, "shared/data/fhir/bulk")
	s, err := rules.Load("../../testdata/studies/nct00506831.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var src strings.Builder
	src.WriteString("study: S\nconcepts: [builtin:common]\ninclusion:\n")
	var names []string
	for _, c := range s.Concepts() {
		if c.Kind == terminology.ConditionKind && s.Place(c.Name).File != s.File() {
			names = append(names, c.Name)
			id := strings.ReplaceAll(c.Name, "_", "-")
			src.WriteString("  - {id: " + id + ", quote: q, rule: had(" + c.Name + ")}\n")
		}
	}
	s, err = rules.Parse("s", []byte(src.String()))
	if err != nil {
		t.Fatal(err)
	}
	survey := review.NewSurvey(s)
	m, err := matcher.New(s)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for p, err := range bulk.Records(context.Background(), dir, bulk.Options{TempDir: t.TempDir()}).Source() {
		if err != nil {
			t.Fatal(err)
		}
		survey.AddPerson(p)
		results, err := m.Match(p, matcher.Dates{Screening: patient.NewDay(2026, 11, 22)})
		if err != nil {
			t.Fatal(err)
		}
		for i, name := range names {
			found[name] = found[name] || results[0].Criteria[i+1].Truth == language.True
		}
	}
	said := map[string]bool{}
	for _, f := range survey.Findings() {
		if m := nobody.FindStringSubmatch(f.Message); m != nil {
			for name := range strings.SplitSeq(m[2], ", ") {
				said[name] = true
			}
		}
	}
	if survey.PeopleCount() != 125 || len(said) == 0 || len(said) == len(names) {
		t.Errorf("%d people, %d of %d concepts match nobody", survey.PeopleCount(), len(said), len(names))
	}
	for _, name := range names {
		if said[name] == found[name] {
			t.Errorf("%s: matches nobody: %v; found: %v", name, said[name], found[name])
		}
	}
}

// sharedData finds public data above this directory, or skips the test.
func sharedData(t *testing.T, name string) string {
	t.Helper()
	dir, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return filepath.Join(dir, name)
		}
		if dir == filepath.Dir(dir) {
			t.Skip("no ../shared/data (real public data)")
		}
	}
}
