// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/eligo-trials/eligo/patient"
)

// textReader unpacks what is gzipped and says in our words what goes wrong.
type textReader struct {
	in      io.Reader
	gzipped bool
	empty   bool // there is not a single byte
}

func newTextReader(r io.Reader) (*textReader, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	head, err := in.Peek(2)
	if len(head) == 0 && err != nil && err != io.EOF {
		return nil, problem(err, false)
	}
	t := &textReader{in: in, gzipped: isGzip(head), empty: len(head) == 0}
	if t.gzipped {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, problem(err, true)
		}
		t.in = z
	}
	return t, nil
}

func (t *textReader) Read(b []byte) (int, error) {
	n, err := t.in.Read(b)
	if err != nil && err != io.EOF {
		err = problem(err, t.gzipped)
	}
	return n, err
}

func problem(err error, gzipped bool) error {
	var damaged flate.CorruptInputError
	switch {
	case gzipped && (errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)):
		return patient.ErrGzipCut
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.As(err, &damaged):
		return fmt.Errorf("%w (%w)", patient.ErrGzipDamaged, err)
	}
	return fmt.Errorf("the source cannot be read on: %w", err)
}

// line is one line of NDJSON without its end. The text is gone with the next.
type line struct {
	text   []byte
	number int  // from 1
	over   bool // it is longer than the limit: the text is only its beginning
	open   bool // it is the last and does not end in a line feed
}

// lineReader reads lines and holds no more of one than the limit.
type lineReader struct {
	in     *bufio.Reader
	limit  int
	number int
	joined []byte // of a line that is longer than the buffer
}

func newLineReader(r io.Reader, limit int) *lineReader {
	return &lineReader{in: bufio.NewReaderSize(r, 256<<10), limit: limit}
}

// next gives the next line that is not blank, io.EOF at the end. What is read
// of a line before another error is lost.
func (l *lineReader) next() (line, error) {
	for {
		n, err := l.read()
		if err != nil {
			return line{number: l.number}, err
		}
		if n.number == 1 {
			n.text = bytes.TrimPrefix(n.text, bom)
		}
		if n.text = bytes.Trim(n.text, " \t\r\n"); len(n.text) > 0 {
			return n, nil
		}
	}
}

func (l *lineReader) read() (n line, err error) {
	l.number++
	n.number = l.number
	n.text, err = l.in.ReadSlice('\n')
	if err == nil {
		return n, nil
	}
	l.joined = append(l.joined[:0], n.text...)
	for err == bufio.ErrBufferFull {
		var more []byte
		more, err = l.in.ReadSlice('\n')
		if n.over = n.over || len(l.joined)+len(more) > l.limit+len("\r\n"); !n.over {
			l.joined = append(l.joined, more...)
		}
	}
	n.text = l.joined
	switch {
	case err == nil:
	case err != io.EOF:
		return n, err
	case len(n.text) == 0:
		return n, io.EOF
	default:
		n.open = true
	}
	return n, nil
}
