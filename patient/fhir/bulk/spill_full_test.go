// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestSpillToAFullDisk: what cannot be written is an error that names the
// folder. /dev/full is the disk.
func TestSpillToAFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Skip("no /dev/full here")
	}
	defer full.Close()
	s := newSorter(1<<20, &tempFolder{parent: t.TempDir()})
	if err := s.addPiece(piece{key: []byte("a"), text: []byte("b")}); err != nil {
		t.Fatal(err)
	}
	if _, err := writeRunFile(full, 16, s.heldPieces()); err == nil || !strings.Contains(err.Error(), "no space left") {
		t.Errorf("got %v", err)
	}
}

// TestSorter: whatever the limit, pieces come by key and then as they came.
func TestSorter(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var in []string
	for i := range 20_000 {
		in = append(in, fmt.Sprintf("%0*d", 1+random.IntN(12), random.IntN(3000))+fmt.Sprintf(" %d", i))
	}
	want := slices.Clone(in)
	slices.SortStableFunc(want, func(a, b string) int {
		x, _, _ := strings.Cut(a, " ")
		y, _, _ := strings.Cut(b, " ")
		return strings.Compare(x, y)
	})
	for _, limit := range []int64{1 << 10, 20 << 10, 1 << 30} {
		dir := &tempFolder{parent: t.TempDir()}
		s := newSorter(limit, dir)
		most := 0
		for i, p := range in {
			key, text, _ := strings.Cut(p, " ")
			if err := s.addPiece(piece{key: []byte(key), form: form(i % 3), file: i, line: i * 1000, text: []byte(text)}); err != nil {
				t.Fatal(err)
			}
			most = max(most, len(s.runs))
		}
		if limit == 1<<10 && (most < fanIn-1 || most > 3*fanIn) {
			t.Errorf("up to %d runs", most)
		}
		pieces, err := s.sortedPieces()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for p, err := range pieces {
			if err != nil {
				t.Fatal(err)
			}
			if p.line != p.file*1000 || int(p.form) != p.file%3 {
				t.Fatalf("piece %+v", p)
			}
			got = append(got, string(p.key)+" "+string(p.text))
		}
		if !slices.Equal(got, want) {
			t.Errorf("limit %d: not in order", limit)
		}
		s.closeRuns()
		dir.removeAll()
		if left, _ := filepath.Glob(filepath.Join(dir.parent, "*")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}

func TestRunThatIsDamaged(t *testing.T) {
	dir := &tempFolder{parent: t.TempDir()}
	s := newSorter(1<<10, dir)
	defer s.closeRuns()
	for i := range 50 {
		if err := s.addPiece(piece{key: []byte{byte(i + 1)}, text: make([]byte, 100)}); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range []int64{1, 7, s.runs[0].size - 1} {
		r := *s.runs[0]
		r.size = n
		var last error
		for _, err := range mergeRuns([]*run{&r}, 4096, "DIR") {
			last = err
		}
		if last == nil || !strings.Contains(last.Error(), "reading back what was written to DIR") {
			t.Errorf("cut after %d bytes: %v", n, last)
		}
	}
}
