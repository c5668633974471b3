// SPDX-License-Identifier: Apache-2.0

// Package document reads the record of one patient in any format: eligo's own
// JSON or FHIR, plain or gzipped, told apart by the content.
//
// It may import patient and its adapters.
package document

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
	"github.com/eligo-trials/eligo/patient/fhir/bulk"
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

// Format is a format of records, of one file or of a folder.
type Format struct {
	Name     string // in the run.json of a batch
	Contents string // of a folder, in the error for a folder of no format

	IsFolder   func(dir string) bool
	ReadFolder func(ctx context.Context, dir string, o RecordOptions) patient.Lazy

	// IsFile recognises a file by its beginning, which is unpacked; RefuseFile, if
	// not nil, gives an error for a file that cannot be read by itself.
	IsFile     func(head []byte) bool
	RefuseFile func(head []byte) error
	ReadFile   func(r io.Reader, name string, o RecordOptions) patient.Lazy
	// Decode reads a file of one patient, unpacked and without a byte order mark.
	Decode func(doc []byte, o Options) (*patient.Profile, error)

	LowMemory bool // reading needs memory for no more than the records at hand
}

// RecordOptions are the options for many records. They ignore PatientID.
type RecordOptions struct {
	Options
	TempDir string       // for temporary files of the reader; "" is the system's
	Note    func(string) // if not nil, is called with messages that concern no single record
}

// Formats registers the formats in the order in which they are tried. The last one
// takes every file. A further data source is one more line.
var Formats = []Format{
	{Name: "bulk export", Contents: "FHIR Bulk Data export", IsFolder: bulk.IsExport, ReadFolder: readBulkExport},
	{Name: "folder", Contents: "FHIR Bundles", IsFolder: fhir.IsFolder, ReadFolder: readBundleFolder},
	{Name: "bundles", IsFile: fhir.Sniff, RefuseFile: refuseResources, ReadFile: readBundles, Decode: decodeBundle},
	{Name: "profiles", IsFile: isAnyFile, ReadFile: readProfiles, Decode: decodeProfile, LowMemory: true},
}

// FormatOf gives the format of a file by its beginning.
func FormatOf(head []byte) *Format {
	return &Formats[slices.IndexFunc(Formats, func(f Format) bool { return f.IsFile != nil && f.IsFile(head) })]
}

// FormatOfFolder gives the format of a folder.
func FormatOfFolder(dir string) (*Format, error) {
	var contents []string
	for i := range Formats {
		if f := &Formats[i]; f.IsFolder != nil {
			if f.IsFolder(dir) {
				return f, nil
			}
			contents = append(contents, f.Contents)
		}
	}
	slices.Reverse(contents)
	return nil, fmt.Errorf("the folder holds no %s; profiles are given as one file", strings.Join(contents, " and no "))
}
