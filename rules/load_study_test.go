// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
	"github.com/eligo-trials/eligo/rules/yamlwalk"
)

// unpack writes the files of testdata/load/good.txtar to a folder of its own.
func unpack(t *testing.T) {
	t.Helper()
	data, err := os.ReadFile("testdata/load/good.txtar")
	if err != nil {
		t.Fatal(err)
	}
	loadArchive(t, string(data))
}

func TestLoadStudy(t *testing.T) {
	unpack(t)
	s, err := Load("trials/study.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range [][2]string{
		{s.ID, "NCT00000001"},
		{s.Title, "A study of everything"},
		{s.Version, "2018-08-13"},
		{s.Source, "https://example.org/study"},
		{s.Text, "../texts/study.txt"},
		{s.TextPath(), filepath.Join("texts", "study.txt")},
		{strings.Join(s.Anchors, " "), "first_dose"},
		{s.Systems["urn:oid:1.2.3.4"], patient.ICD10CM},
		{s.Criteria[2].Quote, "HIV infection."},
		{s.Criteria[2].Rule, "has(hiv)\nor answer(refractory)"},
		{s.Criteria[2].Pos.String(), "trials/study.yaml:27:5"},
		{string(s.Criteria[2].Side), string(Exclusion)},
	} {
		if field[0] != field[1] {
			t.Errorf("got %q, want %q", field[0], field[1])
		}
	}
	if want := []language.Question{{ID: "refractory", Ask: "Is it refractory?", Who: "investigator"}}; !reflect.DeepEqual(s.Questions, want) {
		t.Errorf("questions %v", s.Questions)
	}
	if want := []NotCriterion{{"Inclusion Criteria:", "A heading."}}; !reflect.DeepEqual(s.NotCriteria, want) {
		t.Errorf("no criteria %v", s.NotCriteria)
	}
	names := make([]string, len(s.Concepts()))
	for i, c := range s.Concepts() {
		names[i] = c.Name
	}
	if !slices.IsSorted(names) || !slices.Contains(names, "calm") || !slices.Contains(names, "odd_codes") || !slices.Contains(names, "hiv") {
		t.Errorf("concepts %v", names)
	}
	if show := s.Criteria[2].Show; len(show) != 2 || show[0] != conceptNamed(s, "hemoglobin_here") || show[1] != conceptNamed(s, "hiv") {
		t.Errorf("show %v", show)
	}
}

func conceptNamed(s *Study, name string) *terminology.Concept {
	for _, c := range s.Concepts() {
		if c.Name == name {
			return c
		}
	}
	return nil
}

func TestLoadedConcepts(t *testing.T) {
	unpack(t)
	s, err := Load("trials/study.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := []*terminology.Concept{
		{Name: "odd_codes", Kind: terminology.ConditionKind, Label: "odd codes", Terms: terminology.Terms{Codes: map[string][]string{
			patient.ICD10CM:            {"E11", "B97.35", "O98.7*"},
			"http://example.org/codes": {"0123", "1e5", "2020-01-01", "no", "null", "070", "1_000", "0x1F", ".5", "~", "12345678901234567890", "+1"},
			"urn:oid:1.2.3.4.5":        {"a b"},
		}}},
		// The study says that the URL is ICD-10-CM: facts will carry that name.
		{Name: "local", Kind: terminology.ConditionKind, Label: "local", Terms: terminology.Terms{Codes: map[string][]string{patient.ICD10CM: {"Z21"}}}},
		{Name: "sets", Kind: terminology.ConditionKind, Label: "sets", Terms: terminology.Terms{Codes: map[string][]string{
			patient.SNOMED: {"38341003"}, patient.ICD10CM: {"I10"},
		}}},
		{
			Name: "hemoglobin_here", Kind: terminology.ObservationKind, Label: "hemoglobin here", Unit: "g/dL",
			MolarMass: patient.MustDecimal("64458"), Terms: terminology.Terms{Codes: map[string][]string{patient.LOINC: {"718-7"}}},
		},
		{
			Name: "calm", Kind: terminology.ObservationKind, Label: "a test", Terms: terminology.Terms{Names: []string{"calm test"}},
			Positive: terminology.Terms{Codes: map[string][]string{patient.SNOMED: {"10828004"}}, Names: []string{"calm"}},
			Negative: terminology.Terms{Names: []string{"not calm"}},
		},
		{Name: "stub", Kind: terminology.MedicationKind, Label: "stub"},
		{
			Name: "biologic_here", Kind: terminology.MedicationKind, Label: "biologic here",
			Any:    []*terminology.Concept{conceptNamed(s, "rituximab"), conceptNamed(s, "stub")},
			Except: terminology.Terms{Codes: map[string][]string{patient.RxNorm: {"1"}}, Names: []string{"something else"}},
		},
	}
	for _, c := range want {
		if got := conceptNamed(s, c.Name); !reflect.DeepEqual(got, c) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", c.Name, got, c)
		}
	}
}

// TestStudyDigest changes each file that a study reads by one byte.
func TestStudyDigest(t *testing.T) {
	unpack(t)
	digest := func() string {
		s, err := Load("trials/study.yaml")
		if err != nil {
			t.Fatal(err)
		}
		return s.SHA256
	}
	seen := []string{digest()}
	if digest() != seen[0] || len(seen[0]) != 64 {
		t.Errorf("digest %q is not stable", seen[0])
	}
	for _, path := range []string{"trials/study.yaml", "site/concepts.yaml", "trials/sets/one.json"} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, path, string(data)+"\n")
		if now := digest(); slices.Contains(seen, now) {
			t.Errorf("the digest does not depend on %s", path)
		} else {
			seen = append(seen, now)
		}
	}
	if err := os.Rename("trials", "elsewhere"); err != nil {
		t.Fatal(err)
	}
	if s, err := Load("elsewhere/study.yaml"); err != nil || s.SHA256 != seen[3] {
		t.Errorf("the digest depends on the folder: %v", err)
	}
}

func TestParseOpensNoFile(t *testing.T) {
	unpack(t)
	src, err := os.ReadFile("trials/study.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, err = Parse("upload", src)
	want := "upload:8:28: ../site/concepts.yaml is a file of its own; a study that is not read from a file can import builtin: only (use Load)\n" +
		"upload:19:66: sets: sets/one.json is a file of its own; a study that is not read from a file can import builtin: only (use Load)"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestByteOrderMarkAndLineEnds(t *testing.T) {
	src := "\ufeffstudy: S\r\ninclusion:\r\n  - id: a\r\n    quote: b\r\n    rule: >-\r\n      age > 1\r\n      and hass(x)\r\n"
	_, err := Parse("s", []byte(src))
	if err == nil || !strings.HasPrefix(err.Error(), "s:7:11: a: ") {
		t.Errorf("got %v", err)
	}
}

func TestMissingStudyFile(t *testing.T) {
	if _, err := Load("missing.yaml"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestIsStudy(t *testing.T) {
	for src, want := range map[string]bool{
		"study: S\n": true, "titel: a\ninclusion:\n - {id: a}\n": true, "questions: {a: {ask: b}}": true,
		"hiv: {kind: condition}": false, "text: {kind: condition}": false, "": false, "- a": false, "\t": false,
	} {
		if IsStudy([]byte(src)) != want {
			t.Errorf("IsStudy(%q) is %v", src, !want)
		}
	}
}

func TestErrorsAreNotEndless(t *testing.T) {
	_, err := Parse("s", []byte("study: S\n"+strings.Repeat("x: 1\n", 500)))
	errs, ok := err.(Errors)
	if !ok || len(errs) != yamlwalk.MaxErrors+1 || errs[yamlwalk.MaxErrors].Message != "401 more problems are not listed" {
		t.Errorf("%d errors, the last: %v", len(errs), errs[len(errs)-1])
	}
}

func TestDraftCriteria(t *testing.T) {
	const head = "study: S\ninclusion:\n- {id: a, quote: Q, rule: age > 1"
	s, err := Parse("study.yaml", []byte(head+", draft: true, understood: older than one}\n- {id: b, quote: Q, rule: age > 1}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if a, b := s.Criteria[1], s.Criteria[2]; !a.Draft || a.Understood != "older than one" || b.Draft || b.Understood != "" {
		t.Errorf("%+v, %+v", a, b)
	}
	for src, want := range map[string]string{
		", draft: yes}":      "draft must be true or false",
		", understood: ' '}": "understood is an empty text",
	} {
		if _, err := Parse("study.yaml", []byte(head+src)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", src, err)
		}
	}
}
