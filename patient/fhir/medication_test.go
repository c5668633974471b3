// SPDX-License-Identifier: Apache-2.0

package fhir_test

import (
	"strings"
	"testing"
)

// TestMedication holds what the medication resources become.
func TestMedication(t *testing.T) {
	checkFacts(t, []fact{
		{
			"order", of("MedicationRequest", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"active","intent":"order","authoredOn":"2026-01-05"`),
			`"medications":[{"text":"methotrexate","record":"MedicationRequest/1","recorded":"2026-01-05","basis":"order","status":"active","start":"2026-01-05"}]`,
		},
		{
			"reported plan, as US Core has it", of("MedicationRequest", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"active","intent":"plan","reportedBoolean":true,"authoredOn":"2026-01-05"`),
			`"medications":[{"text":"methotrexate","record":"MedicationRequest/1","recorded":"2026-01-05","basis":"order","status":"unknown","start":"2026-01-05"}],"issues":["MedicationRequest/1: intent is a plan that is reported: it may or may not be taken"]`,
		},
		{
			"proposal", of("MedicationRequest", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"active","intent":"proposal"`),
			`"medications":[{"text":"methotrexate","record":"MedicationRequest/1","basis":"order","status":"planned"}]`,
		},
		{
			"plan", of("MedicationRequest", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"active","intent":"plan"`),
			`"medications":[{"text":"methotrexate","record":"MedicationRequest/1","basis":"order","status":"planned"}]`,
		},
		{
			"option", of("MedicationRequest", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"completed","intent":"option"`),
			`"medications":[{"text":"methotrexate","record":"MedicationRequest/1","basis":"order","status":"planned"}]`,
		},
		{
			"cancelled plan", of("MedicationRequest", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"cancelled","intent":"plan"`),
			`"medications":[{"text":"methotrexate","record":"MedicationRequest/1","basis":"order","status":"cancelled"}]`,
		},
		{
			"do not perform", of("MedicationRequest", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"active","intent":"order","doNotPerform":true`),
			`"medications":[{"text":"methotrexate","record":"MedicationRequest/1","basis":"order","status":"do-not-perform"}]`,
		},
		{
			"entered in error and do not perform", of("MedicationRequest", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"entered-in-error","intent":"order","doNotPerform":true`),
			`"medications":[{"text":"methotrexate","record":"MedicationRequest/1","basis":"order","status":"entered-in-error"}]`,
		},
		{
			"intent missing", of("MedicationRequest", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"active"`),
			`"medications":[{"text":"methotrexate","record":"MedicationRequest/1","basis":"order","status":"unknown"}],"issues":["MedicationRequest/1: intent is missing: it may or may not be an order"]`,
		},
		{
			"intent R4 does not have", of("MedicationRequest", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"active","intent":"wish"`),
			`"medications":[{"record":"MedicationRequest/1","unreadable":"intent is not a code that R4 has","basis":"order"}],"issues":["MedicationRequest/1: unreadable: intent is not a code that R4 has"]`,
		},
		{
			"status missing", of("MedicationRequest", `"medicationCodeableConcept":{"text":"methotrexate"},"intent":"order"`),
			`"medications":[{"text":"methotrexate","record":"MedicationRequest/1","basis":"order","status":"unknown"}],"issues":["MedicationRequest/1: status is missing: the medicine may or may not have been taken"]`,
		},
		{
			"status of STU3", of("MedicationRequest", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"suspended","intent":"order"`),
			`"medications":[{"record":"MedicationRequest/1","unreadable":"status is not a code that R4 has","basis":"order"}],"issues":["MedicationRequest/1: unreadable: status is not a code that R4 has"]`,
		},
		{
			"bounds of the dosage", of("MedicationRequest", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"completed","intent":"order","authoredOn":"2026-01-05","dosageInstruction":[{"timing":{"repeat":{"boundsPeriod":{"start":"2026-01-10","end":"2026-02"}}}}]`),
			`"medications":[{"text":"methotrexate","record":"MedicationRequest/1","recorded":"2026-01-05","basis":"order","status":"completed","start":"2026-01-10","end":"2026-02"}]`,
		},
		{
			"bounds of one dosage of two", of("MedicationRequest", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"completed","intent":"order","authoredOn":"2026-01-05","dosageInstruction":[{"timing":{"repeat":{"boundsPeriod":{"start":"2026-01-10","end":"2026-02"}}}},{"text":"then as needed"}]`),
			`"medications":[{"text":"methotrexate","record":"MedicationRequest/1","recorded":"2026-01-05","basis":"order","status":"completed","start":"2026-01-10"}]`,
		},
		{
			"bounds that end before the order was written", of("MedicationRequest", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"completed","intent":"order","authoredOn":"2026-03-05","dosageInstruction":[{"timing":{"repeat":{"boundsPeriod":{"end":"2026-02"}}}}]`),
			`"medications":[{"text":"methotrexate","record":"MedicationRequest/1","recorded":"2026-03-05","basis":"order","status":"completed","end":"2026-02"}]`,
		},
		{
			"dosage with modifierExtension", of("MedicationRequest", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"active","intent":"order","dosageInstruction":[{"modifierExtension":[{"url":"x"}]}]`),
			`"medications":[{"record":"MedicationRequest/1","unreadable":"dosageInstruction has a modifierExtension that is not known","basis":"order"}],"issues":["MedicationRequest/1: unreadable: dosageInstruction has a modifierExtension that is not known"]`,
		},
		{
			"medication of R5", of("MedicationRequest", `"medication":{"concept":{"text":"methotrexate"}},"status":"active","intent":"order"`),
			`"medications":[{"record":"MedicationRequest/1","unreadable":"medication is not an element that R4 has","basis":"order"}],"issues":["MedicationRequest/1: unreadable: medication is not an element that R4 has"]`,
		},
		{
			"statement", of("MedicationStatement", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"active","effectiveDateTime":"2025-07","dateAsserted":"2026-01-01"`),
			`"medications":[{"text":"methotrexate","record":"MedicationStatement/1","recorded":"2026-01-01","basis":"statement","status":"active","start":"2025-07"}]`,
		},
		{
			"statement over a period", of("MedicationStatement", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"completed","effectivePeriod":{"start":"2025-07","end":"2025-09-30"}`),
			`"medications":[{"text":"methotrexate","record":"MedicationStatement/1","basis":"statement","status":"completed","start":"2025-07","end":"2025-09-30"}]`,
		},
		{
			"completed statement of one date has an open end", of("MedicationStatement", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"completed","effectiveDateTime":"2025-07-01"`),
			`"medications":[{"text":"methotrexate","record":"MedicationStatement/1","basis":"statement","status":"completed","start":"2025-07-01"}]`,
		},
		{
			"not taken", of("MedicationStatement", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"not-taken"`),
			`"medications":[{"text":"methotrexate","record":"MedicationStatement/1","basis":"statement","status":"not-taken"}]`,
		},
		{
			"intended", of("MedicationStatement", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"intended"`),
			`"medications":[{"text":"methotrexate","record":"MedicationStatement/1","basis":"statement","status":"intended"}]`,
		},
		{
			"statement without status", of("MedicationStatement", `"medicationCodeableConcept":{"text":"methotrexate"},"effectiveDateTime":"2025-07"`),
			`"medications":[{"text":"methotrexate","record":"MedicationStatement/1","basis":"statement","status":"unknown","start":"2025-07"}],"issues":["MedicationStatement/1: status is missing: the medicine may or may not have been taken"]`,
		},
		{
			"taken of STU3", of("MedicationStatement", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"active","taken":"n"`),
			`"medications":[{"record":"MedicationStatement/1","unreadable":"taken is not an element that R4 has","basis":"statement"}],"issues":["MedicationStatement/1: unreadable: taken is not an element that R4 has"]`,
		},
		{
			"given once", of("MedicationAdministration", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"completed","effectiveDateTime":"2026-01-02T08:00:00Z"`),
			`"medications":[{"text":"methotrexate","record":"MedicationAdministration/1","basis":"administration","status":"completed","start":"2026-01-02","end":"2026-01-02"}]`,
		},
		{
			"given over a period", of("MedicationAdministration", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"completed","effectivePeriod":{"start":"2026-01-02","end":"2026-01-04"}`),
			`"medications":[{"text":"methotrexate","record":"MedicationAdministration/1","basis":"administration","status":"completed","start":"2026-01-02","end":"2026-01-04"}]`,
		},
		{
			"being given", of("MedicationAdministration", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"in-progress","effectiveDateTime":"2026-01-02"`),
			`"medications":[{"text":"methotrexate","record":"MedicationAdministration/1","basis":"administration","status":"in-progress","start":"2026-01-02"}]`,
		},
		{
			"not given", of("MedicationAdministration", `"medicationCodeableConcept":{"text":"methotrexate"},"status":"not-done","effectiveDateTime":"2026-01-02"`),
			`"medications":[{"text":"methotrexate","record":"MedicationAdministration/1","basis":"administration","status":"not-done","start":"2026-01-02","end":"2026-01-02"}]`,
		},
		{
			"contained medication", of("MedicationRequest", `"medicationReference":{"reference":"#m"},"status":"active","intent":"order","contained":[{"resourceType":"Practitioner","id":"p"},{"resourceType":"Medication","id":"m","code":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"6851"}],"text":"methotrexate"}}]`),
			`"medications":[{"codes":[{"system":"rxnorm","code":"6851"}],"text":"methotrexate","record":"MedicationRequest/1","basis":"order","status":"active"}]`,
		},
		{
			"ingredients of a contained medication", of("MedicationRequest", `"contained":[{"resourceType":"Medication","id":"m","ingredient":[{"itemCodeableConcept":{"coding":[{"system":"http://www.whocc.no/atc","code":"L01BA01"}],"text":"methotrexate"}},{"itemCodeableConcept":{"text":"folic acid"}},{"itemCodeableConcept":{"text":"lactose"},"isActive":false}]}],"medicationReference":{"reference":"#m"},"status":"active","intent":"order"`),
			`"medications":[{"codes":[{"system":"atc","code":"L01BA01"}],"text":"methotrexate / folic acid","record":"MedicationRequest/1","basis":"order","status":"active"}]`,
		},
		{
			"ingredient that only refers elsewhere", of("MedicationRequest", `"contained":[{"resourceType":"Medication","id":"m","ingredient":[{"itemCodeableConcept":{"text":"folic acid"}},{"itemReference":{"reference":"Substance/9"}}]}],"medicationReference":{"reference":"#m"},"status":"active","intent":"order"`),
			`"medications":[{"record":"MedicationRequest/1","unreadable":"Medication.ingredient has no code","basis":"order"}],"issues":["MedicationRequest/1: unreadable: Medication.ingredient has no code"]`,
		},
		{
			"medication entered in error", of("MedicationRequest", `"contained":[{"resourceType":"Medication","id":"m","status":"entered-in-error","code":{"text":"methotrexate"}}],"medicationReference":{"reference":"#m"},"status":"active","intent":"order"`),
			`"medications":[{"record":"MedicationRequest/1","unreadable":"status is entered-in-error","basis":"order"}],"issues":["MedicationRequest/1: unreadable: status is entered-in-error"]`,
		},
		{
			"unresolved, with display", of("MedicationRequest", `"medicationReference":{"reference":"Medication/none","display":"Methotrexate 2.5 MG"},"status":"active","intent":"order"`),
			`"medications":[{"text":"Methotrexate 2.5 MG","record":"MedicationRequest/1","basis":"order","status":"active"}],"issues":["MedicationRequest/1: medicationReference cannot be resolved: only its display is known"]`,
		},
		{
			"unresolved, with nothing", of("MedicationRequest", `"medicationReference":{"reference":"Medication/none"},"status":"active","intent":"order"`),
			`"medications":[{"record":"MedicationRequest/1","unreadable":"medicationReference cannot be resolved and has no display","basis":"order"}],"issues":["MedicationRequest/1: unreadable: medicationReference cannot be resolved and has no display"]`,
		},
		{
			"no medication", of("MedicationRequest", `"status":"active","intent":"order"`),
			`"medications":[{"record":"MedicationRequest/1","unreadable":"it does not say what it is about","basis":"order","status":"active"}],"issues":["MedicationRequest/1: unreadable: it does not say what it is about"]`,
		},
	})
}

// TestDispense holds what a handing out says of the taking.
func TestDispense(t *testing.T) {
	dispense := func(rest string) string {
		return of("MedicationDispense", `"medicationCodeableConcept":{"text":"rituximab"},"whenHandedOver":"2026-11-01",`+rest)
	}
	checkFacts(t, []fact{
		{"handed out", dispense(`"status":"completed"`), `"medications":[{"text":"rituximab","record":"MedicationDispense/1","basis":"dispense","start":"2026-11-01"}]`},
		{
			"prepared, and handed out nobody says when", strings.Replace(dispense(`"status":"completed"`), "whenHandedOver", "whenPrepared", 1),
			`"medications":[{"text":"rituximab","record":"MedicationDispense/1","basis":"dispense","start":"2026-11-01/.."}]`,
		},
		{"declined", dispense(`"status":"declined"`), `"medications":[{"text":"rituximab","record":"MedicationDispense/1","basis":"dispense","status":"cancelled","start":"2026-11-01"}]`},
		{"being prepared", dispense(`"status":"preparation"`), `"medications":[{"text":"rituximab","record":"MedicationDispense/1","basis":"dispense","status":"unknown","start":"2026-11-01"}]`},
	})
}
