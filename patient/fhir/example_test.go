// SPDX-License-Identifier: Apache-2.0

package fhir_test

import (
	"fmt"
	"strings"

	"github.com/eligo-trials/eligo/patient/fhir"
)

func ExampleDecode() {
	p, err := fhir.Decode(strings.NewReader(`{
	  "resourceType": "Bundle", "type": "collection", "entry": [
	    {"resource": {"resourceType": "Patient", "id": "p1", "birthDate": "1980-05", "gender": "female"}},
	    {"resource": {"resourceType": "MedicationRequest", "id": "7", "status": "stopped", "intent": "order",
	      "subject": {"reference": "Patient/p1"}, "authoredOn": "2026-09-14",
	      "medicationCodeableConcept": {"text": "Infliximab 100 MG"}}},
	    {"resource": {"resourceType": "Claim", "id": "8"}}
	  ]}`), fhir.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	m := p.Medications[0]
	fmt.Println(p.ID, p.Sex, p.BirthDate)
	fmt.Println(m.Record, m.Basis, m.Status, m.Start, m.Text)
	fmt.Println(p.Conditions == nil, p.Issues)
	// Output:
	// p1 female 1980-05
	// MedicationRequest/7 order stopped 2026-09-14 Infliximab 100 MG
	// true [skipped 1 Claim: not read]
}
