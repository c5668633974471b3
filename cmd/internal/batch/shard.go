// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// Shard is a part of a source: the records Number, Number+Of, Number+2*Of, ...,
// counting from 1. The zero value is the whole source.
type Shard struct{ Number, Of int }

// maxShards is the largest number of shards. Merge opens the files of all.
const maxShards = 10_000

// ParseShard reads a shard such as "3/8". "1/1" is the whole source.
func ParseShard(text string) (Shard, error) {
	number, of, ok := strings.Cut(text, "/")
	n, err1 := strconv.Atoi(number)
	m, err2 := strconv.Atoi(of)
	switch {
	case !ok || err1 != nil || err2 != nil:
		return Shard{}, fmt.Errorf("%q is not of the form 3/8, the third of eight", text)
	case m < 1 || m > maxShards:
		return Shard{}, fmt.Errorf("%s: there can be 1 to %d shards", text, maxShards)
	case n < 1 || n > m:
		return Shard{}, fmt.Errorf("%s: the shards are numbered from 1 to %d", text, m)
	case m == 1:
		return Shard{}, nil
	}
	return Shard{n, m}, nil
}

// String returns "3/8", or "" for the whole source.
func (s Shard) String() string {
	if s.isWhole() {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Number, s.Of)
}

func (s Shard) isWhole() bool { return s.Of <= 1 }

// sourceNumber returns the number in the source of the k-th record of the shard.
// Both count from 1.
func (s Shard) sourceNumber(k int64) int64 {
	if s.isWhole() {
		return k
	}
	return (k-1)*int64(s.Of) + int64(s.Number)
}

// recordsOf returns the size of the shard of a source with so many records.
func (s Shard) recordsOf(records int64) int64 {
	if s.isWhole() {
		return records
	}
	return (records + int64(s.Of-s.Number)) / int64(s.Of)
}

// shardFilter selects the records of a shard behind the first done ones. The
// other records are read and not decoded.
type shardFilter struct {
	shard Shard
	done  int64
	seen  int64 // records of the source that were read
}

// apply returns the selected records of src.
func (t *shardFilter) apply(ctx context.Context, src patient.Lazy) patient.Lazy {
	return func(yield func(patient.Record) bool) {
		next, step := t.shard.sourceNumber(t.done+1), int64(max(t.shard.Of, 1))
		for r := range src {
			if t.seen++; t.seen < next {
				if ctx.Err() != nil {
					return
				}
				continue
			}
			next += step
			if !yield(r) {
				return
			}
		}
	}
}
