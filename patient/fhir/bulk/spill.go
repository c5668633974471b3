// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
)

type form int

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

// encodedPiece is a piece as it is held and written: the length of the key, the key, the
// form, the file and the line as varints, and the text.
type encodedPiece []byte

func (e encodedPiece) decodeKey() []byte {
	n, w := binary.Uvarint(e)
	return e[w : w+int(n)]
}

var errDamaged = errors.New("a temporary file is damaged")

func (e encodedPiece) decodePiece() (p piece, err error) {
	n, w := binary.Uvarint(e)
	if w <= 0 || n > uint64(len(e)-w) {
		return p, errDamaged
	}
	end := w + int(n)
	p.key, p.text = e[w:end:end], e[end:]
	for _, into := range [...]*int{(*int)(&p.form), &p.file, &p.line} {
		n, w := binary.Uvarint(p.text)
		if w <= 0 || n > maxPiece {
			return p, errDamaged
		}
		*into, p.text = int(n), p.text[w:]
	}
	return p, nil
}

// externalSorter puts pieces in the order of their keys, and those of one key in the
// order in which they came. It holds as much as its limit says and writes the
// rest to files, as sorted runs: an external merge sort.
type externalSorter struct {
	limit int64
	dir   *tempFolder
	items []heldPiece
	texts byteSlab // of the items
	held  int64    // bytes of the items
	runs  []*run   // in the order in which the pieces came
	head  []byte
}

type heldPiece struct {
	prefix uint64 // the first bytes of the key, which nearly always decide
	order  int
	piece  encodedPiece
}

const itemSize = 40

func newSorter(limit int64, dir *tempFolder) *externalSorter {
	return &externalSorter{limit: limit, dir: dir}
}

// addPiece takes a piece; its text is copied.
func (s *externalSorter) addPiece(p piece) error {
	s.head = append(binary.AppendUvarint(s.head[:0], uint64(len(p.key))), p.key...)
	for _, n := range [...]int{int(p.form), p.file, p.line} {
		s.head = binary.AppendUvarint(s.head, uint64(n))
	}
	size := int64(len(s.head) + len(p.text) + itemSize)
	if len(s.items) > 0 && s.held+size > s.limit {
		if err := s.spillHeld(); err != nil {
			return err
		}
	}
	encoded := s.texts.allocate(len(s.head) + len(p.text))
	copy(encoded[copy(encoded, s.head):], p.text)
	var prefix [8]byte
	copy(prefix[:], p.key)
	s.items = append(s.items, heldPiece{binary.BigEndian.Uint64(prefix[:]), len(s.items), encoded})
	s.held += size
	return nil
}

func (s *externalSorter) sortHeld() {
	slices.SortFunc(s.items, func(a, b heldPiece) int {
		if a.prefix != b.prefix {
			return cmp.Compare(a.prefix, b.prefix)
		}
		if c := bytes.Compare(a.piece.decodeKey(), b.piece.decodeKey()); c != 0 {
			return c
		}
		return cmp.Compare(a.order, b.order)
	})
}

func (s *externalSorter) heldPieces() iter.Seq2[encodedPiece, error] {
	return func(yield func(encodedPiece, error) bool) {
		for _, i := range s.items {
			if !yield(i.piece, nil) {
				return
			}
		}
	}
}

func (s *externalSorter) spillHeld() error {
	s.sortHeld()
	if err := s.writeRun(s.heldPieces(), 0); err != nil {
		return err
	}
	clear(s.items)
	s.items, s.texts, s.held = s.items[:0], byteSlab{}, 0
	return s.consolidate()
}

func (s *externalSorter) writeRun(pieces iter.Seq2[encodedPiece, error], level int) error {
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

func (s *externalSorter) bufferSize(n int) int {
	return int(min(max(s.limit/2/int64(n), 4<<10), 256<<10))
}

// sortedPieces gives all pieces in order, once. Their texts are not written to again.
func (s *externalSorter) sortedPieces() (iter.Seq2[piece, error], error) {
	pieces := s.heldPieces()
	switch {
	case len(s.runs) == 0:
		s.sortHeld()
	case len(s.items) > 0:
		if err := s.spillHeld(); err != nil {
			return nil, err
		}
	}
	if len(s.runs) > 0 {
		s.items, s.texts = nil, byteSlab{}
		pieces = mergeRuns(s.runs, s.bufferSize(len(s.runs)), s.dir.path)
	}
	return func(yield func(piece, error) bool) {
		for encoded, err := range pieces {
			var p piece
			if err == nil {
				p, err = encoded.decodePiece()
			}
			if !yield(p, err) {
				return
			}
		}
	}, nil
}

func (s *externalSorter) closeRuns() {
	for _, r := range s.runs {
		r.file.Close()
	}
	s.runs, s.items, s.texts = nil, nil, byteSlab{}
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
