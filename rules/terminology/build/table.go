// SPDX-License-Identifier: Apache-2.0

package build

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// table reads the rows of a delimited file as a stream.
type table struct {
	path   string
	file   *os.File
	next   func() (row []string, line int, err error)
	column map[string]int // by name in lower case; nil in a file without a header
	row    []string
	line   int
	closer io.Closer
}

// maxLine bounds a row: names are short.
const maxLine = 1 << 20

// openTable opens a file with a header that names the columns. Its columns are
// separated by tabs, without quotation marks, or by commas, with them.
func openTable(path string, columns ...string) (*table, error) {
	in, t, err := openText(path)
	if err != nil {
		return nil, err
	}
	head, err := in.Peek(in.Size())
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		t.close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	first, _, _ := bytes.Cut(head, []byte("\n"))
	if bytes.Contains(first, []byte("\t")) {
		t.next = splitLines(in, "\t")
	} else {
		t.next = readCSV(in)
	}
	header, _, err := t.next()
	if errors.Is(err, io.EOF) {
		err = errors.New("it is empty")
	}
	if err != nil {
		t.close()
		return nil, rowError(path, 1, "%w", err)
	}
	t.column = map[string]int{}
	for i, name := range header {
		t.column[strings.ToLower(strings.TrimSpace(name))] = i
	}
	for _, name := range columns {
		if _, ok := t.column[name]; !ok {
			t.close()
			return nil, rowError(path, 1, "there is no column %s", name)
		}
	}
	return t, nil
}

// openRRF opens a file of the UMLS: columns separated by bars, no header.
func openRRF(path string) (*table, error) {
	in, t, err := openText(path)
	if err != nil {
		return nil, err
	}
	t.next = splitLines(in, "|")
	return t, nil
}

// openText opens a file, which may be compressed, behind its byte order mark.
func openText(path string) (*bufio.Reader, *table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	t := &table{path: path, file: f}
	in := bufio.NewReaderSize(f, maxLine)
	if begin, _ := in.Peek(2); len(begin) == 2 && begin[0] == 0x1f && begin[1] == 0x8b {
		z, err := gzip.NewReader(in)
		if err != nil {
			t.close()
			return nil, nil, fmt.Errorf("%s: %w", path, err)
		}
		t.closer = z
		in = bufio.NewReaderSize(z, maxLine)
	}
	if bom, _ := in.Peek(3); string(bom) == "\uFEFF" {
		_, _ = in.Discard(3)
	}
	return in, t, nil
}

// splitLines splits rows that have no quotation marks.
func splitLines(in *bufio.Reader, separator string) func() ([]string, int, error) {
	line := 0
	return func() ([]string, int, error) {
		for {
			text, err := in.ReadSlice('\n')
			if errors.Is(err, bufio.ErrBufferFull) {
				return nil, line + 1, fmt.Errorf("the row is longer than %d bytes", maxLine)
			}
			if err != nil && (!errors.Is(err, io.EOF) || len(text) == 0) {
				return nil, line, err
			}
			line++
			if text = bytes.TrimRight(text, "\r\n"); len(text) > 0 {
				return strings.Split(string(text), separator), line, nil
			}
		}
	}
}

func readCSV(in io.Reader) func() ([]string, int, error) {
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	return func() ([]string, int, error) {
		row, err := r.Read()
		if parse := (*csv.ParseError)(nil); errors.As(err, &parse) {
			return nil, parse.Line, parse.Err
		}
		if err != nil {
			return nil, 0, err
		}
		line, _ := r.FieldPos(0)
		return row, line, nil
	}
}

// each calls visit for each row. A row that has fewer columns than there must be, and
// an error of visit, ends it.
func (t *table) each(columns int, visit func() error) error {
	defer t.close()
	for {
		row, line, err := t.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return rowError(t.path, max(line, t.line+1), "%w", err)
		}
		t.row, t.line = row, line
		if len(row) < columns {
			return rowError(t.path, line, "the row has %d columns and needs %d", len(row), columns)
		}
		if err := visit(); err != nil {
			return rowError(t.path, line, "%w", err)
		}
	}
}

// get gives the field of a column of the present row; "" if the row is shorter.
func (t *table) get(column string) string {
	i, ok := t.column[column]
	if !ok || i >= len(t.row) {
		return ""
	}
	return t.row[i]
}

// place names the present row.
func (t *table) place() string { return fmt.Sprintf("%s:%d", filepath.Base(t.path), t.line) }

func (t *table) close() {
	if t.closer != nil {
		_ = t.closer.Close()
	}
	_ = t.file.Close()
}
