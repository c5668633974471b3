// SPDX-License-Identifier: Apache-2.0

package fhir_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
)

func bundleFiles(tb testing.TB) []string {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join(sharedData(tb), "fhir", "bundles", "*.json.gz"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("no bundles: %v", err)
	}
	return files
}

// counted is what a naive reader finds in a Bundle.
type counted struct {
	ID, BirthDate, Gender, Deceased string
	facts                           map[patient.Domain]int
}

func countNaively(tb testing.TB, text []byte) counted {
	tb.Helper()
	var b struct {
		Entry []struct{ Resource map[string]any }
	}
	if err := json.Unmarshal(text, &b); err != nil {
		tb.Fatal(err)
	}
	domains := map[any]patient.Domain{
		"Condition": patient.Conditions, "MedicationRequest": patient.Medications,
		"MedicationAdministration": patient.Medications, "MedicationStatement": patient.Medications,
		"Procedure": patient.Procedures, "AllergyIntolerance": patient.Allergies,
		"Immunization": patient.Immunizations, "Observation": patient.Observations,
	}
	c := counted{facts: map[patient.Domain]int{}}
	for _, e := range b.Entry {
		r := e.Resource
		if d, ok := domains[r["resourceType"]]; ok {
			c.facts[d]++
		}
		parts, _ := r["component"].([]any)
		for _, p := range parts {
			for name := range p.(map[string]any) {
				if strings.HasPrefix(name, "value") {
					c.facts[patient.Observations]++
				}
			}
		}
		if r["resourceType"] == "Patient" {
			c.ID, _ = r["id"].(string)
			c.BirthDate, _ = r["birthDate"].(string)
			c.Gender, _ = r["gender"].(string)
			if at, ok := r["deceasedDateTime"].(string); ok {
				c.Deceased = at[:10]
			}
		}
	}
	return c
}

func TestRealBundles(t *testing.T) {
	who := map[string][]string{}
	list, err := os.Open(filepath.Join(sharedData(t), "fhir", "PATIENTS.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	for lines := bufio.NewScanner(list); lines.Scan(); {
		if columns := strings.Split(lines.Text(), "\t"); len(columns) > 3 {
			who[columns[1]] = columns
		}
	}
	files := bundleFiles(t)
	if len(files) != 40 {
		t.Errorf("%d bundles, 40 are known", len(files))
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			f, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			p, err := fhir.Decode(f, fhir.Options{})
			if err != nil {
				t.Fatal(err)
			}
			want := countNaively(t, gunzipped(t, file))
			if got := fmt.Sprint(factCounts(p)); got != fmt.Sprint(want.facts) {
				t.Errorf("facts %v, want %v", got, want.facts)
			}
			columns := who[p.ID]
			if p.ID != want.ID || columns == nil {
				t.Fatalf("patient %q, want %q", p.ID, want.ID)
			}
			if p.BirthDate.String() != columns[2] || string(p.Sex) != columns[3] || p.DeathDate.String() != want.Deceased {
				t.Errorf("born %v, %v, died %v; want %v, died %q", p.BirthDate, p.Sex, p.DeathDate, columns[2:4], want.Deceased)
			}
			for _, issue := range p.Issues {
				if !strings.HasPrefix(issue, "skipped ") {
					t.Errorf("issue: %s", issue)
				}
			}
		})
	}
}

// TestMeasureCases reads the test patients of four quality measures, each as a
// collection without fullUrl. None of them may be refused.
func TestMeasureCases(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(sharedData(t), "cql", "cases", "*.ndjson.gz"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	patients, known := 0, map[string]int{}
	for _, file := range files {
		for line := range bytes.Lines(gunzipped(t, file)) {
			var c struct {
				Case      string
				Resources []json.RawMessage
			}
			if err := json.Unmarshal(line, &c); err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			b.WriteString(`{"resourceType":"Bundle","type":"collection","entry":[`)
			for i, r := range c.Resources {
				if i > 0 {
					b.WriteByte(',')
				}
				b.WriteString(`{"resource":` + string(r) + `}`)
			}
			b.WriteString(`]}`)
			p, err := fhir.Decode(strings.NewReader(b.String()), fhir.Options{})
			if err != nil {
				t.Errorf("%s %s: %v", filepath.Base(file), c.Case, err)
				continue
			}
			patients++
			for _, issue := range p.Issues {
				if !strings.Contains(issue, "not read") {
					known[issue]++
				}
			}
		}
	}
	if patients != 205 {
		t.Errorf("%d patients, want 205", patients)
	}
	for issue, n := range known {
		t.Logf("%d× %s", n, issue)
	}
}
