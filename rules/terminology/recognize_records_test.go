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
	r := NewRecognizer(k, concepts, nil, nil)
	found := map[string]map[string]bool{}
	for i, f := range recordedFacts(t, file) {
		for _, h := range r.Recognize(&f, int32(i), nil) {
			key := concepts[h.Concept].Name + ": " + answerWords(h.Reason)
			if found[key] == nil {
				found[key] = map[string]bool{}
			}
			found[key][f.Text] = true
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

// TestRecognizeConditionsOfRecords: 1,076 conditions of 125 synthetic people. All that is not
// named here is known to be something else, by its words: the codes are those of SNOMED CT.
func TestRecognizeConditionsOfRecords(t *testing.T) {
	icd := func(codes ...string) map[string][]string { return map[string][]string{"icd10cm": codes} }
	concepts := []*Concept{
		{Name: "heart failure", Terms: Terms{Codes: icd("I50*"), Names: []string{"heart failure"}}},
		{Name: "heart failure, by code", Terms: Terms{Codes: map[string][]string{"snomed": {"88805009"}}}},
		{Name: "hypertension", Terms: Terms{Codes: icd("I10*", "I11*", "I12*", "I13*", "I15*", "I16*"), Names: []string{"hypertension"}}},
		{Name: "diabetes", Terms: Terms{Codes: icd("E08*", "E09*", "E10*", "E11*", "E13*"), Names: []string{"diabetes"}}},
		{Name: "lung cancer", Terms: Terms{Codes: icd("C34*"), Names: []string{"lung cancer"}}, Except: Terms{Names: []string{"suspected lung cancer"}}},
		{Name: "hiv", Terms: Terms{Codes: icd("B20"), Names: []string{"HIV infection"}}},
	}
	wantTally(t, tally(t, ConditionKind, concepts, "fhir/bulk/Condition.ndjson.gz"), map[string]string{
		"heart failure: may be: narrower or the same": "Chronic congestive heart failure (disorder)",
		"heart failure, by code: yes: covers: code":   "Chronic congestive heart failure (disorder)",
		"heart failure, by code: may be: related":     "Cardiac Arrest",
		"hypertension: yes: covers: wording":          "Hypertension",
		"hypertension: may be: narrower or the same":  "Preeclampsia",
		"diabetes: yes: covers: wording":              "Diabetes",
		"diabetes: may be: narrower or the same": "Diabetic renal disease (disorder) | Diabetic retinopathy associated with type II diabetes mellitus (disorder) | " +
			"Microalbuminuria due to type 2 diabetes mellitus (disorder) | Neuropathy due to type 2 diabetes mellitus (disorder) | " +
			"Nonproliferative diabetic retinopathy due to type 2 diabetes mellitus (disorder) | Proliferative diabetic retinopathy due to type II diabetes mellitus (disorder)",
		"lung cancer: may be: narrower or the same": "Non-small cell carcinoma of lung, TNM stage 1 (disorder) | Non-small cell lung cancer (disorder) | " +
			"Primary small cell malignant neoplasm of lung, TNM stage 1 (disorder) | Small cell carcinoma of lung (disorder)",
	})
}

// TestRecognizeMedicationsOfRecords: 1,107 orders, coded as RxNorm products. All that is not
// named here is known to be another medicine.
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
	// Of this pack, the text does not say what it holds.
	for _, c := range concepts {
		key := c.Name + ": not recognised: wording"
		if got[key] != "Yaz 28 Day Pack" {
			t.Errorf("%s: %s", key, got[key])
		}
		delete(got, key)
	}
	wantTally(t, got, map[string]string{
		"methotrexate: yes: covers: wording":      "Methotrexate 10 MG Oral Tablet",
		"immunosuppressant: yes: covers: wording": "Methotrexate 10 MG Oral Tablet | predniSONE 5 MG Oral Tablet",
		"donepezil: yes: covers: wording":         "Donepezil hydrochloride 23 MG [Aricept]",
		"donepezil: yes: covers: ingredient":      "24 HR Donepezil hydrochloride 10 MG / Memantine hydrochloride 28 MG Extended Release Oral Capsule | Donepezil hydrochloride 10 MG Oral Tablet",
		"insulin: yes: covers: wording":           "insulin human, isophane 70 UNT/ML / Regular Insulin, Human 30 UNT/ML Injectable Suspension [Humulin]",
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
		case column[2] == "certolizumab": // a part of the substance's name
			column[2] = "certolizumab pegol"
		}
		products = append(products, product{patient.Fact{Codes: []patient.Coding{{System: "rxnorm", Code: column[0], Display: column[1]}}}, column[2]})
		if !known[column[2]] {
			known[column[2]] = true
			concepts = append(concepts, &Concept{Name: column[2], Kind: MedicationKind, Terms: Terms{Names: []string{column[2]}}})
		}
	}
	r := NewRecognizer(MedicationKind, concepts, nil, nil)
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
