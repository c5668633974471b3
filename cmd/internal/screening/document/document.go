// SPDX-License-Identifier: Apache-2.0

package document

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
)

// Options hold facts about a record that the record itself does not state.
type Options struct {
	// Complete names the domains that are complete: one that the record does not
	// hold is then empty and not "not supplied". [patient.Profile.Assumed] lists
	// these.
	Complete []patient.Domain
	// Systems gives the short name of local code systems, by their URL.
	Systems map[string]string
	// PatientID chooses the patient of a FHIR Bundle that holds several.
	PatientID string
}

// ErrTooLarge is the error for a document of more than [fhir.MaxSize] bytes.
var ErrTooLarge = fhir.ErrTooLarge

var byteOrderMark = []byte("\xef\xbb\xbf")

// Read reads one patient up to the end of r, which may be gzipped. The profile has
// passed [patient.Profile.Validate]. The error may be a [patient.Errors].
func Read(r io.Reader, o Options) (*patient.Profile, error) {
	doc, err := readUnpacked(r)
	if err != nil {
		return nil, err
	}
	return Decode(doc, o)
}

// Decode is [Read] for a document in memory that is not gzipped. The profile
// keeps nothing of it.
func Decode(doc []byte, o Options) (*patient.Profile, error) {
	doc = bytes.TrimPrefix(doc, byteOrderMark)
	if len(bytes.TrimSpace(doc)) == 0 {
		return nil, errors.New("the document is empty")
	}
	return FormatOf(doc).Decode(doc, o)
}

// readUnpacked reads r up to its end and unpacks gzip.
func readUnpacked(r io.Reader) ([]byte, error) {
	doc, err := readLimited(r)
	if err != nil || !bytes.HasPrefix(doc, []byte{0x1f, 0x8b}) {
		return doc, err
	}
	z, err := gzip.NewReader(bytes.NewReader(doc))
	if err == nil {
		doc, err = readLimited(z)
	}
	if err != nil && !errors.Is(err, ErrTooLarge) {
		return nil, fmt.Errorf("the gzip file is damaged: %w", err)
	}
	return doc, err
}

func readLimited(r io.Reader) ([]byte, error) {
	doc, err := io.ReadAll(io.LimitReader(r, fhir.MaxSize+1))
	if err == nil && len(doc) > fhir.MaxSize {
		return nil, ErrTooLarge
	}
	return doc, err
}
