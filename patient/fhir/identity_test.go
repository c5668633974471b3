// SPDX-License-Identifier: Apache-2.0

package fhir_test

import (
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient/fhir"
)

const (
	asthma = `"conditions":[{"text":"asthma","record":"Condition/1"}]`
	unsure = `"conditions":[{"record":"Condition/1","unreadable":"it cannot be told whom it is about"}],"issues":["Condition/1: unreadable: it cannot be told whom it is about"]`
	others = `"issues":["skipped resources that are about someone else: 1"]`
)

func TestSubject(t *testing.T) {
	const (
		home = "http://a.example/fhir/Patient/ann"
		here = "http://a.example/fhir/Condition/1"
		urn  = "urn:uuid:0b0c2c3e-0000-4000-8000-000000000001"
	)
	nameless := strings.Replace(ann, `"id":"ann",`, "", 1)
	checkDocuments(t, []bundleDocument{
		{"relative", bundle(ann, asthmaOf(ref("Patient/ann"))), asthma},
		{"relative, versioned", bundle(ann, asthmaOf(ref("Patient/ann/_history/3"))), asthma},
		{"relative, of another", bundle(ann, asthmaOf(ref("Patient/bob"))), others},
		{"of a group", bundle(ann, asthmaOf(ref("Group/ann"))), others},
		{"absolute by fullUrl", entries("collection", Entry(home, ann), Entry(here, asthmaOf(ref(home)))), asthma},
		{"absolute, https for http", entries("collection", Entry(home, ann), Entry(here, asthmaOf(ref("https://a.example/fhir/Patient/ann/_history/1")))), asthma},
		{"same id on another server", entries("collection", Entry(home, ann), Entry(here, asthmaOf(ref("http://b.example/fhir/Patient/ann")))), others},
		{"relative on another server", entries("collection", Entry(home, ann), Entry("http://b.example/fhir/Condition/1", asthmaOf(ref("Patient/ann")))), others},
		{"relative under the same base", entries("collection", Entry(home, ann), Entry(here, asthmaOf(ref("Patient/ann")))), asthma},
		{"relative in an entry with a urn", entries("collection", Entry(home, ann), Entry(urn, asthmaOf(ref("Patient/ann")))), asthma},
		{"absolute without fullUrls", bundle(ann, asthmaOf(ref(home))), unsure},
		{"absolute under the base of its own entry", entries("collection", `{"resource":`+ann+`}`, Entry(here, asthmaOf(ref(home)))), asthma},
		{"urn", entries("collection", Entry(urn, nameless), Entry(here, asthmaOf(ref(urn)))), asthma},
		{"urn in capitals", entries("collection", Entry(urn, ann), Entry(here, asthmaOf(ref(strings.ToUpper(urn))))), asthma},
		{"another urn", entries("collection", Entry(urn, ann), Entry(here, asthmaOf(ref(urn+"2")))), unsure},
		{"no subject", bundle(ann, `{"resourceType":"Condition","id":"1","code":{"text":"asthma"}}`), unsure},
		{"subject with a display only", bundle(ann, asthmaOf(`{"display":"Ann"}`)), unsure},
		{"contained subject", bundle(ann, asthmaOf(ref("#p"))), unsure},
		{"not a reference", bundle(ann, asthmaOf(ref("ann"))), unsure},
		{"identifier", bundle(ann, asthmaOf(`{"identifier":{"system":"urn:mrn","value":"7"}}`)), asthma},
		{"identifier of another", bundle(ann, asthmaOf(`{"identifier":{"system":"urn:mrn","value":"8"}}`)), others},
		{"identifier in another system", bundle(ann, asthmaOf(`{"identifier":{"system":"urn:ssn","value":"7"}}`)), unsure},
		{"conditional reference", bundle(ann, asthmaOf(ref("Patient?identifier=urn:mrn|7"))), asthma},
		{"conditional reference by name", bundle(ann, asthmaOf(ref("Patient?name=ann"))), unsure},
		{
			"observation without subject is left out",
			bundle(ann, `{"resourceType":"Observation","id":"1","status":"final","code":{"text":"x"}}`),
			`"issues":["Observation/1: it cannot be told whom it is about: left out"]`,
		},
		{
			"entry with modifierExtension",
			entries("collection", `{"resource":`+ann+`}`, `{"modifierExtension":[{"url":"x"}],"resource":`+asthmaOf(ref("Patient/ann"))+`}`),
			`"conditions":[{"record":"Condition/1","unreadable":"entry.modifierExtension is not known"}],"issues":["Condition/1: unreadable: entry.modifierExtension is not known"]`,
		},
		{
			"record without id",
			entries("collection", Entry(home, ann), Entry(urn, `{"resourceType":"Condition","code":{"text":"asthma"},"subject":{"reference":"Patient/ann"}}`)),
			`"conditions":[{"text":"asthma","record":"` + urn + `"}]`,
		},
	})
}

func TestSeveralPatients(t *testing.T) {
	bob := `{"resourceType":"Patient","id":"bob"}`
	text := bundle(bob, ann, asthmaOf(ref("Patient/ann")))
	for _, id := range []string{"ann", "Patient/ann"} {
		p, err := fhir.Decode(strings.NewReader(text), fhir.Options{PatientID: id})
		if err != nil || p.ID != "ann" || len(p.Conditions) != 1 {
			t.Errorf("%s: %v, %v", id, p, err)
		}
	}
	p, err := fhir.Decode(strings.NewReader(text), fhir.Options{PatientID: "bob"})
	if err != nil || p.ID != "bob" || p.Conditions != nil {
		t.Errorf("bob: %v, %v", p, err)
	}
	one, two := "http://a.example/Patient/ann", "http://b.example/Patient/ann"
	text = entries("collection", Entry(one, ann), Entry(two, ann), `{"resource":`+asthmaOf(ref("Patient/ann"))+`}`)
	p, err = fhir.Decode(strings.NewReader(text), fhir.Options{PatientID: two})
	if err != nil || len(p.Conditions) != 1 || p.Conditions[0].Unreadable == "" {
		t.Errorf("a reference that fits two: %v, %v", p, err)
	}
}
