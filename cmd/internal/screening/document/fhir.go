// SPDX-License-Identifier: Apache-2.0

package document

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
	"github.com/eligo-trials/eligo/patient/fhir/bulk"
)

func (o Options) fhirOptions() fhir.Options {
	return fhir.Options{Complete: o.Complete, Systems: o.Systems, PatientID: o.PatientID}
}

func (o RecordOptions) fhirSourceOptions() fhir.SourceOptions {
	one := o.fhirOptions()
	one.PatientID = ""
	return fhir.SourceOptions{Options: one, Note: o.Note}
}

func readBulkExport(ctx context.Context, dir string, o RecordOptions) patient.Lazy {
	source := o.fhirSourceOptions()
	return bulk.Records(ctx, dir, bulk.Options{Options: source.Options, TempDir: o.TempDir, Note: o.Note})
}

func readBundleFolder(ctx context.Context, dir string, o RecordOptions) patient.Lazy {
	return fhir.Folder(ctx, dir, o.fhirSourceOptions())
}

func readBundles(r io.Reader, name string, o RecordOptions) patient.Lazy {
	return fhir.Bundles(r, name, o.fhirSourceOptions())
}

func decodeBundle(doc []byte, o Options) (*patient.Profile, error) {
	return fhir.Decode(bytes.NewBuffer(doc), o.fhirOptions())
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
