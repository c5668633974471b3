// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"bytes"
	"fmt"
)

// A Medication is of no patient, and those who refer to it may come before it.
// So all Medications and all references to them are sorted by the Medication's
// id, and it then goes to each patient who has one.
const (
	drugItself = '\x00' // after the id; sorted before
	drugWanted = '\x01' // and then the patient's id
)

func (x *export) drug(p piece, h *header) error {
	if !isKey(h.id) {
		return nil // nothing can refer to it
	}
	p.key = append(append([]byte(nil), h.id...), drugItself)
	return x.drugs.add(p)
}

// wantDrug notes that a patient needs a Medication.
func (x *export) wantDrug(patient string, ref []byte) error {
	a := parseAddress(string(ref))
	id := a.id
	switch {
	case a.urn != "":
		id = a.uuid()
	case a.kind != "Medication":
		return nil // contained, or nothing that can be found
	}
	if !isKey(id) {
		return nil
	}
	key := append(append([]byte(id), drugWanted), patient...)
	return x.drugs.add(piece{key: key, form: formWanted, text: []byte(patient)})
}

// maxVersions is how often one Medication may be there.
const maxVersions = 1000

// shareDrugs sends each Medication to the patients who need it.
func (x *export) shareDrugs() error {
	defer x.drugs.close()
	pieces, err := x.drugs.pieces()
	if err != nil {
		return err
	}
	var id, last []byte
	var versions []piece
	for p, err := range pieces {
		if err != nil {
			return err
		}
		end := bytes.IndexAny(p.key, string([]byte{drugItself, drugWanted}))
		if !bytes.Equal(p.key[:end], id) {
			id, last, versions = p.key[:end], nil, versions[:0]
		}
		if p.form != formWanted {
			if versions = append(versions, p); len(versions) > maxVersions {
				return fmt.Errorf("one Medication is there more than %d times", maxVersions)
			}
			continue
		}
		if bytes.Equal(p.text, last) {
			continue
		}
		last = p.text
		for _, v := range versions {
			v.key = p.text
			if err := x.people.add(v); err != nil {
				return err
			}
		}
	}
	return nil
}
