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
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/funnel"
	"github.com/eligo-trials/eligo/matcher/report"
)

// execute screens the source from where the run goes on, and completes the files.
func (r *run) execute(ctx context.Context) (o *Outcome, err error) {
	if err := r.restore(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = r.saver.waitForSave() // the first error is the one that counts
			_ = r.out.closeAll()
		}
	}()
	resumed := r.done
	err = r.screenSource(ctx)
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

// restore opens the files and takes the counts over from the checkpoint, if there
// is one.
func (r *run) restore() (err error) {
	r.ids = newDuplicateIDs(r.Job.maxIDs)
	sizes := map[string]int64{}
	if c := r.resumeFrom; c != nil {
		sizes = c.Sizes
		r.tallies, r.done, r.written, r.clearing, r.cut = c.Tallies, c.Records, c.Written, c.Clearing, c.Cut
		r.rejected = c.Tallies[0].Totals().Rejected
		if err := r.restoreIDs(); err != nil {
			return err
		}
	} else {
		for _, s := range r.Studies {
			r.tallies = append(r.tallies, funnel.NewTally(s, r.Dates))
		}
	}
	r.Meter.Resumed.Store(r.done)
	r.Meter.Done.Store(r.done)
	if r.out, err = openOutputs(r.Out, filesOfRun(r.When != nil), sizes, r.open); err != nil {
		return err
	}
	if r.resumeFrom == nil {
		err = r.out.appendTo(toTable, report.AppendCSVHeader(nil))
		if err == nil {
			err = r.saveCheckpoint()
		}
	}
	if err != nil {
		_ = r.out.closeAll()
	}
	return err
}

func (r *run) restoreIDs() error {
	path := filepath.Join(r.Out, partialDir, PositionsFile)
	f, err := os.Open(path)
	if err != nil {
		return fileError(path, "cannot be read", err)
	}
	defer f.Close()
	in := bufio.NewReaderSize(io.LimitReader(f, r.resumeFrom.Sizes[PositionsFile]), 1<<20)
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
			r.ids.add(p.id, hashID(p.id))
		}
	}
	if records != r.resumeFrom.Records {
		return fileError(path, "cannot be used", fmt.Errorf("it holds %d records and the checkpoint %d", records, r.resumeFrom.Records))
	}
	return nil
}

func (r *run) screenSource(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	records, end, err := r.Source.records(ctx, filepath.Join(r.Out, partialDir))
	if err != nil {
		return fileError(r.Source.path, "cannot be read", err)
	}
	defer end()
	t := &shardFilter{shard: r.Shard, done: r.done}
	render := &renderer{job: &r.Job, done: r.done}
	records = t.apply(ctx, records)
	o := matcher.ScreenOptions{Dates: r.Dates, Ahead: r.When, Workers: r.Workers}
	for p, err := range matcher.ScreenAndRender(ctx, r.matcher, records, o, render.render) {
		if err == nil {
			err = r.writeRecord(p)
		}
		if err != nil {
			cancel() // stops a source that waits for input
			return err
		}
		render.release(p)
	}
	if want := r.Shard.recordsOf(t.seen); want != r.done {
		return fmt.Errorf("%d records of the source were read, of which %d belong here, but %d are done: the source was changed meanwhile", t.seen, want, r.done)
	}
	r.seen = t.seen
	return nil
}

func (r *run) writeRecord(p *rendered) error {
	if p.err != nil {
		return p.err
	}
	for i := range p.text {
		if err := r.out.appendTo(i, p.text[i]); err != nil {
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
		r.ids.add(p.id, p.hash)
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
	free, err := r.saver.isIdle()
	if err != nil || !free {
		return err
	}
	return r.saveCheckpoint()
}

func (r *run) saveCheckpoint() error {
	sizes, err := r.out.flushAll()
	if err != nil {
		return err
	}
	r.saver.out, r.saved = r.out, time.Now()
	return r.saver.startSaving(r.newCheckpoint(sizes))
}

func (r *run) newCheckpoint(sizes map[string]int64) *checkpoint {
	return &checkpoint{
		Schema: checkpointSchema, Inputs: r.inputs, Records: r.done, Written: r.written, Clearing: r.clearing, Cut: r.cut,
		Sizes: sizes, Tallies: r.tallies,
	}
}

func (r *run) interrupted(cause error) error {
	e := &StoppedError{Records: r.done, Resumable: !r.Source.Stdin, Cause: cause}
	if !e.Resumable {
		return e
	}
	err := r.saver.waitForSave()
	if err == nil {
		err = r.saveCheckpoint()
	}
	if err == nil {
		err = r.saver.waitForSave()
	}
	if err != nil {
		return errors.Join(e, err)
	}
	return e
}

func (r *run) finish() (*Outcome, error) {
	sizes, err := r.out.flushAll()
	if err == nil {
		err = r.saver.waitForSave()
	}
	if err != nil {
		return nil, err
	}
	if r.tamper != nil {
		r.tamper(r.tallies)
	}
	o := &Outcome{Summary: funnel.Summarize(r.tallies...), Manifest: &Manifest{
		Schema: ManifestSchema, Inputs: r.inputs, Source: r.seen, Records: r.done, Written: r.written, Clearing: r.clearing, Rejected: r.rejected, Cut: r.cut, Duplicates: r.ids.Duplicates,
	}}
	c := r.newCheckpoint(sizes)
	c.Complete = true
	if err := o.finalize(r.out, c); err != nil {
		return nil, err
	}
	return o, nil
}

const lockName = ".lock"

// lock is held by the one run that may write to a folder. It ends with the
// process, however the process ends.
type lock struct{ file *flock.Flock }

// lockFolder takes the lock of a folder. If another process holds it, the error
// names that process, whose number the file holds.
func lockFolder(dir string) (*lock, error) {
	path := filepath.Join(dir, lockName)
	for {
		file := flock.New(path)
		locked, err := file.TryLock()
		if err != nil {
			return nil, err
		}
		if !locked {
			return nil, fmt.Errorf("%s is in use by another eligo%s", dir, readHolder(path))
		}
		if !isSameFile(file, path) {
			_ = file.Unlock() // the holder before has just removed the file
			continue
		}
		_ = os.WriteFile(path, fmt.Appendln(nil, os.Getpid()), 0o600) // for people; Windows refuses to write to a locked file
		return &lock{file}, nil
	}
}

// unlock removes the lock file and gives the lock back. The file is removed
// first, or the lock of the next holder could be removed.
func (l *lock) unlock() {
	_ = os.Remove(l.file.Path())
	_ = l.file.Unlock()
}

func isSameFile(file *flock.Flock, path string) bool {
	held, heldErr := file.Stat()
	now, nowErr := os.Stat(path)
	return heldErr == nil && nowErr == nil && os.SameFile(held, now)
}

func readHolder(path string) string {
	text, _ := os.ReadFile(path)
	if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
		return fmt.Sprintf(" (process %d)", pid)
	}
	return ""
}
