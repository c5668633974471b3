// SPDX-License-Identifier: Apache-2.0

package fhir_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
)

// ann is the invented patient of most tests, born 1980-05-20.
const ann = `{"resourceType":"Patient","id":"ann","birthDate":"1980-05-20","gender":"female","identifier":[{"system":"urn:mrn","value":"7"}]}`

// bundle wraps resources without fullUrl.
func bundle(resources ...string) string {
	return `{"resourceType":"Bundle","type":"collection","entry":[{"resource":` + strings.Join(resources, `},{"resource":`) + `}]}`
}

// of completes a resource about ann: its type, its id and its elements.
func of(kind, elements string) string {
	subject := "subject"
	if kind == "AllergyIntolerance" || kind == "Immunization" {
		subject = "patient"
	}
	return `{"resourceType":"` + kind + `","id":"1","` + subject + `":{"reference":"Patient/ann"},` + elements + `}`
}

// second is [of] with another id.
func second(kind, elements string) string {
	return strings.Replace(of(kind, elements), `"id":"1"`, `"id":"2"`, 1)
}

func decode(t *testing.T, document string) *patient.Profile {
	t.Helper()
	p, err := fhir.Decode(strings.NewReader(document), fhir.Options{})
	if err != nil {
		t.Fatalf("%v\n%s", err, document)
	}
	return p
}

// summary is the facts and the issues of a profile as JSON, for comparing.
func summary(t *testing.T, p *patient.Profile) string {
	t.Helper()
	q := patient.Profile{
		ID: "x", Conditions: p.Conditions, Medications: p.Medications, Observations: p.Observations,
		Procedures: p.Procedures, Allergies: p.Allergies, Immunizations: p.Immunizations, Issues: p.Issues,
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(&q)
	text := strings.TrimSpace(b.String())
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(strings.TrimSuffix(strings.TrimPrefix(text, `{"id":"x"`), "}"), ",")
}

// fact is a test of one resource: what becomes of it.
type fact struct{ name, resource, want string }

func checkFacts(t *testing.T, facts []fact) {
	t.Helper()
	for _, f := range facts {
		t.Run(f.name, func(t *testing.T) {
			got := summary(t, decode(t, bundle(ann, f.resource)))
			if got != f.want {
				t.Errorf("\n got %s\nwant %s", got, f.want)
			}
		})
	}
}
