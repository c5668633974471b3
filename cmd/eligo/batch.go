// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strconv"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/batch"
	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

func (p *program) batchCommand() *cli.Command {
	return &cli.Command{
		Name:        "batch",
		Usage:       "screen everybody of a registry or an export",
		UsageText:   "eligo batch --study FILE...|--studies FOLDER --from SOURCE --out FOLDER [FLAGS]",
		Description: helpLead("batch"),
		Flags: []cli.Flag{
			listFlag("study", "`FILE` of the study; again for a further study (this or --studies is required)"),
			listFlag("studies", "`FOLDER` of study files, all of which must be right; again for a further one"),
			singleFlag("from", "`SOURCE`, a file or folder, or - for standard input (required)", ""),
			singleFlag("out", "`FOLDER` to write to (required)", ""),
			singleFlag("on", "screening `DAY`, YYYY-MM-DD (default: today)", ""),
			listFlag("date", "`NAME=DAY`, a further date of the studies; again for others"),
			singleFlag("horizon", "`TIME` to look ahead for who becomes eligible when: 2y, 18m, 8w, 90d (default: not at all)", ""),
			listFlag("fixed", "`NAME` of a date that stays on its day; others keep their distance from the screening day; again for others"),
			listFlag("complete", "`DOMAINS`, joined by commas, whose records are complete: what they do not list is not there"),
			listFlag("system", "`URL=NAME`, a local code system and the known one that it stands for; again for others"),
			termsFlag(),
			terminologyFlag(),
			listFlag("only", "`VERDICTS`, joined by commas, that are written to the results; the totals are of all"),
			singleFlag("shard", "`I/N`, the I-th of N parts of the source", ""),
			singleFlag("jobs", "`NUMBER` of cores to use (default: all)", ""),
			&cli.BoolFlag{Name: "resume", Usage: "go on with a run that was stopped", DisableDefaultText: true},
			&cli.BoolFlag{Name: "force", Usage: "replace what the folder holds", DisableDefaultText: true},
			&cli.BoolFlag{Name: "no-progress", Usage: "say nothing until the end", DisableDefaultText: true},
		},
		Action: func(c *cli.Context) error {
			o, err := p.batchOptions(c)
			if err != nil {
				return err
			}
			return p.runBatch(c.Context, o)
		},
	}
}

func (p *program) runBatch(ctx context.Context, o *batchOptions) error {
	contents, err := o.studies.loadStudies(true)
	if err != nil {
		return err
	}
	m := flagProblems{command: "batch"}
	m.checkDates(o.dates, contents.Studies)
	if err := m.asError(); err != nil {
		return err
	}
	ctx, stop := untilInterrupted(ctx)
	defer stop()
	progress := p.newProgress(o)
	source, err := batch.Open(ctx, o.from, p.stdin, o.document, progress.printNote)
	if errors.As(err, new(*batch.StoppedError)) {
		return err
	}
	if err != nil {
		return inputError{summary: fmt.Sprintf("%s: %s; nothing was screened", sourceName(o.from), fileio.Cause(err))}
	}
	collectLess(source)
	progress.startReports(source)
	done, err := batch.Run(ctx, batch.Job{
		Studies: contents.Studies, Dates: o.dates, When: o.when, Source: source, Out: o.out, Only: o.only, Shard: o.shard, Workers: o.jobs,
		Resume: o.resume, Force: o.force, Meter: &progress.meter,
	})
	progress.stopReports()
	if err != nil {
		return batchError(err, source.Stdin)
	}
	return p.batchTotals(done, o.out)
}

// collectLess lets the garbage of a long run lie longer, which saves a sixth of
// the time, unless the user has set GOGC or GOMEMLIMIT. A source whose reader
// takes memory of its own leaves no room for it.
func collectLess(source *batch.Source) {
	const percent, most = 400, 400 << 20 // bytes
	if source.LowMemory() && os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(most)
	}
}

func sourceName(from string) string {
	if from == "-" {
		return "standard input"
	}
	return from
}

// batchError adds to the error that ended a run how the run can go on.
func batchError(err error, stdin bool) error {
	var stopped *batch.StoppedError
	var refused *batch.RefusedError
	var file *batch.FileError
	switch {
	case errors.As(err, &stopped):
		return err
	case errors.As(err, &refused), stdin, !errors.As(err, &file):
		return inputError{summary: err.Error()}
	}
	return inputError{summary: err.Error() + "; the run is not complete; once this is mended, --resume goes on with it"}
}

// stopWords says how a run that was stopped can go on.
func stopWords(err error, stopped *batch.StoppedError) string {
	words := fmt.Sprintf("stopped after %s; no file has its final name; ", plural.Count(stopped.Records, "record"))
	var file *batch.FileError
	switch {
	case stopped.Merging:
		return "stopped; nothing was merged"
	case !stopped.Resumable:
		return words + "what comes from standard input cannot be resumed"
	case errors.As(err, &file):
		return words + "the last of them are not on disk (" + file.Error() + "); the same command with --resume goes on before them"
	}
	return words + "the same command with --resume goes on"
}

type batchOptions struct {
	studies   studySelection
	from, out string
	document  document.Options
	dates     matcher.Dates
	when      *matcher.LookAhead
	only      []matcher.Verdict
	shard     batch.Shard
	jobs      int

	resume, force, silent bool
}

func (p *program) batchOptions(c *cli.Context) (*batchOptions, error) {
	m := flagProblems{command: "batch"}
	m.refuseArguments(c, "; a source is given with --from, a study with --study")
	o := &batchOptions{
		studies: m.readStudySelection(c, "source", "from", "out"), from: flagValue(c, "from"), out: flagValue(c, "out"),
		resume: c.Bool("resume"), force: c.Bool("force"), silent: c.Bool("no-progress"),
	}
	m.checkValues(c, "from", "on", "out", "shard", "jobs")
	if o.out == "-" {
		m.addProblem("--out must be a folder: a run writes several files")
	}
	if o.resume && o.force {
		m.addProblem("--resume goes on with what the folder holds, and --force replaces it; choose one")
	}
	if o.resume && o.from == "-" {
		m.addProblem("--resume reads the source again, which standard input does not allow; give a file")
	}
	o.document = m.readDocumentOptions(c)
	o.only = readChoices[matcher.Verdict](&m, "--only", listValue(c, "only"), verdictNames)
	if len(o.only) == len(verdictNames) {
		o.only = nil // all
	}
	m.readBatchNumbers(c, o)
	screening := patient.DayOf(p.clock())
	if day, ok := batch.ResumedDay(o.out); ok && o.resume {
		screening = day // or a run could not go on tomorrow
	}
	o.dates = m.readDates(c, screening)
	if c.IsSet("horizon") {
		when := m.readWhen(c, o.dates)
		o.when = &when
	} else if c.IsSet("fixed") {
		m.addProblem("--fixed is for looking ahead: give --horizon")
	}
	return o, m.asError()
}

func (m *flagProblems) readBatchNumbers(c *cli.Context, o *batchOptions) {
	if text := flagValue(c, "shard"); text != "" {
		shard, err := batch.ParseShard(text)
		if err != nil {
			m.addProblem("--shard %s", err)
		}
		o.shard = shard
	}
	if text := flagValue(c, "jobs"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 1024 {
			m.addProblem("--jobs %q is not a number from 1 to 1024", text)
		}
		o.jobs = n
	}
}

var verdictNames = []string{string(matcher.Eligible), string(matcher.Ineligible), string(matcher.Undetermined)}

func (p *program) mergeCommand() *cli.Command {
	o := &mergeOptions{}
	return &cli.Command{
		Name:        "merge",
		Usage:       "put the shards of a batch together",
		UsageText:   "eligo merge --out FOLDER [--force] SHARD...",
		Description: helpLead("shards"),
		Flags: []cli.Flag{
			singleFlag("out", "`FOLDER` to write to (required)", ""),
			&cli.BoolFlag{Name: "force", Usage: "replace what the folder holds", DisableDefaultText: true, Destination: &o.force},
		},
		Action: func(c *cli.Context) error {
			if err := o.readFlags(c); err != nil {
				return err
			}
			return p.runMerge(c.Context, o)
		},
	}
}

type mergeOptions struct {
	shards []string
	out    string
	force  bool
}

// readFlags reads the flags, which here may stand behind the folders too.
func (o *mergeOptions) readFlags(c *cli.Context) error {
	m := flagProblems{command: "merge"}
	force := o.force
	o.shards = m.readArguments(c)
	o.out, o.force = flagValue(c, "out"), o.force || force
	switch {
	case len(m.problems) > 0:
	case o.out == "":
		m.addProblem("--out is missing")
	default:
		m.checkValue("out", o.out)
	}
	if len(o.shards) == 0 {
		m.addProblem("say which shards to merge")
	}
	if slices.Contains(o.shards, "") {
		m.addProblem("the name of a folder is empty")
	}
	return m.asError()
}

func (p *program) runMerge(ctx context.Context, o *mergeOptions) error {
	ctx, stop := untilInterrupted(ctx)
	defer stop()
	done, err := batch.Merge(ctx, o.shards, o.out, o.force)
	if err != nil {
		var stopped *batch.StoppedError
		if errors.As(err, &stopped) {
			return err
		}
		return inputError{summary: err.Error() + "; nothing was merged"}
	}
	return p.batchTotals(done, o.out)
}
