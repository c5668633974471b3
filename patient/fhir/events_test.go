// SPDX-License-Identifier: Apache-2.0

package fhir_test

import "testing"

// TestAllergyProcedureImmunization holds what these become.
func TestAllergyProcedureImmunization(t *testing.T) {
	checkFacts(t, []fact{
		{
			"allergy", of("AllergyIntolerance", `"code":{"text":"penicillin"},"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]},"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-verification","code":"unconfirmed"}]},"onsetDateTime":"2001","recordedDate":"2002"`),
			`"allergies":[{"text":"penicillin","record":"AllergyIntolerance/1","recorded":"2002","course":"active","certainty":"unconfirmed","onset":"2001"}]`,
		},
		{
			"status system of a condition", of("AllergyIntolerance", `"code":{"text":"penicillin"},"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]}`),
			`"allergies":[{"text":"penicillin","record":"AllergyIntolerance/1","certainty":"unconfirmed"}],"issues":["AllergyIntolerance/1: clinicalStatus is not understood: the entry counts as unconfirmed"]`,
		},
		{
			"substance of the reaction", of("AllergyIntolerance", `"reaction":[{"substance":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"7980"}]},"manifestation":[{"text":"hives"}]}]`),
			`"allergies":[{"codes":[{"system":"rxnorm","code":"7980"}],"record":"AllergyIntolerance/1"}]`,
		},
		{
			"code before substance", of("AllergyIntolerance", `"reaction":[{"substance":{"text":"amoxicillin"}}],"code":{"text":"penicillin"}`),
			`"allergies":[{"text":"penicillin","record":"AllergyIntolerance/1"}]`,
		},
		{
			"reaction with modifierExtension", of("AllergyIntolerance", `"reaction":[{"modifierExtension":[{"url":"x"}]}],"code":{"text":"penicillin"}`),
			`"allergies":[{"record":"AllergyIntolerance/1","unreadable":"reaction has a modifierExtension that is not known"}],"issues":["AllergyIntolerance/1: unreadable: reaction has a modifierExtension that is not known"]`,
		},
		{
			"procedure", of("Procedure", `"status":"completed","code":{"text":"appendectomy"},"performedDateTime":"2010-05"`),
			`"procedures":[{"text":"appendectomy","record":"Procedure/1","status":"completed","start":"2010-05","end":"2010-05"}]`,
		},
		{
			"procedure over days", of("Procedure", `"status":"completed","code":{"text":"dialysis"},"performedPeriod":{"start":"2010-05-01","end":"2010-05-03"}`),
			`"procedures":[{"text":"dialysis","record":"Procedure/1","status":"completed","start":"2010-05-01","end":"2010-05-03"}]`,
		},
		{
			"procedure in progress", of("Procedure", `"status":"in-progress","code":{"text":"dialysis"},"performedDateTime":"2010-05-01"`),
			`"procedures":[{"text":"dialysis","record":"Procedure/1","status":"in-progress","start":"2010-05-01"}]`,
		},
		{
			"procedure at an age", of("Procedure", `"status":"completed","code":{"text":"tonsillectomy"},"performedAge":{"value":6,"code":"a"}`),
			`"procedures":[{"text":"tonsillectomy","record":"Procedure/1","status":"completed","start":"1986-05-20/1987-05-19","end":"1986-05-20/1987-05-19"}]`,
		},
		{
			"procedure in a range of ages", of("Procedure", `"status":"completed","code":{"text":"tonsillectomy"},"performedRange":{"low":{"value":6,"code":"a"},"high":{"value":8,"code":"a"}}`),
			`"procedures":[{"text":"tonsillectomy","record":"Procedure/1","status":"completed","start":"1986-05-20/1989-05-19","end":"1986-05-20/1989-05-19"}]`,
		},
		{
			"procedure in words", of("Procedure", `"status":"completed","code":{"text":"tonsillectomy"},"performedString":"long ago"`),
			`"procedures":[{"text":"tonsillectomy","record":"Procedure/1","status":"completed"}]`,
		},
		{
			"procedure not done", of("Procedure", `"status":"not-done","code":{"text":"biopsy"}`),
			`"procedures":[{"text":"biopsy","record":"Procedure/1","status":"not-done"}]`,
		},
		{
			"procedure without status", of("Procedure", `"code":{"text":"biopsy"}`),
			`"procedures":[{"text":"biopsy","record":"Procedure/1","status":"unknown"}],"issues":["Procedure/1: status is missing: the procedure may or may not have been done"]`,
		},
		{
			"procedure with unknown status", of("Procedure", `"status":"finished","code":{"text":"biopsy"}`),
			`"procedures":[{"record":"Procedure/1","unreadable":"status is not a code that R4 has"}],"issues":["Procedure/1: unreadable: status is not a code that R4 has"]`,
		},
		{
			"immunization", of("Immunization", `"status":"completed","vaccineCode":{"coding":[{"system":"http://hl7.org/fhir/sid/cvx","code":"140"}]},"occurrenceDateTime":"2024-10-01","recorded":"2024-10-02"`),
			`"immunizations":[{"codes":[{"system":"cvx","code":"140"}],"record":"Immunization/1","recorded":"2024-10-02","status":"completed","date":"2024-10-01"}]`,
		},
		{
			"immunization in words", of("Immunization", `"status":"completed","vaccineCode":{"text":"MMR"},"occurrenceString":"at school"`),
			`"immunizations":[{"text":"MMR","record":"Immunization/1","status":"completed"}]`,
		},
		{
			"immunization not done", of("Immunization", `"status":"not-done","vaccineCode":{"text":"MMR"},"occurrenceDateTime":"2024"`),
			`"immunizations":[{"text":"MMR","record":"Immunization/1","status":"not-done","date":"2024"}]`,
		},
		{
			"immunization without status", of("Immunization", `"vaccineCode":{"text":"MMR"},"occurrenceDateTime":"2024"`),
			`"immunizations":[{"record":"Immunization/1","unreadable":"status is missing"}],"issues":["Immunization/1: unreadable: status is missing"]`,
		},
		{
			"subpotent dose", of("Immunization", `"status":"completed","isSubpotent":true,"vaccineCode":{"text":"MMR"}`),
			`"immunizations":[{"record":"Immunization/1","unreadable":"isSubpotent says that the dose may not count"}],"issues":["Immunization/1: unreadable: isSubpotent says that the dose may not count"]`,
		},
	})
}
