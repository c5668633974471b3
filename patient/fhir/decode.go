// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir/internal/resource"
	"github.com/eligo-trials/eligo/patient/internal/json"
	"github.com/eligo-trials/eligo/patient/internal/lines"
)

// Options are the facts that a caller knows about a document.
type Options struct {
	// Complete names the domains that are complete although no resource of
	// their types need be there: empty then means "none", not "not supplied".
	Complete []patient.Domain
	// Systems gives the short name of local code systems, by their URL.
	Systems map[string]string
	// PatientID chooses the Patient of a Bundle that holds several, by its id
	// or its fullUrl.
	PatientID string
}

// MaxSize is the most that [Decode] reads, in bytes of JSON after gunzip. The
// facts of a hostile document can take some twenty times its size in memory: a
// server should set a lower limit of its own.
const MaxSize = 256 << 20

// ErrTooLarge is the error for more than [MaxSize] bytes.
var ErrTooLarge = fmt.Errorf("the FHIR document is larger than %d MiB", MaxSize>>20)

// Decode reads one Bundle of any type or one bare Patient, gzipped or not, and
// gives the profile of its patient, which has passed [patient.Profile.Validate].
// The error of a document that is not JSON names its byte offset and JSON
// pointer. No error and no issue repeats patient data.
//
// A [bytes.Buffer] is read in place, without a copy; nothing of the profile is
// part of it.
func Decode(r io.Reader, o Options) (*patient.Profile, error) {
	text, err := readAll(r)
	if err != nil {
		return nil, err
	}
	p, _, err := decode(text, o)
	return p, err
}

// decode reads one document. ID is that of its only Patient, as far as it was
// read, even if there is an error.
func decode(text []byte, o Options) (p *patient.Profile, id string, err error) {
	if err := o.Check(); err != nil {
		return nil, "", err
	}
	text = bytes.TrimPrefix(text, lines.BOM)
	entryValues, err := json.WellFormed(text)
	if err != nil {
		return nil, "", err
	}
	c := resource.NewCollection(o.Systems, 0)
	if err := c.AddDocument(text, entryValues); err != nil {
		return nil, c.PatientID(), err
	}
	p, err = c.Profile(resource.ProfileOptions{PatientID: o.PatientID, Complete: o.Complete})
	if err != nil {
		return nil, c.PatientID(), err
	}
	if err := resource.WithdrawContradictions(p); err != nil {
		return nil, p.ID, fmt.Errorf("Patient/%s: %w", p.ID, err)
	}
	return p, p.ID, nil
}

// SeveralPatientsError says that a document holds several Patients and that
// [Options] choose none.
type SeveralPatientsError = resource.SeveralPatientsError

// Check gives an error if the options are not valid.
func (o *Options) Check() error {
	for _, d := range o.Complete {
		if !slices.Contains(patient.Domains(), d) {
			return fmt.Errorf("%q is no domain; the domains are %v", d, patient.Domains())
		}
	}
	return nil
}

// Sniff reports whether a document that starts with prefix is FHIR JSON: an
// object with a member "resourceType" of its own. The prefix may be gzipped and
// may end anywhere; where the member lies behind its end the answer is false.
func Sniff(prefix []byte) bool {
	dec := jsontext.NewDecoder(bytes.NewReader(lines.PlainHead(prefix)))
	if t, err := dec.ReadToken(); err != nil || t.Kind() != '{' {
		return false
	}
	for {
		name, err := dec.ReadToken()
		if err != nil || name.Kind() != '"' {
			return false
		}
		if name.String() == "resourceType" {
			return dec.PeekKind() == '"'
		}
		if dec.SkipValue() != nil {
			return false
		}
	}
}

func readAll(r io.Reader) ([]byte, error) {
	if b, ok := r.(*bytes.Buffer); ok && b.Len() <= MaxSize && !lines.IsGzip(b.Bytes()) {
		return b.Next(b.Len()), nil
	}
	size := 512
	if sized, ok := r.(interface{ Len() int }); ok {
		size = min(sized.Len(), MaxSize) + 1 // one more, so that the end is seen without growing
	}
	in := bufio.NewReaderSize(r, 4096)
	if head, _ := in.Peek(2); lines.IsGzip(head) {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, fmt.Errorf("gunzip: %w", err)
		}
		in, size = bufio.NewReader(z), size*8
	}
	var text bytes.Buffer
	text.Grow(min(size, MaxSize) + bytes.MinRead)
	n, err := text.ReadFrom(io.LimitReader(in, MaxSize+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read: %w", err)
	case n > MaxSize:
		return nil, ErrTooLarge
	}
	return text.Bytes(), nil
}
