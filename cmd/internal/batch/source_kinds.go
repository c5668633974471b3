// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
)

// Kind names the format of a source in run.json.
type Kind string

// sourceKind is a format of source. It is one of folders or one of files.
type sourceKind struct {
	name     Kind
	contents string // in the error for a folder of no kind

	isFolder   func(dir string) bool
	readFolder func(ctx context.Context, dir string, o fhir.SourceOptions) patient.Lazy

	isFile     func(head []byte) bool  // head is the beginning of the file, unpacked
	refuseFile func(head []byte) error // nil refuses none
	readFile   func(r io.Reader, name string, o fhir.SourceOptions) patient.Lazy

	ownFormat bool // eligo's own: the options of the command line are not applied by the reader
	lowMemory bool // reading needs memory for no more than the records at hand
}

// sourceKinds are the formats of sources in the order in which they are tried.
// A further data source is one more line.
var sourceKinds = []sourceKind{
	{name: "bulk export", contents: "FHIR Bulk Data export", isFolder: fhir.IsBulk, readFolder: fhir.Bulk},
	{name: "folder", contents: "FHIR Bundles", isFolder: fhir.IsFolder, readFolder: fhir.Folder},
	{name: "bundles", isFile: fhir.Sniff, refuseFile: refuseResources, readFile: fhir.Bundles},
	{name: "profiles", isFile: isAnyFile, readFile: readProfiles, ownFormat: true, lowMemory: true},
}

// isAnyFile is true: a file of no other kind is a file of profiles, maybe with
// bad lines.
func isAnyFile([]byte) bool { return true }

func readProfiles(r io.Reader, name string, _ fhir.SourceOptions) patient.Lazy {
	return patient.LazyRecords(r, name)
}

// folderContents lists the formats of folders, those of the last kinds first.
func folderContents() (all []string) {
	for _, k := range slices.Backward(sourceKinds) {
		if k.isFolder != nil {
			all = append(all, k.contents)
		}
	}
	return all
}

// refuseResources refuses a single file of a Bulk Data export.
func refuseResources(head []byte) error {
	switch kind := resourceType(head); kind {
	case "Bundle", "Patient", "":
		return nil
	default:
		return fmt.Errorf("it holds FHIR resources of type %s; of a Bulk Data export the folder is given, not one of its files", kind)
	}
}

// resourceType gives the type of the first resource; "" if it cannot be read.
func resourceType(head []byte) string {
	dec := jsontext.NewDecoder(bytes.NewReader(fileio.TrimBOM(head)))
	if t, err := dec.ReadToken(); err != nil || t.Kind() != '{' {
		return ""
	}
	for {
		name, err := dec.ReadToken()
		if err != nil || name.Kind() != '"' {
			return ""
		}
		if name.String() == "resourceType" {
			kind, err := dec.ReadToken()
			if err != nil {
				return ""
			}
			return kind.String()
		}
		if dec.SkipValue() != nil {
			return ""
		}
	}
}
