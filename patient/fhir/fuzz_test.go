// SPDX-License-Identifier: Apache-2.0

package fhir_test

import (
	"bytes"
	"testing"

	"github.com/eligo-trials/eligo/patient/fhir"
)

// FuzzDecode holds that no document crashes or stalls the reader, and that what
// it gives is a valid profile which reads back.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(ann))
	f.Add([]byte(bundle(ann, asthmaOf(ref("Patient/ann")))))
	f.Add([]byte(bundle(ann, of("Observation", `"status":"final","code":{"text":"x"},"valueQuantity":{"value":1.50,"unit":"mg"},"component":[{"code":{"text":"y"},"valueString":"< 2 mg/dL"}]`))))
	f.Add([]byte(bundle(ann, of("MedicationRequest", `"status":"active","intent":"order","contained":[{"resourceType":"Medication","id":"m","ingredient":[{"itemCodeableConcept":{"text":"z"}}]}],"medicationReference":{"reference":"#m"}`))))
	f.Add([]byte(bundle(ann, of("Condition", `"code":{"text":"x"},"onsetAge":{"value":5,"code":"a"},"abatementPeriod":{"start":"2020"}`))))
	f.Add([]byte(`{"entry":[{"fullUrl":"http://a/Patient/1","search":{"mode":"match"},"request":{"method":"DELETE","url":"Patient/1"},"resource":{"id":"1","resourceType":"Patient"}}],"type":"history","resourceType":"Bundle"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := fhir.Decode(bytes.NewBuffer(text), fhir.Options{})
		if err != nil {
			return
		}
		if err := p.Validate(); err != nil {
			t.Errorf("the profile is not valid: %v", err)
		}
		if !fhir.Sniff(text) {
			t.Error("what can be read is FHIR")
		}
	})
}
