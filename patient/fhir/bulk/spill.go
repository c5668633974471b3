// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"iter"
	"os"
	"slices"
)

// form is the kind of text of a piece.
type form byte

const (
	formResource      form = iota // a resource, whose JSON is valid
	formFault                     // the type of a resource that cannot be read, a space and why
	formBadPatient                // why a Patient cannot be read
	formCounted                   // a resource of a type that is counted and not read
	formDrugReference             // the patient who needs a Medication
)

// piece is a line of the export on its way to its patient.
type piece struct {
	key  []byte // id of the patient or of the Medication
	form form
	file int // in export.files
	line int
	text []byte
}

// externalSorter puts pieces in the order of their keys, and those of one key in the
// order in which they came. It holds as much as its limit says and writes the
// rest to files, as sorted runs: an external merge sort.
type externalSorter struct {
	limit  int64
	dir    *tempFolder
	blocks [][]byte   // encoded pieces
	items  []pieceRef // where they begin
	held   int64      // bytes of both
	runs   []*run     // in the order in which the pieces came
	spare  [][]byte   // blocks to be used again
	head   []byte
}

// pieceRef is a piece in the blocks.
type pieceRef struct {
	prefix uint64 // the first bytes of the key, which nearly always decide
	block  uint32
	at     uint32
}

const itemSize = 16

func newSorter(limit int64, dir *tempFolder) *externalSorter {
	return &externalSorter{limit: limit, dir: dir}
}

// addPiece takes a piece; its text is copied.
func (s *externalSorter) addPiece(p piece) error {
	s.head = appendHead(s.head[:0], p)
	n := len(s.head) + len(p.text)
	if len(s.items) > 0 && s.held+int64(n)+itemSize > s.limit {
		if err := s.spillHeld(); err != nil {
			return err
		}
	}
	last := len(s.blocks) - 1
	if last < 0 || cap(s.blocks[last])-len(s.blocks[last]) < n {
		s.blocks = append(s.blocks, s.newBlock(n))
		last++
	}
	b := s.blocks[last]
	s.items = append(s.items, pieceRef{keyPrefix(p.key), uint32(last), uint32(len(b))})
	s.blocks[last] = append(append(b, s.head...), p.text...)
	s.held += int64(n) + itemSize
	return nil
}

// newBlock gives an empty block for at least n bytes.
func (s *externalSorter) newBlock(n int) []byte {
	if n > s.blockSize() {
		return make([]byte, 0, n)
	}
	if k := len(s.spare); k > 0 {
		b := s.spare[k-1]
		s.spare = s.spare[:k-1]
		return b
	}
	return make([]byte, 0, s.blockSize())
}

func (s *externalSorter) blockSize() int { return int(min(max(s.limit/16, 4<<10), 1<<20)) }

func keyPrefix(key []byte) uint64 {
	var first [8]byte
	copy(first[:], key)
	return binary.BigEndian.Uint64(first[:])
}

// appendHead encodes all of a piece but its text.
func appendHead(b []byte, p piece) []byte {
	b = binary.AppendUvarint(b, uint64(len(p.key)))
	b = append(b, p.key...)
	b = append(b, byte(p.form))
	b = binary.AppendUvarint(b, uint64(p.file))
	b = binary.AppendUvarint(b, uint64(p.line))
	return binary.AppendUvarint(b, uint64(len(p.text)))
}

// decodeKey and decodePiece decode the beginning of b.
func decodeKey(b []byte) []byte {
	n, w := binary.Uvarint(b)
	return b[w : w+int(n)]
}

func decodePiece(b []byte) (p piece, size int) {
	at := 0
	number := func() int {
		v, w := binary.Uvarint(b[at:])
		at += w
		return int(v)
	}
	n := number()
	p.key = b[at : at+n : at+n]
	at += n
	p.form = form(b[at])
	at++
	p.file, p.line = number(), number()
	n = number()
	p.text = b[at : at+n : at+n]
	return p, at + n
}

// sortHeld sorts the pieces in memory.
func (s *externalSorter) sortHeld() {
	slices.SortFunc(s.items, func(a, b pieceRef) int {
		if a.prefix != b.prefix {
			return cmp.Compare(a.prefix, b.prefix)
		}
		if c := bytes.Compare(decodeKey(s.blocks[a.block][a.at:]), decodeKey(s.blocks[b.block][b.at:])); c != 0 {
			return c
		}
		if a.block != b.block {
			return cmp.Compare(a.block, b.block)
		}
		return cmp.Compare(a.at, b.at)
	})
}

// heldPieces gives the pieces in memory, in order.
func (s *externalSorter) heldPieces() iter.Seq2[piece, error] {
	return func(yield func(piece, error) bool) {
		for _, i := range s.items {
			if p, _ := decodePiece(s.blocks[i.block][i.at:]); !yield(p, nil) {
				return
			}
		}
	}
}

// spillHeld writes the pieces in memory to a run of their own.
func (s *externalSorter) spillHeld() error {
	s.sortHeld()
	if err := s.writeRun(s.heldPieces(), 0); err != nil {
		return err
	}
	for _, b := range s.blocks {
		if cap(b) == s.blockSize() {
			s.spare = append(s.spare, b[:0])
		}
	}
	clear(s.blocks)
	s.blocks, s.items, s.held = s.blocks[:0], s.items[:0], 0
	return s.consolidate()
}

// writeRun adds a run.
func (s *externalSorter) writeRun(pieces iter.Seq2[piece, error], level int) error {
	f, err := s.dir.createFile()
	if err != nil {
		return err
	}
	r, err := writeRunFile(f, s.bufferSize(1), pieces)
	if err != nil {
		f.Close()
		return fmt.Errorf("writing what memory does not hold to %s: %w", s.dir.path, err)
	}
	r.level = level
	s.runs = append(s.runs, r)
	return nil
}

// fanIn is how many runs of one level are merged into one of the next.
const fanIn = 64

// consolidate keeps the runs, and so the files that are open, few.
func (s *externalSorter) consolidate() error {
	for {
		n := len(s.runs)
		if n < fanIn || s.runs[n-1].level != s.runs[n-fanIn].level {
			return nil
		}
		old := slices.Clone(s.runs[n-fanIn:])
		s.runs = s.runs[:n-fanIn]
		err := s.writeRun(mergeRuns(old, s.bufferSize(fanIn), s.dir.path), old[0].level+1)
		for _, r := range old {
			r.file.Close()
		}
		if err != nil {
			return err
		}
	}
}

// bufferSize is the size of one of n buffers.
func (s *externalSorter) bufferSize(n int) int {
	return int(min(max(s.limit/2/int64(n), 4<<10), 256<<10))
}

// sortedPieces gives all pieces in order, once. Their texts are not written to again.
func (s *externalSorter) sortedPieces() (iter.Seq2[piece, error], error) {
	if len(s.runs) == 0 {
		s.sortHeld()
		return s.heldPieces(), nil
	}
	if len(s.items) > 0 {
		if err := s.spillHeld(); err != nil {
			return nil, err
		}
	}
	s.blocks, s.items, s.spare = nil, nil, nil
	return mergeRuns(s.runs, s.bufferSize(len(s.runs)), s.dir.path), nil
}

// closeRuns gives the files back.
func (s *externalSorter) closeRuns() {
	for _, r := range s.runs {
		r.file.Close()
	}
	s.runs, s.blocks, s.items, s.spare = nil, nil, nil, nil
}

// tempFolder is a temporary folder that is made when it is first needed.
type tempFolder struct {
	parent string
	path   string
}

// createFile makes a file that nobody else can read. Where the system lets a file
// be deleted while it is open it has no name any more, so that not even a
// process that is killed leaves patient data behind.
func (d *tempFolder) createFile() (*os.File, error) {
	if d.path == "" {
		path, err := os.MkdirTemp(d.parent, "eligo-fhir-")
		if err != nil {
			return nil, fmt.Errorf("the export is larger than the memory that it may take, and no temporary folder can be made: %w", err)
		}
		d.path = path
	}
	f, err := os.CreateTemp(d.path, "run-")
	if err != nil {
		return nil, fmt.Errorf("writing what memory does not hold: %w", err)
	}
	_ = os.Remove(f.Name()) // else remove does it
	return f, nil
}

func (d *tempFolder) removeAll() {
	if d.path != "" {
		_ = os.RemoveAll(d.path) // nothing is left to be done about it
	}
}
