// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
)

// shards runs the shards of a job, each in a folder of its own.
func shards(t *testing.T, of int, anew func() Job) (dirs []string) {
	t.Helper()
	for n := 1; n <= of; n++ {
		j := anew()
		j.Shard = Shard{n, of}
		start(t, j)
		dirs = append(dirs, j.Out)
	}
	return dirs
}

// Merged shards are what one run gives, to the byte: with lines left out, ids
// that come twice in different shards, and shards that hold nothing.
func TestMergeEqualsOneRun(t *testing.T) {
	from := put(t, people(500), t.TempDir(), "r.ndjson")
	few := put(t, people(2), t.TempDir(), "few.ndjson")
	for _, c := range []struct {
		from string
		of   int
		only []matcher.Verdict
		when *matcher.LookAhead
	}{
		{from, 2, nil, nil},
		{from, 7, []matcher.Verdict{matcher.Eligible, matcher.Undetermined}, yearAhead},
		{from, 3, []matcher.Verdict{matcher.Eligible}, nil},
		{few, 5, nil, yearAhead},
	} {
		anew := func() Job {
			j := job(t, c.from, washout, adults)
			j.Only, j.When = c.only, c.when
			return j
		}
		alone := anew()
		want := start(t, alone)
		dirs := shards(t, c.of, anew)
		slices.Reverse(dirs)
		out := filepath.Join(t.TempDir(), "merged")
		got, err := Merge(context.Background(), dirs, out, false)
		if err != nil {
			t.Fatal(err)
		}
		sameFiles(t, written(t, out), written(t, alone.Out))
		if fmt.Sprint(got.Manifest) != fmt.Sprint(want.Manifest) {
			t.Errorf("%+v\nnot\n%+v", got.Manifest, want.Manifest)
		}
		var refused *RefusedError
		if _, err := Merge(context.Background(), dirs, out, false); !errors.As(err, &refused) {
			t.Errorf("%v", err)
		}
		if _, err := Merge(context.Background(), dirs, out, true); err != nil {
			t.Error(err)
		}
	}
}

func TestMergeRefuses(t *testing.T) {
	from := put(t, people(90), t.TempDir(), "r.ndjson")
	anew := func() Job { return job(t, from) }
	good := shards(t, 3, anew)
	other := shards(t, 3, func() Job {
		j := anew()
		j.Studies = studies(t, strings.Replace(washout, "80", "81", 1))
		return j
	})
	late := shards(t, 3, func() Job {
		j := anew()
		j.Dates.Screening = j.Dates.Screening.AddDays(1)
		return j
	})
	quarter := shards(t, 4, anew)
	longer := shards(t, 3, func() Job {
		return job(t, put(t, people(90)[:len(people(89))]+strings.Repeat(" ", len(people(90))-len(people(89))), t.TempDir(), "r.ndjson"))
	})
	whole := anew()
	start(t, whole)
	begun := anew()
	begun.Shard = Shard{2, 3}
	if err := os.MkdirAll(filepath.Join(begun.Out, partialDir), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		want string
		dirs []string
	}{
		{"nothing to merge", nil},
		{"missing: 2/3", []string{good[0], good[2]}},
		{"are both shard 1/3", []string{good[0], good[1], good[2], good[0]}},
		{"the text of study WASHOUT", []string{good[0], other[1], good[2]}},
		{"the date screening: 2026-11-22 in", []string{good[0], late[1], good[2]}},
		{"is one of 4 shards, but others are of 3", []string{good[0], good[1], good[2], quarter[3]}},
		{"is no shard", []string{good[0], whole.Out, good[2]}},
		{"does not hold the results of a finished run", []string{good[0], begun.Out, good[2]}},
		{"the source was not the same for all", []string{good[0], good[1], longer[2]}},
	} {
		out := filepath.Join(t.TempDir(), "merged")
		var refused *RefusedError
		if _, err := Merge(context.Background(), c.dirs, out, false); !errors.As(err, &refused) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v", c.want, err)
		}
		if len(names(out)) > 0 {
			t.Errorf("%q: something was written", c.want)
		}
	}
	if _, err := Merge(context.Background(), good, good[1], true); err == nil || !strings.Contains(err.Error(), "is one of the shards") {
		t.Errorf("%v", err)
	}
}

// A shard whose files do not belong together is not merged.
func TestMergeOfDamagedShard(t *testing.T) {
	from := put(t, people(90), t.TempDir(), "r.ndjson")
	for _, name := range []string{ResultsFile, TableFile, RejectsFile, PositionsFile, RunFile, SummaryFile} {
		for _, add := range []bool{false, true} {
			dirs := shards(t, 2, func() Job { return job(t, from) })
			path := filepath.Join(dirs[1], name)
			text := written(t, dirs[1])[name]
			if add {
				text += "x\n"
			} else {
				text = text[:len(text)/2]
			}
			put(t, text, path)
			out := filepath.Join(t.TempDir(), "merged")
			if _, err := Merge(context.Background(), dirs, out, false); err == nil || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: %v", name, err)
			}
			if got := names(out); len(got) > 0 {
				t.Errorf("%s: the files are %v", name, got)
			}
		}
	}
}

func TestMergeStopped(t *testing.T) {
	from := put(t, people(90), t.TempDir(), "r.ndjson")
	dirs := shards(t, 2, func() Job { return job(t, from) })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	out := filepath.Join(t.TempDir(), "merged")
	var stopped *StoppedError
	if _, err := Merge(ctx, dirs, out, false); !errors.As(err, &stopped) || len(names(out)) > 0 {
		t.Errorf("%v, %v", err, names(out))
	}
}
