// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/eligo-trials/eligo/matcher/funnel"
	"github.com/eligo-trials/eligo/matcher/report"
)

// Merge puts the shards of one run together in a further folder, which is then
// as if the source had been screened at once: results in the order of the
// source, totals that reconcile, the report. Force replaces what is there.
//
// It refuses shards of different runs and shards of which one is missing, is
// there twice or is not complete.
func Merge(ctx context.Context, shards []string, out string, force bool) (*Outcome, error) {
	done, err := gather(shards)
	if err != nil {
		return nil, err
	}
	for _, dir := range shards {
		if same(dir, out) {
			return nil, refuse("%s is one of the shards", out)
		}
	}
	if err := os.MkdirAll(out, 0o700); err != nil {
		return nil, fileError(out, "cannot be made", err)
	}
	l, err := takeLock(out)
	if err != nil {
		return nil, err
	}
	defer l.free()
	if s, err := look(out); !force {
		switch {
		case err != nil:
			return nil, err
		case s.checkpoint != nil:
			return nil, refuse("%s holds a run that is not complete; --force replaces it", out)
		case s.present != "":
			return nil, refuse("%s holds a %s already; --force replaces it", out, s.present)
		}
	}
	if err := discard(out); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(out, partialDir), 0o700); err != nil {
		return nil, fileError(filepath.Join(out, partialDir), "cannot be made", err)
	}
	o, err := done.merge(ctx, out)
	if err != nil {
		return nil, errors.Join(err, discard(out))
	}
	return o, nil
}

func same(a, b string) bool {
	one, err1 := os.Stat(a)
	two, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(one, two)
}

// pile is the shards of a run in their order.
type pile struct {
	dirs     []string
	outcomes []*Outcome
	records  int64
}

// gather reads what the shards came to, and says all that is wrong with them as
// the parts of one run.
func gather(dirs []string) (*pile, error) {
	if len(dirs) == 0 {
		return nil, refuse("there is nothing to merge")
	}
	p := &pile{}
	var wrong []string
	for _, dir := range dirs {
		o, shard, err := readShard(dir)
		if err != nil {
			wrong = append(wrong, err.Error())
			continue
		}
		if p.dirs == nil {
			p.dirs, p.outcomes = make([]string, shard.Of), make([]*Outcome, shard.Of)
		}
		switch i := shard.Number - 1; {
		case shard.Of != len(p.dirs):
			wrong = append(wrong, fmt.Sprintf("%s is one of %d shards, but others are of %d", dir, shard.Of, len(p.dirs)))
		case p.outcomes[i] != nil:
			wrong = append(wrong, fmt.Sprintf("%s and %s are both shard %s", p.dirs[i], dir, shard))
		default:
			p.dirs[i], p.outcomes[i] = dir, o
		}
	}
	if len(wrong) == 0 {
		wrong = p.belong()
	}
	if len(wrong) > 0 {
		return nil, refuse("%s", strings.Join(wrong, "; "))
	}
	return p, nil
}

func readShard(dir string) (*Outcome, Shard, error) {
	s, err := look(dir)
	switch {
	case err != nil:
		return nil, Shard{}, err
	case !s.complete:
		return nil, Shard{}, fmt.Errorf("%s does not hold the results of a finished run", dir)
	}
	o, err := ReadOutcome(dir)
	if err != nil {
		return nil, Shard{}, err
	}
	if o.Run.Inputs.Shard == "" {
		return nil, Shard{}, fmt.Errorf("%s is no shard: it holds the results of a whole source", dir)
	}
	shard, err := ParseShard(o.Run.Inputs.Shard)
	if err != nil {
		return nil, Shard{}, fmt.Errorf("%s: shard %w", dir, err)
	}
	return o, shard, nil
}

// belong says why the shards are not all of one run.
func (p *pile) belong() (wrong []string) {
	first := -1
	var missing []string
	for i, o := range p.outcomes {
		switch {
		case o == nil:
			missing = append(missing, Shard{i + 1, len(p.outcomes)}.String())
			continue
		case first < 0:
			first = i
		}
		for _, d := range p.outcomes[first].Run.Inputs.compareShared(&o.Run.Inputs) {
			wrong = append(wrong, fmt.Sprintf("%s: %s in %s, %s in %s", d.what, d.one, p.dirs[first], d.other, p.dirs[i]))
		}
		p.records += o.Run.Records
	}
	if len(missing) > 0 {
		return append(wrong, "missing: "+strings.Join(missing, ", "))
	}
	for i, o := range p.outcomes {
		due := Shard{i + 1, len(p.outcomes)}.size(p.records)
		if (o.Run.Source != p.records || o.Run.Records != due) && len(wrong) == 0 {
			wrong = append(wrong, fmt.Sprintf("the shards hold %d records together, and %s was made with %d of a source of %d: the source was not the same for all",
				p.records, p.dirs[i], o.Run.Records, o.Run.Source))
		}
	}
	return wrong
}

// merge writes the whole.
func (p *pile) merge(ctx context.Context, dir string) (*Outcome, error) {
	out, err := openOutputs(dir, grown, nil, openOutput)
	if err != nil {
		return nil, err
	}
	defer out.close()
	o := &Outcome{Run: &Run{Schema: RunSchema, Inputs: p.outcomes[0].Run.Inputs, Source: p.records, Records: p.records}}
	o.Run.Inputs.Shard = ""
	var summaries []*funnel.Summary
	for _, shard := range p.outcomes {
		summaries = append(summaries, shard.Summary)
		o.Run.Written += shard.Run.Written
		o.Run.Rejected += shard.Run.Rejected
		o.Run.Clearing += shard.Run.Clearing
		o.Run.Cut += shard.Run.Cut
	}
	if o.Summary, err = funnel.MergeSummaries(summaries...); err != nil {
		return nil, err
	}
	if o.Run.Duplicates, err = p.interleave(ctx, out); err != nil {
		return nil, err
	}
	if o.Run.Inputs.Horizon != "" {
		if err := mergeClearing(p.dirs, dir); err != nil {
			return nil, err
		}
	}
	sizes, err := out.flush()
	if err != nil {
		return nil, err
	}
	c := &checkpoint{Schema: checkpointSchema, Inputs: o.Run.Inputs, Records: p.records, Written: o.Run.Written, Clearing: o.Run.Clearing, Cut: o.Run.Cut, Sizes: sizes, Complete: true}
	for i := range o.Summary.Studies {
		t, err := o.Summary.Studies[i].Tally()
		if err != nil {
			return nil, err
		}
		c.Tallies = append(c.Tallies, t)
	}
	return o, o.seal(out, c)
}

// interleave puts the lines of all shards in the order of the source, and finds
// the ids that come twice.
func (p *pile) interleave(ctx context.Context, out *outputs) (Duplicates, error) {
	watch := newWatch(MaxWatched)
	if err := out.write(toTable, report.AppendCSVHeader(nil)); err != nil {
		return watch.Duplicates, err
	}
	var shards []*strand
	defer func() {
		for _, s := range shards {
			s.close()
		}
	}()
	for _, dir := range p.dirs {
		s, err := openStrand(dir, len(p.dirs))
		if err != nil {
			return watch.Duplicates, err
		}
		shards = append(shards, s)
	}
	for n := range p.records {
		if n%1024 == 0 && ctx.Err() != nil {
			return watch.Duplicates, &StoppedError{Records: n, Merging: true, Cause: context.Cause(ctx)}
		}
		at, err := shards[n%int64(len(shards))].next(out)
		if err != nil {
			return watch.Duplicates, err
		}
		if !at.rejected {
			watch.see(at.id, hashOf(at.id))
		}
	}
	for _, s := range shards {
		if err := s.end(); err != nil {
			return watch.Duplicates, err
		}
	}
	return watch.Duplicates, nil
}
