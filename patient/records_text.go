// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"bytes"
	"errors"
	"io"

	"github.com/eligo-trials/eligo/patient/internal/lines"
)

// recordText is the text of many records, read block by block. Records share
// the blocks that they came in, which are never written again: a record may be
// decoded whenever, and is not copied before.
type recordText struct {
	in      io.Reader
	name    string
	yield   func(Record) bool
	stopped bool   // yield wants no more
	buf     []byte // the text read; from is its first unread byte
	from    int
	err     error  // of the last read
	at      origin // of buf[from]
	entry   int    // in an array, of the record at hand
}

const (
	blockSize = 256 << 10
	leastRead = 4 << 10
)

func newRecordText(r io.Reader, name string, yield func(Record) bool) *recordText {
	in, err := lines.NewTextReader(r)
	return &recordText{in: in, err: err, name: name, yield: yield, at: origin{1, 1}}
}

func (t *recordText) readRecords() {
	switch t.detectForm() {
	case inLines:
		t.readLines()
	case inArray:
		t.readArray()
	case inSequence:
		t.readSequence()
	}
	if t.err != nil && t.err != io.EOF && !t.stopped {
		t.yieldError(t.currentPlace(), true, t.err)
	}
}

// unread gives the part of the buffer that no record has taken.
func (t *recordText) unread() []byte { return t.buf[t.from:] }

func (t *recordText) readMore() bool {
	if t.err != nil {
		return false
	}
	if cap(t.buf)-len(t.buf) < leastRead {
		rest := t.unread()
		block := make([]byte, len(rest), max(blockSize, 2*len(rest)))
		copy(block, rest)
		t.buf, t.from = block, 0
	}
	for range 100 {
		n, err := t.in.Read(t.buf[len(t.buf):cap(t.buf)])
		t.buf, t.err = t.buf[:len(t.buf)+n], err
		if n > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
	t.err = io.ErrNoProgress
	return false
}

// takeBytes steps over n bytes and gives them.
func (t *recordText) takeBytes(n int) []byte {
	text := t.buf[t.from : t.from+n : t.from+n]
	t.from += n
	t.at = t.at.advanceOver(text)
	return text
}

// nextByte gives the first byte that is not white space, without taking it.
func (t *recordText) nextByte() (c byte, ok bool) {
	for {
		rest := t.unread()
		for i, c := range rest {
			if !isSpace(c) {
				t.takeBytes(i)
				return c, true
			}
		}
		t.takeBytes(len(rest))
		if !t.readMore() {
			return 0, false
		}
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

func (t *recordText) currentPlace() Place { return Place{t.name, t.at.line, t.entry} }

func (t *recordText) yieldRecord(r Record) { t.stopped = t.stopped || !t.yield(r) }

func (t *recordText) yieldText(text []byte, start origin) {
	text = bytes.TrimRight(text, " \t\r\n")
	place := Place{t.name, start.line, t.entry}
	t.yieldRecord(Record{
		Place: place, Size: len(text),
		Decode: func() (*Profile, error) { return decodeRecord(text, place, start) },
	})
}

func (t *recordText) yieldError(place Place, cut bool, err error) {
	t.yieldRecord((&RecordError{Place: place, Err: err, Cut: cut}).Record())
}

type form int

const (
	inLines form = iota
	inArray
	inSequence // one after the other, each over as many lines as it likes
)

const sniffed = 64 << 10 // bytes that are looked at to tell the form

// detectForm tells the form by the first record: it must lie on one line, or span
// lines without breaking off. A value begun and not ended when a line starts
// with a brace is a line that was cut short.
func (t *recordText) detectForm() form {
	for len(t.unread()) < 3 && t.readMore() {
		continue
	}
	switch rest := t.unread(); {
	case bytes.HasPrefix(rest, lines.BOM):
		t.from += len(lines.BOM)
	case bytes.HasPrefix(rest, []byte("\xff\xfe")), bytes.HasPrefix(rest, []byte("\xfe\xff")):
		t.err, t.buf, t.from = errUTF16, nil, 0
	}
	switch c, _ := t.nextByte(); c {
	case '[':
		return inArray
	case '{':
	default:
		return inLines
	}
	s := scanner{ofLines: true}
	for seen := 0; ; {
		n, state := s.scanPiece(t.unread()[seen:])
		seen += n
		switch {
		case state == broken:
			return inLines
		case state == complete:
			return t.formAfter(seen)
		case seen > sniffed, !t.readMore():
			return spanning(t.unread()[:seen])
		}
	}
}

// formAfter tells the form where the first record ends after n bytes.
func (t *recordText) formAfter(n int) form {
	if spanning(t.unread()[:n]) == inSequence {
		return inSequence
	}
	for i := n; ; i++ {
		if i == len(t.unread()) && !t.readMore() {
			return inLines
		}
		switch t.unread()[i] {
		case ' ', '\t', '\r':
		case '{':
			return inSequence
		default:
			return inLines
		}
	}
}

func spanning(record []byte) form {
	if bytes.IndexByte(record, '\n') < 0 {
		return inLines
	}
	return inSequence
}

var errUTF16 = errors.New("the text is UTF-16; save it as UTF-8")
