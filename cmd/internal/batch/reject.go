// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"encoding/json"
	"errors"
	"io/fs"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// RejectSchema names the JSON form of [Reject]. It changes when the form does.
const RejectSchema = "eligo.reject/1"

// Reject is a record that could not be used: a line of rejects.ndjson.
type Reject struct {
	Schema  string `json:"schema"`
	Record  int64  `json:"record"`            // its number in the source, from 1
	Source  string `json:"source"`            // the file, without the folders around it
	Line    int    `json:"line,omitzero"`     // where it begins, from 1
	Entry   int    `json:"entry,omitzero"`    // in a list of records, from 1
	Patient string `json:"patient,omitempty"` // the id, where it could be read
	// Error is everything that is wrong with it. It repeats of the record no
	// more than the decoder's messages, which may quote a short value.
	Error []string `json:"error"`
	// Cut says that what comes after it in its file, if anything, is lost.
	Cut bool `json:"cut,omitzero"`
}

// newReject makes the row of a record with an error.
func newReject(s *matcher.RecordResults, number int64, src *Source) Reject {
	r := Reject{
		Schema: RejectSchema, Record: number, Source: src.place(s.Place.Source),
		Line: s.Place.Line, Entry: s.Place.Entry, Patient: s.Patient,
	}
	err := s.Err
	var e *patient.RecordError
	if errors.As(err, &e) {
		r.Cut, err = e.Cut, e.Err
	}
	r.Error = problems(err)
	return r
}

// problems gives each problem of a record by itself.
func problems(err error) []string {
	var fields patient.Errors
	var path *fs.PathError
	switch {
	case err == nil:
		return []string{"cannot be used"}
	case errors.As(err, &fields):
		texts := make([]string, len(fields))
		for i := range fields {
			texts[i] = fields[i].Error()
		}
		return texts
	case errors.As(err, &path): // without the folders around it
		return []string{path.Err.Error()}
	}
	return strings.Split(err.Error(), "\n")
}

// line gives the row as it is written.
func (r *Reject) line(b []byte) ([]byte, error) {
	text, err := json.Marshal(r)
	if err != nil {
		return b, err
	}
	return append(append(b, text...), '\n'), nil
}
