// SPDX-License-Identifier: Apache-2.0

package output_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/eligo-trials/eligo/cmd/internal/screening/output"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// TestFormats holds that every format is found by its name and its type and writes
// the study, that the default formats come first, and that issues are in every
// format that has a place for them.
func TestFormats(t *testing.T) {
	if output.FormatNames()[0] != "text" || output.MediaTypes()[0] != "application/json" || len(output.MediaTypes()) != len(output.FormatNames()) {
		t.Errorf("formats %q, types %q", output.FormatNames(), output.MediaTypes())
	}
	study, err := rules.Parse("s.yaml", []byte("study: NCT00000001\ninclusion:\n  - {id: adult, quote: \"Adults\", rule: age >= 18}\n"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := matcher.New(study)
	if err != nil {
		t.Fatal(err)
	}
	p, err := patient.DecodeBytes([]byte(`{"id": "p", "birth_date": "1970-01-01"}`))
	if err != nil {
		t.Fatal(err)
	}
	results, err := m.Match(p, matcher.Dates{Screening: patient.NewDay(2026, 11, 22)})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range output.FormatNames() {
		f := output.FormatNamed(name)
		if output.FormatOfType(f.MediaType) != f || !slices.Contains(output.MediaTypes(), f.MediaType) {
			t.Errorf("%s: its type is not known", name)
		}
		var b bytes.Buffer
		if err := f.Write(&b, &output.Page{Results: results, Issues: []string{"other.yaml does not load"}}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !bytes.Contains(b.Bytes(), []byte("NCT00000001")) || bytes.Contains(b.Bytes(), []byte("other.yaml")) != f.HoldsIssues {
			t.Errorf("%s: the study or the issue is not as it should be: %s", name, b.String())
		}
	}
	if output.FormatNamed("pdf") != nil || output.FormatOfType("application/pdf") != nil {
		t.Error("a format that does not exist is found")
	}
}
