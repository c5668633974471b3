// SPDX-License-Identifier: Apache-2.0

// Package batch is the engine of "eligo batch" and "eligo merge": it screens
// every patient of a [Source] for some studies and writes files whose totals
// reconcile, and that appear complete or not at all.
//
// # Files
//
// In the folder that a run writes to, which one run at a time may use:
//
//	results.ndjson   one result a line, as encoding/json writes a matcher.Result, in the order of the source
//	results.csv      the same, a row for each patient and study, for spreadsheets
//	rejects.ndjson   every record that could not be used: where it is and why (see [Reject])
//	summary.json     the totals of all patients, also of those whom [Job].Only keeps out of the results
//	report.html      the same as a page
//	run.json         the inputs of the run, and duplicate ids (see [Manifest])
//	clearing.csv     of a run that looks ahead: who becomes eligible on which day, sorted by the day and the record
//	positions.bin    of a shard only: the position of each record, for [Merge]
//
// During the run they grow in .partial, next to checkpoint.json, which holds the
// sizes up to which they are valid. To resume a run that ended early, for any
// reason, they are cut to these sizes, and the records that the checkpoint counts
// are read again but not decoded. At the end the checkpoint is marked complete,
// the files are moved to their names, summary.json as the last, and .partial is
// removed: a folder with a summary.json and no .partial is complete.
//
// # Sources
//
// A data source is a row of document.Formats: the package of the format gives a
// function that recognises its folders or files and one that reads them.
//
// # What it may import
//
// The core, and packages document and fileio; nothing that parses flags or prints.
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

// Job describes a run.
type Job struct {
	Studies []*rules.Study
	Dates   matcher.Dates
	When    *matcher.LookAhead // how far ahead to look; nil does not look ahead
	Source  *Source
	Out     string            // the folder that is written to
	Only    []matcher.Verdict // verdicts that are written to the results; empty writes all
	Shard   Shard
	Workers int           // 0 is one for each core
	Resume  bool          // continue a run that is not complete
	Force   bool          // replace the files of an earlier run
	Every   time.Duration // between checkpoints; 0 is 5 s
	Meter   *Meter        // if not nil, is kept up to date

	open   openFunc                // for tests; nil is openOutput
	maxIDs int                     // for tests; 0 is MaxWatched
	tamper func(t []*funnel.Tally) // for tests
}

// Meter is the progress of a run. It can be read while the run goes on.
type Meter struct {
	Done    atomic.Int64 // records, those of Resumed included
	Resumed atomic.Int64 // records that an earlier run had done
}

// Outcome is the result of a run.
type Outcome struct {
	Summary  *funnel.Summary
	Manifest *Manifest
	Resumed  int64 // records that an earlier run had done
	Already  bool  // an earlier run was complete
}

// StoppedError is the error of a run that its context ended.
type StoppedError struct {
	Records   int64 // that were done
	Resumable bool  // the records can be kept by resuming the run
	Merging   bool  // shards were being merged
	Cause     error
}

// Error gives the number of records that were done.
func (e *StoppedError) Error() string {
	return fmt.Sprintf("interrupted after %d records", e.Records)
}

// Unwrap gives the cause of the context's end.
func (e *StoppedError) Unwrap() error { return e.Cause }

// RefusedError is the reason why a run was not begun. No file was changed.
type RefusedError struct{ Reason string }

// Error gives the reason.
func (e *RefusedError) Error() string { return e.Reason }

func refuse(format string, args ...any) error { return &RefusedError{fmt.Sprintf(format, args...)} }

// Run screens the source and writes the files. It returns when the run is
// complete. Its error may be a [*StoppedError], a [*RefusedError], a
// [*FileError], or several joined.
func Run(ctx context.Context, j Job) (*Outcome, error) {
	if j.open == nil {
		j.open = openOutput
	}
	if j.Every <= 0 {
		j.Every = 5 * time.Second
	}
	if j.Meter == nil {
		j.Meter = &Meter{}
	}
	if j.maxIDs == 0 {
		j.maxIDs = MaxWatched
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
	l, err := lockFolder(j.Out)
	if err != nil {
		return nil, fileError(j.Out, "cannot be used", err)
	}
	defer l.unlock()
	r := &run{Job: j, matcher: m, inputs: j.inputs()}
	done, err := r.prepare()
	if done != nil || err != nil {
		return done, err
	}
	o, err := r.execute(ctx)
	if err != nil && j.Source.Stdin {
		if left := discardPartial(j.Out); left != nil {
			err = errors.Join(err, left)
		}
	}
	return o, err
}

type run struct {
	Job
	matcher    *matcher.Matcher
	inputs     Inputs
	resumeFrom *checkpoint // nil for a new run
	out        *outputs
	saver      saver
	saved      time.Time // when the last checkpoint was begun
	tallies    []*funnel.Tally
	ids        *duplicateIDs
	seen       int64 // records of the source
	done       int64 // of them, those of the shard
	written    int64 // results
	clearing   int64 // rows of clearing.csv
	rejected   int64
	cut        int64
}

// prepare decides by the state of the folder whether the run is new or resumed.
// It returns an outcome if nothing is left to do.
func (r *run) prepare() (*Outcome, error) {
	s, err := inspectFolder(r.Out)
	if err != nil && !r.Force {
		return nil, err
	}
	switch {
	case r.Force:
		s.checkpoint = nil
	case s.checkpoint != nil && !r.Resume:
		return nil, refuse("%s holds a run that is not complete (%d records done); --resume goes on with it, --force starts anew", r.Out, s.checkpoint.Records)
	case s.complete && r.Resume:
		if err := discardPartial(r.Out); err != nil { // left by a crash at the end of a run
			return nil, err
		}
		return r.finishedOutcome()
	case s.complete:
		return nil, refuse("%s holds the results of a finished run; --force replaces them", r.Out)
	case s.checkpoint == nil && s.present != "":
		return nil, refuse("%s holds a %s already; --force replaces it", r.Out, s.present)
	}
	if r.resumeFrom = s.checkpoint; r.resumeFrom == nil {
		if err := discardPartial(r.Out); err != nil {
			return nil, err
		}
		if err := os.MkdirAll(filepath.Join(r.Out, partialDir), 0o700); err != nil {
			return nil, fileError(filepath.Join(r.Out, partialDir), "cannot be made", err)
		}
		return nil, nil
	}
	if d := r.resumeFrom.Inputs.compare(&r.inputs); len(d) > 0 {
		return nil, refuse("%s cannot be resumed: %s; --force starts anew", r.Out, joinChanges(d))
	}
	if !r.resumeFrom.Complete {
		return nil, nil
	}
	// All files are written and lack only their names.
	if err := publishFiles(r.Out, &r.inputs); err != nil {
		return nil, err
	}
	return r.finishedOutcome()
}

func joinChanges(all []difference) string {
	texts := make([]string, len(all))
	for i := range all {
		texts[i] = all[i].change()
	}
	return strings.Join(texts, "; ")
}

func (r *run) finishedOutcome() (*Outcome, error) {
	o, err := ReadOutcome(r.Out)
	if err != nil {
		return nil, err
	}
	if d := o.Manifest.Inputs.compare(&r.inputs); len(d) > 0 {
		return nil, refuse("%s holds the results of another run: %s; --force replaces them", r.Out, joinChanges(d))
	}
	o.Already, o.Resumed = true, o.Manifest.Records
	return o, nil
}

// ReadOutcome reads the outcome of a finished run.
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
	return &Outcome{Summary: s, Manifest: run}, nil
}
