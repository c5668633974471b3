// SPDX-License-Identifier: Apache-2.0

package fhir_test

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eligo-trials/eligo/patient/fhir/bulk"
)

// madeExport writes an export of n patients in a shuffled order: two Condition
// files, a MedicationRequest file and a Medication file.
func madeExport(tb testing.TB, n int) string {
	tb.Helper()
	dir := tb.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	write := func(name string, line func(w *bufio.Writer, i int)) {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			tb.Fatal(err)
		}
		defer f.Close()
		z, _ := gzip.NewWriterLevel(f, gzip.BestSpeed)
		w := bufio.NewWriter(z)
		for _, i := range random.Perm(n) {
			line(w, i)
		}
		w.Flush()
		z.Close()
	}
	write("Patient.ndjson.gz", func(w *bufio.Writer, i int) { w.WriteString(patientLine(fmt.Sprint("p", i))) })
	for k := range 2 {
		write(fmt.Sprintf("%d.Condition.ndjson.gz", k), func(w *bufio.Writer, i int) {
			w.WriteString(conditionLine(fmt.Sprintf("c%d-%d", i, k), fmt.Sprint("Patient/p", i)))
		})
	}
	write("MedicationRequest.ndjson.gz", func(w *bufio.Writer, i int) {
		w.WriteString(requestLine(fmt.Sprint("m", i), fmt.Sprint("Patient/p", i), fmt.Sprint("Medication/d", i%50)))
	})
	write("Medication.ndjson.gz", func(w *bufio.Writer, i int) {
		if i < 50 {
			w.WriteString(drugLine(fmt.Sprint("d", i), strings.Repeat("x", 500)+fmt.Sprint(i)))
		}
	})
	return dir
}

// TestSpillChangesNothing: with and without spilling, over one merge and over
// merges of merges, the records are the same and nothing is left.
func TestSpillChangesNothing(t *testing.T) {
	dir := madeExport(t, 3000)
	want := bulkOf(t, dir, bulk.Options{})
	if len(want) != 3000 || !slices.IsSorted(want) {
		t.Fatalf("%d records, in order: %v", len(want), slices.IsSorted(want))
	}
	for _, memory := range []int64{2 << 10, 16 << 10, 300 << 10, 4 << 20} {
		temp := t.TempDir()
		if got := bulkOf(t, dir, bulk.Options{Memory: memory, TempDir: temp}); !slices.Equal(got, want) {
			t.Errorf("memory %d: %d records that differ", memory, len(got))
		}
		mustBeEmpty(t, temp)
	}
	shared := sharedBulk(t)
	temp := t.TempDir()
	if !slices.Equal(bulkOf(t, shared, bulk.Options{Memory: 1 << 20, TempDir: temp}), bulkOf(t, shared, bulk.Options{})) {
		t.Error("the shared export differs")
	}
	mustBeEmpty(t, temp)
}

func TestSpillLeavesNothing(t *testing.T) {
	dir := madeExport(t, 2000)
	temp := t.TempDir()
	seen := 0
	for range bulk.Records(t.Context(), dir, bulk.Options{Memory: 64 << 10, TempDir: temp}) {
		if entries, _ := os.ReadDir(temp); len(entries) != 1 {
			t.Fatalf("temporary folders: %v", entries)
		}
		if seen++; seen == 10 {
			break
		}
	}
	mustBeEmpty(t, temp)
	// A deletion that cannot be read comes last and ends the source.
	if err := os.WriteFile(filepath.Join(dir, "zz.ndjson"), []byte(`{"resourceType":"Bundle","entry":7}`), 0o600); err != nil {
		t.Fatal(err)
	}
	got := bulkOf(t, dir, bulk.Options{Memory: 64 << 10, TempDir: temp})
	if len(got) != 1 || !strings.HasPrefix(got[0], "CUT DIR: zz.ndjson:1: what was deleted") {
		t.Errorf("got %q", got)
	}
	mustBeEmpty(t, temp)
	got = bulkOf(t, dir, bulk.Options{Memory: 64 << 10, TempDir: filepath.Join(temp, "none")})
	if len(got) != 1 || !strings.Contains(got[0], "no temporary folder can be made") || !strings.Contains(got[0], filepath.Join(temp, "none")) {
		t.Errorf("got %q", got)
	}
}

// TestBulkTakesLittleMemory reads 20,000 patients with 4 MiB.
func TestBulkTakesLittleMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("a second of work")
	}
	dir := madeExport(t, 20_000) // 26 MB, with the Medications that are shared
	defer debug.SetGCPercent(debug.SetGCPercent(20))
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	most := make(chan uint64)
	done := make(chan struct{})
	go func() {
		var now runtime.MemStats
		highest := uint64(0)
		for {
			select {
			case <-done:
				most <- highest
				return
			case <-time.After(2 * time.Millisecond):
				runtime.ReadMemStats(&now)
				highest = max(highest, now.HeapAlloc)
			}
		}
	}()
	n := 0
	for _, err := range bulk.Records(t.Context(), dir, bulk.Options{Memory: 4 << 20, TempDir: t.TempDir()}).Source() {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	close(done)
	grown := int64(<-most) - int64(before.HeapAlloc)
	t.Logf("the heap grew by %.1f MiB", float64(grown)/(1<<20))
	if n != 20_000 || grown > 12<<20 {
		t.Errorf("%d patients, the heap grew by %d MiB", n, grown>>20)
	}
}

// TestBulkSkipsLinesThatAreTooLong reads a line of 100 MB without holding it.
func TestBulkSkipsLinesThatAreTooLong(t *testing.T) {
	dir := folderOf(t, map[string]string{"Patient.ndjson": patientLine("a") + patientLine("b")})
	f, err := os.Create(filepath.Join(dir, "Condition.ndjson.gz"))
	if err != nil {
		t.Fatal(err)
	}
	z, _ := gzip.NewWriterLevel(f, gzip.BestSpeed)
	for _, head := range []string{`"subject":{"reference":"Patient/a"},"x":"`, `"x":"`} {
		fmt.Fprintf(z, `{"resourceType":"Condition",%s`, head)
		for range 100 {
			z.Write(megabyte)
		}
		fmt.Fprint(z, "\"}\n"+conditionLine("c1", "Patient/b"))
	}
	z.Close()
	f.Close()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := bulkOf(t, dir, bulk.Options{})
	runtime.ReadMemStats(&after)
	want := []string{
		"Condition.ndjson.gz:3: the record is longer than 16 MiB and was skipped",
		"a c[Condition.ndjson.gz:1 ?the record is longer than 16 MiB and was skipped, Condition.ndjson.gz:3 ?" + lacking + "]",
		"b c[c1, Condition.ndjson.gz:3 ?" + lacking + "]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 128<<20 {
		t.Errorf("%d MiB were allocated", grown>>20)
	}
}

var megabyte = []byte(strings.Repeat("x", 1<<20))
