// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// stopAfter ends a run once some records are done.
func stopAfter(t *testing.T, j Job, records int64) *StoppedError {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	j.Meter = &Meter{}
	go func() {
		for j.Meter.Done.Load() < records && ctx.Err() == nil {
			time.Sleep(100 * time.Microsecond)
		}
		cancel()
	}()
	_, err := Run(ctx, j)
	var stopped *StoppedError
	if !errors.As(err, &stopped) || err != error(stopped) {
		t.Fatalf("%v", err)
	}
	return stopped
}

// A run that is stopped says so, and goes on to the same end, also with other
// workers and more than once.
func TestStoppedAndResumed(t *testing.T) {
	from := put(t, people(4000), t.TempDir(), "r.ndjson")
	for _, shard := range []Shard{{}, {2, 3}} {
		alone := job(t, from, washout, adults)
		alone.Shard = shard
		if !shard.isWhole() {
			alone.When = yearAhead
		}
		start(t, alone)
		j := job(t, from, washout, adults)
		j.Shard, j.When = shard, alone.When
		first := stopAfter(t, j, 100)
		if got := names(j.Out); !first.Resumable || len(got) != 1 {
			t.Fatalf("%+v, %v", first, got)
		}
		j.Resume, j.Workers = true, 3
		second := stopAfter(t, j, first.Records+100)
		if second.Records < first.Records+100 {
			t.Errorf("%d records are done, and were %d", second.Records, first.Records)
		}
		o := start(t, j)
		if o.Resumed != second.Records || o.Already {
			t.Errorf("%d are resumed, not %d", o.Resumed, second.Records)
		}
		sameFiles(t, written(t, j.Out), written(t, alone.Out))
		if again := start(t, j); !again.Already || again.Manifest.Records != o.Manifest.Records {
			t.Errorf("%+v", again)
		}
	}
}

// What is not the same run is not resumed, and the reason is named.
func TestWhatCannotBeResumed(t *testing.T) {
	dir := t.TempDir()
	from := put(t, people(4000), dir, "r.ndjson")
	j := job(t, from)
	stopAfter(t, j, 50)
	j.Resume = true
	day, err := patient.ParseDay("2026-12-06")
	if err != nil {
		t.Fatal(err)
	}
	refusals := []struct {
		want   string
		change func(j *Job)
	}{
		{"holds a run that is not complete", func(j *Job) { j.Resume = false }},
		{"the text of study WASHOUT", func(j *Job) { j.Studies = studies(t, strings.Replace(washout, "80", "81", 1)) }},
		{"the studies: was WASHOUT, is now WASHOUT, ADULTS", func(j *Job) { j.Studies = studies(t, washout, adults) }},
		{"the date screening: was 2026-11-22, is now 2026-12-06", func(j *Job) { j.Dates.Screening = day }},
		{"the date first_dose: was not given, is now 2026-12-06", func(j *Job) { j.Dates.Anchors = map[string]patient.Day{"first_dose": day} }},
		{"the verdicts that are written: was all, is now eligible", func(j *Job) { j.Only = []matcher.Verdict{matcher.Eligible} }},
		{"the shard: was all, is now 1/2", func(j *Job) { j.Shard = Shard{1, 2} }},
		{"the complete domains: was none, is now medications", func(j *Job) {
			j.Source = source(t, from, document.Options{Complete: []patient.Domain{patient.Medications}})
		}},
		{"the named code systems: was none, is now urn:x=atc", func(j *Job) {
			j.Source = source(t, from, document.Options{Systems: map[string]string{"urn:x": "atc"}})
		}},
		{"the source: was r.ndjson, is now other.ndjson", func(j *Job) {
			j.Source = source(t, put(t, people(4000), dir, "other.ndjson"), document.Options{})
		}},
		{"the size of the source", func(j *Job) { j.Source = source(t, put(t, people(4001), t.TempDir(), "r.ndjson"), document.Options{}) }},
		{"the source r.ndjson: was as it was, is now changed", func(j *Job) {
			touched := put(t, people(4000), t.TempDir(), "r.ndjson")
			if err := os.Chtimes(touched, time.Time{}, time.Unix(1, 0)); err != nil {
				t.Fatal(err)
			}
			j.Source = source(t, touched, document.Options{})
		}},
	}
	refused := func(state string) {
		for _, c := range refusals {
			changed := j
			c.change(&changed)
			if state == "complete" && !changed.Resume {
				c.want = "holds the results of a finished run"
			}
			var r *RefusedError
			if _, err := Run(context.Background(), changed); !errors.As(err, &r) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s, %q: %v", state, c.want, err)
			}
		}
	}
	refused("not complete")
	start(t, j)
	want := written(t, j.Out)
	refused("complete")
	sameFiles(t, written(t, j.Out), want)
	j.Resume, j.Force = false, true
	if o := start(t, j); o.Already || o.Resumed != 0 {
		t.Errorf("%+v", o)
	}
	sameFiles(t, written(t, j.Out), want)
}

// A file of somebody else is not replaced.
func TestFolderInUse(t *testing.T) {
	j := job(t, put(t, people(5), t.TempDir(), "r.ndjson"))
	if err := os.MkdirAll(j.Out, 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, "mine", j.Out, TableFile)
	put(t, "mine too", j.Out, "notes.txt")
	for _, j.Resume = range []bool{false, true} {
		var r *RefusedError
		if _, err := Run(context.Background(), j); !errors.As(err, &r) || !strings.Contains(err.Error(), "holds a results.csv already") {
			t.Errorf("%v", err)
		}
	}
	j.Force, j.Resume = true, false
	start(t, j)
	if got := written(t, j.Out); got["notes.txt"] != "mine too" || got[TableFile] == "mine" {
		t.Errorf("%v", names(j.Out))
	}
}

// A checkpoint that cannot be trusted is not.
func TestDamagedCheckpoint(t *testing.T) {
	from := put(t, people(4000), t.TempDir(), "r.ndjson")
	for _, c := range []struct {
		want   string
		damage func(partial string) error
	}{
		{"cannot be used", func(p string) error { return os.WriteFile(filepath.Join(p, checkpointFile), []byte("{"), 0o600) }},
		{"another version of eligo", func(p string) error { return os.WriteFile(filepath.Join(p, checkpointFile), []byte("{}"), 0o600) }},
		{`another version of eligo: its form is "eligo.checkpoint/1"`, func(p string) error {
			path := filepath.Join(p, checkpointFile)
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return os.WriteFile(path, bytes.Replace(text, []byte(checkpointSchema), []byte("eligo.checkpoint/1"), 1), 0o600)
		}},
		{"shorter than the checkpoint says", func(p string) error { return os.Truncate(filepath.Join(p, ResultsFile), 100) }},
		{"it holds", func(p string) error { return os.Truncate(filepath.Join(p, PositionsFile), 0) }},
		{"cannot be read", func(p string) error { return os.Remove(filepath.Join(p, PositionsFile)) }},
	} {
		j := job(t, from)
		stopAfter(t, j, 50)
		if err := c.damage(filepath.Join(j.Out, partialDir)); err != nil {
			t.Fatal(err)
		}
		j.Resume = true
		if _, err := Run(context.Background(), j); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v", c.want, err)
		}
		j.Resume, j.Force = false, true
		start(t, j)
	}
}

// Standard input that never ends ends with the run, which leaves nothing.
func TestStandardInputStopped(t *testing.T) {
	r, w := io.Pipe()
	go func() { _, _ = io.WriteString(w, people(100)) }()
	s, err := Open(context.Background(), "-", r, document.Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	j := job(t, put(t, people(1), t.TempDir(), "r.ndjson"))
	j.Source = s
	if stopped := stopAfter(t, j, 50); stopped.Resumable {
		t.Errorf("%+v", stopped)
	}
	if got := names(j.Out); len(got) != 0 {
		t.Errorf("the files are %v", got)
	}
	j.Resume = true
	var refused *RefusedError
	if _, err := Run(context.Background(), j); !errors.As(err, &refused) {
		t.Errorf("%v", err)
	}
}
