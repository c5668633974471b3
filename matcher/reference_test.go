// SPDX-License-Identifier: Apache-2.0

package matcher_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"go.yaml.in/yaml/v4"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

const (
	studiesFolder  = "../testdata/studies"
	patientsFolder = "../testdata/patients"
	referenceStudy = "nct00506831.yaml"
)

// caseFile is a file of cases beside a study. testdata/studies/nct00506831.cases.yaml
// says what its fields mean.
type caseFile struct {
	Study string
	On    patient.Day
	Dates map[string]patient.Day
	Rest  map[string]rules.Truth
	Cases []patientCase
}

type patientCase struct {
	Patient string
	Case    string
	On      *patient.Day
	Dates   *map[string]patient.Day
	Verdict matcher.Verdict
	Awaits  matcher.Awaits
	Truth   map[string]rules.Truth
	Missing map[string][]rules.Why
	Reason  map[string]string
	Issues  string
	Assumed string
}

func (c *patientCase) name() string { return strings.TrimSuffix(c.Patient+": "+c.Case, ": ") }

func caseFiles(t *testing.T) map[string]*caseFile {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(studiesFolder, "*.cases.yaml"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files of cases: %v", err)
	}
	files := map[string]*caseFile{}
	for _, path := range paths {
		f := &caseFile{}
		if err := yaml.Load(fileBytes(t, path), f, yaml.WithKnownFields()); err != nil {
			t.Fatalf("%s: %v", path, err)
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
		_, m := loadStudy(t, f.Study)
		for i := range f.Cases {
			c := &f.Cases[i]
			t.Run(file+"/"+c.name(), func(t *testing.T) {
				d := matcher.Dates{Screening: f.On, Anchors: f.Dates}
				if c.On != nil {
					d.Screening = *c.On
				}
				if c.Dates != nil {
					d.Anchors = *c.Dates
				}
				p := loadPatient(t, c.Patient)
				r := match(t, m, p, d)
				c.compare(t, f.Rest, &r)
				checkSound(t, &r, recordsOf(p))
				checkSameBytes(t, m, p, d, &r)
			})
		}
	}
}

// compare holds a result against the case.
func (c *patientCase) compare(t *testing.T, rest map[string]rules.Truth, r *matcher.Result) {
	t.Helper()
	if r.Verdict != c.Verdict || r.Awaits != cmp.Or(c.Awaits, matcher.AwaitsNothing) {
		t.Errorf("%s, awaits %s; want %s, awaits %s", r.Verdict, r.Awaits, c.Verdict, cmp.Or(c.Awaits, matcher.AwaitsNothing))
	}
	want := maps.Clone(rest)
	maps.Copy(want, c.Truth)
	for i := range r.Criteria {
		got := &r.Criteria[i]
		truth, listed := want[got.ID]
		if !listed {
			t.Errorf("criterion %s is in the study and not in the cases", got.ID)
		} else if got.Truth != truth {
			t.Errorf("%s is %s, want %s: %s %v", got.ID, got.Truth, truth, got.Reason, got.Missing)
		}
		if whys, given := c.Missing[got.ID]; given {
			compareWhys(t, got, whys)
		}
		if words := c.Reason[got.ID]; !strings.Contains(strings.ToLower(got.Reason), strings.ToLower(words)) {
			t.Errorf("the reason of %s does not say %q: %s", got.ID, words, got.Reason)
		}
		delete(want, got.ID)
	}
	for id := range want {
		t.Errorf("criterion %s is in the cases and not in the study", id)
	}
	if data := strings.Join(r.Data.Issues, "\n"); !strings.Contains(data, c.Issues) {
		t.Errorf("the issues do not say %q: %s", c.Issues, data)
	}
	if data := strings.Join(r.Data.Assumed, "\n"); !strings.Contains(data, c.Assumed) {
		t.Errorf("what is assumed does not say %q: %s", c.Assumed, data)
	}
}

func compareWhys(t *testing.T, got *matcher.Criterion, want []rules.Why) {
	t.Helper()
	var whys []rules.Why
	for _, m := range got.Missing {
		whys = append(whys, m.Why)
	}
	slices.Sort(whys)
	if whys = slices.Compact(whys); !slices.Equal(whys, slices.Sorted(slices.Values(want))) {
		t.Errorf("%s is not known for %q, want %q", got.ID, whys, want)
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
