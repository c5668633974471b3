// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/funnel"
	"github.com/eligo-trials/eligo/rules"
)

// Job is what a run is to do.
type Job struct {
	Studies []*rules.Study
	Dates   matcher.Dates
	When    *matcher.LookAhead // how far ahead to look; nil is not at all
	Source  *Source
	Out     string            // the folder that is written to
	Only    []matcher.Verdict // that are written to the results; none is all
	Shard   Shard
	Workers int           // 0 is one for each core
	Resume  bool          // go on with a run that is not complete
	Force   bool          // replace what there is
	Every   time.Duration // between checkpoints; 0 is 5 s
	Meter   *Meter        // if not nil, shows how far the run is

	open   func(path string, size int64) (file, error) // for tests; nil is a file
	watch  int                                         // for tests; 0 is MaxWatched
	tamper func(t []*funnel.Tally)                     // for tests
}

// Meter shows, to whoever looks while a run goes on, how far it is.
type Meter struct {
	Done    atomic.Int64 // records, with those that an earlier run had done
	Resumed atomic.Int64 // those
}

// Outcome is what a run came to.
type Outcome struct {
	Summary *funnel.Summary
	Run     *Run
	Resumed int64 // records that an earlier run had done
	Already bool  // there was nothing to do
}

// StoppedError says that a run was ended by its context.
type StoppedError struct {
	Records   int64 // done
	Resumable bool  // they are not lost
	Merging   bool  // it was the merging of shards
	Cause     error
}

// Error says how far the run came.
func (e *StoppedError) Error() string {
	return fmt.Sprintf("interrupted after %d records", e.Records)
}

// Unwrap gives what ended the context.
func (e *StoppedError) Unwrap() error { return e.Cause }

// RefusedError says why a run was not begun. Nothing was touched.
type RefusedError struct{ Reason string }

// Error gives the reason.
func (e *RefusedError) Error() string { return e.Reason }

func refuse(format string, args ...any) error { return &RefusedError{fmt.Sprintf(format, args...)} }

// Start screens the source and writes the files. Its error may be an
// [*StoppedError], a [*RefusedError], a [*FileError], or joined of several.
func Start(ctx context.Context, j Job) (*Outcome, error) {
	if j.open == nil {
		j.open = openOutput
	}
	if j.Every <= 0 {
		j.Every = 5 * time.Second
	}
	if j.Meter == nil {
		j.Meter = &Meter{}
	}
	if j.watch == 0 {
		j.watch = MaxWatched
	}
	m, err := matcher.New(j.Studies...)
	if err != nil {
		return nil, err
	}
	if j.Source.Stdin && j.Resume {
		return nil, refuse("what comes from %s is read only once, so that no run over it can be resumed; give a file", j.Source.Name)
	}
	if err := os.MkdirAll(j.Out, 0o700); err != nil {
		return nil, fileError(j.Out, "cannot be made", err)
	}
	l, err := takeLock(j.Out)
	if err != nil {
		return nil, fileError(j.Out, "cannot be used", err)
	}
	defer l.free()
	r := &run{Job: j, matcher: m, now: j.inputs()}
	done, err := r.prepare()
	if done != nil || err != nil {
		return done, err
	}
	o, err := r.all(ctx)
	if err != nil && j.Source.Stdin {
		if left := discard(j.Out); left != nil {
			err = errors.Join(err, left)
		}
	}
	return o, err
}

// run is a job that is under way.
type run struct {
	Job
	matcher  *matcher.Matcher
	now      Inputs
	from     *checkpoint // where it goes on
	out      *outputs
	saver    saver
	saved    time.Time // when the last checkpoint was begun
	tallies  []*funnel.Tally
	watch    *watch
	seen     int64 // records of the source
	done     int64 // of them, those of the shard
	written  int64 // results
	clearing int64 // rows of clearing.csv
	rejected int64
	cut      int64
}

// prepare looks at the folder, and decides where to begin. It gives an outcome
// where nothing is left to do.
func (r *run) prepare() (*Outcome, error) {
	s, err := look(r.Out)
	if err != nil && !r.Force {
		return nil, err
	}
	switch {
	case r.Force:
		s.checkpoint = nil
	case s.checkpoint != nil && !r.Resume:
		return nil, refuse("%s holds a run that is not complete (%d records done); --resume goes on with it, --force starts anew", r.Out, s.checkpoint.Records)
	case s.complete && r.Resume:
		if err := discard(r.Out); err != nil { // what the end of a run may have left
			return nil, err
		}
		return r.already()
	case s.complete:
		return nil, refuse("%s holds the results of a finished run; --force replaces them", r.Out)
	case s.checkpoint == nil && s.present != "":
		return nil, refuse("%s holds a %s already; --force replaces it", r.Out, s.present)
	}
	if r.from = s.checkpoint; r.from == nil {
		if err := discard(r.Out); err != nil {
			return nil, err
		}
		if err := os.MkdirAll(filepath.Join(r.Out, partialDir), 0o700); err != nil {
			return nil, fileError(filepath.Join(r.Out, partialDir), "cannot be made", err)
		}
		return nil, nil
	}
	if d := r.from.Inputs.compare(&r.now); len(d) > 0 {
		return nil, refuse("%s cannot be resumed: %s; --force starts anew", r.Out, since(d))
	}
	if !r.from.Complete {
		return nil, nil
	}
	// All was written, and only the names are missing.
	if err := giveNames(r.Out, &r.now); err != nil {
		return nil, err
	}
	return r.already()
}

func since(all []difference) string {
	texts := make([]string, len(all))
	for i := range all {
		texts[i] = all[i].since()
	}
	return strings.Join(texts, "; ")
}

// already gives the outcome of the finished run that is there.
func (r *run) already() (*Outcome, error) {
	o, err := ReadOutcome(r.Out)
	if err != nil {
		return nil, err
	}
	if d := o.Run.Inputs.compare(&r.now); len(d) > 0 {
		return nil, refuse("%s holds the results of another run: %s; --force replaces them", r.Out, since(d))
	}
	o.Already, o.Resumed = true, o.Run.Records
	return o, nil
}

// ReadOutcome reads what a finished run came to.
func ReadOutcome(dir string) (*Outcome, error) {
	run, err := readRun(dir)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, SummaryFile)
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(path, "cannot be read", err)
	}
	defer f.Close()
	s, err := funnel.ReadSummary(f)
	if err != nil {
		return nil, fileError(path, "cannot be used", err)
	}
	return &Outcome{Summary: s, Run: run}, nil
}
