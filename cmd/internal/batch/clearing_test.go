// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

var yearAhead = &matcher.LookAhead{Horizon: matcher.Horizon{N: 1, Unit: "years"}}

// clearingRows reads clearing.csv.
func clearingRows(t *testing.T, dir string) [][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, ClearingFile))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

// Everybody whom a result lets in on a later day is in the table, and nobody
// else, in the order of the days; and the summary counts the same people.
func TestClearing(t *testing.T) {
	j := job(t, put(t, people(600), t.TempDir(), "r.ndjson"), washout, adults)
	j.When = yearAhead
	o := start(t, j)
	var want []string
	sure, best := int64(0), int64(0)
	text, err := os.ReadFile(filepath.Join(j.Out, ResultsFile))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		r := matcher.Result{}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		if r.EarliestEligible > screeningDay {
			sure++
			want = append(want, fmt.Sprint(r.EarliestEligible, r.Patient, r.Study.ID, "sure"))
		}
		if r.BestCase != nil && r.BestCase.EarliestEligible > screeningDay {
			best++
			want = append(want, fmt.Sprint(r.BestCase.EarliestEligible, r.Patient, r.Study.ID, "best case"))
		}
		if last := screeningDay.AddYears(1); r.LookedUntil != last || r.EarliestEligible > last {
			t.Errorf("%s looks until %s, not %s", r.Patient, r.LookedUntil, last)
		}
	}
	rows := clearingRows(t, j.Out)
	got := make([]string, len(rows))
	for i, row := range rows {
		got[i] = fmt.Sprint(row[0], row[2], row[3], row[5])
	}
	if slices.Sort(want); len(want) == 0 || !slices.Equal(slices.Sorted(slices.Values(got)), want) {
		t.Errorf("%d rows, and the results give %d", len(got), len(want))
	}
	if !slices.IsSortedFunc(rows, func(a, b []string) int {
		return cmp.Or(strings.Compare(a[0], b[0]), cmp.Compare(len(a[1]), len(b[1])), strings.Compare(a[1], b[1]))
	}) {
		t.Error("the rows are not in the order of their days and records")
	}
	if sure == 0 || best == 0 {
		t.Fatalf("%d surely, %d in the best case", sure, best)
	}
	for _, s := range o.Summary.Studies {
		one, other := s.Calendar.Rows()
		sure, best = sure-one, best-other
	}
	if sure != 0 || best != 0 || o.Manifest.Clearing != int64(len(rows)) {
		t.Errorf("the calendars count %d and %d too few; %d rows are counted", sure, best, o.Manifest.Clearing)
	}
	page, err := os.ReadFile(filepath.Join(j.Out, ReportFile))
	if err != nil || !bytes.Contains(page, []byte("Who becomes eligible, by week")) {
		t.Errorf("%v: the report has no calendar", err)
	}
}

// A run without a horizon has no table, and removes that of a run before.
func TestClearingOnlyWithAHorizon(t *testing.T) {
	from := put(t, people(60), t.TempDir(), "r.ndjson")
	j := job(t, from)
	j.When = yearAhead
	start(t, j)
	j.When, j.Resume = nil, true
	var refused *RefusedError
	if _, err := Run(context.Background(), j); !errors.As(err, &refused) || !strings.Contains(err.Error(), "the time that is looked ahead: was 1 year, is now none") {
		t.Errorf("%v", err)
	}
	j.Resume, j.Force = false, true
	o := start(t, j)
	if _, err := os.Stat(filepath.Join(j.Out, ClearingFile)); !errors.Is(err, os.ErrNotExist) || o.Summary.Studies[0].Calendar != nil {
		t.Errorf("%v, calendar %v", err, o.Summary.Studies[0].Calendar)
	}
}

// Rows of one day keep their order, however many they are and wherever the
// buffers end.
func TestSortRows(t *testing.T) {
	var in bytes.Buffer
	want := map[int][]string{}
	for n := range 5000 {
		day := n * 7 % 13
		row := fmt.Sprintf("%s,%d,%s\r\n", patient.NewDay(2026, 11, 1+day), n, strings.Repeat("x", n%90))
		in.WriteString(row)
		want[day] = append(want[day], row)
	}
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if err := sortRows(bytes.NewReader(in.Bytes()), out); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(string(text), "\r\n")
	all := ""
	for day := range 13 {
		all += strings.Join(want[day], "")
	}
	if body != all {
		t.Error("the rows are not as they should be")
	}
	if err := sortRows(strings.NewReader("2026-11-22,1,half a ro"), out); err == nil {
		t.Error("half a row is no error")
	}
	if s := (&sortedRows{in: bufio.NewReader(strings.NewReader("2026-11-22,x,y\r\n"))}); true {
		if _, err := s.readRow(); err == nil {
			t.Error("a row without a record is no error")
		}
	}
}
