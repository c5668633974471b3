// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

func bundle(id string) string {
	return fmt.Sprintf(`{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":%q,"birthDate":"1970-01-01"}}]}`, id)
}

func TestKindOfSource(t *testing.T) {
	dir := t.TempDir()
	folder := func(name string, files map[string]string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(path, 0o700); err != nil {
			t.Fatal(err)
		}
		for name, text := range files {
			put(t, text, path, name)
		}
		return path
	}
	for _, c := range []struct {
		name, path string
		kind       string
		ids        string
	}{
		{"profiles", put(t, person(1)+"\n"+person(2), dir, "a"), "profiles", "p000001 p000002"},
		{"an array", put(t, "[\n"+person(1)+",\n"+person(2)+"]", dir, "b"), "profiles", "p000001 p000002"},
		{"profiles, gzipped", put(t, packed(t, person(1)+"\n"+person(2)), dir, "c"), "profiles", "p000001 p000002"},
		{"profiles behind a byte order mark", put(t, "\ufeff"+person(1), dir, "d"), "profiles", "p000001"},
		{"a Bundle over lines", put(t, strings.ReplaceAll(bundle("x"), ",", ",\n"), dir, "e"), "bundles", "x"},
		{"Bundles", put(t, bundle("x")+"\n"+bundle("y"), dir, "f"), "bundles", "x y"},
		{"Bundles, gzipped", put(t, packed(t, bundle("x")+"\n"+bundle("y")), dir, "g"), "bundles", "x y"},
		{"a folder of Bundles", folder("h", map[string]string{"2.json": bundle("y"), "1.json": bundle("x")}), "folder", "x y"},
		{"an export", folder("i", map[string]string{"Patient.ndjson": `{"resourceType":"Patient","id":"x"}` + "\n" + `{"resourceType":"Patient","id":"a"}`}), "bulk export", "a x"},
		{"nothing", put(t, "", dir, "j"), "profiles", ""},
		{"an empty array", put(t, "[]", dir, "k"), "profiles", ""},
	} {
		s := source(t, c.path, document.Options{})
		records, end, err := s.records(context.Background(), t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for p, err := range records.Source() {
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			ids = append(ids, p.ID)
		}
		end()
		if got := strings.Join(ids, " "); s.Kind != c.kind || got != c.ids || s.Stdin {
			t.Errorf("%s: %s, %q", c.name, s.Kind, got)
		}
	}
	for name, c := range map[string]struct{ path, want string }{
		"not there":           {filepath.Join(dir, "none"), "no such file"},
		"an empty folder":     {folder("y", nil), "no FHIR Bundles"},
		"profiles, in pieces": {folder("z", map[string]string{"1.json": person(1)}), "profiles are given as one file"},
		"part of an export":   {put(t, `{"resourceType":"Condition","id":"c"}`, dir, "Condition.ndjson"), "type Condition; of a Bulk Data export the folder"},
	} {
		if s, err := Open(context.Background(), c.path, nil, document.Options{}, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
}

// A slow source is looked at as far as it has come.
func TestSlowStandardInput(t *testing.T) {
	r, w := io.Pipe()
	first := make(chan struct{})
	go func() {
		_, _ = io.WriteString(w, person(1)+"\n")
		<-first
		_, _ = io.WriteString(w, person(2)+"\n")
		w.Close()
	}()
	s, err := Open(context.Background(), "-", r, document.Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	close(first)
	j := job(t, put(t, "", t.TempDir(), "unused"))
	j.Source = s
	o := start(t, j)
	if o.Manifest.Records != 2 || o.Manifest.Inputs.Source.Name != "standard input" || !s.Stdin {
		t.Errorf("%+v", o.Manifest)
	}
	if got := names(j.Out); len(got) != 6 {
		t.Errorf("the files are %v", got)
	}
}

// Sources that are broken end as rejects or in a defined result, and what is
// lost is said.
func TestBrokenSources(t *testing.T) {
	long := `{"id":"long","notes":"` + strings.Repeat("x", 100<<20) + `"}`
	for _, c := range []struct {
		name, text        string
		records, rejected int64
		cut               int64
		want              string // of the last reject
	}{
		{"nothing", "", 0, 0, 0, ""},
		{"white space", " \n\n", 0, 0, 0, ""},
		{"a half line at the end", person(1) + "\n" + person(2)[:30], 2, 1, 0, "too early"},
		{"a half line within", person(1) + "\n" + person(2)[:30] + "\n" + person(3) + "\n", 3, 1, 0, ""},
		{"a line of 100 MB", person(1) + "\n" + long + "\n" + person(2) + "\n", 3, 1, 0, "longer than"},
		{"gzip that is cut", packed(t, people(2000))[:9000], -1, -1, 1, "cut short"},
		{"gzip of nothing", packed(t, ""), 0, 0, 0, ""},
		{"an array that is cut", "[" + person(1) + "," + person(2), 3, 1, 1, "ends before the array does"},
		{"Bundles with a bad line", bundle("x") + "\n{\n" + bundle("y"), 3, 1, 0, ""},
		{"no JSON", "id,birth_date\n1,2000\n", 2, 2, 0, ""},
	} {
		j := job(t, put(t, c.text, t.TempDir(), "r"))
		o := start(t, j)
		rejects := readRejects(t, written(t, j.Out)[RejectsFile])
		if c.records >= 0 && (o.Manifest.Records != c.records || o.Manifest.Rejected != c.rejected) || o.Manifest.Cut != c.cut || int64(len(rejects)) != o.Manifest.Rejected {
			t.Errorf("%s: %+v, %+v", c.name, o.Manifest, rejects)
		}
		if c.want != "" && !strings.Contains(strings.Join(rejects[len(rejects)-1].Error, " "), c.want) {
			t.Errorf("%s: %+v", c.name, rejects[len(rejects)-1])
		}
		if cut := len(rejects) > 0 && rejects[len(rejects)-1].Cut; cut != (c.cut > 0) {
			t.Errorf("%s: %+v", c.name, rejects[len(rejects)-1])
		}
	}
}

// What is written does not depend on where the source is.
func TestPlacesAreRelative(t *testing.T) {
	var want map[string]string
	for range 2 {
		dir := filepath.Join(t.TempDir(), "bundles")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		put(t, bundle("x"), dir, "1.json")
		put(t, `{"resourceType":"Bundle","type":"collection"`, dir, "2.json")
		j := job(t, dir)
		start(t, j)
		got := written(t, j.Out)
		if r := readRejects(t, got[RejectsFile]); len(r) != 1 || r[0].Source != "bundles/2.json" {
			t.Errorf("%+v", r)
		}
		delete(got, RunFile) // it holds the times of the files
		if want == nil {
			want = got
		}
		sameFiles(t, got, want)
	}
}

// A Bulk Data export, killed and sharded and merged, is the same; so is the
// people's records as Bundles (the shared data, where it is).
func TestExport(t *testing.T) {
	dir := t.TempDir()
	var patients, conditions strings.Builder
	for n := range 50 {
		fmt.Fprintf(&patients, `{"resourceType":"Patient","id":"p%02d","birthDate":"19%02d"}`+"\n", n, 30+n)
		fmt.Fprintf(&conditions, `{"resourceType":"Condition","id":"c%d","subject":{"reference":"Patient/p%02d"},"code":{"text":"Systemic sclerosis"}}`+"\n", n, 49-n)
	}
	conditions.WriteString(`{"resourceType":"Condition","id":"lost"}` + "\n" + `{"resourceType":"Condition","id":"nobody","subject":{"reference":"Patient/none"}}` + "\n")
	put(t, patients.String(), dir, "Patient.ndjson")
	put(t, packed(t, conditions.String()), dir, "Condition.ndjson.gz")
	anew := func() Job {
		j := job(t, dir)
		j.Source = source(t, dir, document.Options{Complete: []patient.Domain{patient.Medications}})
		return j
	}
	alone := anew()
	o := start(t, alone)
	if o.Manifest.Inputs.Source.Kind != "bulk export" || o.Manifest.Records-o.Manifest.Rejected != 50 || o.Manifest.Rejected == 0 {
		t.Errorf("%+v", o.Manifest)
	}
	if ids := column(written(t, alone.Out)[TableFile]); !slices.IsSorted(ids) || len(ids) != 50 {
		t.Errorf("%v", ids)
	}
	out := filepath.Join(t.TempDir(), "merged")
	if _, err := Merge(context.Background(), shards(t, 3, anew), out, false); err != nil {
		t.Fatal(err)
	}
	sameFiles(t, written(t, out), written(t, alone.Out))
}

// column gives the first column of results.csv.
func column(table string) (ids []string) {
	for line := range strings.Lines(table) {
		id, _, _ := strings.Cut(line, ",")
		ids = append(ids, id)
	}
	return ids[1:]
}

// The same people from an export and from their Bundles get the same answers,
// as far as both say what they hold: on a day that both reach, with every
// domain said to be complete. (Shared data; skipped where it is not.)
func TestExportAndBundlesAgree(t *testing.T) {
	const data = "../../../../shared/data" // beside the repository
	if _, err := os.Stat(filepath.Join(data, "fhir", "bulk")); err != nil {
		t.Skip("no ../shared/data (real public data)")
	}
	study, err := rules.Load("../../../testdata/studies/nct00506831.yaml")
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) map[string]matcher.Result {
		j := job(t, filepath.Join(data, "fhir", name))
		j.Source = source(t, j.Source.path, document.Options{Complete: patient.FactDomains()})
		j.Studies, j.Dates.Screening = []*rules.Study{study}, patient.NewDay(2021, 3, 31)
		start(t, j)
		all := map[string]matcher.Result{}
		for line := range strings.Lines(written(t, j.Out)[ResultsFile]) {
			var r matcher.Result
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatal(err)
			}
			r.Data = matcher.Data{} // says what else was in the source
			all[r.Patient] = r
		}
		return all
	}
	export, bundles := read("bulk"), read("bundles")
	if len(export) != 125 || len(bundles) != 40 {
		t.Errorf("%d people and %d", len(export), len(bundles))
	}
	for id, want := range bundles {
		if got := export[id]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s differs:\n%+v\n%+v", id, got, want)
		}
	}
}
