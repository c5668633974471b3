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

	"github.com/go-json-experiment/json/jsontext"

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
	Complete  []patient.Domain
	Systems   map[string]string // short names of local code systems, by their URL
	PatientID string            // chooses the patient of a FHIR Bundle that holds several
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
	Decode     func(doc []byte, o Options) (*patient.Profile, error) // of one patient, unpacked and without a byte order mark

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

// isAnyFile is true: a file of no other format is a file of profiles, maybe with
// bad lines.
func isAnyFile([]byte) bool { return true }

func decodeProfile(doc []byte, o Options) (*patient.Profile, error) {
	if o.PatientID != "" {
		return nil, errors.New("a profile holds one patient; there is none to choose")
	}
	p, err := patient.DecodeBytes(doc)
	if err != nil {
		return nil, err
	}
	return p, ApplyOptions(p, o)
}

func readProfiles(r io.Reader, name string, o RecordOptions) patient.Lazy {
	records := patient.LazyRecords(r, name)
	if len(o.Complete) == 0 && len(o.Systems) == 0 {
		return records
	}
	return func(yield func(patient.Record) bool) {
		for record := range records {
			decode, at := record.Decode, record.Place
			record.Decode = func() (*patient.Profile, error) {
				p, err := decode()
				if err != nil {
					return nil, err
				}
				if err := ApplyOptions(p, o.Options); err != nil {
					return nil, &patient.RecordError{Place: at, Patient: p.ID, Err: err}
				}
				return p, nil
			}
			if !yield(record) {
				return
			}
		}
	}
}

// ApplyOptions applies the options to a profile in eligo's own form and validates it.
func ApplyOptions(p *patient.Profile, o Options) error {
	for _, d := range o.Complete {
		p.AssumeComplete(d)
	}
	renameSystems(p, o.Systems)
	p.ApplyMarks()
	return p.Validate()
}

func renameSystems(p *patient.Profile, systems map[string]string) {
	if len(systems) == 0 {
		return
	}
	for _, codes := range codingLists(p) {
		for i := range codes {
			if short, ok := systems[codes[i].System]; ok {
				codes[i].System = short
			}
		}
	}
}

func codingLists(p *patient.Profile) (all [][]patient.Coding) {
	for _, d := range patient.FactDomains() {
		for i := range p.Count(d) {
			all = append(all, p.Fact(d, i).Codes)
		}
	}
	for i := range p.Observations {
		all = append(all, p.Observations[i].Value.Codes, p.Observations[i].Interpretation)
	}
	return all
}

// DomainNames gives the names of the domains that can be said to be complete: all
// but answers, which are a person's and never complete.
func DomainNames() []string {
	var names []string
	for _, d := range patient.FactDomains() {
		names = append(names, string(d))
	}
	return names
}

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
