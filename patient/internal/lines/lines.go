// SPDX-License-Identifier: Apache-2.0

// Package lines reads text, gzipped or not, as a whole or line by line in bounded
// memory. It may import the standard library and nothing else.
package lines

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Errors of gzipped data.
var (
	ErrGzipCut     = errors.New("the gzipped data is cut short: what comes after this place is lost")
	ErrGzipDamaged = errors.New("the gzipped data is damaged: what comes after this place is lost")
)

// TextReader gunzips if needed and wraps read errors.
type TextReader struct {
	in      io.Reader
	gzipped bool
	Empty   bool // there is not a single byte
}

// NewTextReader gives a reader of the text of r. The error is one of r.
func NewTextReader(r io.Reader) (*TextReader, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	head, err := in.Peek(2)
	if len(head) == 0 && err != nil && err != io.EOF {
		return nil, wrapReadError(err, false)
	}
	t := &TextReader{in: in, gzipped: IsGzip(head), Empty: len(head) == 0}
	if t.gzipped {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, wrapReadError(err, true)
		}
		t.in = z
	}
	return t, nil
}

func (t *TextReader) Read(b []byte) (int, error) {
	n, err := t.in.Read(b)
	if err != nil && err != io.EOF {
		err = wrapReadError(err, t.gzipped)
	}
	return n, err
}

func wrapReadError(err error, gzipped bool) error {
	var damaged flate.CorruptInputError
	switch {
	case gzipped && (errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)):
		return ErrGzipCut
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.As(err, &damaged):
		return fmt.Errorf("%w (%w)", ErrGzipDamaged, err)
	}
	return fmt.Errorf("the source cannot be read on: %w", err)
}

// Line is one line of NDJSON without its end. The text is gone with the next.
type Line struct {
	Text       []byte
	Number     int  // from 1
	TooLong    bool // it is longer than the limit: the text is only its beginning
	Unfinished bool // it is the last and does not end in a line feed
}

// LineReader reads lines and holds no more of one than the limit.
type LineReader struct {
	In     *bufio.Reader
	limit  int
	number int
	joined []byte // of a line that is longer than the buffer
}

// NewLineReader gives a LineReader whose lines have up to limit bytes.
func NewLineReader(r io.Reader, limit int) *LineReader {
	return &LineReader{In: bufio.NewReaderSize(r, 256<<10), limit: limit}
}

// NextLine gives the next line that is not blank, io.EOF at the end. The text
// of a line before another error is lost.
func (l *LineReader) NextLine() (Line, error) {
	for {
		n, err := l.readLine()
		if err != nil {
			return Line{Number: l.number}, err
		}
		if n.Number == 1 {
			n.Text = bytes.TrimPrefix(n.Text, BOM)
		}
		if n.Text = bytes.Trim(n.Text, " \t\r\n"); len(n.Text) > 0 {
			return n, nil
		}
	}
}

func (l *LineReader) readLine() (n Line, err error) {
	l.number++
	n.Number = l.number
	n.Text, err = l.In.ReadSlice('\n')
	if err == nil {
		return n, nil
	}
	l.joined = append(l.joined[:0], n.Text...)
	for err == bufio.ErrBufferFull {
		var more []byte
		more, err = l.In.ReadSlice('\n')
		if n.TooLong = n.TooLong || len(l.joined)+len(more) > l.limit+len("\r\n"); !n.TooLong {
			l.joined = append(l.joined, more...)
		}
	}
	n.Text = l.joined
	switch {
	case err == nil:
	case err != io.EOF:
		return n, err
	case len(n.Text) == 0:
		return n, io.EOF
	default:
		n.Unfinished = true
	}
	return n, nil
}

// BOM is the byte order mark of UTF-8.
var BOM = []byte("\xef\xbb\xbf")

// IsGzip reports whether b begins as gzipped data does.
func IsGzip(b []byte) bool { return len(b) >= 2 && b[0] == 0x1f && b[1] == 0x8b }

// PlainHead gives the beginning of the text of a file that begins with head: gunzipped
// if needed and without byte order mark; nil if it cannot be gunzipped.
func PlainHead(head []byte) []byte {
	if IsGzip(head) {
		z, err := gzip.NewReader(bytes.NewReader(head))
		if err != nil {
			return nil
		}
		plain := make([]byte, 64<<10)
		n, _ := io.ReadFull(z, plain) // an early end is expected
		head = plain[:n]
	}
	return bytes.TrimPrefix(head, BOM)
}

// FileKind gives the format of a file by its name: "json", "ndjson" or "".
func FileKind(name string) string {
	switch ext := filepath.Ext(strings.TrimSuffix(strings.ToLower(name), ".gz")); ext {
	case ".json", ".ndjson":
		return ext[1:]
	}
	return ""
}

// ReadHead gives the beginning of a file as it is on disk.
func ReadHead(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(err, os.ErrInvalid)
	}
	head := make([]byte, 64<<10)
	n, err := io.ReadFull(f, head)
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return head[:n], err
}
