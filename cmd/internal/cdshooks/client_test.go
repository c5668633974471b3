// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// today is the screening day of every test.
var today = patient.NewDay(2026, 11, 22)

// ehr is a FHIR server with the resources of one patient, as a client of CDS
// Hooks asks it for prefetch.
type ehr struct {
	patientID string
	resources []map[string]any
	pageSize  int             // 0: all on one page
	fails     map[string]bool // types that it does not have
}

// get answers a read or a search.
func (e *ehr) get(t *testing.T, query string) (any, bool) {
	t.Helper()
	kind, search, isSearch := strings.Cut(query, "?")
	if !isSearch {
		kind, id, _ := strings.Cut(query, "/")
		for _, r := range e.resources {
			if r["resourceType"] == kind && r["id"] == id {
				return r, true
			}
		}
		return nil, false
	}
	if e.fails[kind] {
		return nil, false
	}
	if !strings.HasPrefix(search, "patient="+e.patientID+"&") {
		t.Errorf("the search %s is not for the patient", query)
	}
	entries := []any{}
	for _, r := range e.resources {
		if r["resourceType"] == kind && codesWanted(r, search) {
			entries = append(entries, map[string]any{
				"fullUrl":  "https://ehr.example.org/fhir/" + kind + "/" + r["id"].(string),
				"resource": r, "search": map[string]any{"mode": "match"},
			})
		}
	}
	b := map[string]any{
		"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries,
		"link": []any{map[string]any{"relation": "self", "url": "https://ehr.example.org/fhir/" + query}},
	}
	if e.pageSize > 0 && len(entries) > e.pageSize {
		b["entry"] = entries[:e.pageSize]
		b["link"] = append(b["link"].([]any), map[string]any{"relation": "next", "url": "https://ehr.example.org/fhir?page=2"})
	}
	return b, true
}

// codesWanted reports whether a resource has one of the codes of a search.
func codesWanted(r map[string]any, search string) bool {
	_, list, asked := strings.Cut(search, "&code=")
	if !asked {
		return true
	}
	list, _, _ = strings.Cut(list, "&")
	doc, _ := json.Marshal(r["code"])
	for _, code := range strings.Split(list, ",") {
		if bytes.Contains(doc, []byte(`"`+code+`"`)) {
			return true
		}
	}
	return false
}

// sandbox is a client that does what the public sandbox does: it reads the
// discovery document, fills in the templates, leaves out the keys that it cannot
// get, and posts.
type sandbox struct {
	*httptest.Server
	t *testing.T
	// change alters the request before it is sent.
	change func(request map[string]any)
	header http.Header
}

func serve(t *testing.T, o Options) *sandbox {
	t.Helper()
	server := httptest.NewServer(Handler(o))
	t.Cleanup(server.Close)
	return &sandbox{Server: server, t: t, header: http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json"}}}
}

// send sends a body as it is and gives the answer, which must keep the rules.
func (s *sandbox) send(method, path string, body io.Reader) (int, []byte, http.Header) {
	s.t.Helper()
	r, err := http.NewRequest(method, s.URL+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header = s.header.Clone()
	answer, err := s.Client().Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if len(bytes.TrimSpace(text)) > 0 {
		invariants(s.t, text)
	}
	return answer.StatusCode, text, answer.Header
}

func (s *sandbox) post(path string, body any) (int, []byte) {
	s.t.Helper()
	doc, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	status, text, _ := s.send("POST", path, bytes.NewReader(doc))
	return status, text
}

type offered struct {
	ID, Hook, Title, Description, UsageRequirements, Version string
	Prefetch                                                 map[string]string
}

func (s *sandbox) discover() map[string]offered {
	s.t.Helper()
	status, text, _ := s.send("GET", "/cds-services", nil)
	if status != http.StatusOK {
		s.t.Fatalf("discovery: %d %s", status, text)
	}
	var d struct{ Services []offered }
	if err := json.Unmarshal(text, &d); err != nil {
		s.t.Fatal(err)
	}
	byHook := map[string]offered{}
	for _, one := range d.Services {
		byHook[one.Hook] = one
	}
	return byHook
}

const instance = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"

// view calls the service of a hook for the patient of an EHR.
func (s *sandbox) view(hook string, e *ehr, context map[string]any) (int, []card, []byte) {
	s.t.Helper()
	service := s.discover()[hook]
	prefetch := map[string]any{}
	for key, template := range service.Prefetch {
		if value, ok := e.get(s.t, strings.ReplaceAll(template, "{{context.patientId}}", e.patientID)); ok {
			prefetch[key] = value
		}
	}
	request := map[string]any{
		"hook": hook, "hookInstance": instance, "fhirServer": "https://ehr.example.org/fhir",
		"fhirAuthorization": map[string]any{"access_token": "some-opaque-token", "token_type": "Bearer", "expires_in": 300, "scope": "user/*.read", "subject": "eligo"},
		"context":           map[string]any{"userId": "Practitioner/1", "patientId": e.patientID, "encounterId": "89284"},
		"prefetch":          prefetch,
	}
	for name, value := range context {
		request["context"].(map[string]any)[name] = value
	}
	if s.change != nil {
		s.change(request)
	}
	status, text := s.post("/cds-services/"+service.ID, request)
	var answer response
	if status == http.StatusOK {
		if err := json.Unmarshal(text, &answer); err != nil {
			s.t.Fatal(err)
		}
	}
	return status, answer.Cards, text
}

// reference loads the reference study.
func reference(t testing.TB) *rules.Study {
	t.Helper()
	s, err := rules.Load("../../../testdata/studies/nct00506831.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// study loads a study that a test writes.
func study(t testing.TB, text string) *rules.Study {
	t.Helper()
	path := filepath.Join(t.TempDir(), "study.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := rules.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// options serve some studies.
func options(t testing.TB, studies ...*rules.Study) Options {
	t.Helper()
	m, err := matcher.New(studies...)
	if err != nil {
		t.Fatal(err)
	}
	return Options{
		Studies: func() (*matcher.Matcher, []*rules.Study) { return m, studies },
		Today:   func() patient.Day { return today },
		PageURL: "https://eligo.example.org/",
	}
}

// resource reads a FHIR resource.
func resource(t testing.TB, text string) map[string]any {
	t.Helper()
	var r map[string]any
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return r
}

// ssc is an invented patient with systemic sclerosis.
func ssc(t testing.TB, more ...string) *ehr {
	t.Helper()
	e := &ehr{patientID: "1288992"}
	for _, text := range append([]string{
		`{"resourceType": "Patient", "id": "1288992", "gender": "female", "birthDate": "1968-04-17", "name": [{"family": "Muster"}]}`,
		`{"resourceType": "Condition", "id": "ssc", "subject": {"reference": "Patient/1288992"}, "onsetDateTime": "2021-05",
		  "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]},
		  "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "M34.9", "display": "Systemic sclerosis, unspecified"}]}}`,
		`{"resourceType": "MedicationRequest", "id": "mmf", "status": "active", "intent": "order", "authoredOn": "2022-03-01",
		  "subject": {"reference": "Patient/1288992"}, "medicationCodeableConcept": {"coding": [
		  {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "200060", "display": "mycophenolate mofetil 500 MG Oral Tablet"}]}}`,
		`{"resourceType": "Observation", "id": "hgb", "status": "final", "effectiveDateTime": "2026-11-12", "subject": {"reference": "Patient/1288992"},
		  "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}, "valueQuantity": {"value": 12.9, "unit": "g/dL", "system": "http://unitsofmeasure.org", "code": "g/dL"}}`,
	}, more...) {
		e.resources = append(e.resources, resource(t, text))
	}
	return e
}
