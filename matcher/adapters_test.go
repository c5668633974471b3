// SPDX-License-Identifier: Apache-2.0

package matcher_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
	"github.com/eligo-trials/eligo/patient/fhir/bulk"
	"github.com/eligo-trials/eligo/rules"
)

// TestAdaptersAgree holds that the same people give equal results from every
// source: their Bundle, the profile in eligo's own JSON, and the Bulk Data
// export that they are in.
func TestAdaptersAgree(t *testing.T) {
	bundles := realBundles(t)
	study, err := rules.Load("../testdata/studies/nct00506831.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m, err := matcher.New(study)
	if err != nil {
		t.Fatal(err)
	}
	bulk := exported(t)
	for i := range bundles {
		b := &bundles[i]
		p, err := fhir.Decode(bytes.NewReader(b.text), fhir.Options{Complete: patient.Domains()})
		if err != nil {
			t.Fatal(err)
		}
		text, err := p.JSON()
		if err != nil {
			t.Fatal(err)
		}
		native, err := patient.Decode(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		want := decided(t, m, p)
		if got := decided(t, m, native); got != want {
			t.Errorf("%s as a native profile:\n%s\nand as a Bundle:\n%s", b.name, got, want)
		}
		if other := bulk[p.ID]; other == nil {
			t.Errorf("%s is not in the export", b.name)
		} else if got := decided(t, m, other); got != want {
			t.Errorf("%s from the export:\n%s\nand as a Bundle:\n%s", b.name, got, want)
		}
	}
}

// exported reads everybody of the shared Bulk Data export, by id.
func exported(t *testing.T) map[string]*patient.Profile {
	t.Helper()
	dirs, _ := filepath.Glob("../../shared/data/fhir/bulk")
	if len(dirs) == 0 {
		t.Skip("no ../shared/data (real public data)")
	}
	all := map[string]*patient.Profile{}
	o := bulk.Options{Options: fhir.Options{Complete: patient.Domains()}}
	for p, err := range bulk.Records(t.Context(), dirs[0], o).Source() {
		if err != nil {
			t.Fatal(err)
		}
		all[p.ID] = p
	}
	return all
}

// decided gives the criteria of a result, on a day before the export was made.
func decided(t *testing.T, m *matcher.Matcher, p *patient.Profile) string {
	t.Helper()
	results, err := m.Match(p, matcher.Dates{Screening: patient.NewDay(2021, 3, 31)})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(results[0].Criteria)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "},{", "},\n{")
}
