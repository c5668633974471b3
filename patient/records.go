// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/eligo-trials/eligo/patient/internal/lines"
)

// MaxRecord is how long one record of [Records] may be, in bytes of text.
const MaxRecord = 16 << 20

// Record is one record of a source that is still to be decoded, so that many
// can be decoded at once.
type Record struct {
	Place Place
	Size  int // bytes that the record holds until it is decoded, as far as known
	// Decode gives the profile, which shares no memory with any other, or a
	// [*RecordError] that says why there is none. Any goroutine may call it, but
	// only one at a time.
	Decode func() (*Profile, error)
}

// Lazy is a [Source] whose records are decoded by the goroutine that takes them. Like its
// source it can be ranged over once.
type Lazy iter.Seq[Record]

// Source decodes each record as it comes.
func (l Lazy) Source() Source {
	return func(yield func(*Profile, error) bool) {
		for r := range l {
			if !yield(r.Decode()) {
				return
			}
		}
	}
}

// LazyOf makes a Lazy of a source that decodes by itself. The places of its
// records are not known, but for those in its errors.
func LazyOf(src Source) Lazy {
	return func(yield func(Record) bool) {
		for p, err := range src {
			if !yield(Record{Decode: func() (*Profile, error) { return p, err }}) {
				return
			}
		}
	}
}

// Records reads many profiles in eligo's own JSON; name is the name in errors of the
// source. By its content the text is one of
//
//   - NDJSON, one profile a line; blank lines and carriage returns do no harm;
//   - one JSON array of profiles;
//   - one profile after another, or just one, each over as many lines as it
//     likes, where the first spans lines.
//
// It may be gzipped and may begin with a byte order mark. Each profile is read
// as by [DecodeBytes].
//
// An error is a [*RecordError]: one record that cannot be used, a line that is
// cut short or one over [MaxRecord] among them. The source then goes on with
// the next. It ends, with an error whose Cut is set, where r fails, where
// gzipped data is cut short or damaged, and where the brackets or commas of an
// array do not hold together, since nothing tells where its next record begins.
//
// At no time does it hold more than the record at hand and some 256 KiB.
func Records(r io.Reader, name string) Source { return LazyRecords(r, name).Source() }

// LazyRecords is [Records], with each record left to be decoded.
func LazyRecords(r io.Reader, name string) Lazy {
	return func(yield func(Record) bool) { newRecordText(r, name, yield).readRecords() }
}

func decodeRecord(text []byte, place Place, start origin) (*Profile, error) {
	p, err := decodeAt(text, start)
	if err != nil {
		return nil, &RecordError{Place: place, Patient: findID(text), Err: err}
	}
	return p, nil
}

// Place is where a record stands in its source.
type Place struct {
	Source string `json:"source,omitempty"` // the name of the file
	Line   int    `json:"line,omitempty"`   // where the record begins, from 1; 0 is not known
	Entry  int    `json:"entry,omitempty"`  // in a list of records, from 1; 0 if it is no list
}

// String gives the place as "registry.ndjson:17".
func (p Place) String() string {
	s := p.Source
	if p.Line > 0 {
		s = fmt.Sprintf("%s:%d", s, p.Line)
	}
	if p.Entry > 0 {
		if s != "" {
			s += ": "
		}
		s = fmt.Sprintf("%sentry %d", s, p.Entry)
	}
	return s
}

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
	ErrGzipCut = lines.ErrGzipCut
	// ErrGzipDamaged is gzipped data that does not hold together.
	ErrGzipDamaged = lines.ErrGzipDamaged
)

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
