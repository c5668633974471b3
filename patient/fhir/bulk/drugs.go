// SPDX-License-Identifier: Apache-2.0

package bulk

import (
	"bytes"
	"fmt"

	"github.com/eligo-trials/eligo/patient/fhir/internal/resource"
)

// A Medication is of no patient, and those who refer to it may come before it.
// So all Medications and all references to them are sorted by the Medication's
// id, and it then goes to each patient who has one.
const (
	drugItself = '\x00' // after the id; sorted before
	drugWanted = '\x01' // and then the patient's id
)

func (x *export) addDrug(p piece, h *lineHeader) error {
	if !isKey(h.id) {
		return nil // nothing can refer to it
	}
	p.key = append(append([]byte(nil), h.id...), drugItself)
	return x.drugLines.addPiece(p)
}

// addDrugReference notes that a patient needs a Medication.
func (x *export) addDrugReference(patient string, ref []byte) error {
	a := resource.ParseAddress(string(ref))
	id := a.ID
	switch {
	case a.URN != "":
		id = a.UUID()
	case a.Kind != "Medication":
		return nil // contained, or nothing that can be found
	}
	if !isKey(id) {
		return nil
	}
	key := append(append([]byte(id), drugWanted), patient...)
	return x.drugLines.addPiece(piece{key: key, form: formDrugReference, text: []byte(patient)})
}

// maxVersions is how often one Medication may be there.
const maxVersions = 1000

// distributeDrugs sends each Medication to the patients who need it.
func (x *export) distributeDrugs() error {
	defer x.drugLines.closeRuns()
	pieces, err := x.drugLines.sortedPieces()
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
		if p.form != formDrugReference {
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
			if err := x.patientLines.addPiece(v); err != nil {
				return err
			}
		}
	}
	return nil
}
