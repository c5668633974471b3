// SPDX-License-Identifier: Apache-2.0

package document

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
	"github.com/eligo-trials/eligo/patient/fhir/bulk"
)

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
