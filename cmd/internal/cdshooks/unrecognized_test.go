// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"fmt"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// A card tells what was not recognised once, in one line, and asks one question about it.
func TestUnrecognizedLine(t *testing.T) {
	s, err := rules.Parse("s.yaml", []byte(`study: S
define:
  warfarin: {kind: medication, label: warfarin, codes: {rxnorm: ["11289"]}, names: [warfarin]}
exclusion:
  - {id: warfarin, quote: Warfarin, rule: took(warfarin)}
`))
	if err != nil {
		t.Fatal(err)
	}
	m, err := matcher.New(s)
	if err != nil {
		t.Fatal(err)
	}
	p := &patient.Profile{ID: "invented", Medications: []patient.Medication{}}
	for i := range 67 {
		p.Medications = append(p.Medications, patient.Medication{
			Fact: patient.Fact{Record: fmt.Sprint("MedicationDispense/", i), Codes: []patient.Coding{{System: "http://hospital.example/drugs", Code: fmt.Sprint("D", i)}}}, Status: "active",
		})
	}
	results, err := m.Match(p, matcher.Dates{Screening: patient.NewDay(2026, 11, 22)}, matcher.LookAhead{})
	if err != nil {
		t.Fatal(err)
	}
	h := &handler{}
	detail := strings.ReplaceAll(h.detailText(&results[0], &prefetched{}), "\u2060", "")
	for _, want := range []string{
		"Not recognised: 67 medications coded in http://hospital.example/drugs, such as D0; no such code system is known. warfarin is left open by this.",
		"What are the 67 medications coded in http://hospital.example/drugs, such as D0 (MedicationDispense/0)? No such code system is known, so they may be warfarin.",
	} {
		if strings.Count(detail, want) != 1 {
			t.Errorf("%q is not there once:\n%s", want, detail)
		}
	}
	if got := headline(&results[0]); got != "Not decided, 1 thing to find out" {
		t.Errorf("the headline is %q", got)
	}
}
