// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/internal/json"
	"github.com/eligo-trials/eligo/patient/internal/lines"
)

// SourceOptions are the options of a source of many patients.
type SourceOptions struct {
	Options
	// Note, if not nil, receives messages about the source as a whole, such
	// as a file that is not read.
	Note func(string)
}

func (o *SourceOptions) notify(format string, args ...any) {
	if o.Note != nil {
		o.Note(fmt.Sprintf(format, args...))
	}
}

// MaxLine is how long one line of [Bundles] may be, in bytes of text.
const MaxLine = 64 << 20

var errLineTooLong = fmt.Errorf("the line is longer than %d MiB and was skipped", MaxLine>>20)

// Bundles reads NDJSON, one Bundle or bare Patient a line, each as by [Decode];
// name is the name of the source in errors. It may be gzipped, begin with a byte
// order mark and hold blank lines and carriage returns. A text whose first line
// breaks off where a JSON document is wrapped is taken for one document over
// many lines.
//
// A line that cannot be used, one over [MaxLine] among them, is one
// [*patient.RecordError], and the source goes on with the next. It ends, with
// an error whose Cut is set, where r fails and where gzipped data is cut short
// or damaged. Two Bundles of one patient are two records: to find duplicates is
// the caller's matter.
func Bundles(r io.Reader, name string, o SourceOptions) patient.Lazy {
	return func(yield func(patient.Record) bool) { readLines(r, name, &o, yield) }
}

// readLines reports whether yield wants more.
func readLines(r io.Reader, name string, o *SourceOptions, yield func(patient.Record) bool) bool {
	place := patient.Place{Source: name}
	fail := func(err error, ends bool) bool {
		return yield((&patient.RecordError{Place: place, Err: err, Cut: ends}).Record())
	}
	in, err := lines.NewTextReader(r)
	if err != nil {
		return fail(err, true)
	}
	all := lines.NewLineReader(in, MaxLine)
	for first := true; ; first = false {
		l, err := all.NextLine()
		place.Line = l.Number
		switch {
		case err == io.EOF:
			return true
		case err != nil:
			return fail(err, true)
		case first && !l.TooLong && isWrapped(l.Text):
			return readWrapped(l, all.In, place, o, yield)
		case l.TooLong:
			if !fail(errLineTooLong, false) {
				return false
			}
		case !yield(bundleRecord(bytes.Clone(l.Text), place, o)):
			return false
		}
	}
}

// isWrapped reports whether a document goes on in the next line: the line is not
// JSON, and breaks off where a printer does.
func isWrapped(text []byte) bool {
	switch text[len(text)-1] {
	case '{', '[', ',', ':':
	default:
		return false
	}
	_, err := json.WellFormed(text)
	return err != nil
}

func readWrapped(first lines.Line, rest io.Reader, place patient.Place, o *SourceOptions, yield func(patient.Record) bool) bool {
	var text bytes.Buffer
	text.Write(first.Text)
	text.WriteByte('\n')
	_, err := text.ReadFrom(io.LimitReader(rest, MaxSize+1-int64(text.Len())))
	if err == nil && text.Len() > MaxSize {
		err = ErrTooLarge
	}
	if err != nil {
		return yield((&patient.RecordError{Place: place, Err: err, Cut: true}).Record())
	}
	return yield(bundleRecord(text.Bytes(), place, o))
}

func bundleRecord(text []byte, place patient.Place, o *SourceOptions) patient.Record {
	return patient.Record{Place: place, Size: len(text), Decode: func() (*patient.Profile, error) {
		return decodeRecord(text, place, o.Options)
	}}
}

func decodeRecord(text []byte, place patient.Place, o Options) (*patient.Profile, error) {
	p, id, err := decode(text, o)
	if err != nil {
		return nil, &patient.RecordError{Place: place, Patient: id, Err: err}
	}
	return p, nil
}

// Folder reads a folder of documents in the order of their names: each file
// *.json or *.json.gz as by [Decode], each *.ndjson or *.ndjson.gz as by
// [Bundles]. Every other file is told to Options.Note and not read. A file that
// cannot be used is one [*patient.RecordError].
//
// Where ctx ends, the last record is its cause.
func Folder(ctx context.Context, dir string, o SourceOptions) patient.Lazy {
	return func(yield func(patient.Record) bool) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			yield((&patient.RecordError{Place: patient.Place{Source: dir}, Err: err, Cut: true}).Record())
			return
		}
		for _, e := range entries {
			path := filepath.Join(dir, e.Name())
			if ctx.Err() != nil {
				yield((&patient.RecordError{Place: patient.Place{Source: path}, Err: context.Cause(ctx), Cut: true}).Record())
				return
			}
			if !readFolderFile(path, &o, yield) {
				return
			}
		}
	}
}

func readFolderFile(path string, o *SourceOptions, yield func(patient.Record) bool) bool {
	place := patient.Place{Source: path}
	fail := func(err error) bool {
		return yield((&patient.RecordError{Place: place, Err: err}).Record())
	}
	info, err := os.Stat(path)
	kind := lines.FileKind(path)
	switch {
	case kind == "" || err == nil && !info.Mode().IsRegular():
		o.notify("%s is not read: its name ends in none of .json, .ndjson, .json.gz, .ndjson.gz, or it is no file", path)
		return true
	case err != nil:
		return fail(err)
	case kind == "json":
		return yield(patient.Record{Place: place, Size: int(info.Size()), Decode: func() (*patient.Profile, error) {
			f, err := os.Open(path)
			if err != nil {
				return nil, &patient.RecordError{Place: place, Err: err}
			}
			defer f.Close()
			text, err := readAll(f)
			if err != nil {
				return nil, &patient.RecordError{Place: place, Err: err}
			}
			return decodeRecord(text, place, o.Options)
		}})
	}
	f, err := os.Open(path)
	if err != nil {
		return fail(err)
	}
	defer f.Close()
	return readLines(f, path, o, yield)
}

// IsFolder reports whether dir has a document for [Folder]: a file that by its
// name and by its beginning is FHIR JSON. Ask bulk.IsExport first.
func IsFolder(dir string) bool {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	for _, e := range entries {
		if lines.FileKind(e.Name()) == "" {
			continue
		}
		if head, err := lines.ReadHead(filepath.Join(dir, e.Name())); err == nil && Sniff(head) {
			return true
		}
	}
	return false
}
