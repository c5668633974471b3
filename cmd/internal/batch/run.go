// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/funnel"
	"github.com/eligo-trials/eligo/matcher/report"
)

// all does the whole run.
func (r *run) all(ctx context.Context) (o *Outcome, err error) {
	if err := r.begin(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = r.saver.wait() // what went wrong first counts
			_ = r.out.close()
		}
	}()
	resumed := r.done
	err = r.screen(ctx)
	switch {
	case ctx.Err() != nil && errors.Is(err, context.Cause(ctx)):
		return nil, r.interrupted(err)
	case err != nil:
		return nil, err
	}
	o, err = r.finish()
	if err != nil {
		return nil, err
	}
	o.Resumed = resumed
	return o, nil
}

// begin opens the files and puts the counts where the run goes on.
func (r *run) begin() (err error) {
	r.watch = newWatch(r.Job.watch)
	sizes := map[string]int64{}
	if c := r.from; c != nil {
		sizes = c.Sizes
		r.tallies, r.done, r.written, r.clearing, r.cut = c.Tallies, c.Records, c.Written, c.Clearing, c.Cut
		r.rejected = c.Tallies[0].Totals().Rejected
		if err := r.recall(); err != nil {
			return err
		}
	} else {
		for _, s := range r.Studies {
			r.tallies = append(r.tallies, funnel.NewTally(s, r.Dates))
		}
	}
	r.Meter.Resumed.Store(r.done)
	r.Meter.Done.Store(r.done)
	if r.out, err = openOutputs(r.Out, growing(r.When != nil), sizes, r.open); err != nil {
		return err
	}
	if r.from == nil {
		err = r.out.write(toTable, report.AppendCSVHeader(nil))
		if err == nil {
			err = r.checkpoint()
		}
	}
	if err != nil {
		_ = r.out.close()
	}
	return err
}

// recall reads which ids the earlier run saw.
func (r *run) recall() error {
	path := filepath.Join(r.Out, partialDir, PositionsFile)
	f, err := os.Open(path)
	if err != nil {
		return fileError(path, "cannot be read", err)
	}
	defer f.Close()
	in := bufio.NewReaderSize(io.LimitReader(f, r.from.Sizes[PositionsFile]), 1<<20)
	records := int64(0)
	for ; ; records++ {
		p, err := readPosition(in)
		if err == io.EOF {
			break
		}
		if err != nil {
			return fileError(path, "cannot be used", err)
		}
		if !p.rejected {
			r.watch.see(p.id, hashOf(p.id))
		}
	}
	if records != r.from.Records {
		return fileError(path, "cannot be used", fmt.Errorf("it holds %d records and the checkpoint %d", records, r.from.Records))
	}
	return nil
}

// screen screens what is left of the source.
func (r *run) screen(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	records, end, err := r.Source.records(ctx, filepath.Join(r.Out, partialDir))
	if err != nil {
		return fileError(r.Source.path, "cannot be read", err)
	}
	defer end()
	t := &taking{shard: r.Shard, done: r.done}
	render := &renderer{job: &r.Job, done: r.done}
	records = t.from(ctx, records)
	o := matcher.ScreenOptions{Dates: r.Dates, Ahead: r.When, Workers: r.Workers}
	for p, err := range matcher.ScreenAndRender(ctx, r.matcher, records, o, render.render) {
		if err == nil {
			err = r.add(p)
		}
		if err != nil {
			cancel() // or a source that waits for input would wait on
			return err
		}
		render.release(p)
	}
	if want := r.Shard.size(t.seen); want != r.done {
		return fmt.Errorf("%d records of the source were read, of which %d belong here, but %d are done: the source was changed meanwhile", t.seen, want, r.done)
	}
	r.seen = t.seen
	return nil
}

// add writes and counts what one record came to.
func (r *run) add(p *rendered) error {
	if p.err != nil {
		return p.err
	}
	for i := range p.text {
		if err := r.out.write(i, p.text[i]); err != nil {
			return err
		}
	}
	r.done++
	r.written += int64(p.lines)
	r.clearing += int64(p.clearing)
	if p.cut {
		r.cut++
	}
	if p.rejected {
		r.rejected++
		for _, t := range r.tallies {
			t.Reject()
		}
	} else {
		r.watch.see(p.id, p.hash)
		for i := range p.results {
			if err := r.tallies[i].Add(&p.results[i]); err != nil {
				return err
			}
		}
	}
	r.Meter.Done.Store(r.done)
	if r.Source.Stdin || time.Since(r.saved) < r.Every {
		return nil
	}
	free, err := r.saver.due()
	if err != nil || !free {
		return err
	}
	return r.checkpoint()
}

// checkpoint begins to write down how far the run has come.
func (r *run) checkpoint() error {
	sizes, err := r.out.flush()
	if err != nil {
		return err
	}
	r.saver.out, r.saved = r.out, time.Now()
	return r.saver.begin(r.state(sizes))
}

func (r *run) state(sizes map[string]int64) *checkpoint {
	return &checkpoint{
		Schema: checkpointSchema, Inputs: r.now, Records: r.done, Written: r.written, Clearing: r.clearing, Cut: r.cut,
		Sizes: sizes, Tallies: r.tallies,
	}
}

// interrupted writes a last checkpoint.
func (r *run) interrupted(cause error) error {
	e := &StoppedError{Records: r.done, Resumable: !r.Source.Stdin, Cause: cause}
	if !e.Resumable {
		return e
	}
	err := r.saver.wait()
	if err == nil {
		err = r.checkpoint()
	}
	if err == nil {
		err = r.saver.wait()
	}
	if err != nil {
		return errors.Join(e, err)
	}
	return e
}

// finish checks the totals, writes what sums the run up and gives the files
// their names.
func (r *run) finish() (*Outcome, error) {
	sizes, err := r.out.flush()
	if err == nil {
		err = r.saver.wait()
	}
	if err != nil {
		return nil, err
	}
	if r.tamper != nil {
		r.tamper(r.tallies)
	}
	o := &Outcome{Summary: funnel.Summarize(r.tallies...), Run: &Run{
		Schema: RunSchema, Inputs: r.now, Source: r.seen, Records: r.done, Written: r.written, Clearing: r.clearing, Rejected: r.rejected, Cut: r.cut, Duplicates: r.watch.Duplicates,
	}}
	c := r.state(sizes)
	c.Complete = true
	if err := o.seal(r.out, c); err != nil {
		return nil, err
	}
	return o, nil
}
