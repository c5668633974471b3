// SPDX-License-Identifier: Apache-2.0

package matcher_test

import (
	"fmt"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// typicalPatient is an invented patient with n facts, spread over the domains
// as in an ordinary record: mostly laboratory results.
func typicalPatient(n int) *patient.Profile {
	day := patient.NewDay(2026, 9, 1)
	p := &patient.Profile{ID: "invented", BirthDate: patient.On(patient.NewDay(1971, 3, 3)), Sex: patient.Female}
	conditions := []patient.Coding{
		{System: patient.SNOMED, Code: "89155008", Display: "Systemic sclerosis (disorder)"},
		{System: patient.SNOMED, Code: "38341003", Display: "Hypertension"},
		{System: patient.SNOMED, Code: "195662009", Display: "Acute viral pharyngitis (disorder)"},
		{System: patient.SNOMED, Code: "233703007", Display: "Interstitial lung disease"},
	}
	medications := []patient.Coding{
		{System: patient.RxNorm, Code: "316049", Display: "Hydrochlorothiazide 25 MG"},
		{System: patient.RxNorm, Code: "310798", Display: "Infliximab 100 MG Injection"},
		{System: patient.RxNorm, Code: "313782", Display: "Acetaminophen 325 MG Oral Tablet"},
	}
	labs := []patient.Coding{
		{System: patient.LOINC, Code: "718-7", Display: "Hemoglobin [Mass/volume] in Blood"},
		{System: patient.LOINC, Code: "2160-0", Display: "Creatinine"},
		{System: patient.LOINC, Code: "8302-2", Display: "Body Height"},
		{System: patient.LOINC, Code: "777-3", Display: "Platelets [#/volume] in Blood by Automated count"},
		{System: patient.LOINC, Code: "2339-0", Display: "Glucose"},
		{System: patient.LOINC, Code: "49765-1", Display: "Calcium"},
	}
	p.Conditions, p.Medications, p.Observations = []patient.Condition{}, []patient.Medication{}, []patient.Observation{}
	for i := range n {
		fact := func(kind string, codes []patient.Coding) patient.Fact {
			c := codes[i%len(codes)]
			return patient.Fact{Codes: []patient.Coding{c}, Text: c.Display, Record: fmt.Sprintf("%s/%d", kind, i)}
		}
		switch i % 10 {
		case 0:
			p.Conditions = append(p.Conditions, patient.Condition{Fact: fact("Condition", conditions), Course: patient.Active, Onset: patient.On(day.AddDays(-i))})
		case 1:
			p.Medications = append(p.Medications, patient.Medication{Fact: fact("MedicationRequest", medications), Status: "completed", Start: patient.On(day.AddDays(-i)), End: patient.On(day)})
		default:
			p.Observations = append(p.Observations, patient.Observation{
				Fact: fact("Observation", labs), Status: "final", Date: patient.On(day.AddDays(-i)),
				Value: patient.Value{Quantity: &patient.Quantity{Value: patient.MustDecimal("12.5"), Unit: "g/dL"}},
			})
		}
	}
	return p
}

func BenchmarkMatch(b *testing.B) {
	benchmarkMatch(b)
}

// BenchmarkMatchAhead is BenchmarkMatch with the dates of two years ahead.
func BenchmarkMatchAhead(b *testing.B) {
	benchmarkMatch(b, matcher.LookAhead{})
}

func benchmarkMatch(b *testing.B, options ...matcher.Option) {
	study, err := rules.Load("../testdata/studies/nct00506831.yaml")
	if err != nil {
		b.Fatal(err)
	}
	m, err := matcher.New(study)
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{15, 100, 1000} {
		b.Run(fmt.Sprintf("facts=%d", n), func(b *testing.B) {
			p := typicalPatient(n)
			if err := p.Validate(); err != nil {
				b.Fatal(err)
			}
			d := matcher.Dates{Screening: patient.NewDay(2026, 11, 22)}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := m.Match(p, d, options...); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
