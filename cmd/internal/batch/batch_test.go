// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/funnel"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/patient"
)

// What a run writes is what Match gives, line by line, in the order of the
// source.
func TestResultsAreThoseOfMatch(t *testing.T) {
	text := people(300)
	j := job(t, put(t, text, t.TempDir(), "r.ndjson"), washout, adults)
	o := start(t, j)
	m, err := matcher.New(j.Studies...)
	if err != nil {
		t.Fatal(err)
	}
	var lines, table []byte
	table = report.AppendCSVHeader(table)
	var rejects, records int64
	for p, err := range patient.Records(strings.NewReader(text), "r.ndjson") {
		records++
		if err != nil {
			rejects++
			continue
		}
		results, err := m.Match(p, j.Dates)
		if err != nil {
			t.Fatal(err)
		}
		for i := range results {
			line, err := json.Marshal(results[i])
			if err != nil {
				t.Fatal(err)
			}
			lines = append(append(lines, line...), '\n')
			table = report.AppendCSV(table, &results[i])
		}
	}
	files := written(t, j.Out)
	if files[ResultsFile] != string(lines) || files[TableFile] != string(table) {
		t.Error("the results are not those of Match")
	}
	if got := names(j.Out); !slices.Equal(got, []string{"rejects.ndjson", "report.html", "results.csv", "results.ndjson", "run.json", "summary.json"}) {
		t.Errorf("the files are %v", got)
	}
	if o.Manifest.Records != records || o.Manifest.Rejected != rejects || rejects != 17 || o.Manifest.Written != 2*(records-rejects) {
		t.Errorf("%+v, want %d records and %d rejects", o.Manifest, records, rejects)
	}
	for _, name := range names(j.Out) {
		if info, err := os.Stat(filepath.Join(j.Out, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

// readRejects reads rejects.ndjson strictly.
func readRejects(t *testing.T, text string) (all []Reject) {
	t.Helper()
	for line := range strings.Lines(text) {
		dec := json.NewDecoder(strings.NewReader(line))
		dec.DisallowUnknownFields()
		var r Reject
		if err := dec.Decode(&r); err != nil || r.Schema != RejectSchema {
			t.Fatalf("%v: %s", err, line)
		}
		all = append(all, r)
	}
	return all
}

func TestRejects(t *testing.T) {
	text := person(1) + "\n\n" + person(34) + "\n" + person(17) + "\n" + person(2) + "\n"
	j := job(t, put(t, text, t.TempDir(), "r.ndjson"))
	start(t, j)
	rejects := readRejects(t, written(t, j.Out)[RejectsFile])
	if len(rejects) != 2 {
		t.Fatalf("%+v", rejects)
	}
	if r := rejects[0]; r.Record != 2 || r.Line != 3 || r.Source != "r.ndjson" || r.Patient != "p000034" || len(r.Error) != 2 || r.Cut ||
		!strings.HasPrefix(r.Error[0], "$.birth_date: ") || !strings.HasPrefix(r.Error[1], "$.sexx: ") {
		t.Errorf("%+v", r)
	}
	if r := rejects[1]; r.Record != 3 || r.Line != 4 || len(r.Error) == 0 {
		t.Errorf("%+v", r)
	}
}

// Whatever the lines are, every record is counted once.
func TestTotalsReconcile(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		var b strings.Builder
		for _, n := range rapid.SliceOfN(rapid.IntRange(1, 2000), 0, 60).Draw(rt, "people") {
			b.WriteString(person(n) + rapid.SampledFrom([]string{"\n", "\r\n", "\n\n", "\n \n"}).Draw(rt, "end"))
		}
		path := put(t, b.String(), dir, "r.ndjson")
		j := job(t, path, washout, adults)
		j.Only = rapid.SampledFrom([][]matcher.Verdict{nil, {matcher.Eligible}, {matcher.Undetermined, matcher.Eligible}}).Draw(rt, "only")
		j.Workers = rapid.IntRange(1, 5).Draw(rt, "workers")
		o := start(t, j)
		files := written(t, j.Out)
		if got := int64(strings.Count(files[RejectsFile], "\n")); got != o.Manifest.Rejected {
			rt.Errorf("%d rejects are written of %d", got, o.Manifest.Rejected)
		}
		wanted := int64(0)
		for i := range o.Summary.Studies {
			totals := o.Summary.Studies[i].Totals
			if totals.Records != o.Manifest.Records || totals.Eligible+totals.Ineligible+totals.Undetermined+totals.Rejected != totals.Records {
				rt.Errorf("%+v", totals)
			}
			for verdict, n := range map[matcher.Verdict]int64{
				matcher.Eligible: totals.Eligible, matcher.Ineligible: totals.Ineligible, matcher.Undetermined: totals.Undetermined,
			} {
				if len(j.Only) == 0 || slices.Contains(j.Only, verdict) {
					wanted += n
				}
			}
		}
		if got := int64(strings.Count(files[ResultsFile], "\n")); got != wanted || got != o.Manifest.Written || int64(strings.Count(files[TableFile], "\r\n")) != got+1 {
			rt.Errorf("%d results are written of %d", got, wanted)
		}
	})
}

// A total that is wrong is a failure, and no file gets its name.
func TestTotalsThatDoNotReconcile(t *testing.T) {
	j := job(t, put(t, people(20), t.TempDir(), "r.ndjson"))
	j.tamper = func(all []*funnel.Tally) { all[0].Reject() }
	if _, err := Run(context.Background(), j); err == nil || !strings.Contains(err.Error(), "do not reconcile") {
		t.Errorf("%v", err)
	}
	if got := names(j.Out); !slices.Equal(got, []string{partialDir}) {
		t.Errorf("the files are %v", got)
	}
}

func TestDuplicates(t *testing.T) {
	text := ""
	for n, id := range []string{"a", "b", "a", "c", "b", "a"} {
		text += fmt.Sprintf(`{"id":%q,"birth_date":"19%02d"}`+"\n", id, 50+n)
	}
	j := job(t, put(t, text, t.TempDir(), "r.ndjson"))
	o := start(t, j)
	d := o.Manifest.Duplicates
	if d.Records != 3 || !slices.Equal(d.First, []string{"a", "b"}) || d.Watched != 3 || o.Manifest.Written != 6 || o.Manifest.Rejected != 0 {
		t.Errorf("%+v", o.Manifest)
	}
}

func TestWatch(t *testing.T) {
	w := newDuplicateIDs(5000)
	for i := range 7000 {
		w.add(fmt.Sprint(i), hashID(fmt.Sprint(i)))
	}
	if w.Records != 0 || w.Watched != 5000 {
		t.Errorf("%+v", w.Duplicates)
	}
	for i := range 7000 {
		w.add(fmt.Sprint(i), hashID(fmt.Sprint(i)))
	}
	if w.Records != 5000 || len(w.First) != maxNamed || w.First[0] != "0" {
		t.Errorf("%+v", w.Duplicates)
	}
}

// What the command line says of all profiles holds for each, and its result
// says so.
func TestComplete(t *testing.T) {
	text := `{"id":"a","birth_date":"1970","medications":[]}` + "\n" + `{"id":"b","birth_date":"1970"}` + "\n"
	j := job(t, put(t, text, t.TempDir(), "r.ndjson"))
	j.Source = source(t, j.Source.path, document.Options{Complete: []patient.Domain{patient.Medications}})
	start(t, j)
	var got [][]string
	for line := range strings.Lines(written(t, j.Out)[ResultsFile]) {
		var r matcher.Result
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		var assumed []string
		for _, a := range r.Data.Assumed {
			assumed = append(assumed, a.String())
		}
		got = append(got, assumed)
	}
	want := [][]string{{"first_dose = screening day"}, {"first_dose = screening day", "medications = complete"}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q", got)
	}
}

// TestExportIsNoAssumption holds that a domain that an export supplies counts as
// supplied, and only one that the command line names as assumed complete.
func TestExportIsNoAssumption(t *testing.T) {
	dir := t.TempDir()
	put(t, `{"resourceType":"Patient","id":"x"}`+"\n"+`{"resourceType":"Patient","id":"y"}`+"\n", dir, "Patient.ndjson")
	put(t, `{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/x"},"code":{"text":"Asthma"}}`+"\n", dir, "Condition.ndjson")
	for _, complete := range [][]patient.Domain{nil, {patient.Procedures}} {
		people := 0
		for p, err := range source(t, dir, document.Options{Complete: complete}).People(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			people++
			if !p.Supplied(patient.Conditions) || !slices.Equal(p.Assumed(), complete) {
				t.Errorf("%s: conditions supplied %v, assumed %q, want %q", p.ID, p.Supplied(patient.Conditions), p.Assumed(), complete)
			}
		}
		if people != 2 {
			t.Errorf("%d people", people)
		}
	}
}
