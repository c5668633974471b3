// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/schollz/progressbar/v3"

	"github.com/eligo-trials/eligo/cmd/internal/batch"
	"github.com/eligo-trials/eligo/matcher/report"
)

const (
	barEvery  = 200 * time.Millisecond // on a terminal
	lineEvery = 10 * time.Second       // elsewhere
	mostNotes = 20                     // of the source; further ones are counted
)

// progress says on standard error how a run goes: a bar on a terminal, else a
// line now and then.
type progress struct {
	done   atomic.Int64 // records
	w      io.Writer
	silent bool
	bar    *progressbar.ProgressBar // nil if there is none
	source *batch.Source
	stop   chan struct{}
	ended  sync.WaitGroup

	mu    sync.Mutex
	notes int
}

func (p *program) newProgress(o *batchOptions) *progress {
	return &progress{w: p.stderr, silent: o.silent, stop: make(chan struct{})}
}

// note prints what concerns the source and no one record.
func (g *progress) note(text string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.notes++; g.notes > mostNotes {
		return
	}
	if g.bar != nil {
		_ = g.bar.Clear()
	}
	fmt.Fprintf(g.w, "%s: note: %s\n", programName, report.Plain(text))
}

// start begins to show how far the source is read.
func (g *progress) start(source *batch.Source) {
	g.source = source
	if g.silent {
		return
	}
	every := lineEvery
	if f, ok := g.w.(*os.File); ok && isatty.IsTerminal(f.Fd()) {
		every, g.bar = barEvery, newBar(g.w, source.Size())
	}
	g.ended.Go(func() { g.show(every, time.Now()) })
}

func newBar(w io.Writer, size int64) *progressbar.ProgressBar {
	if size == 0 {
		size = -1 // not known
	}
	return progressbar.NewOptions64(size,
		progressbar.OptionSetWriter(w), progressbar.OptionSetWidth(20), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetElapsedTime(true), progressbar.OptionSetPredictTime(true))
}

func (g *progress) show(every time.Duration, since time.Time) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	last, begun := since, g.done.Load()
	for {
		select {
		case <-g.stop:
			return
		case now := <-tick.C:
			records := g.done.Load()
			rate := float64(records-begun) / now.Sub(last).Seconds()
			g.mu.Lock()
			if g.bar != nil {
				g.bar.Describe(fmt.Sprintf("%d records, %.0f/s", records, float64(records)/now.Sub(since).Seconds()))
				_ = g.bar.Set64(g.position())
			} else {
				fmt.Fprintf(g.w, "%s: %d records, %.0f/s%s\n", programName, records, rate, g.left(now.Sub(since)))
			}
			g.mu.Unlock()
			last, begun = now, records
		}
	}
}

// position is how far the bar is; where nobody knows how far that is, it only
// moves.
func (g *progress) position() int64 {
	if size := g.source.Size(); size > 0 {
		return min(g.source.Read(), size-1) // the bar ends with the run
	}
	return g.done.Load()
}

// left says how much of a file is read, and how long the rest takes.
func (g *progress) left(elapsed time.Duration) string {
	size, read := g.source.Size(), g.source.Read()
	if size == 0 || read == 0 {
		return ""
	}
	part := float64(read) / float64(size)
	left := time.Duration(float64(elapsed) * (1 - part) / part)
	return fmt.Sprintf(", %.0f %% read, %s left", 100*part, left.Round(time.Second))
}

// end takes the bar away.
func (g *progress) end() {
	close(g.stop)
	g.ended.Wait()
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.bar != nil {
		_ = g.bar.Clear()
		g.bar = nil
	}
	if more := g.notes - mostNotes; more > 0 {
		fmt.Fprintf(g.w, "%s: note: and %s of the kind\n", programName, count(more, "more note"))
	}
}
