// SPDX-License-Identifier: Apache-2.0

package fhir_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
	"github.com/eligo-trials/eligo/patient/fhir/bulk"
)

func requestLine(id, of, drug string) string {
	return fmt.Sprintf(`{"resourceType":"MedicationRequest","id":%q,"status":"active","intent":"order","subject":{"reference":%q},"medicationReference":{"reference":%q}}`+"\n", id, of, drug)
}

func drugLine(id, name string) string {
	return fmt.Sprintf(`{"resourceType":"Medication","id":%q,"code":{"text":%q}}`+"\n", id, name)
}

func bulkOf(tb testing.TB, dir string, o bulk.Options) (got []string) {
	tb.Helper()
	for p, err := range bulk.Records(tb.Context(), dir, o).Source() {
		got = append(got, brief(p, err, dir))
	}
	return got
}

const lacking = "a Condition of the export could not be read or assigned, and may be anyone's"

var exports = []struct {
	name     string
	files    map[string]string
	complete []patient.Domain
	want     []string
}{
	{"types that are there are supplied for everyone, others for nobody", map[string]string{
		"Patient.ndjson": patientLine("b") + patientLine("a"), "1.ndjson.gz": conditionLine("c1", "Patient/a"),
	}, nil, []string{"a c[c1]", "b c[]"}},
	{
		"Complete",
		map[string]string{"Patient.ndjson": patientLine("a")},
		[]patient.Domain{patient.Allergies},
		[]string{"a a[]"},
	},
	{"any order, any name, blank lines, CRLF, byte order mark, no end", map[string]string{
		"0.ndjson": "\uFEFF" + conditionLine("c1", "Patient/a") + "\r\n\n" + patientLine("a") + strings.TrimSpace(conditionLine("c2", "Patient/a")),
		"9.ndjson": strings.ReplaceAll(conditionLine("c3", "Patient/a")+conditionLine("c4", "Patient/b"), "\n", "\r\n"),
		"x.ndjson": patientLine("b"),
	}, nil, []string{"a c[c1, c2, c3]", "b c[c4]"}},
	{"references", map[string]string{
		"Patient.ndjson": patientLine("a"),
		"Condition.ndjson": conditionLine("c1", "https://x.org/fhir/Patient/a") + conditionLine("c2", "Patient/a/_history/2") +
			conditionLine("c3", "urn:uuid:a") + conditionLine("c4", "Group/1"),
	}, nil, []string{"a c[c1, c2, c3]"}},
	{"absolute references with two bases are not believed", map[string]string{
		"Patient.ndjson":   patientLine("a"),
		"Condition.ndjson": conditionLine("c1", "https://x.org/Patient/a") + conditionLine("c2", "https://y.org/Patient/a") + conditionLine("c3", "Patient/a"),
	}, nil, []string{"a c[c1 ?it cannot be told whom it is about, c2 ?it cannot be told whom it is about, c3]"}},
	{"Medications are everyone's", map[string]string{
		"Patient.ndjson": patientLine("a") + patientLine("b"), "Medication.ndjson": drugLine("m2", "aspirin") + drugLine("m1", "imatinib"),
		"MedicationRequest.ndjson": requestLine("r1", "Patient/b", "Medication/m1") + requestLine("r2", "Patient/a", "Medication/m2") +
			requestLine("r3", "Patient/b", "Medication/m2") + requestLine("r4", "Patient/b", "Medication/m9"),
	}, nil, []string{"a m[r2=aspirin]", "b m[r1=imatinib, r3=aspirin, r4 ?medicationReference cannot be resolved and has no display]"}},
	{"a patient who is not there", map[string]string{
		"Patient.ndjson": patientLine("b"), "Condition.ndjson": conditionLine("c1", "Patient/a") + conditionLine("c2", "Patient/a"),
	}, nil, []string{"(a) Condition.ndjson:1: no Patient of this id is in the export, and 2 resources are about it", "b c[]"}},
	{"the same twice, and two versions", map[string]string{
		"1.ndjson": patientLine("a") + conditionLine("c1", "Patient/a"), "2.ndjson": patientLine("a") + conditionLine("c1", "Patient/a"),
		"3.ndjson": conditionLine("c2", "Patient/a") + strings.Replace(conditionLine("c2", "Patient/a"), "gout", "other", 1),
		"4.ndjson": strings.Replace(conditionLine("c3", "Patient/a"), `"code"`, `"meta":{"lastUpdated":"2020-01-01T00:00:00Z"},"code"`, 1) +
			strings.Replace(strings.Replace(conditionLine("c3", "Patient/a"), `"code"`, `"meta":{"lastUpdated":"2021-01-01T00:00:00Z"},"code"`, 1), "gout", "newer", 1),
	}, nil, []string{"a c[c1, c2 ?the resource is there twice, and which is newer cannot be told, c3=newer]"}},
	{"two Patients of one id that differ", map[string]string{
		"1.ndjson": patientLine("a") + patientLine("b"), "2.ndjson": `{"resourceType":"Patient","id":"a","gender":"male"}`,
	}, nil, []string{"(a) 1.ndjson:1: the Patient is there twice, and which is newer cannot be told", "b"}},
	{"a broken line that names its patient", map[string]string{
		"Patient.ndjson": patientLine("a") + patientLine("b"),
		"x.ndjson":       conditionLine("c1", "Patient/b") + `{"resourceType":"Condition","subject":{"reference":"Patient/a"},"code":}` + "\n",
	}, nil, []string{"a c[x.ndjson:2 ?the line is not JSON]", "b c[c1]"}},
	{"a broken line that names nobody may be anyone's", map[string]string{
		"Patient.ndjson": patientLine("a") + patientLine("b"), "Condition.ndjson": "{{{\n" + conditionLine("c1", "Patient/b"),
	}, nil, []string{
		"Condition.ndjson:1: not a FHIR document: jsontext: object member name must be a string after offset 1",
		"a c[Condition.ndjson:1 ?" + lacking + "]", "b c[c1, Condition.ndjson:1 ?" + lacking + "]",
	}},
	{"two lines that were run together", map[string]string{
		"Patient.ndjson":   patientLine("a"),
		"Condition.ndjson": `{"resourceType":"Condition","subject":{"reference":"Patient/a"},"co` + conditionLine("c1", "Patient/a"),
	}, nil, []string{
		"Condition.ndjson:1: not a FHIR document: jsontext: invalid character 'r' after object name (expecting ':') within \"/co{\" after offset 69",
		"a",
	}},
	{"a fact without a subject", map[string]string{
		"Patient.ndjson":   patientLine("a"),
		"Condition.ndjson": conditionLine("c1", "Patient/a") + `{"resourceType":"Condition","id":"c2","subject":{"display":"Ann"}}`,
	}, nil, []string{"Condition.ndjson:2: it cannot be told whom it is about", "a c[c1, Condition.ndjson:2 ?" + lacking + "]"}},
	{"a broken Patient", map[string]string{
		"Patient.ndjson": patientLine("b") + `{"resourceType":"Patient","id":"a",}` + "\n", "Condition.ndjson": conditionLine("c1", "Patient/a"),
	}, nil, []string{"(a) Patient.ndjson:2: the line is not JSON", "b c[]"}},
	{"a half line at the end", map[string]string{
		"Patient.ndjson": patientLine("a"), "Condition.ndjson": conditionLine("c1", "Patient/a") + `{"resourceType":"Condition","subject":{"reference":"Patient/a"}`,
	}, nil, []string{
		"CUT Condition.ndjson:2: the file ends in the middle of a line (not a FHIR document: jsontext: unexpected EOF after offset 63)",
		"a c[c1, Condition.ndjson:2 ?the file is damaged: more may have followed]",
	}},
	{"a file of gzip without its end, and an empty one", map[string]string{
		"Patient.ndjson": patientLine("a"), "Condition.ndjson.gz": "CUT", "MedicationRequest.ndjson.gz": "EMPTY",
	}, nil, []string{
		"CUT Condition.ndjson.gz:2: the gzipped data is cut short: what comes after this place is lost",
		"CUT MedicationRequest.ndjson.gz:1: the gzipped data is cut short: what comes after this place is lost",
		"a c[c1, Condition.ndjson.gz:2 ?the file is damaged: more may have followed]",
	}},
	{"a file that is no FHIR is not read", map[string]string{
		"Patient.ndjson": patientLine("a"), "log.ndjson": "{\"exportId\":1}\n{", "Encounter.ndjson": `{"resourceType":"Encounter"}` + "\n{",
	}, nil, []string{"a"}},
	{"an error of the server", map[string]string{
		"Patient.ndjson": patientLine("a"), "Condition.ndjson": conditionLine("c1", "Patient/a"),
		"error/1.ndjson": `{"resourceType":"OperationOutcome","issue":[{"severity":"error"}]}`,
	}, nil, []string{"a c[c1, error/1.ndjson:1 ?the server reported errors: some resources may be missing; whoever knows it to be complete can say so]"}},
	{"an error of the server, vouched for", map[string]string{
		"Patient.ndjson": patientLine("a"), "Condition.ndjson": conditionLine("c1", "Patient/a"),
		"error/1.ndjson": `{"resourceType":"OperationOutcome","issue":[{"severity":"error"}]}`,
	}, []patient.Domain{patient.Conditions}, []string{"a c[c1]"}},
	{"a note of the server", map[string]string{
		"Patient.ndjson": patientLine("a"), "Condition.ndjson": conditionLine("c1", "Patient/a"),
		"error.ndjson": `{"resourceType":"OperationOutcome","issue":[{"severity":"information"}]}`,
	}, nil, []string{"a c[c1]"}},
	{"nothing here", map[string]string{"readme.txt": ""}, nil, []string{"CUT DIR: no NDJSON file is here"}},
	{"no such domain", map[string]string{"Patient.ndjson": patientLine("a")}, []patient.Domain{"x"}, []string{
		`CUT DIR: "x" is no domain; the domains are [conditions medications observations procedures allergies immunizations answers]`,
	}},
}

func TestBulk(t *testing.T) {
	for _, c := range exports {
		t.Run(c.name, func(t *testing.T) {
			files := maps.Clone(c.files)
			var cutFiles []string
			for name, text := range files {
				if text == "CUT" || text == "EMPTY" {
					cutFiles = append(cutFiles, name)
				}
			}
			dir := folderOf(t, files)
			for _, name := range cutFiles {
				b := gzipped(conditionLine("c1", "Patient/a"))
				if b = b[:len(b)-4]; files[name] == "EMPTY" {
					b = nil
				}
				if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got := bulkOf(t, dir, bulk.Options{Options: fhir.Options{Complete: c.complete}})
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			temp := t.TempDir()
			tiny := bulkOf(t, dir, bulk.Options{Options: fhir.Options{Complete: c.complete}, Memory: 1, TempDir: temp})
			if !slices.Equal(tiny, got) {
				t.Errorf("with next to no memory\n%s", strings.Join(tiny, "\n"))
			}
			mustBeEmpty(t, temp)
		})
	}
}

func mustBeEmpty(tb testing.TB, dir string) {
	tb.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		tb.Errorf("left behind: %v %v", left, err)
	}
}

func TestBulkEndsWithItsContext(t *testing.T) {
	dir := folderOf(t, map[string]string{"Patient.ndjson": patientLine("a") + patientLine("b")})
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	why := errors.New("enough")
	n := 0
	var last error
	for _, err := range bulk.Records(ctx, dir, bulk.Options{}).Source() {
		if n++; n == 1 {
			cancel(why)
		}
		last = err
	}
	if n != 2 || !errors.Is(last, why) {
		t.Errorf("%d records, the last %v", n, last)
	}
}

func TestIsExport(t *testing.T) {
	for name, c := range map[string]struct {
		files        map[string]string
		bulk, folder bool
	}{
		"export":            {map[string]string{"a.ndjson.gz": patientLine("a")}, true, true},
		"manifest":          {map[string]string{"manifest.json": `{"output":[]}`}, true, false},
		"another manifest":  {map[string]string{"manifest.json": `{"name":"x"}`}, false, false},
		"lines of Bundles":  {map[string]string{"a.ndjson": `{"resourceType":"Bundle"}`}, false, true},
		"Bundles":           {map[string]string{"a.json.gz": "\n{ \"resourceType\":\n\"Bundle\"}"}, false, true},
		"native profiles":   {map[string]string{"a.ndjson": `{"id":"a"}`, "b.json": `{"id":"a"}`}, false, false},
		"other files":       {map[string]string{"a.txt": patientLine("a"), "x.ndjson/y": ""}, false, false},
		"a long first line": {map[string]string{"a.ndjson": `{"resourceType":"Patient","x":"` + strings.Repeat("x", 1<<20) + `"}`}, true, true},
	} {
		dir := folderOf(t, c.files)
		if got := bulk.IsExport(dir); got != c.bulk {
			t.Errorf("%s: IsExport %v", name, got)
		}
		if got := fhir.IsFolder(dir); got != c.folder {
			t.Errorf("%s: IsFolder %v", name, got)
		}
	}
	if bulk.IsExport("no such folder") || fhir.IsFolder("no such folder") {
		t.Error("a folder that is not there")
	}
}

// FuzzBulk: whatever the lines, there is no panic, and memory changes nothing.
func FuzzBulk(f *testing.F) {
	for _, c := range exports {
		all := ""
		for _, text := range c.files {
			all += text
		}
		f.Add(all)
	}
	f.Add(compareDeletions("2026-01-01T00:00:00Z", "Condition/c1") + conditionLine("c1", "Patient/a") + patientLine("a"))
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		half := len(text) / 2
		for name, part := range map[string]string{"1.ndjson": text[:half], "Condition.ndjson": text[half:], "Patient.ndjson": patientLine("a")} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(part), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got := bulkOf(t, dir, bulk.Options{})
		if tiny := bulkOf(t, dir, bulk.Options{Memory: 1}); !slices.Equal(got, tiny) {
			t.Errorf("%q and with next to no memory %q", got, tiny)
		}
	})
}

// A domain that the export supplies is not assumed, even if a caller says too that
// it is complete.
func TestExportedDomainsAreNotAssumed(t *testing.T) {
	dir := folderOf(t, map[string]string{
		"Patient.ndjson": patientLine("a") + patientLine("b"), "1.ndjson": conditionLine("c1", "Patient/a"),
	})
	o := bulk.Options{Options: fhir.Options{Complete: []patient.Domain{patient.Procedures, patient.Conditions}}}
	for p, err := range bulk.Records(t.Context(), dir, o).Source() {
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Assumed(); !slices.Equal(got, []patient.Domain{patient.Procedures}) || !p.Supplied(patient.Conditions) {
			t.Errorf("%s: assumed %v", p.ID, got)
		}
	}
}
