// SPDX-License-Identifier: Apache-2.0

package matcher_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
	"github.com/eligo-trials/eligo/rules/language"
)

// bundle is a FHIR transaction bundle, read without package fhir.
type bundle struct {
	name string
	text []byte
	list []map[string]any // its resources
}

// realBundles reads the synthetic patients of the shared data, and skips the
// test where there are none.
func realBundles(t *testing.T) []bundle {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for filepath.Dir(dir) != dir {
		dir = filepath.Dir(dir)
		paths, _ := filepath.Glob(filepath.Join(dir, "shared", "data", "fhir", "bundles", "*.json.gz"))
		if len(paths) == 0 {
			continue
		}
		var all []bundle
		for _, path := range paths {
			name, _, _ := strings.Cut(filepath.Base(path), ".")
			all = append(all, readBundle(t, name, gunzip(t, path)))
		}
		return all
	}
	t.Skip("no ../shared/data (real public data)")
	return nil
}

func gunzip(t *testing.T, path string) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(fileBytes(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func readBundle(t *testing.T, name string, text []byte) bundle {
	t.Helper()
	var doc struct {
		Entry []struct{ Resource map[string]any }
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	b := bundle{name: name, text: text}
	for _, e := range doc.Entry {
		b.list = append(b.list, e.Resource)
	}
	return b
}

func recordOf(resource map[string]any) string {
	kind, _ := resource["resourceType"].(string)
	id, _ := resource["id"].(string)
	return kind + "/" + id
}

// records lists every resource of the bundle as evidence cites it.
func (b *bundle) records() map[string]bool {
	records := map[string]bool{}
	for _, r := range b.list {
		records[recordOf(r)] = true
	}
	return records
}

func (b *bundle) decode(t *testing.T) *patient.Profile {
	t.Helper()
	p, err := fhir.Decode(bytes.NewReader(b.text), fhir.Options{})
	if err != nil {
		t.Fatalf("%s: %v", b.name, err)
	}
	return p
}

// graft gives the bundle with one more resource, of the id "graft", that is
// about its patient.
func (b *bundle) graft(t *testing.T, resource string) bundle {
	t.Helper()
	var r map[string]any
	if err := json.Unmarshal([]byte(resource), &r); err != nil {
		t.Fatalf("%v: %s", err, resource)
	}
	id, _ := b.list[slices.IndexFunc(b.list, func(r map[string]any) bool { return r["resourceType"] == "Patient" })]["id"].(string)
	about := map[string]any{"reference": "urn:uuid:" + id}
	r["id"] = "graft"
	if r["resourceType"] == "Immunization" {
		r["patient"] = about
	} else {
		r["subject"] = about
	}
	var doc map[string]any
	if err := json.Unmarshal(b.text, &doc); err != nil {
		t.Fatal(err)
	}
	entries, _ := doc["entry"].([]any)
	doc["entry"] = append(entries, map[string]any{"fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000001", "resource": r})
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return readBundle(t, b.name, text)
}

var firstDose = map[string]patient.Day{"first_dose": patient.NewDay(2026, 12, 6)}

// TestBundles matches real bundles as they are: nobody in them has systemic
// sclerosis.
func TestBundles(t *testing.T) {
	_, m := loadStudy(t, referenceStudy)
	for _, b := range realBundles(t) {
		t.Run(b.name, func(t *testing.T) {
			p := b.decode(t)
			for _, d := range []matcher.Dates{
				{Screening: patient.NewDay(2026, 11, 22), Anchors: firstDose},
				{Screening: patient.NewDay(2010, 6, 1)},
			} {
				r := match(t, m, p, d)
				checkSound(t, &r, b.records())
				checkSameBytes(t, m, p, d, &r)
				if r.Verdict == matcher.Eligible || criterionOf(t, &r, "patient-not-volunteer").Truth == language.True {
					t.Errorf("%s on %s: %s", r.Verdict, d.Screening, r.Summary)
				}
			}
		})
	}
}

func criterionOf(t *testing.T, r *matcher.Result, id string) *matcher.Criterion {
	t.Helper()
	i := slices.IndexFunc(r.Criteria, func(c matcher.Criterion) bool { return c.ID == id })
	if i < 0 {
		t.Fatalf("no criterion %s", id)
	}
	return &r.Criteria[i]
}

// TestValuesOfBundles checks that every kind of result that the bundles hold
// arrives in the profile as it was.
func TestValuesOfBundles(t *testing.T) {
	seen := map[string]int{}
	for _, b := range realBundles(t) {
		found := map[string][]patient.Value{}
		p := b.decode(t)
		for i := range p.Observations {
			if o := &p.Observations[i]; !o.Value.IsZero() {
				found[o.Record] = append(found[o.Record], o.Value)
			}
		}
		for _, r := range b.list {
			if r["resourceType"] != "Observation" {
				continue
			}
			record := recordOf(r)
			parts, _ := r["component"].([]any)
			want := resultsOf(r, "", seen)
			for _, part := range parts {
				component, _ := part.(map[string]any)
				want = append(want, resultsOf(component, "component ", seen)...)
			}
			if got := found[record]; !slices.EqualFunc(want, got, sameResult) {
				t.Errorf("%s: %s: results are %+v, want %v", b.name, record, got, want)
			}
		}
	}
	for _, kind := range []string{"valueQuantity", "component valueQuantity", "valueCodeableConcept", "valueString", "none"} {
		if seen[kind] == 0 {
			t.Errorf("no %s in the bundles: %v", kind, seen)
		}
	}
	if len(seen) != 5 {
		t.Errorf("the bundles hold kinds that are not tested: %v", seen)
	}
}

// resultsOf lists the one value of an Observation or a component, and counts its kind.
func resultsOf(r map[string]any, of string, seen map[string]int) []any {
	for name, value := range r {
		if strings.HasPrefix(name, "value") {
			seen[of+name]++
			return []any{value}
		}
	}
	seen[of+"none"]++
	return nil
}

// sameResult compares a FHIR value with what became of it.
func sameResult(want any, got patient.Value) bool {
	value, object := want.(map[string]any)
	if !object {
		return got.Text == want
	}
	if number, ok := value["value"].(json.Number); ok {
		return got.Quantity != nil && got.Quantity.Value.Cmp(patient.MustDecimal(number.String())) == 0 && got.Quantity.Unit == value["unit"]
	}
	codings, _ := value["coding"].([]any)
	coding, _ := codings[0].(map[string]any)
	return len(got.Codes) == len(codings) && got.Codes[0].Code == coding["code"] && got.Text == value["text"]
}

// checkSound checks what must hold for the result of anybody; records is all
// that evidence may cite.
func checkSound(t *testing.T, r *matcher.Result, records map[string]bool) {
	t.Helper()
	if r.Summary == "" || r.Study.SHA256 == "" || r.Data.ProfileSHA256 == "" {
		t.Error("a result without summary or digests")
	}
	for i := range r.Criteria {
		c := &r.Criteria[i]
		if strings.TrimSpace(c.Reason) == "" {
			t.Errorf("%s has no reason", c.ID)
		}
		if known := c.Truth != language.Unknown; known != (len(c.Missing) == 0) {
			t.Errorf("%s is %s and %d facts are missing: %s", c.ID, c.Truth, len(c.Missing), c.Reason)
		}
		for _, e := range slices.Concat(c.Evidence, c.Shown) {
			if e.Record != "" && !records[e.Record] {
				t.Errorf("%s cites %s, which is not in the record", c.ID, e.Record)
			}
			if e.Record == "" && e.Concept == "" {
				t.Errorf("%s cites something that has no name", c.ID)
			}
		}
		for _, m := range c.Missing {
			if m.What == "" || m.Why == "" || m.Ask == "" {
				t.Errorf("%s: something is missing and it does not say what, why or what to ask: %+v", c.ID, m)
			}
			if m.Record != "" && !records[m.Record] {
				t.Errorf("%s asks about %s, which is not in the record", c.ID, m.Record)
			}
		}
	}
}

// recordsOf lists every record of a profile.
func recordsOf(p *patient.Profile) map[string]bool {
	records := map[string]bool{}
	add := func(f *patient.Fact, domain patient.Domain, i int) {
		records[cmp.Or(f.Record, fmt.Sprintf("%s[%d]", domain, i))] = true
	}
	for i := range p.Conditions {
		add(&p.Conditions[i].Fact, patient.Conditions, i)
	}
	for i := range p.Medications {
		add(&p.Medications[i].Fact, patient.Medications, i)
	}
	for i := range p.Observations {
		add(&p.Observations[i].Fact, patient.Observations, i)
	}
	return records
}
