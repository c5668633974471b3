// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// referenceResults matches every patient of testdata with the reference study.
func referenceResults(t testing.TB) (all []matcher.Result) {
	t.Helper()
	study, err := rules.Load("../../testdata/studies/nct00506831.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m, err := matcher.New(study)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../testdata/patients/*.json")
	if err != nil || len(files) < 80 {
		t.Fatalf("%d patients, %v", len(files), err)
	}
	for _, file := range files {
		doc, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		p, err := patient.DecodeBytes(doc)
		if err != nil {
			t.Fatal(err)
		}
		results, err := m.Match(p, matcher.Dates{Screening: patient.NewDay(2026, 11, 22)})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, results...)
	}
	return all
}

func TestCSV(t *testing.T) {
	results := referenceResults(t)
	var b bytes.Buffer
	if err := CSV(&b, results...); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(results)+1 || strings.Join(rows[0], ",") != "patient,study,version,screening,verdict,awaits,blocking,unknown,summary" {
		t.Fatalf("%d rows, the first %v", len(rows), rows[0])
	}
	for i, row := range rows[1:] {
		r := &results[i]
		want := []string{
			r.Patient, r.Study.ID, r.Study.Version, "2026-11-22", string(r.Verdict), string(r.Awaits),
			strings.Join(r.Blocking, " "), strings.Join(r.Unknown, " "), r.Summary,
		}
		if strings.Join(row, "\x00") != strings.Join(want, "\x00") {
			t.Fatalf("row %d is %q, want %q", i+1, row, want)
		}
	}
}

// TestCSVCells has what a spreadsheet could run, split or mangle. A cell is
// what stands in the file, without the commas around it.
func TestCSVCells(t *testing.T) {
	for id, want := range map[string]string{
		"p1":                   "p1",
		"":                     "",
		"a-b_c=d@e+f":          "a-b_c=d@e+f",
		"=1+1":                 "'=1+1",
		"+1":                   "'+1",
		"-1":                   "'-1",
		"@SUM(A1)":             "'@SUM(A1)",
		"＝1+1":                 "'＝1+1",
		"\t=1":                 "' =1",
		"\r=1":                 "' =1",
		"\n=1":                 "' =1",
		"  =1":                 "'  =1",
		"\u00a0=1":             "' =1",
		`"=1`:                  `"'""=1"`,
		"a;=1+1":               `"a;'=1+1"`,
		`a;"=1`:                `"a;'""=1"`,
		"a; -1;b":              `"a;' -1;b"`,
		"=a;=b":                `"'=a;'=b"`,
		"=cmd|'/C calc'!A0":    "'=cmd|'/C calc'!A0",
		"a,b":                  `"a,b"`,
		`say "no"`:             `"say ""no"""`,
		" padded ":             `" padded "`,
		"two\r\nlines":         "two  lines",
		"nul\x00":              "nul<U+0000>",
		"\ufeff=1":             "<U+FEFF>=1",
		"\u202e=1":             "<U+202E>=1",
		"bad\xff":              "bad<0xFF>",
		"Zoë 医":                "Zoë 医",
		"'=1":                  "'=1",
		"<script>":             "<script>",
		strings.Repeat("=", 3): "'===",
	} {
		r := &matcher.Result{Patient: id, Dates: map[string]patient.Day{"screening": patient.NewDay(2026, 1, 2)}}
		row := string(AppendCSV(nil, r))
		got, ok := strings.CutSuffix(row, ",,,2026-01-02,,,,,\r\n")
		if !ok || got != want {
			t.Errorf("%q is written %q, want %q", id, row, want)
		}
		cells, err := csv.NewReader(strings.NewReader(row)).Read()
		if err != nil || len(cells) != len(csvColumns) || strings.ContainsAny(cells[0][:min(1, len(cells[0]))], "=+-@\t\r\n＝") {
			t.Errorf("%q is read as %q: %v", id, cells, err)
		}
	}
}

func FuzzCSV(f *testing.F) {
	f.Add("=1+1", "a;\"=b")
	f.Fuzz(func(t *testing.T, id, summary string) {
		r := &matcher.Result{Patient: id, Summary: summary, Blocking: []string{"a", "b"}, Dates: map[string]patient.Day{"screening": 1}}
		row := AppendCSV(nil, r)
		if bytes.Count(row, []byte("\n")) != 1 || bytes.Count(row, []byte("\r")) != 1 {
			t.Fatalf("%q is not one line", row)
		}
		cells, err := csv.NewReader(bytes.NewReader(row)).Read()
		if err != nil || len(cells) != len(csvColumns) {
			t.Fatalf("%q: %d cells, %v", row, len(cells), err)
		}
		for _, cell := range append(cells, strings.Split(cells[0], ";")...) {
			if strings.HasPrefix(strings.Trim(cell, ` "`), "=") || strings.HasPrefix(strings.Trim(cell, ` "`), "-") {
				t.Fatalf("%q could be a formula", cell)
			}
		}
	})
}

func BenchmarkAppendCSV(b *testing.B) {
	results := referenceResults(b)
	row := bytes.Repeat([]byte{0}, 4096)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		row = AppendCSV(row[:0], &results[i])
		if i++; i == len(results) {
			i = 0
		}
	}
}
