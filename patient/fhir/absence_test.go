// SPDX-License-Identifier: Apache-2.0

package fhir_test

import "testing"

// TestAbsence holds what becomes of a statement that there is none.
func TestAbsence(t *testing.T) {
	checkFacts(t, []fact{
		{
			"no-known-allergies", of("AllergyIntolerance", `"code":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-known-allergies"}]}`),
			`"allergies":[]`,
		},
		{
			"no-known-medication-allergies", of("AllergyIntolerance", `"code":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-known-medication-allergies"}]}`),
			`"issues":["AllergyIntolerance/1: is about one kind of allergies only: it does not supply the others"]`,
		},
		{
			"no-known-environmental-allergies", of("AllergyIntolerance", `"code":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-known-environmental-allergies"}]}`),
			`"issues":["AllergyIntolerance/1: is about one kind of allergies only: it does not supply the others"]`,
		},
		{
			"no-known-food-allergies", of("AllergyIntolerance", `"code":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-known-food-allergies"}]}`),
			`"issues":["AllergyIntolerance/1: is about one kind of allergies only: it does not supply the others"]`,
		},
		{
			"no-allergy-info", of("AllergyIntolerance", `"code":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-allergy-info"}]}`),
			`"issues":["AllergyIntolerance/1: says that nothing is known: allergies count as not supplied"]`,
		},
		{
			"SNOMED no known allergy", of("AllergyIntolerance", `"code":{"coding":[{"system":"http://snomed.info/sct","code":"716186003"}]}`),
			`"allergies":[]`,
		},
		{
			"SNOMED no known drug allergy", of("AllergyIntolerance", `"code":{"coding":[{"system":"http://snomed.info/sct","code":"409137002"}]}`),
			`"issues":["AllergyIntolerance/1: is about one kind of allergies only: it does not supply the others"]`,
		},
		{
			"SNOMED no known environmental allergy", of("AllergyIntolerance", `"code":{"coding":[{"system":"http://snomed.info/sct","code":"428607008"}]}`),
			`"issues":["AllergyIntolerance/1: is about one kind of allergies only: it does not supply the others"]`,
		},
		{
			"SNOMED no known food allergy", of("AllergyIntolerance", `"code":{"coding":[{"system":"http://snomed.info/sct","code":"429625007"}]}`),
			`"issues":["AllergyIntolerance/1: is about one kind of allergies only: it does not supply the others"]`,
		},
		{
			"worded No known allergies.", of("AllergyIntolerance", `"code":{"text":"No known allergies."}`),
			`"allergies":[]`,
		},
		{
			"worded NKA", of("AllergyIntolerance", `"code":{"text":"NKA"}`),
			`"allergies":[]`,
		},
		{
			"worded nkda", of("AllergyIntolerance", `"code":{"text":"nkda"}`),
			`"issues":["AllergyIntolerance/1: is about one kind of allergies only: it does not supply the others"]`,
		},
		{
			"worded None known", of("AllergyIntolerance", `"code":{"text":"None known"}`),
			`"allergies":[]`,
		},
		{
			"worded Unknown", of("AllergyIntolerance", `"code":{"text":"Unknown"}`),
			`"issues":["AllergyIntolerance/1: says that nothing is known: allergies count as not supplied"]`,
		},
		{
			"worded no known allergy (situation)", of("AllergyIntolerance", `"code":{"text":"no known allergy (situation)"}`),
			`"allergies":[]`,
		},
		{
			"worded by the display of a local code", of("AllergyIntolerance", `"code":{"coding":[{"system":"urn:local","code":"X","display":"No Known Allergies"}]}`),
			`"allergies":[]`,
		},
		{
			"none beside a real code", of("AllergyIntolerance", `"code":{"coding":[{"system":"http://snomed.info/sct","code":"91936005"}],"text":"none"}`),
			`"allergies":[{"codes":[{"system":"snomed","code":"91936005"}],"text":"none","record":"AllergyIntolerance/1"}]`,
		},
		{
			"data absent reason", of("AllergyIntolerance", `"code":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/data-absent-reason","code":"unknown"}]}`),
			`"issues":["AllergyIntolerance/1: says that nothing is known: allergies count as not supplied"]`,
		},
		{
			"refuted absence says nothing", of("AllergyIntolerance", `"code":{"coding":[{"system":"http://snomed.info/sct","code":"716186003"}]},"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-verification","code":"refuted"}]}`),
			`"issues":["AllergyIntolerance/1: is a statement of absence that is in error, over or not confirmed: it says nothing"]`,
		},
		{
			"absence in error says nothing", of("AllergyIntolerance", `"code":{"coding":[{"system":"http://snomed.info/sct","code":"716186003"}]},"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-verification","code":"entered-in-error"}]}`),
			`"issues":["AllergyIntolerance/1: is a statement of absence that is in error, over or not confirmed: it says nothing"]`,
		},
		{
			"unconfirmed absence says nothing", of("AllergyIntolerance", `"code":{"coding":[{"system":"http://snomed.info/sct","code":"716186003"}]},"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-verification","code":"unconfirmed"}]}`),
			`"issues":["AllergyIntolerance/1: is a statement of absence that is in error, over or not confirmed: it says nothing"]`,
		},
		{
			"absence that is over says nothing", of("AllergyIntolerance", `"code":{"coding":[{"system":"http://snomed.info/sct","code":"716186003"}]},"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"resolved"}]}`),
			`"issues":["AllergyIntolerance/1: is a statement of absence that is in error, over or not confirmed: it says nothing"]`,
		},
		{
			"absence with modifierExtension is unreadable", of("AllergyIntolerance", `"code":{"coding":[{"system":"http://snomed.info/sct","code":"716186003"}]},"modifierExtension":[{"url":"x"}]`),
			`"allergies":[{"record":"AllergyIntolerance/1","unreadable":"modifierExtension is not known, and may change the meaning"}],"issues":["AllergyIntolerance/1: unreadable: modifierExtension is not known, and may change the meaning"]`,
		},
		{
			"absence against an entry", of("AllergyIntolerance", `"code":{"coding":[{"system":"http://snomed.info/sct","code":"716186003"}]}`) + `},{"resource":` + second("AllergyIntolerance", `"code":{"text":"peanut"}`),
			`"allergies":[{"text":"peanut","record":"AllergyIntolerance/2"}],"issues":["AllergyIntolerance/1: contradicts the other allergies, which stand"]`,
		},
		{
			"absence of one kind beside an entry", of("AllergyIntolerance", `"code":{"coding":[{"system":"http://snomed.info/sct","code":"409137002"}]}`) + `},{"resource":` + second("AllergyIntolerance", `"code":{"text":"peanut"}`),
			`"allergies":[{"text":"peanut","record":"AllergyIntolerance/2"}]`,
		},
		{
			"no information beside an entry", of("AllergyIntolerance", `"code":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-allergy-info"}]}`) + `},{"resource":` + second("AllergyIntolerance", `"code":{"text":"peanut"}`),
			`"allergies":[{"text":"peanut","record":"AllergyIntolerance/2"},{"record":"AllergyIntolerance/1","unreadable":"it says that there may be more"}],"issues":["AllergyIntolerance/1: unreadable: it says that there may be more"]`,
		},
		{
			"no information beside an absence", of("AllergyIntolerance", `"code":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-allergy-info"}]}`) + `},{"resource":` + second("AllergyIntolerance", `"code":{"coding":[{"system":"http://snomed.info/sct","code":"716186003"}]}`),
			`"issues":["AllergyIntolerance/1: says that nothing is known: allergies count as not supplied"]`,
		},
		{
			"no-known-problems", of("Condition", `"code":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-known-problems"}]}`),
			`"conditions":[]`,
		},
		{
			"no-problem-info", of("Condition", `"code":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-problem-info"}]}`),
			`"issues":["Condition/1: says that nothing is known: conditions count as not supplied"]`,
		},
		{
			"no-known-procedures", of("Procedure", `"code":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-known-procedures"}]},"status":"completed"`),
			`"procedures":[]`,
		},
		{
			"no-procedure-info", of("Procedure", `"code":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-procedure-info"}]},"status":"completed"`),
			`"issues":["Procedure/1: says that nothing is known: procedures count as not supplied"]`,
		},
		{
			"no current problems leaves the past open", of("Condition", `"code":{"coding":[{"system":"http://snomed.info/sct","code":"160245001"}]},"recordedDate":"2026-01-05"`),
			`"conditions":[{"record":"Condition/1","unreadable":"it is about the present only, and the past is open","course":"resolved","abatement":"../2026-01-05"}],"issues":["Condition/1: unreadable: it is about the present only, and the past is open"]`,
		},
		{
			"no current problems beside an entry", of("Condition", `"code":{"coding":[{"system":"http://snomed.info/sct","code":"160245001"}]}`) + `},{"resource":` + second("Condition", `"code":{"text":"asthma"}`),
			`"conditions":[{"text":"asthma","record":"Condition/2"}],"issues":["Condition/1: contradicts the other conditions, which stand"]`,
		},
		{
			"an absence of allergies among the conditions", of("Condition", `"code":{"text":"No known allergies"}`),
			`"allergies":[]`,
		},
		{
			"no known medications", of("MedicationStatement", `"status":"active","medicationCodeableConcept":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-known-medications"}]}`),
			`"medications":[]`,
		},
		{
			"no known medications, SNOMED", of("MedicationStatement", `"status":"active","medicationCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"787481004"}]}`),
			`"medications":[]`,
		},
		{
			"no known medications, not taken", of("MedicationStatement", `"status":"not-taken","medicationCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"787481004"}]}`),
			`"issues":["MedicationStatement/1: is a statement of absence that is in error, over or not confirmed: it says nothing"]`,
		},
		{
			"no medications leaves the past open", of("MedicationStatement", `"status":"active","dateAsserted":"2026-02-01","medicationCodeableConcept":{"text":"No medications"}`),
			`"medications":[{"record":"MedicationStatement/1","unreadable":"it is about the present only, and the past is open","status":"completed","end":"../2026-02-01"}],"issues":["MedicationStatement/1: unreadable: it is about the present only, and the past is open"]`,
		},
		{
			"no medication information", of("MedicationStatement", `"status":"unknown","medicationCodeableConcept":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-medication-info"}]}`),
			`"issues":["MedicationStatement/1: says that nothing is known: medications count as not supplied"]`,
		},
		{
			"no known immunizations", of("Immunization", `"status":"not-done","vaccineCode":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-known-immunizations"}]}`),
			`"immunizations":[]`,
		},
		{
			"no immunization information", of("Immunization", `"status":"not-done","vaccineCode":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-immunization-info"}]}`),
			`"issues":["Immunization/1: says that nothing is known: immunizations count as not supplied"]`,
		},
	})
}
