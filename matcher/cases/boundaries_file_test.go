// SPDX-License-Identifier: Apache-2.0

package cases_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/eligo-trials/eligo/matcher/cases"
	"github.com/eligo-trials/eligo/matcher/cases/boundaries"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

var boundaryStudies = []string{"../../testdata/studies/nct00506831.yaml", "../../testdata/studies/hemoglobin.yaml", "boundaries/testdata/words.yaml"}

var boundaryDay = patient.NewDay(2026, 11, 22)

// TestBoundariesAsFile: the cases can be written down and read back, they pass,
// reach every truth of every atom, and fit the schema.
func TestBoundariesAsFile(t *testing.T) {
	for _, path := range boundaryStudies {
		s, err := rules.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		on := boundaryDay
		list, _, err := boundaries.Generate(s, on)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if err := os.Symlink(filepath.Dir(whole), filepath.Join(dir, "studies")); err != nil {
			t.Skip(err)
		}
		src, err := boundaries.WriteFile("studies/"+filepath.Base(path), "Made\nby a test.\n", on, list)
		if err != nil {
			t.Fatal(err)
		}
		checkSchema(t, src, true)
		file := filepath.Join(dir, "b"+cases.Suffix)
		if err := os.WriteFile(file, src, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := cases.LoadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Cases) != len(list) {
			t.Errorf("%d cases of %d", len(f.Cases), len(list))
		}
		outcomes, err := f.RunCases(nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, o := range outcomes {
			if len(o.Diffs) > 0 {
				t.Errorf("%s: %v", o.Case.Name(), o.Diffs)
			}
			if o.Case.Dates.Screening != list[i].Dates.Screening {
				t.Errorf("%s: on %s, not on %s", o.Case.Name(), o.Case.Dates.Screening, list[i].Dates.Screening)
			}
		}
		for _, u := range cases.MeasureCoverage(s, outcomes).Unseen {
			if u.Criterion != "ratio" {
				t.Errorf("%s: %s: never %v", u.Pos, u.Atom, u.Missing)
			}
		}
	}
}
