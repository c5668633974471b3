// SPDX-License-Identifier: Apache-2.0

package matcher_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/cases"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

const (
	studiesFolder  = "../testdata/studies"
	patientsFolder = "../testdata/patients"
	referenceStudy = "nct00506831.yaml"
)

// caseFiles reads the files of cases beside the studies.
func caseFiles(t *testing.T) map[string]*cases.File {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(studiesFolder, "*"+cases.Suffix))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files of cases: %v", err)
	}
	files := map[string]*cases.File{}
	for _, path := range paths {
		f, err := cases.LoadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(path)] = f
	}
	return files
}

func fileBytes(tb testing.TB, path string) []byte {
	tb.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func loadStudy(tb testing.TB, file string) (*rules.Study, *matcher.Matcher) {
	tb.Helper()
	study, err := rules.Load(filepath.Join(studiesFolder, file))
	if err != nil {
		tb.Fatal(err)
	}
	m, err := matcher.New(study)
	if err != nil {
		tb.Fatal(err)
	}
	return study, m
}

func loadPatient(tb testing.TB, name string) *patient.Profile {
	tb.Helper()
	p, err := patient.DecodeBytes(fileBytes(tb, filepath.Join(patientsFolder, name+".json")))
	if err != nil {
		tb.Fatalf("%s: %v", name, err)
	}
	if p.ID != name {
		tb.Errorf("the patient in %s.json is %s", name, p.ID)
	}
	return p
}

func match(tb testing.TB, m *matcher.Matcher, p *patient.Profile, d matcher.Dates) matcher.Result {
	tb.Helper()
	results, err := m.Match(p, d)
	if err != nil {
		tb.Fatal(err)
	}
	return results[0]
}

// TestReferenceCases matches every case of every file of cases.
func TestReferenceCases(t *testing.T) {
	for file, f := range caseFiles(t) {
		m, err := matcher.New(f.Study)
		if err != nil {
			t.Fatal(err)
		}
		for i := range f.Cases {
			c := &f.Cases[i]
			t.Run(file+"/"+c.Name(), func(t *testing.T) {
				r := match(t, m, c.Person, c.Dates)
				for _, d := range c.Compare(&r) {
					t.Errorf("%s: %s is %q, want %q: %s", d.Criterion, d.What, d.Got, d.Want, d.Reason)
				}
				checkSound(t, &r, recordsOf(c.Person))
				checkSameBytes(t, m, c.Person, c.Dates, &r)
			})
		}
	}
}

// checkSameBytes checks that the result is the same, byte for byte, again and
// in many goroutines at once.
func checkSameBytes(t *testing.T, m *matcher.Matcher, p *patient.Profile, d matcher.Dates, r *matcher.Result) {
	t.Helper()
	want := resultJSON(t, r)
	again := match(t, m, p, d)
	if got := resultJSON(t, &again); !bytes.Equal(got, want) {
		t.Errorf("a second run gives another result:\n%s\n%s", want, got)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			results, err := m.Match(p, d)
			if err != nil {
				t.Error(err)
				return
			}
			if got := resultJSON(t, &results[0]); !bytes.Equal(got, want) {
				t.Errorf("a concurrent run gives another result:\n%s\n%s", want, got)
			}
		})
	}
	group.Wait()
}

func resultJSON(t *testing.T, r *matcher.Result) []byte {
	t.Helper()
	b, err := json.Marshal(r)
	if err != nil {
		t.Error(err)
	}
	return b
}

// TestEveryPatientHasACase finds patients that no case uses.
func TestEveryPatientHasACase(t *testing.T) {
	used := map[string]bool{}
	for _, f := range caseFiles(t) {
		for _, c := range f.Cases {
			used[c.Patient+".json"] = true
		}
	}
	files, err := os.ReadDir(patientsFolder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !used[f.Name()] {
			t.Errorf("no case uses %s", f.Name())
		}
	}
}

// TestReferenceQuotes holds the quotes of the reference study against the
// registry's text: each stands in it, and nothing of it is left unquoted.
func TestReferenceQuotes(t *testing.T) {
	study, _ := loadStudy(t, referenceStudy)
	text := plainSpaces(string(fileBytes(t, study.TextPath())))
	rest := text
	quote := func(of, quote string) {
		quote = plainSpaces(quote)
		if !strings.Contains(text, quote) {
			t.Errorf("the quote of %s is not in the text: %s", of, quote)
		}
		rest = strings.ReplaceAll(rest, quote, "|")
	}
	for _, c := range study.Criteria {
		if c.ID != "alive" {
			quote(c.ID, c.Quote)
		}
	}
	for _, n := range study.NotCriteria {
		quote("not_criteria", n.Quote)
	}
	if strings.ContainsFunc(rest, unicode.IsLetter) {
		t.Errorf("no criterion quotes %s", strings.Trim(rest, "| "))
	}
}

// plainSpaces makes one blank of any white space, no-break spaces included.
func plainSpaces(s string) string { return strings.Join(strings.FieldsFunc(s, unicode.IsSpace), " ") }
