// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
)

// recordedFacts reads what the entries of a FHIR bulk file are about, as far as
// these tests need it.
func recordedFacts(t *testing.T, file string) (facts []patient.Fact) {
	t.Helper()
	type about struct {
		Coding []patient.Coding
		Text   string
	}
	for line := range sharedLines(t, file) {
		var r struct {
			Code, MedicationCodeableConcept about
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		a := r.Code
		if a.Coding == nil {
			a = r.MedicationCodeableConcept
		}
		facts = append(facts, patient.Fact{Codes: a.Coding, Text: a.Text})
	}
	return facts
}

// tally says, for each concept and grade but "no", which texts of the records
// it was given to.
func tally(t *testing.T, k Kind, concepts []*Concept, file string) map[string]string {
	t.Helper()
	r := NewRecognizer(k, concepts, nil)
	found := map[string]map[string]bool{}
	for i, f := range recordedFacts(t, file) {
		for _, h := range r.Recognize(&f, int32(i), nil) {
			key := concepts[h.Concept].Name + ": " + gradeWords[h.Grade]
			if found[key] == nil {
				found[key] = map[string]bool{}
			}
			found[key][f.Text] = true
		}
		for c := range concepts {
			want, _ := recognizeSlow(k, concepts[c], &f, nil)
			at := slices.IndexFunc(r.Recognize(&f, 0, nil), func(h Hit) bool { return int(h.Concept) == c })
			if (at >= 0) != (want.Grade != 0) {
				t.Errorf("%s: %v: index and specification differ", concepts[c].Name, f)
			}
		}
	}
	lines := map[string]string{}
	for key, texts := range found {
		lines[key] = strings.Join(slices.Sorted(maps.Keys(texts)), " | ")
	}
	return lines
}

func wantTally(t *testing.T, got, want map[string]string) {
	t.Helper()
	for key, texts := range want {
		if got[key] != texts {
			t.Errorf("%s\n got %s\nwant %s", key, got[key], texts)
		}
	}
	for key, texts := range got {
		if want[key] == "" {
			t.Errorf("not expected: %s: %s", key, texts)
		}
	}
}

// TestRecognizeConditionsOfRecords: 1,076 conditions of 125 synthetic people.
func TestRecognizeConditionsOfRecords(t *testing.T) {
	concepts := []*Concept{
		{Name: "heart failure", Terms: Terms{Codes: map[string][]string{"snomed": {"42343007", "84114007"}}, Names: []string{"congestive heart failure"}}},
		{Name: "heart failure, by code", Terms: Terms{Codes: map[string][]string{"snomed": {"88805009"}}}},
		{Name: "hypertension", Terms: Terms{Names: []string{"Hypertension (disorder)"}}},
		{Name: "diabetes", Terms: Terms{Names: []string{"diabetes"}}, Except: Terms{Names: []string{"due to type 2 diabetes mellitus"}}},
		{Name: "lung cancer", Terms: Terms{Names: []string{"lung cancer"}}, Except: Terms{Names: []string{"suspected"}}},
		{Name: "hiv", Terms: Terms{Codes: map[string][]string{"snomed": {"86406008"}}, Names: []string{"HIV"}}},
	}
	wantTally(t, tally(t, ConditionKind, concepts, "fhir/bulk/Condition.ndjson.gz"), map[string]string{
		"heart failure: may be":                "Chronic congestive heart failure (disorder)",
		"heart failure, by code: yes, by code": "Chronic congestive heart failure (disorder)",
		"hypertension: yes, by name":           "Hypertension",
		"diabetes: yes, by name":               "Diabetes",
		"diabetes: may be":                     "Diabetic retinopathy associated with type II diabetes mellitus (disorder) | Proliferative diabetic retinopathy due to type II diabetes mellitus (disorder)",
		"lung cancer: may be":                  "Non-small cell lung cancer (disorder)",
	})
	unread := tally(t, ConditionKind, []*Concept{{Name: "icd only", Terms: Terms{Codes: map[string][]string{"icd10cm": {"B20"}}}}}, "fhir/bulk/Condition.ndjson.gz")
	if n := strings.Count(unread["icd only: unreadable"], " | "); n < 50 || len(unread) != 1 {
		t.Errorf("a concept of ICD codes only reads SNOMED: %v", unread)
	}
}

// TestRecognizeMedicationsOfRecords: 1,107 orders, coded as RxNorm products.
func TestRecognizeMedicationsOfRecords(t *testing.T) {
	methotrexate := &Concept{Name: "methotrexate", Terms: Terms{Codes: map[string][]string{"rxnorm": {"6851"}}, Names: []string{"methotrexate"}}}
	steroid := &Concept{Name: "prednisone", Terms: Terms{Names: []string{"prednisone"}}}
	concepts := []*Concept{
		methotrexate,
		{Name: "immunosuppressant", Any: []*Concept{methotrexate, steroid}},
		{Name: "biologic", Terms: Terms{Names: []string{"etanercept", "abatacept", "rituximab", "cept"}}},
		{Name: "donepezil", Terms: Terms{Names: []string{"Aricept"}}},
		{Name: "insulin", Terms: Terms{Codes: map[string][]string{"atc": {"A10A*"}}, Names: []string{"insulin"}}},
		{Name: "by ATC only", Terms: Terms{Codes: map[string][]string{"atc": {"L04AB*"}}}},
	}
	got := tally(t, MedicationKind, concepts, "fhir/bulk/MedicationRequest.ndjson.gz")
	if n := strings.Count(got["by ATC only: unreadable"], " | "); n < 50 {
		t.Errorf("a concept of ATC codes only reads RxNorm: %d", n)
	}
	delete(got, "by ATC only: unreadable")
	wantTally(t, got, map[string]string{
		"methotrexate: yes, by name":      "Methotrexate 10 MG Oral Tablet",
		"immunosuppressant: yes, by name": "Methotrexate 10 MG Oral Tablet | predniSONE 5 MG Oral Tablet",
		"donepezil: yes, by name":         "Donepezil hydrochloride 23 MG [Aricept]",
		"insulin: yes, by name":           "insulin human, isophane 70 UNT/ML / Regular Insulin, Human 30 UNT/ML Injectable Suspension [Humulin]",
	})
}

// TestRecognizeProducts: each of 220 RxNorm products of immunology is known by
// its ingredient's name, and by no other's unless the display holds both.
func TestRecognizeProducts(t *testing.T) {
	type product struct {
		fact       patient.Fact
		ingredient string
	}
	var products []product
	var concepts []*Concept
	known := map[string]bool{}
	for line := range sharedLines(t, "terminology/immunology-drugs-rxnorm.tsv") {
		column := strings.Split(line, "\t")
		if column[0] == "rxcui" {
			continue
		}
		switch { // the file calls these by a neighbour's name
		case strings.Contains(strings.ToLower(column[1]), "methylprednisolone"):
			column[2] = "methylprednisolone"
		case strings.HasPrefix(column[1], "mycophenolic acid"):
			column[2] = "mycophenolic acid"
		}
		products = append(products, product{patient.Fact{Codes: []patient.Coding{{System: "rxnorm", Code: column[0], Display: column[1]}}}, column[2]})
		if !known[column[2]] {
			known[column[2]] = true
			concepts = append(concepts, &Concept{Name: column[2], Kind: MedicationKind, Terms: Terms{Names: []string{column[2]}}})
		}
	}
	r := NewRecognizer(MedicationKind, concepts, nil)
	for _, p := range products {
		found := false
		for _, h := range r.Recognize(&p.fact, 0, nil) {
			found = found || h.Member.Name == p.ingredient && h.Grade == ByName
			if !strings.Contains(strings.ToLower(p.fact.Codes[0].Display), strings.ToLower(h.Member.Name)) {
				t.Errorf("%s: %s", p.fact.Codes[0].Display, h.Member.Name)
			}
		}
		if !found {
			t.Errorf("%s: not known as %s", p.fact.Codes[0].Display, p.ingredient)
		}
	}
}
