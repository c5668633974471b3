// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// RejectSchema names the JSON form of [Reject]. It changes when the form does.
const RejectSchema = "eligo.reject/1"

// Reject is a line of rejects.ndjson: a record that could not be used.
type Reject struct {
	Schema  string `json:"schema"`
	Record  int64  `json:"record"`            // its number in the source, from 1
	Source  string `json:"source"`            // the file, without the folders around it
	Line    int    `json:"line,omitzero"`     // where it begins, from 1
	Entry   int    `json:"entry,omitzero"`    // in a list of records, from 1
	Patient string `json:"patient,omitempty"` // the id, where it could be read
	// Error lists all problems. It repeats no more of the record than the
	// messages of the decoder do, which may quote a short value.
	Error []string `json:"error"`
	// Cut says that records behind it in its file, if any, are lost.
	Cut bool `json:"cut,omitzero"`
}

// newReject makes the line of a record with an error.
func newReject(s *matcher.RecordResults, number int64, src *Source) Reject {
	r := Reject{
		Schema: RejectSchema, Record: number, Source: src.relativePlace(s.Place.Source),
		Line: s.Place.Line, Entry: s.Place.Entry, Patient: s.Patient,
	}
	err := s.Err
	var e *patient.RecordError
	if errors.As(err, &e) {
		r.Cut, err = e.Cut, e.Err
	}
	r.Error = errorTexts(err)
	return r
}

// errorTexts lists the problems of a record.
func errorTexts(err error) []string {
	var fields patient.Errors
	switch {
	case err == nil:
		return []string{"cannot be used"}
	case errors.As(err, &fields):
		texts := make([]string, len(fields))
		for i := range fields {
			texts[i] = fields[i].Error()
		}
		return texts
	}
	if cause := fileio.Cause(err); cause != err { // without the folders around the source
		return []string{cause.Error()}
	}
	return strings.Split(err.Error(), "\n")
}

// appendLine appends the line.
func (r *Reject) appendLine(b []byte) ([]byte, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return b, err
	}
	return append(append(b, text...), '\n'), nil
}
