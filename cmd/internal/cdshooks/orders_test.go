// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// draft is an order that is being written.
func draft(t *testing.T, id, text, more string) map[string]any {
	t.Helper()
	d := resource(t, `{"resourceType": "MedicationRequest", "id": "`+id+`", "status": "draft", "intent": "order",
	  "subject": {"reference": "Patient/1288992"}, "medicationCodeableConcept": {"text": "`+text+`"}}`)
	maps.Copy(d, resource(t, "{"+more+"}"))
	return d
}

// ordering is the context of order-select in which every order is selected.
func ordering(drafts ...map[string]any) map[string]any {
	entries, selections := []any{}, []any{}
	for _, d := range drafts {
		entries = append(entries, map[string]any{"resource": d})
		selections = append(selections, d["resourceType"].(string)+"/"+d["id"].(string))
	}
	return map[string]any{"selections": selections, "draftOrders": map[string]any{"resourceType": "Bundle", "entry": entries}}
}

func TestOrderExcludes(t *testing.T) {
	o, kept := options(t, reference(t)), &notes{}
	o.Log = kept
	s := serve(t, o)
	_, cards, _ := s.view("order-select", ssc(t), ordering(draft(t, "o1", "infliximab 100 MG injection", "")))
	if len(cards) != 1 {
		t.Fatalf("%+v", cards)
	}
	c := cards[0]
	if c.Summary != "Ordering infliximab 100 MG injection would exclude from the study: NCT00506831, Imatinib in Systemic Sclerosis" || c.Indicator != "warning" {
		t.Errorf("%s: %s", c.Indicator, c.Summary)
	}
	for _, want := range []string{"biologic-washout", "Concurrent use of a biologic agent", "if the selected orders were signed on 2026-11-22"} {
		if !strings.Contains(c.Detail, want) {
			t.Errorf("the detail lacks %q:\n%s", want, c.Detail)
		}
	}
	// What is kept is the record as it stands.
	d := kept.decisions[0]
	if d.Results[0].Verdict != matcher.Undetermined || len(d.Results[0].Blocking) != 0 || len(d.Patient.Medications) != 1 {
		t.Errorf("kept: %s %v", d.Results[0].Summary, d.Patient.Medications)
	}
}

func TestOrdersThatSayNothing(t *testing.T) {
	s := serve(t, options(t, reference(t)))
	for name, drafts := range map[string][]map[string]any{
		"no order":            {},
		"another medicine":    {draft(t, "o1", "amoxicillin 500 MG Oral Capsule", "")},
		"a proposal":          {draft(t, "o1", "infliximab", `"intent": "proposal"`)},
		"not to be given":     {draft(t, "o1", "infliximab", `"doNotPerform": true`)},
		"in error":            {draft(t, "o1", "infliximab", `"status": "entered-in-error"`)},
		"over":                {draft(t, "o1", "infliximab", `"status": "completed"`)},
		"of another person":   {draft(t, "o1", "infliximab", `"subject": {"reference": "Patient/2"}`)},
		"a service":           {resource(t, `{"resourceType": "ServiceRequest", "id": "o1", "status": "draft", "intent": "order", "subject": {"reference": "Patient/1288992"}, "code": {"text": "infliximab infusion"}}`)},
		"starts in two years": {draft(t, "o1", "infliximab", `"dosageInstruction": [{"timing": {"repeat": {"boundsPeriod": {"start": "2028-11-22"}}}}]`)},
	} {
		if status, cards, text := s.view("order-select", ssc(t), ordering(drafts...)); status != 200 || len(cards) != 0 {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	// One that is not selected is not about to be signed.
	context := ordering(draft(t, "o1", "infliximab", ""), draft(t, "o2", "amoxicillin", ""))
	context["selections"] = []any{"MedicationRequest/o2"}
	if _, cards, _ := s.view("order-select", ssc(t), context); len(cards) != 0 {
		t.Errorf("%+v", cards)
	}
	// A patient who cannot join anyway hears nothing.
	child := ssc(t)
	child.resources[0]["birthDate"] = "2020-01-01"
	if _, cards, _ := s.view("order-select", child, ordering(draft(t, "o1", "infliximab", ""))); len(cards) != 0 {
		t.Errorf("%+v", cards)
	}
}

// An order must not make the medications look complete.
func TestOrderWithoutMedications(t *testing.T) {
	o := options(t, study(t, `
study: NCT00000001
define:
  mmf: {kind: medication, names: [mycophenolate mofetil]}
  ifx: {kind: medication, names: [infliximab]}
inclusion:
  - {id: mmf, quote: "On mycophenolate", rule: takes(mmf)}
exclusion:
  - {id: infliximab, quote: "Infliximab ever", rule: took(ifx)}
`))
	s := serve(t, o)
	s.change = func(r map[string]any) {
		for key := range r["prefetch"].(map[string]any) {
			if strings.HasPrefix(key, "medication") {
				delete(r["prefetch"].(map[string]any), key)
			}
		}
	}
	if _, cards, _ := s.view("order-select", ssc(t), ordering(draft(t, "o1", "amoxicillin", ""))); len(cards) != 0 {
		t.Errorf("amoxicillin: %+v", cards)
	}
	_, cards, _ := s.view("order-select", ssc(t), ordering(draft(t, "o1", "infliximab", "")))
	if len(cards) != 1 || !strings.HasPrefix(cards[0].Summary, "Ordering infliximab would exclude") || !strings.Contains(cards[0].Detail, "Not supplied by the EHR") {
		t.Errorf("infliximab: %+v", cards)
	}
	if strings.Contains(cards[0].Detail, "mycophenolate") {
		t.Errorf("the order is blamed for what is not known:\n%s", cards[0].Detail)
	}
}

// An order that nobody can read may be anything.
func TestOrderThatCannotBeRead(t *testing.T) {
	s := serve(t, options(t, study(t, oneStudy)))
	local := resource(t, `{"resourceType": "MedicationRequest", "id": "o1", "status": "draft", "intent": "order", "subject": {"reference": "Patient/1288992"},
	  "medicationCodeableConcept": {"coding": [{"system": "urn:hospital", "code": "4711"}]}}`)
	_, cards, _ := s.view("order-select", ssc(t), ordering(local))
	if len(cards) != 1 || !strings.HasPrefix(cards[0].Summary, "Ordering the selected medicine may exclude from the study") || cards[0].Indicator != "info" {
		t.Errorf("%+v", cards)
	}
}

func TestOrderThatIsOnRecord(t *testing.T) {
	// A draft that the EHR keeps is the same order, and none before it is signed.
	saved := `{"resourceType": "MedicationRequest", "id": "o1", "status": "draft", "intent": "order", "meta": {"lastUpdated": "2026-11-22T08:00:00Z"},
	  "subject": {"reference": "Patient/1288992"}, "medicationCodeableConcept": {"text": "infliximab"}}`
	s := serve(t, options(t, study(t, oneStudy)))
	_, cards, _ := s.view("order-select", ssc(t, saved), ordering(draft(t, "o1", "infliximab", "")))
	if len(cards) != 1 || !strings.Contains(cards[0].Summary, "would exclude") {
		t.Errorf("%+v", cards)
	}
	if _, cards, _ := s.view("patient-view", ssc(t, saved), nil); len(cards) != 1 || !strings.HasPrefix(cards[0].Summary, "Eligible") {
		t.Errorf("a draft is an exposure: %+v", cards)
	}
}

// The drug may be a resource of its own among the drafts.
func TestOrderByReference(t *testing.T) {
	order := resource(t, `{"resourceType": "MedicationRequest", "id": "o1", "status": "draft", "intent": "order", "subject": {"reference": "Patient/1288992"},
	  "medicationReference": {"reference": "Medication/m1"}}`)
	drug := resource(t, `{"resourceType": "Medication", "id": "m1", "code": {"text": "infliximab"}}`)
	context := ordering(order)
	drafts := context["draftOrders"].(map[string]any)
	drafts["entry"] = append(drafts["entry"].([]any), map[string]any{"resource": drug})
	_, cards, _ := serve(t, options(t, study(t, oneStudy))).view("order-select", ssc(t), context)
	if len(cards) != 1 || !strings.HasPrefix(cards[0].Summary, "Ordering infliximab would exclude") {
		t.Errorf("%+v", cards)
	}
}

func TestSeveralOrders(t *testing.T) {
	_, cards, _ := serve(t, options(t, reference(t))).view("order-select", ssc(t),
		ordering(draft(t, "o1", "amoxicillin", ""), draft(t, "o2", "infliximab", ""), draft(t, "o3", "etanercept", "")))
	if len(cards) != 1 || !strings.HasPrefix(cards[0].Summary, "Ordering infliximab, etanercept would exclude") {
		t.Errorf("%+v", cards)
	}
}

func TestOrderContext(t *testing.T) {
	s := serve(t, options(t, reference(t)))
	good := func() map[string]any { return ordering(draft(t, "o1", "infliximab", "")) }
	for name, change := range map[string]func(map[string]any){
		"no drafts":              func(c map[string]any) { delete(c, "draftOrders") },
		"drafts of no Bundle":    func(c map[string]any) { c["draftOrders"] = map[string]any{"resourceType": "List"} },
		"no selections":          func(c map[string]any) { delete(c, "selections") },
		"a selection of nothing": func(c map[string]any) { c["selections"] = []any{"MedicationRequest/2"} },
		"selections of a text":   func(c map[string]any) { c["selections"] = "MedicationRequest/o1" },
	} {
		context := good()
		change(context)
		if status, _, text := s.view("order-select", ssc(t), context); status != 400 {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	context := good()
	context["selections"] = []any{"o1"} // some clients leave the type out
	if status, cards, text := s.view("order-select", ssc(t), context); status != 200 || len(cards) != 1 {
		t.Errorf("%d %s", status, text)
	}
}

// A criterion counts only if it cites the order.
func TestCompare(t *testing.T) {
	result := func(outcome matcher.Outcome, record string) *matcher.Result {
		c := matcher.Criterion{ID: "c", Outcome: outcome}
		c.Evidence = append(c.Evidence, matcher.Evidence{Record: record})
		return &matcher.Result{Criteria: []matcher.Criterion{c}}
	}
	ids := []string{"MedicationRequest/o1"}
	for _, one := range []struct {
		now, then    matcher.Outcome
		record       string
		fails, opens int
	}{
		{matcher.Pass, matcher.Fail, ids[0], 1, 0},
		{matcher.Unclear, matcher.Fail, ids[0], 1, 0},
		{matcher.Fail, matcher.Fail, ids[0], 0, 0},
		{matcher.Pass, matcher.Unclear, ids[0], 0, 1},
		{matcher.Unclear, matcher.Unclear, ids[0], 0, 0},
		{matcher.Unclear, matcher.Pass, ids[0], 0, 0},
		{matcher.Pass, matcher.Fail, "MedicationRequest/other", 0, 0},
	} {
		e := compareResults(result(one.now, one.record), result(one.then, one.record), ids)
		if len(e.fails) != one.fails || len(e.opens) != one.opens || (len(e.orders) > 0) != (one.fails+one.opens > 0) {
			t.Errorf("%+v: %+v", one, e)
		}
	}
}

func TestSigned(t *testing.T) {
	q := &request{}
	if err := decodeJSON([]byte(`{"context": {"selections": ["MedicationRequest/o1", "MedicationRequest/o1"], "draftOrders": {"resourceType": "Bundle", "entry": [
	  {"resource": {"resourceType": "MedicationRequest", "id": "o1", "status": "draft", "_status": {"extension": []}, "authoredOn": "2031-01-01", "intent": "order"}}]}}}`), q); err != nil {
		t.Fatal(err)
	}
	p := &requestError{}
	if q.validateOrders(p); len(p.list) > 0 {
		t.Fatal(p)
	}
	resources, ids := q.Context.signedOrders(patient.NewDay(2026, 11, 22))
	if len(resources) != 1 || !slices.Equal(ids, []string{"MedicationRequest/o1"}) ||
		string(resources[0]) != `{"authoredOn":"2026-11-22","id":"o1","intent":"order","resourceType":"MedicationRequest","status":"active"}` {
		t.Errorf("%s %v", resources, ids)
	}
}
