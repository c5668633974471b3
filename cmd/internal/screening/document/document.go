// SPDX-License-Identifier: Apache-2.0

package document

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
)

// Options say what the source itself does not.
type Options struct {
	// Complete names the domains that are complete: one that the source does
	// not speak of is then empty and not "not supplied".
	Complete []patient.Domain
	// Systems gives the short name of local code systems, by their URL.
	Systems map[string]string
	// PatientID chooses the patient of a FHIR Bundle that holds several.
	PatientID string
}

// Patient is a profile with what was taken on trust to make it.
type Patient struct {
	*patient.Profile
	// Assumed names, of Options.Complete, the domains that are empty because
	// somebody said that they are complete.
	Assumed []patient.Domain
}

// ErrTooLarge is the error for a document of more than [fhir.MaxSize] bytes.
var ErrTooLarge = fhir.ErrTooLarge

// Read reads one patient up to the end of r. The profile has passed
// [patient.Profile.Validate]. The error may be a [patient.Errors].
func Read(r io.Reader, o Options) (*Patient, error) {
	doc, err := document(r)
	if err != nil {
		return nil, err
	}
	return Decode(doc, o)
}

// Decode is [Read] for a document in memory that is not gzipped. The patient
// keeps nothing of it.
func Decode(doc []byte, o Options) (*Patient, error) {
	doc = bytes.TrimPrefix(doc, []byte("\xef\xbb\xbf"))
	if len(bytes.TrimSpace(doc)) == 0 {
		return nil, errors.New("the document is empty")
	}
	if fhir.Sniff(doc) {
		return readFHIR(doc, o)
	}
	if o.PatientID != "" {
		return nil, errors.New("a profile holds one patient; there is none to choose")
	}
	return readNative(doc, o)
}

// document reads everything, unpacked.
func document(r io.Reader) ([]byte, error) {
	doc, err := limited(r)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(doc, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(doc))
		if err != nil {
			return nil, fmt.Errorf("the gzip file is damaged: %w", err)
		}
		if doc, err = limited(z); errors.Is(err, ErrTooLarge) {
			return nil, err
		} else if err != nil {
			return nil, fmt.Errorf("the gzip file is damaged: %w", err)
		}
	}
	return doc, nil
}

func limited(r io.Reader) ([]byte, error) {
	doc, err := io.ReadAll(io.LimitReader(r, fhir.MaxSize+1))
	if err == nil && len(doc) > fhir.MaxSize {
		return nil, ErrTooLarge
	}
	return doc, err
}

func readFHIR(doc []byte, o Options) (*Patient, error) {
	p, err := fhir.Decode(bytes.NewBuffer(doc), fhir.Options{Complete: o.Complete, Systems: o.Systems, PatientID: o.PatientID})
	if err != nil {
		return nil, err
	}
	return &Patient{Profile: p, Assumed: p.Assumed()}, nil
}

func readNative(doc []byte, o Options) (*Patient, error) {
	p, err := patient.DecodeBytes(doc)
	if err != nil {
		return nil, err
	}
	assumed, err := Native(p, o)
	return &Patient{Profile: p, Assumed: assumed}, err
}

// Native applies the options to a profile in eligo's own form, validates it
// and names the domains that it has only because Options.Complete says so.
func Native(p *patient.Profile, o Options) (assumed []patient.Domain, err error) {
	for _, d := range o.Complete {
		p.AssumeComplete(d)
	}
	renameSystems(p, o.Systems)
	return p.Assumed(), p.Validate()
}

// renameSystems gives codes of local systems the short names that they stand
// for.
func renameSystems(p *patient.Profile, systems map[string]string) {
	if len(systems) == 0 {
		return
	}
	for codes := range codesOf(p) {
		for i := range codes {
			if short, ok := systems[codes[i].System]; ok {
				codes[i].System = short
			}
		}
	}
}

// codesOf visits every list of codes of a profile.
func codesOf(p *patient.Profile) iter.Seq[[]patient.Coding] {
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
