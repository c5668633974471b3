// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// RecordError is one record of a source that could not be used. Every [Source]
// gives its errors as *RecordError.
type RecordError struct {
	Place
	Patient string // id of the person, where it could be read
	Err     error  // the problem, such as [Errors]
	// Cut says that the source ended here although it may hold more: all that comes
	// after this record, if anything, is lost.
	Cut bool
}

// Record gives the record that cannot be decoded.
func (e *RecordError) Record() Record {
	return Record{Place: e.Place, Decode: func() (*Profile, error) { return nil, e }}
}

// Error gives the place and the problems, a line for each:
// "registry.ndjson:17: $.birth_date: …". It does not name the patient.
func (e *RecordError) Error() string {
	problem := "cannot be used"
	if e.Err != nil {
		problem = e.Err.Error()
	}
	place := e.Place.String()
	if place == "" {
		return problem
	}
	return place + ": " + strings.ReplaceAll(problem, "\n", "\n"+place+": ")
}

// Unwrap gives the problem.
func (e *RecordError) Unwrap() error { return e.Err }

// Problems of a record before it is decoded.
var (
	// ErrRecordTooLong is a record over [MaxRecord].
	ErrRecordTooLong = fmt.Errorf("the record is longer than %d MiB and was skipped", MaxRecord>>20)
	// ErrGzipCut is gzipped data without its end.
	ErrGzipCut = errors.New("the gzipped data is cut short: what comes after this place is lost")
	// ErrGzipDamaged is gzipped data that does not hold together.
	ErrGzipDamaged = errors.New("the gzipped data is damaged: what comes after this place is lost")
)

// readProblem gives the error that ended the text too early.
func (t *recordText) readProblem() error {
	var damaged flate.CorruptInputError
	switch {
	case errors.Is(t.err, errUTF16):
		return t.err
	case t.gzipped && errors.Is(t.err, io.ErrUnexpectedEOF):
		return ErrGzipCut
	case errors.Is(t.err, gzip.ErrChecksum), errors.Is(t.err, gzip.ErrHeader), errors.As(t.err, &damaged):
		return fmt.Errorf("%w (%w)", ErrGzipDamaged, t.err)
	}
	return fmt.Errorf("the source cannot be read on: %w", t.err)
}

// findID finds the id in the text of a profile that cannot be read; empty where
// it cannot be told.
func findID(text []byte) string {
	dec := jsontext.NewDecoder(bytes.NewBuffer(text), tolerant...)
	if t, err := dec.ReadToken(); err != nil || t.Kind() != '{' {
		return ""
	}
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			return ""
		}
		if name.String() != "id" {
			if dec.SkipValue() != nil {
				return ""
			}
			continue
		}
		if id, err := dec.ReadToken(); err == nil && id.Kind() == '"' && len(id.String()) <= 256 {
			return strings.ToValidUTF8(id.String(), "\uFFFD")
		}
		return ""
	}
	return ""
}
