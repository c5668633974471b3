// SPDX-License-Identifier: Apache-2.0

package fhir_test

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
	"github.com/eligo-trials/eligo/patient/fhir/bulk"
)

func sharedBulk(tb testing.TB) string {
	tb.Helper()
	return filepath.Join(sharedData(tb), "fhir", "bulk")
}

// exported are the domains of the types that the shared export holds.
var exported = []patient.Domain{
	patient.Conditions, patient.Medications, patient.Observations,
	patient.Procedures, patient.Allergies, patient.Immunizations,
}

// comparably leaves out what is of the source and not of the person: issues
// that count what was not read (an export is not searched for the Encounters of
// one person), how far the record reaches (a Bundle does not say), and the
// order of the facts.
func comparably(tb testing.TB, p *patient.Profile) string {
	tb.Helper()
	q := *p
	q.RecordedThrough = patient.Date{}
	q.Issues = nil
	for _, issue := range p.Issues {
		if !strings.HasPrefix(issue, "skipped ") {
			q.Issues = append(q.Issues, issue)
		}
	}
	q.Conditions = byRecord(p.Conditions, func(f patient.Condition) string { return f.Record })
	q.Medications = byRecord(p.Medications, func(f patient.Medication) string { return f.Record })
	q.Observations = byRecord(p.Observations, func(f patient.Observation) string { return f.Record })
	q.Procedures = byRecord(p.Procedures, func(f patient.Procedure) string { return f.Record })
	q.Allergies = byRecord(p.Allergies, func(f patient.Allergy) string { return f.Record })
	q.Immunizations = byRecord(p.Immunizations, func(f patient.Immunization) string { return f.Record })
	text, err := json.Marshal(q)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

func byRecord[F any](facts []F, record func(F) string) []F {
	facts = slices.Clone(facts)
	slices.SortStableFunc(facts, func(a, b F) int { return cmp.Compare(record(a), record(b)) })
	return facts
}

// TestBulkEqualsBundles: the people who are in both come out equal. The export
// supplies every domain whose types it holds, for each patient; a Bundle those
// of which it has a resource. With Options.Complete they are the same.
func TestBulkEqualsBundles(t *testing.T) {
	exports := map[string]string{}
	facts := 0
	for p, err := range bulk.Records(t.Context(), sharedBulk(t), bulk.Options{Note: func(s string) { t.Log(s) }}).Source() {
		if err != nil {
			t.Fatal(err)
		}
		if got := p.RecordedThrough.String(); got != "2021-04-01" {
			t.Fatalf("%s: recorded through %s", p.ID, got)
		}
		for _, n := range factCounts(p) {
			facts += n
		}
		exports[p.ID] = comparably(t, p)
	}
	if len(exports) != 125 || facts < 29285 {
		t.Errorf("%d patients with %d facts; 125 are known, with 29,285 resources and more components", len(exports), facts)
	}
	folder := filepath.Join(sharedData(t), "fhir", "bundles")
	both := 0
	for p, err := range fhir.Folder(t.Context(), folder, fhir.SourceOptions{Options: fhir.Options{Complete: exported}}).Source() {
		if err != nil {
			t.Fatal(err)
		}
		if want := comparably(t, p); exports[p.ID] != want {
			t.Errorf("%s differs at:\n%s", p.ID, firstDifference(exports[p.ID], want))
		}
		both++
	}
	if both != 40 {
		t.Errorf("%d people in both, 40 are known", both)
	}
}

// firstDifference shows where two texts part.
func firstDifference(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	from := max(i-80, 0)
	return a[from:min(i+120, len(a))] + "\n" + b[from:min(i+120, len(b))]
}

func BenchmarkBulk(b *testing.B) {
	dir := sharedBulk(b)
	for _, c := range []struct {
		name   string
		memory int64
		decode bool
	}{{"gather", 0, false}, {"decode", 0, true}, {"spill", 4 << 20, false}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(exportSize(b, dir))
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				for r := range bulk.Records(b.Context(), dir, bulk.Options{Memory: c.memory, TempDir: b.TempDir()}) {
					if n++; !c.decode {
						continue
					}
					if _, err := r.Decode(); err != nil {
						b.Fatal(err)
					}
				}
				if n != 125 {
					b.Fatalf("%d records", n)
				}
			}
		})
	}
}

// exportSize is the size of the text, after gunzip.
func exportSize(tb testing.TB, dir string) (size int64) {
	tb.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		tb.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".gz") {
			size += int64(len(gunzipped(tb, filepath.Join(dir, f.Name()))))
		}
	}
	return size
}
