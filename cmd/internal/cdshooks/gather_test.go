// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// oneStudy asks about one condition, one medicine and one result.
const oneStudy = `
study: NCT00000001
title: One of each
define:
  hiv: {kind: condition, codes: {icd10cm: [B20]}, names: [HIV infection]}
  ifx: {kind: medication, codes: {rxnorm: [191831]}, names: [infliximab]}
  hgb: {kind: observation, codes: {loinc: [718-7]}, unit: g/dL}
inclusion:
  - {id: hemoglobin, quote: "Hemoglobin of 10 or more", rule: latest(hgb) >= 10}
exclusion:
  - {id: hiv, quote: "HIV", rule: has(hiv)}
  - {id: infliximab, quote: "Infliximab ever", rule: took(ifx)}
`

// called gives what was kept of a call whose request a test changes.
func called(t *testing.T, e *ehr, change func(prefetch map[string]any)) (*Decision, []card) {
	t.Helper()
	o, kept := options(t, study(t, oneStudy)), &notes{}
	o.Log = kept
	s := serve(t, o)
	s.change = func(r map[string]any) { change(r["prefetch"].(map[string]any)) }
	status, cards, text := s.view("patient-view", e, nil)
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, text)
	}
	return kept.decisions[0], cards
}

func outcomes(r *matcher.Result) map[string]matcher.Outcome {
	m := map[string]matcher.Outcome{}
	for i := range r.Criteria {
		m[r.Criteria[i].ID] = r.Criteria[i].Outcome
	}
	return m
}

func TestPrefetchWhole(t *testing.T) {
	d, cards := called(t, ssc(t), func(map[string]any) {})
	if d.Results[0].Verdict != matcher.Eligible || len(d.Patient.Conditions) != 1 || len(d.Patient.Medications) != 1 || len(d.Patient.Observations) != 1 {
		t.Fatalf("%s: %+v", d.Results[0].Summary, d.Patient)
	}
	if len(cards) != 1 || !strings.HasPrefix(cards[0].Summary, "Eligible as far as the record shows: NCT00000001, One of each") {
		t.Errorf("%+v", cards)
	}
}

func TestPrefetchKeys(t *testing.T) {
	page := func(bundle any) map[string]any {
		b := bundle.(map[string]any)
		b["link"] = []any{map[string]any{"relation": "next", "url": "https://ehr.example.org/fhir?page=2"}}
		return b
	}
	outcome := map[string]any{"resourceType": "OperationOutcome", "issue": []any{map[string]any{"severity": "error", "code": "processing"}}}
	type prefetch = map[string]any
	for _, one := range []struct {
		name     string
		change   func(prefetch)
		supplied bool
		outcome  matcher.Outcome // of "no HIV"
		reason   string
	}{
		{"missing", func(p prefetch) { delete(p, "conditions") }, false, matcher.Unclear, "conditions was not sent"},
		{"null", func(p prefetch) { p["conditions"] = nil }, true, matcher.Pass, ""},
		{"nothing found", func(p prefetch) {
			p["conditions"] = prefetch{"resourceType": "Bundle", "type": "searchset", "total": 0}
		}, true, matcher.Pass, ""},
		{"a page", func(p prefetch) { p["conditions"] = page(p["conditions"]) }, false, matcher.Unclear, "is one page of several"},
		{"less than its total", func(p prefetch) { p["conditions"].(prefetch)["total"] = 2 }, false, matcher.Unclear, "holds 1 of 2 resources found"},
		{"an OperationOutcome", func(p prefetch) { p["conditions"] = outcome }, false, matcher.Unclear, "could not be prefetched (OperationOutcome)"},
		{"a Bundle with an error", func(p prefetch) {
			b := p["conditions"].(prefetch)
			b["entry"] = append(b["entry"].([]any), prefetch{"search": prefetch{"mode": "outcome"}, "resource": outcome})
		}, false, matcher.Unclear, "could not be searched for"},
		{"a Bundle with a warning", func(p prefetch) {
			b := p["conditions"].(prefetch)
			b["entry"] = append(b["entry"].([]any), prefetch{"search": prefetch{"mode": "outcome"}, "resource": prefetch{
				"resourceType": "OperationOutcome", "issue": []any{prefetch{"severity": "warning", "code": "informational"}},
			}})
		}, true, matcher.Pass, "the record may be incomplete"},
		{"an entry of nothing", func(p prefetch) {
			b := p["conditions"].(prefetch)
			b["entry"] = append(b["entry"].([]any), prefetch{"fullUrl": "https://ehr.example.org/fhir/Condition/2"})
		}, false, matcher.Unclear, "holds an entry without a resource"},
		{"no resource", func(p prefetch) { p["conditions"] = prefetch{} }, false, matcher.Unclear, "is no FHIR resource"},
		{"a list", func(p prefetch) { p["conditions"] = []any{} }, false, matcher.Unclear, "is no FHIR resource"},
		{"a text", func(p prefetch) { p["conditions"] = "none" }, false, matcher.Unclear, "is no FHIR resource"},
		{"one resource", func(p prefetch) {
			p["conditions"] = p["conditions"].(prefetch)["entry"].([]any)[0].(prefetch)["resource"]
		}, false, matcher.Unclear, "is no answer to a search"},
		{"a batch response", func(p prefetch) { p["conditions"].(prefetch)["type"] = "batch-response" }, false, matcher.Unclear, "no answer to a search"},
		{"implicitRules", func(p prefetch) { p["conditions"].(prefetch)["implicitRules"] = "urn:x" }, false, matcher.Unclear, "implicitRules"},
	} {
		d, cards := called(t, ssc(t), one.change)
		if got := d.Patient.Supplied(patient.Conditions); got != one.supplied {
			t.Errorf("%s: supplied %v", one.name, got)
		}
		if got := outcomes(&d.Results[0])["hiv"]; got != one.outcome {
			t.Errorf("%s: the criterion is %s", one.name, got)
		}
		if one.reason == "" {
			continue
		}
		said := slices.ContainsFunc(d.Patient.Issues, func(s string) bool { return strings.Contains(s, one.reason) })
		title := "Not supplied by the EHR"
		if one.supplied {
			title = "Notes on the record"
		}
		if !said || len(cards) != 1 || !strings.Contains(cards[0].Detail, "**"+title+"**") || strings.Contains(cards[0].Detail, "Notes") != one.supplied {
			t.Errorf("%s: the reason is not told: %q, %+v", one.name, d.Patient.Issues, cards)
		}
	}
}

// What one of several keys of a domain holds counts; nothing can be missing from
// the domain before every key is answered.
func TestPrefetchInPart(t *testing.T) {
	ifx := `{"resourceType": "MedicationAdministration", "id": "ifx", "status": "completed", "effectiveDateTime": "2026-10-01",
	  "subject": {"reference": "Patient/1288992"}, "medicationCodeableConcept": {"text": "infliximab 100 mg"}}`
	d, _ := called(t, ssc(t), func(p map[string]any) { delete(p, "medicationStatements") })
	if got := outcomes(&d.Results[0])["infliximab"]; got != matcher.Unclear || d.Results[0].Verdict != matcher.Undetermined {
		t.Errorf("infliximab is %s although statements were not supplied", got)
	}
	d, _ = called(t, ssc(t, ifx), func(p map[string]any) { delete(p, "medicationStatements") })
	if got := outcomes(&d.Results[0])["infliximab"]; got != matcher.Fail {
		t.Errorf("infliximab is %s although it was given", got)
	}
	d, _ = called(t, ssc(t), func(p map[string]any) {
		for key := range p {
			if strings.HasPrefix(key, "medication") {
				delete(p, key)
			}
		}
	})
	if d.Patient.Supplied(patient.Medications) || !slices.Contains(d.Results[0].Data.NotSupplied, patient.Medications) {
		t.Error("medications count as supplied")
	}
	// A medicine that came under another key supplies nothing.
	d, _ = called(t, ssc(t), func(p map[string]any) {
		p["conditions"] = p["medicationRequests"]
		for key := range p {
			if strings.HasPrefix(key, "medication") {
				delete(p, key)
			}
		}
	})
	if got := outcomes(&d.Results[0])["infliximab"]; got != matcher.Unclear {
		t.Errorf("infliximab is %s although no key of medications was answered", got)
	}
}

func TestMedicationTypes(t *testing.T) {
	o := options(t, study(t, oneStudy))
	o.MedicationTypes = []string{"MedicationRequest"}
	s := serve(t, o)
	if p := s.discover()["patient-view"].Prefetch; len(p) != 4 || p["medicationRequests"] == "" {
		t.Errorf("%v", p)
	}
	if _, cards, _ := s.view("patient-view", ssc(t), nil); len(cards) != 1 || !strings.HasPrefix(cards[0].Summary, "Eligible") {
		t.Errorf("%+v", cards)
	}
}

// Results by code may not be whole either: one answer of two is none.
func TestResultsInPart(t *testing.T) {
	o, kept := options(t, study(t, oneStudy)), &notes{}
	o.Log, o.ResultsByCode = kept, true
	s := serve(t, o)
	if _, cards, _ := s.view("patient-view", ssc(t), nil); len(cards) != 1 || !strings.Contains(cards[0].Detail, "was not seen") {
		t.Errorf("%+v", cards)
	}
	if !kept.decisions[0].Patient.Supplied(patient.Observations) {
		t.Error("results are not supplied")
	}
	r := &prefetched{
		missing: map[patient.Domain][]string{patient.Observations: {"observations2 was not sent"}},
		asked:   []patient.Domain{patient.Observations},
	}
	p := &patient.Profile{ID: "1", Observations: []patient.Observation{{}}}
	if r.markIncomplete(p); p.Supplied(patient.Observations) {
		t.Error("a part of the results counts as all of them")
	}
}

func TestPatientIsNeeded(t *testing.T) {
	s := serve(t, options(t, reference(t)))
	patientOf := func(r map[string]any) map[string]any { return r["prefetch"].(map[string]any) }
	for name, change := range map[string]func(map[string]any){
		"no prefetch":         func(r map[string]any) { delete(r, "prefetch") },
		"missing":             func(r map[string]any) { delete(patientOf(r), "patient") },
		"null":                func(r map[string]any) { patientOf(r)["patient"] = nil },
		"an OperationOutcome": func(r map[string]any) { patientOf(r)["patient"] = map[string]any{"resourceType": "OperationOutcome"} },
		"a Condition": func(r map[string]any) {
			patientOf(r)["patient"] = map[string]any{"resourceType": "Condition", "id": "1288992"}
		},
		"an empty Bundle": func(r map[string]any) { patientOf(r)["patient"] = map[string]any{"resourceType": "Bundle"} },
		"a page": func(r map[string]any) {
			patientOf(r)["patient"] = map[string]any{"resourceType": "Bundle", "link": []any{map[string]any{"relation": "next", "url": "x"}}}
		},
		"two Patients": func(r map[string]any) {
			one := map[string]any{"resource": patientOf(r)["patient"]}
			patientOf(r)["patient"] = map[string]any{"resourceType": "Bundle", "type": "searchset", "entry": []any{one, one}}
		},
		"one who was replaced": func(r map[string]any) {
			patientOf(r)["patient"].(map[string]any)["link"] = []any{map[string]any{"type": "replaced-by", "other": map[string]any{"reference": "Patient/2"}}}
		},
		"a modifier": func(r map[string]any) {
			patientOf(r)["patient"].(map[string]any)["modifierExtension"] = []any{map[string]any{"url": "urn:x", "valueBoolean": true}}
		},
	} {
		s.change = change
		status, _, text := s.view("patient-view", ssc(t), nil)
		if status != http.StatusPreconditionFailed || !strings.Contains(string(text), `"resourceType":"OperationOutcome"`) {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	s.change = func(r map[string]any) { // as a search by _id answers
		patientOf(r)["patient"] = map[string]any{"resourceType": "Bundle", "type": "searchset", "total": 1, "entry": []any{map[string]any{"resource": patientOf(r)["patient"]}}}
		r["context"].(map[string]any)["patientId"] = "Patient/1288992"
	}
	if status, cards, text := s.view("patient-view", ssc(t), nil); status != http.StatusOK || len(cards) != 1 {
		t.Errorf("a Bundle of one Patient: %d %s", status, text)
	}
}

// An address tells whose resource it is only as far as it is known.
func TestWhoseResources(t *testing.T) {
	hiv := func(subject string) string {
		return `{"resourceType": "Condition", "id": "hiv", "subject": {"reference": "` + subject + `"},
		  "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]},
		  "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "B20"}]}}`
	}
	for subject, want := range map[string]matcher.Outcome{
		"Patient/1288992": matcher.Fail,
		"https://ehr.example.org/fhir/Patient/1288992": matcher.Fail, // as the address of the Condition itself
		"https://elsewhere.example/Patient/1288992":    matcher.Unclear,
		"Patient/2": matcher.Pass,
		"urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0": matcher.Unclear,
	} {
		d, _ := called(t, ssc(t, hiv(subject)), func(map[string]any) {})
		if got := outcomes(&d.Results[0])["hiv"]; got != want {
			t.Errorf("HIV of %s: %s, not %s", subject, got, want)
		}
	}
	// The Patient may come along with the conditions, from an address inside.
	d, _ := called(t, ssc(t, hiv("Patient/1288992")), func(p map[string]any) {
		b := p["conditions"].(map[string]any)
		for _, e := range b["entry"].([]any) {
			e.(map[string]any)["fullUrl"] = strings.Replace(e.(map[string]any)["fullUrl"].(string), "https://ehr.example.org", "http://10.0.0.7:8080", 1)
		}
		b["entry"] = append(b["entry"].([]any), map[string]any{
			"fullUrl": "http://10.0.0.7:8080/fhir/Patient/1288992", "resource": p["patient"], "search": map[string]any{"mode": "include"},
		})
	})
	if got := outcomes(&d.Results[0])["hiv"]; got != matcher.Fail {
		t.Errorf("HIV is %s", got)
	}
}

func TestUnaskedKeys(t *testing.T) {
	d, _ := called(t, ssc(t), func(p map[string]any) { p["coverage"] = nil })
	if !slices.Contains(d.Patient.Issues, "prefetch keys that were not asked for and not read: 1") {
		t.Errorf("%q", d.Patient.Issues)
	}
}
