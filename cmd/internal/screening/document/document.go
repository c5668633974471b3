// SPDX-License-Identifier: Apache-2.0

package document

import (
	"bytes"
	"errors"
	"io"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
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

// Read reads one patient up to the end of r, which may be gzipped. The profile has
// passed [patient.Profile.Validate]. The error may be a [patient.Errors].
func Read(r io.Reader, o Options) (*patient.Profile, error) {
	doc, err := fileio.ReadDocument(r, fhir.MaxSize)
	if errors.Is(err, fileio.ErrTooLarge) {
		return nil, fhir.ErrTooLarge
	}
	if err != nil {
		return nil, err
	}
	return Decode(doc, o)
}

// Decode is [Read] for a document in memory that is not gzipped. The profile
// keeps nothing of it.
func Decode(doc []byte, o Options) (*patient.Profile, error) {
	doc = fileio.TrimBOM(doc)
	if len(bytes.TrimSpace(doc)) == 0 {
		return nil, errors.New("the document is empty")
	}
	return FormatOf(doc).Decode(doc, o)
}
