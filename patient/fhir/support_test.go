// SPDX-License-Identifier: Apache-2.0

package fhir_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
)

// folderOf writes files; a name that ends in .gz is gzipped.
func folderOf(tb testing.TB, files map[string]string) string {
	tb.Helper()
	dir := tb.TempDir()
	for name, text := range files {
		b := []byte(text)
		if strings.HasSuffix(name, ".gz") {
			b = gzipped(text)
		}
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	return dir
}

// gzipped packs a text.
func gzipped(text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(text))
	z.Close()
	return b.Bytes()
}

// patientLine is the shortest Patient, as a line.
func patientLine(id string) string {
	return fmt.Sprintf(`{"resourceType":"Patient","id":%q}`+"\n", id)
}

// conditionLine is the shortest Condition of a patient, as a line.
func conditionLine(id, of string) string {
	return fmt.Sprintf(`{"resourceType":"Condition","id":%q,"code":{"text":"gout"},"subject":{"reference":%q}}`+"\n", id, of)
}

// brief describes a decoded record in a line: the id of the patient, then for each
// supplied domain its initial and its records, or the error, without the path of dir.
func brief(p *patient.Profile, err error, dir string) string {
	if err != nil {
		s := strings.ReplaceAll(err.Error(), dir+"/", "")
		var e *patient.RecordError
		switch {
		case !errors.As(err, &e):
			return fmt.Sprintf("%T: %s", err, s)
		case e.Cut:
			s = "CUT " + s
		}
		if e.Patient != "" {
			s = "(" + e.Patient + ") " + s
		}
		return strings.ReplaceAll(s, dir, "DIR")
	}
	var b strings.Builder
	b.WriteString(p.ID)
	for _, d := range patient.FactDomains() {
		if !p.Supplied(d) {
			continue
		}
		fmt.Fprintf(&b, " %s[", d[:1])
		for i := range p.Count(d) {
			f := p.Fact(d, i)
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(strings.TrimPrefix(strings.TrimPrefix(f.Record, "Condition/"), "MedicationRequest/"))
			if f.Unreadable != "" {
				fmt.Fprintf(&b, " ?%s", f.Unreadable)
			} else if f.Text != "gout" {
				fmt.Fprintf(&b, "=%s", f.Text)
			}
		}
		b.WriteString("]")
	}
	if !p.RecordedThrough.IsZero() {
		fmt.Fprintf(&b, " through %s", p.RecordedThrough)
	}
	return b.String()
}

// sharedData finds the folder of public test data above the project, and skips
// the test where there is none.
func sharedData(tb testing.TB) string {
	tb.Helper()
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		found := filepath.Join(dir, "shared", "data")
		if _, err := os.Stat(found); err == nil {
			return found
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			tb.Skip("no shared/data above this folder: the tests on public data are skipped")
		}
		dir = parent
	}
}

// gunzipped reads a gzipped file.
func gunzipped(tb testing.TB, path string) []byte {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

// factCounts gives the number of entries of each domain that has any.
func factCounts(p *patient.Profile) map[patient.Domain]int {
	counts := map[patient.Domain]int{}
	for _, d := range patient.FactDomains() {
		if n := p.Count(d); n > 0 {
			counts[d] = n
		}
	}
	return counts
}

// always is an endless text.
type always byte

func (a always) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(a)
	}
	return len(b), nil
}
