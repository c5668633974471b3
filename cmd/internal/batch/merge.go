// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/matcher/funnel"
	"github.com/eligo-trials/eligo/matcher/report"
)

// Merge merges the folders of all shards into the folder out, which then equals
// that of one run over the whole source. Force replaces the files of an earlier
// run.
//
// It refuses shards of different runs, and a shard that is missing, given twice
// or not complete.
func Merge(ctx context.Context, shards []string, out string, force bool) (*Outcome, error) {
	done, err := readShards(shards)
	if err != nil {
		return nil, err
	}
	for _, dir := range shards {
		if fileio.IsSame(dir, out) {
			return nil, refuse("%s is one of the shards", out)
		}
	}
	if err := os.MkdirAll(out, 0o700); err != nil {
		return nil, fileError(out, "cannot be made", err)
	}
	l, err := lockFolder(out)
	if err != nil {
		return nil, err
	}
	defer l.unlock()
	if s, err := inspectFolder(out); !force {
		switch {
		case err != nil:
			return nil, err
		case s.checkpoint != nil:
			return nil, refuse("%s holds a run that is not complete; --force replaces it", out)
		case s.present != "":
			return nil, refuse("%s holds a %s already; --force replaces it", out, s.present)
		}
	}
	if err := discardPartial(out); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(out, partialDir), 0o700); err != nil {
		return nil, fileError(filepath.Join(out, partialDir), "cannot be made", err)
	}
	o, err := done.mergeInto(ctx, out)
	if err != nil {
		return nil, errors.Join(err, discardPartial(out))
	}
	return o, nil
}

type shardSet struct {
	dirs     []string
	outcomes []*Outcome
	records  int64
}

// readShards reads the outcomes of the shards. Its error lists everything that
// prevents merging them.
func readShards(dirs []string) (*shardSet, error) {
	if len(dirs) == 0 {
		return nil, refuse("there is nothing to merge")
	}
	p := &shardSet{}
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
		wrong = p.mismatches()
	}
	if len(wrong) > 0 {
		return nil, refuse("%s", strings.Join(wrong, "; "))
	}
	return p, nil
}

func readShard(dir string) (*Outcome, Shard, error) {
	s, err := inspectFolder(dir)
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
	if o.Manifest.Inputs.Shard == "" {
		return nil, Shard{}, fmt.Errorf("%s is no shard: it holds the results of a whole source", dir)
	}
	shard, err := ParseShard(o.Manifest.Inputs.Shard)
	if err != nil {
		return nil, Shard{}, fmt.Errorf("%s: shard %w", dir, err)
	}
	return o, shard, nil
}

func (p *shardSet) mismatches() (wrong []string) {
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
		for _, d := range p.outcomes[first].Manifest.Inputs.compareShared(&o.Manifest.Inputs) {
			wrong = append(wrong, fmt.Sprintf("%s: %s in %s, %s in %s", d.subject, d.first, p.dirs[first], d.second, p.dirs[i]))
		}
		p.records += o.Manifest.Records
	}
	if len(missing) > 0 {
		return append(wrong, "missing: "+strings.Join(missing, ", "))
	}
	for i, o := range p.outcomes {
		due := Shard{i + 1, len(p.outcomes)}.recordsOf(p.records)
		if (o.Manifest.Source != p.records || o.Manifest.Records != due) && len(wrong) == 0 {
			wrong = append(wrong, fmt.Sprintf("the shards hold %d records together, and %s was made with %d of a source of %d: the source was not the same for all",
				p.records, p.dirs[i], o.Manifest.Records, o.Manifest.Source))
		}
	}
	return wrong
}

func (p *shardSet) mergeInto(ctx context.Context, dir string) (*Outcome, error) {
	out, err := openOutputs(dir, growingFiles, nil, openOutput)
	if err != nil {
		return nil, err
	}
	defer func() { _ = out.closeAll() }()
	o := &Outcome{Manifest: &Manifest{Schema: ManifestSchema, Inputs: p.outcomes[0].Manifest.Inputs, Source: p.records, Records: p.records}}
	o.Manifest.Inputs.Shard = ""
	var summaries []*funnel.Summary
	for _, shard := range p.outcomes {
		summaries = append(summaries, shard.Summary)
		o.Manifest.Written += shard.Manifest.Written
		o.Manifest.Rejected += shard.Manifest.Rejected
		o.Manifest.Clearing += shard.Manifest.Clearing
		o.Manifest.Cut += shard.Manifest.Cut
	}
	if o.Summary, err = funnel.MergeSummaries(summaries...); err != nil {
		return nil, err
	}
	if o.Manifest.Duplicates, err = p.interleave(ctx, out); err != nil {
		return nil, err
	}
	if o.Manifest.Inputs.Horizon != "" {
		if err := mergeClearing(p.dirs, dir); err != nil {
			return nil, err
		}
	}
	sizes, err := out.flushAll()
	if err != nil {
		return nil, err
	}
	c := &checkpoint{Schema: checkpointSchema, Inputs: o.Manifest.Inputs, Records: p.records, Written: o.Manifest.Written, Clearing: o.Manifest.Clearing, Cut: o.Manifest.Cut, Sizes: sizes, Complete: true}
	for i := range o.Summary.Studies {
		t, err := o.Summary.Studies[i].Tally()
		if err != nil {
			return nil, err
		}
		c.Tallies = append(c.Tallies, t)
	}
	return o, o.finalize(out, c)
}

// interleave writes the lines of all shards in the order of the source, and
// finds duplicate ids.
func (p *shardSet) interleave(ctx context.Context, out *outputs) (Duplicates, error) {
	ids := newDuplicateIDs(MaxWatched)
	if err := out.appendTo(toTable, report.AppendCSVHeader(nil)); err != nil {
		return ids.Duplicates, err
	}
	var shards []*shardReader
	defer func() {
		for _, s := range shards {
			s.closeFiles()
		}
	}()
	for _, dir := range p.dirs {
		s, err := openShardReader(dir, len(p.dirs))
		if err != nil {
			return ids.Duplicates, err
		}
		shards = append(shards, s)
	}
	for n := range p.records {
		if n%1024 == 0 && ctx.Err() != nil {
			return ids.Duplicates, &StoppedError{Records: n, Merging: true, Cause: context.Cause(ctx)}
		}
		at, err := shards[n%int64(len(shards))].copyRecord(out)
		if err != nil {
			return ids.Duplicates, err
		}
		if !at.rejected {
			ids.add(at.id, hashID(at.id))
		}
	}
	for _, s := range shards {
		if err := s.checkEnd(); err != nil {
			return ids.Duplicates, err
		}
	}
	return ids.Duplicates, nil
}
