// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-isatty"

	"github.com/eligo-trials/eligo/cmd/internal/batch"
	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/matcher/report"
)

const (
	overwriteEvery = time.Second      // on a terminal
	lineEvery      = 10 * time.Second // elsewhere
	mostNotes      = 20               // of the source; further ones are counted
)

// progress reports on standard error how far a run is: on a terminal in one
// line that is overwritten, else in a line now and then.
type progress struct {
	meter  batch.Meter
	w      io.Writer
	silent bool
	inLine bool // overwrite the line, on a terminal
	source *batch.Source
	stop   chan struct{}
	ended  sync.WaitGroup

	mu    sync.Mutex
	notes int
}

func (p *program) newProgress(o *batchOptions) *progress {
	return &progress{w: p.stderr, silent: o.silent, stop: make(chan struct{})}
}

func (g *progress) printNote(text string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.notes++; g.notes > mostNotes {
		return
	}
	g.clearLine()
	fmt.Fprintf(g.w, "%s: note: %s\n", programName, report.Plain(text))
}

func (g *progress) startReports(source *batch.Source) {
	g.source = source
	if g.silent {
		return
	}
	every := lineEvery
	if f, ok := g.w.(*os.File); ok && isatty.IsTerminal(f.Fd()) {
		every, g.inLine = overwriteEvery, true
	}
	g.ended.Go(func() { g.printReports(every, time.Now()) })
}

func (g *progress) printReports(every time.Duration, begun time.Time) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	before := reading{at: begun}
	for {
		select {
		case <-g.stop:
			return
		case now := <-tick.C:
			r := reading{now, g.meter.Done.Load(), g.source.BytesRead()}
			before.records = max(before.records, g.meter.Resumed.Load())
			g.mu.Lock()
			g.clearLine()
			fmt.Fprintf(g.w, "%s: %s", programName, r.describe(before, g.source.TotalBytes()))
			if !g.inLine {
				fmt.Fprintln(g.w)
			}
			g.mu.Unlock()
			before = r
		}
	}
}

type reading struct {
	at      time.Time
	records int64
	bytes   int64 // of the source
}

// describe says how far it is, how fast, and how long the rest will take at the
// rate since the reading before.
func (r reading) describe(before reading, size int64) string {
	seconds := r.at.Sub(before.at).Seconds()
	words := fmt.Sprintf("%d records, %.0f/s", r.records, float64(r.records-before.records)/seconds)
	if rate := float64(r.bytes-before.bytes) / seconds; size > 0 && rate > 0 {
		left := time.Duration(float64(size-r.bytes) / rate * float64(time.Second))
		words += fmt.Sprintf(", %.0f %% read, %s left", 100*float64(r.bytes)/float64(size), left.Round(time.Second))
	}
	return words
}

func (g *progress) clearLine() {
	if g.inLine {
		fmt.Fprint(g.w, "\r\x1b[K")
	}
}

func (g *progress) stopReports() {
	close(g.stop)
	g.ended.Wait()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.clearLine()
	g.inLine = false
	if more := g.notes - mostNotes; more > 0 {
		fmt.Fprintf(g.w, "%s: note: and %s of the kind\n", programName, plural.Count(more, "more note"))
	}
}

// batchTotals prints the totals of a run. A record that is cut short is a problem,
// although all that was read is in the results.
func (p *program) batchTotals(o *batch.Outcome, out string) error {
	var b strings.Builder
	if o.Already {
		fmt.Fprintf(&b, "%s is complete already.\n", out)
	}
	for i := range o.Summary.Studies {
		s := &o.Summary.Studies[i]
		t := s.Totals
		fmt.Fprintf(&b, "%s: %s read = %d eligible + %d ineligible + %d undetermined + %d rejected\n",
			s.Study.ID, plural.Count(t.Records, "record"), t.Eligible, t.Ineligible, t.Undetermined, t.Rejected)
		if t.Awaits.Answers > 0 {
			fmt.Fprintf(&b, "  of the undetermined, only questions to a person are open for %d\n", t.Awaits.Answers)
		}
		b.WriteString(report.UnrecognizedText(&s.Unrecognized))
	}
	r := o.Manifest
	if only := r.Inputs.Only; len(only) > 0 {
		fmt.Fprintf(&b, "%s written: those that are %s\n", plural.Count(r.Written, "result"), plural.Join(only, " or "))
	}
	if d := r.Duplicates; d.Records > 0 {
		fmt.Fprintf(&b, "%s the id of a record before, and results of their own: %s", plural.Count(d.Records, "record")+plural.Choose(d.Records, " has", " have"), strings.Join(d.First, ", "))
		if int64(len(d.First)) < d.Records {
			b.WriteString(", ...")
		}
		b.WriteByte('\n')
	}
	if r.Duplicates.Watched >= batch.MaxWatched {
		fmt.Fprintf(&b, "ids that come again were looked for among the first %d\n", batch.MaxWatched)
	}
	if r.Rejected > 0 {
		fmt.Fprintf(&b, "why %s rejected is in %s/%s\n", plural.Count(r.Rejected, "record")+plural.Choose(r.Rejected, " was", " were"), strings.TrimRight(out, "/"), batch.RejectsFile)
	}
	if !o.Already {
		fmt.Fprintf(&b, "written to %s\n", out)
	}
	if r.Inputs.Horizon != "" {
		b.WriteString(clearingWords(o, out))
	}
	if _, err := io.WriteString(p.stdout, plainLines(b.String())); err != nil {
		return err
	}
	switch {
	case r.Cut > 0:
		return inputError{summary: fmt.Sprintf("the source is cut short in %s (\"cut\" in %s): what comes after is lost, and was not screened",
			plural.Count(r.Cut, "place"), batch.RejectsFile)}
	case r.Records == 0 && r.Inputs.Shard == "":
		p.complain("the source holds no records")
	}
	return nil
}

func clearingWords(o *batch.Outcome, out string) string {
	var sure, best int64
	for i := range o.Summary.Studies {
		s, b := o.Summary.Studies[i].Calendar.Rows()
		sure, best = sure+s, best+b
	}
	return fmt.Sprintf("within %s, if nothing new happens, %d will surely become eligible and %d may: %s/%s\n", o.Manifest.Inputs.Horizon, sure, best, strings.TrimRight(out, "/"), batch.ClearingFile)
}

func plainLines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(report.Plain(strings.TrimSuffix(line, "\n")) + "\n")
	}
	return b.String()
}
