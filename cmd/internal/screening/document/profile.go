// SPDX-License-Identifier: Apache-2.0

package document

import (
	"errors"
	"io"

	"github.com/eligo-trials/eligo/patient"
)

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
	return p.Validate()
}

// renameSystems gives the codes of local systems their short names.
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
