// SPDX-License-Identifier: Apache-2.0

package worklist

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/terminology"
)

const studyText = `
study: S
define:
  heart_failure: {kind: condition, codes: {icd10cm: [I50*]}, names: [heart failure]}
  rituximab: {kind: medication, codes: {atc: [L01FA01]}, names: [rituximab]}
  trial: {kind: procedure}
exclusion:
  - {id: heart, quote: Heart failure, rule: had(heart_failure)}
  - {id: heart-or-rituximab, quote: Either, rule: had(heart_failure) or took(rituximab)}
  - {id: trial, quote: Trial, rule: underwent(trial)}
`

func loadStudy(t *testing.T) *rules.Study {
	t.Helper()
	s, err := rules.Parse("study.yaml", []byte(studyText))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func listOf(t *testing.T, s *rules.Study, people ...*patient.Profile) *List {
	t.Helper()
	l, err := New([]*rules.Study{s}, matcher.Dates{Screening: patient.NewDay(2026, 11, 22)})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range people {
		if err := p.Validate(); err != nil {
			t.Fatal(err)
		}
		if err := l.AddPerson(p); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

func person(id string, conditions ...patient.Fact) *patient.Profile {
	p := &patient.Profile{ID: id, Medications: []patient.Medication{}, Procedures: []patient.Procedure{}, Conditions: []patient.Condition{}}
	for _, f := range conditions {
		p.Conditions = append(p.Conditions, patient.Condition{Fact: f})
	}
	return p
}

// TestRows: rows count people, criteria and entries, and hold nothing that decides nothing.
func TestRows(t *testing.T) {
	unknown := patient.Fact{Text: "Xyzzy"}
	l := listOf(t, loadStudy(t),
		person("1", unknown, patient.Fact{Text: "xyzzy."}), person("2", unknown), person("3", patient.Fact{Text: "Qwertz"}),
		person("4", patient.Fact{Text: "Heart failure"}, unknown), // decided already
		person("5", patient.Fact{Text: "Asthma"}),
		person("6", patient.Fact{Text: strings.Repeat("Xyzzy ", 100)}))
	rows := l.Rows()
	if len(rows) != 2 || l.People != 6 || l.Open != 3 || l.Long != 1 {
		t.Fatalf("%d rows of %d people, %d open, %d long", len(rows), l.People, l.Open, l.Long)
	}
	first := rows[0]
	if first.Wording != "Xyzzy" || first.People != 2 || first.Entries != 3 || first.Open != 4 || !slices.Equal(first.Criteria, []string{"heart", "heart-or-rituximab"}) || !slices.Equal(first.Concepts, []string{"heart_failure"}) {
		t.Errorf("%+v", first)
	}
}

// TestFilledList: a list that is filled in and read again settles every row, whatever the
// codes and wordings hold.
func TestFilledList(t *testing.T) {
	var people []*patient.Profile
	for i, text := range []string{"Xyzzy", "=HYPERLINK(x)", "a;=b", "\u202exyzzy", "Xy\u200bzzy qq", "zwei\nZeilen", "'quux", "@quux, \"qux\"", "quux;-1", "\x1b[31mquux", "Ωμέγα", "xyzzy (disorder)"} {
		people = append(people, person(fmt.Sprint(i), patient.Fact{Text: text}))
	}
	for i, code := range []string{"0042", "123456789012345678", "1-2", "250.00", "1E5", "+7", "=1", "-", "x y", "Ä"} {
		people = append(people, person(fmt.Sprint("c", i), patient.Fact{Codes: []patient.Coding{{System: "urn:local", Code: code}}}))
	}
	study := loadStudy(t)
	before := listOf(t, study, people...)
	if len(before.Rows()) < len(people)-2 {
		t.Fatalf("%d rows of %d people", len(before.Rows()), len(people))
	}
	for _, is := range []string{"heart_failure", "icd10cm:I50.9", rules.NoneOfThese} {
		path := filepath.Join(t.TempDir(), "list.csv")
		if err := os.WriteFile(path, fillIn(t, AppendCSV(nil, before.Rows(), terminology.NewSuggester(nil)), is), 0o600); err != nil {
			t.Fatal(err)
		}
		list, err := rules.LoadTerms([]string{path}, study)
		if err != nil {
			t.Fatal(err)
		}
		after := listOf(t, study.WithTerminology(terminology.Core().WithSiteList(list)), people...)
		for _, row := range after.Rows() {
			t.Errorf("%s: left: %q %q", is, row.Code, row.Wording)
		}
	}
}

// fillIn writes the same in the column "is" of every line.
func fillIn(t *testing.T, text []byte, is string) []byte {
	t.Helper()
	lines, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines[1:] {
		line[0] = is
		for _, cell := range line {
			if strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "@") || strings.HasPrefix(cell, "+") {
				t.Errorf("a spreadsheet runs %q", cell)
			}
		}
	}
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(lines); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
