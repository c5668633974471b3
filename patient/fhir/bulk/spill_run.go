// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"bufio"
	"bytes"
	"container/heap"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"os"
)

// run is a file of pieces in order, each after its length as a varint.
type run struct {
	file  *os.File
	size  int64
	level int // how often its pieces were merged
}

func writeRunFile(f *os.File, buffer int, pieces iter.Seq2[encodedPiece, error]) (*run, error) {
	w := bufio.NewWriterSize(f, buffer)
	r := &run{file: f}
	var length []byte
	for p, err := range pieces {
		if err != nil {
			return nil, err
		}
		length = binary.AppendUvarint(length[:0], uint64(len(p)))
		for _, part := range [...][]byte{length, p} {
			if _, err := w.Write(part); err != nil {
				return nil, err
			}
			r.size += int64(len(part))
		}
	}
	return r, w.Flush()
}

// runReader reads a run; now is the piece at hand.
type runReader struct {
	in    *bufio.Reader
	order int // of the run among those merged
	now   encodedPiece
	texts *byteSlab
}

// maxPiece is longer than any piece is: a file that says otherwise is damaged.
const maxPiece = 1 << 30

// readPiece reads a piece. At the end it gives io.EOF.
func (r *runReader) readPiece() error {
	n, err := binary.ReadUvarint(r.in)
	if err != nil {
		return err // io.EOF only between two pieces
	}
	if n > maxPiece {
		return errDamaged
	}
	r.now = r.texts.allocate(int(n))
	if _, err := io.ReadFull(r.in, r.now); err == io.EOF {
		return io.ErrUnexpectedEOF
	} else if err != nil {
		return err
	}
	if key, w := binary.Uvarint(r.now); w <= 0 || key > n-uint64(w) {
		return errDamaged
	}
	return nil
}

// byteSlab gives out memory in small parts that are let go together.
type byteSlab struct{ block []byte }

func (s *byteSlab) allocate(n int) []byte {
	const size = 64 << 10
	if n > size/4 {
		return make([]byte, n)
	}
	if n > len(s.block) {
		s.block = make([]byte, size)
	}
	b := s.block[:n:n]
	s.block = s.block[n:]
	return b
}

// mergeHeap are the runs that are not at their end; the least piece first.
type mergeHeap []*runReader

func (m mergeHeap) Len() int      { return len(m) }
func (m mergeHeap) Swap(i, j int) { m[i], m[j] = m[j], m[i] }
func (m mergeHeap) Less(i, j int) bool {
	if c := bytes.Compare(m[i].now.decodeKey(), m[j].now.decodeKey()); c != 0 {
		return c < 0
	}
	return m[i].order < m[j].order
}
func (m *mergeHeap) Push(x any) { *m = append(*m, x.(*runReader)) }

func (m *mergeHeap) Pop() any {
	last := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]
	return last
}

// mergeRuns gives the pieces of all runs in order, those of an earlier run first.
func mergeRuns(runs []*run, buffer int, dir string) iter.Seq2[encodedPiece, error] {
	return func(yield func(encodedPiece, error) bool) {
		fail := func(err error) {
			yield(nil, fmt.Errorf("reading back what was written to %s: %w", dir, err))
		}
		texts := new(byteSlab)
		var m mergeHeap
		for i, r := range runs {
			in := bufio.NewReaderSize(io.NewSectionReader(r.file, 0, r.size), buffer)
			reader := &runReader{in: in, order: i, texts: texts}
			switch err := reader.readPiece(); err {
			case nil:
				m = append(m, reader)
			case io.EOF:
			default:
				fail(err)
				return
			}
		}
		heap.Init(&m)
		for len(m) > 0 {
			if !yield(m[0].now, nil) {
				return
			}
			switch err := m[0].readPiece(); err {
			case nil:
				heap.Fix(&m, 0)
			case io.EOF:
				heap.Pop(&m)
			default:
				fail(err)
				return
			}
		}
	}
}
