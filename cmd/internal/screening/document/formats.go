// SPDX-License-Identifier: Apache-2.0

package document

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"slices"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
)

// Format is a format of records in one file.
type Format struct {
	// Name says what a file of many records holds, such as "profiles".
	Name string
	// Matches reports whether a document that begins with head, without a byte
	// order mark, has this format.
	Matches func(head []byte) bool
	// Decode reads the one patient of a document, which is not gzipped.
	Decode func(doc []byte, o Options) (*patient.Profile, error)
	// Records reads a file of many patients, which may be gzipped; name is the
	// name of the file in errors.
	Records func(r io.Reader, name string, o RecordOptions) patient.Lazy
}

// RecordOptions are those of [Format.Records].
type RecordOptions struct {
	Options              // without PatientID
	TempDir string       // for files that a reader needs; "" is the system's
	Note    func(string) // if not nil, receives notes that concern no single record
}

// formats registers the formats. The first one that matches is taken; the last one
// matches every document.
var formats = []Format{
	{"bundles", sniffFHIR, decodeFHIR, bundleRecords},
	{"profiles", func([]byte) bool { return true }, decodeProfile, profileRecords},
}

// FormatOf gives the format of a document by its beginning, without a byte order
// mark. A document of no known format is taken for a profile, whose decoder says
// what is wrong with it.
func FormatOf(head []byte) *Format {
	return &formats[slices.IndexFunc(formats, func(f Format) bool { return f.Matches(head) })]
}

func sniffFHIR(head []byte) bool { return fhir.Sniff(head) }

func (o Options) fhir() fhir.Options {
	return fhir.Options{Complete: o.Complete, Systems: o.Systems, PatientID: o.PatientID}
}

func decodeFHIR(doc []byte, o Options) (*patient.Profile, error) {
	return fhir.Decode(bytes.NewBuffer(doc), o.fhir())
}

func bundleRecords(r io.Reader, name string, o RecordOptions) patient.Lazy {
	return fhir.Bundles(r, name, fhir.SourceOptions{Options: o.fhir(), TempDir: o.TempDir, Note: o.Note})
}

func decodeProfile(doc []byte, o Options) (*patient.Profile, error) {
	if o.PatientID != "" {
		return nil, errors.New("a profile holds one patient; there is none to choose")
	}
	p, err := patient.DecodeBytes(doc)
	if err != nil {
		return nil, err
	}
	return p, Apply(p, o)
}

func profileRecords(r io.Reader, name string, o RecordOptions) patient.Lazy {
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
				if err := Apply(p, o.Options); err != nil {
					return nil, &patient.RecordError{Source: at.Source, Line: at.Line, Entry: at.Entry, Patient: p.ID, Err: err}
				}
				return p, nil
			}
			if !yield(record) {
				return
			}
		}
	}
}

// Apply applies the options to a profile in eligo's own form and validates it.
func Apply(p *patient.Profile, o Options) error {
	for _, d := range o.Complete {
		p.AssumeComplete(d)
	}
	renameSystems(p, o.Systems)
	return p.Validate()
}

// renameSystems gives the codes of local systems their short names.
func renameSystems(p *patient.Profile, systems map[string]string) {
	if len(systems) == 0 {
		return
	}
	for codes := range codingLists(p) {
		for i := range codes {
			if short, ok := systems[codes[i].System]; ok {
				codes[i].System = short
			}
		}
	}
}

// codingLists visits every list of codes of a profile.
func codingLists(p *patient.Profile) iter.Seq[[]patient.Coding] {
	var all [][]patient.Coding
	for i := range p.Conditions {
		all = append(all, p.Conditions[i].Codes)
	}
	for i := range p.Medications {
		all = append(all, p.Medications[i].Codes)
	}
	for i := range p.Observations {
		o := &p.Observations[i]
		all = append(all, o.Codes, o.Value.Codes, o.Interpretation)
	}
	for i := range p.Procedures {
		all = append(all, p.Procedures[i].Codes)
	}
	for i := range p.Allergies {
		all = append(all, p.Allergies[i].Codes)
	}
	for i := range p.Immunizations {
		all = append(all, p.Immunizations[i].Codes)
	}
	return slices.Values(all)
}

// Domains lists the domains that can be said to be complete: all but answers,
// which are a person's and never complete.
func Domains() []patient.Domain {
	return slices.DeleteFunc(patient.Domains(), func(d patient.Domain) bool { return d == patient.Answers })
}

// DomainNames gives the names of Domains.
func DomainNames() []string {
	var names []string
	for _, d := range Domains() {
		names = append(names, string(d))
	}
	return names
}
