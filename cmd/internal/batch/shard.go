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

	"github.com/eligo-trials/eligo/patient"
)

// Shard is a part of a source: the records Number, Number+Of, Number+2*Of, ...,
// counting from 1. The zero value is the whole source.
type Shard struct{ Number, Of int }

const maxShards = 10_000 // merge opens the files of all

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

type shardReader struct {
	dir   string
	files [4]*os.File
	in    [4]*bufio.Reader
}

func openShardReader(dir string, among int) (*shardReader, error) {
	s := &shardReader{dir: dir}
	size := max(4<<10, min(256<<10, (64<<20)/(len(growingFiles)*among))) // 64 MiB or little more for all shards together
	for i, name := range growingFiles {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			s.closeFiles()
			return nil, fileError(filepath.Join(dir, name), "cannot be read", err)
		}
		s.files[i], s.in[i] = f, bufio.NewReaderSize(f, size)
	}
	if err := s.copyLine(toTable, nil); err != nil { // the header
		s.closeFiles()
		return nil, err
	}
	return s, nil
}

func (s *shardReader) closeFiles() {
	for _, f := range s.files {
		if f != nil {
			f.Close()
		}
	}
}

func (s *shardReader) readError(which int, err error) error {
	if errors.Is(err, io.EOF) {
		err = errors.New("it is damaged: it ends too early")
	}
	return fileError(filepath.Join(s.dir, growingFiles[which]), "cannot be used", err)
}

func (s *shardReader) copyRecord(out *outputs) (position, error) {
	at, err := readPosition(s.in[toPositions])
	if err != nil {
		return at, s.readError(toPositions, err)
	}
	if at.rejected {
		return at, s.copyLine(toRejects, out)
	}
	for range at.lines {
		if err := s.copyLine(toResults, out); err != nil {
			return at, err
		}
		if err := s.copyLine(toTable, out); err != nil {
			return at, err
		}
	}
	return at, nil
}

// copyLine writes the next line of a file to out, or skips it if out is nil.
func (s *shardReader) copyLine(which int, out *outputs) error {
	for {
		text, err := s.in[which].ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return s.readError(which, err)
		}
		if out != nil {
			if err := out.appendTo(which, text); err != nil {
				return err
			}
		}
		if err == nil {
			return nil
		}
	}
}

func (s *shardReader) checkEnd() error {
	for i, in := range s.in {
		if _, err := in.Peek(1); err == nil {
			return s.readError(i, errors.New("it is damaged: it holds more than its positions say"))
		}
	}
	return nil
}
