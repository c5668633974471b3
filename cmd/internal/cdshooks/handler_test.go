// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

func TestDiscovery(t *testing.T) {
	s := serve(t, options(t, reference(t)))
	services := s.discover()
	if len(services) != 2 {
		t.Fatalf("%+v", services)
	}
	for _, hook := range []string{"patient-view", "order-select"} {
		one := services[hook]
		if one.ID != "eligo-"+hook || one.Title == "" || one.Description == "" || one.UsageRequirements == "" || one.Version != "STU2" {
			t.Errorf("%+v", one)
		}
		want := map[string]string{
			"patient":                   "Patient/{{context.patientId}}",
			"conditions":                "Condition?patient={{context.patientId}}&_count=1000",
			"medicationRequests":        "MedicationRequest?patient={{context.patientId}}&_count=1000",
			"medicationStatements":      "MedicationStatement?patient={{context.patientId}}&_count=1000",
			"medicationAdministrations": "MedicationAdministration?patient={{context.patientId}}&_count=1000",
			"medicationDispenses":       "MedicationDispense?patient={{context.patientId}}&_count=1000",
			"observations":              "Observation?patient={{context.patientId}}&_count=1000",
		}
		for key, template := range want {
			if one.Prefetch[key] != template {
				t.Errorf("%s: %s is %q", hook, key, one.Prefetch[key])
			}
		}
		if _, asked := one.Prefetch["allergies"]; asked {
			t.Errorf("%s asks for allergies, which the study does not read", hook)
		}
	}
}

func TestDiscoveryReadsWhatStudiesRead(t *testing.T) {
	o := options(t, study(t, `
study: NCT00000001
inclusion:
  - {id: age, quote: "Ages 18 and above", rule: age >= 18}
`))
	if p := serve(t, o).discover()["patient-view"].Prefetch; len(p) != 1 || p["patient"] == "" {
		t.Errorf("%v", p)
	}
	o.Studies = func() (*matcher.Matcher, []*rules.Study) { return nil, nil }
	if services := serve(t, o).discover(); len(services) != 2 || len(services["patient-view"].Prefetch) != 1 {
		t.Errorf("without studies: %v", services)
	}
}

func TestResultsByCode(t *testing.T) {
	o := options(t, reference(t))
	o.ResultsByCode = true
	prefetch := serve(t, o).discover()["patient-view"].Prefetch
	// The reference study asks whether a test was ever positive.
	if prefetch["observations"] != "Observation?patient={{context.patientId}}&_count=1000" {
		t.Errorf("ever_positive is asked of results that were not all seen: %v", prefetch)
	}
	const text = `
study: NCT00000001
define:
  hgb: {kind: observation, codes: {loinc: [718-7]}, unit: g/dL}
  crea: {kind: observation, codes: {loinc: [2160-0, 38483-4]}, unit: mg/dL}
  either: {kind: observation, any: [hgb, crea]}
  wide: {kind: observation, names: [some result], unit: mg/dL}
exclusion:
  - {id: results, quote: "Results", rule: RULE}
`
	for rule, want := range map[string]string{
		"latest(hgb) < 8 or latest(crea) > 2": "Observation?patient={{context.patientId}}&code=2160-0,38483-4,718-7&_count=1000",
		"tested(either)":                      "Observation?patient={{context.patientId}}&code=2160-0,38483-4,718-7&_count=1000",
		"ever_positive(hgb)":                  "",
		"latest(hgb) < 8 or latest(wide) > 2": "",
	} {
		o := options(t, study(t, strings.Replace(text, "RULE", rule, 1)))
		o.ResultsByCode = true
		p := serve(t, o).discover()["patient-view"].Prefetch
		if p["observations1"] != want || want == "" && p["observations"] == "" {
			t.Errorf("%s: %v", rule, p)
		}
	}
}

func TestResultsByManyCodes(t *testing.T) {
	var codes []string
	for i := range 700 {
		codes = append(codes, loinc(10000+i))
	}
	o := options(t, study(t, "study: NCT00000001\ndefine:\n  many: {kind: observation, codes: {loinc: ["+strings.Join(codes, ", ")+
		"]}}\nexclusion:\n  - {id: many, quote: many, rule: tested(many)}\n"))
	o.ResultsByCode = true
	found := 0
	for key, template := range serve(t, o).discover()["patient-view"].Prefetch {
		if len(template) > maxTemplate+len(pageSize) {
			t.Errorf("%s is %d long", key, len(template))
		}
		if _, list, ok := strings.Cut(strings.TrimSuffix(template, pageSize), "&code="); ok {
			found += len(strings.Split(list, ","))
		}
	}
	if found != len(codes) {
		t.Errorf("%d of %d codes are asked for", found, len(codes))
	}
}

// loinc gives a code with its check digit.
func loinc(n int) string {
	digits, sum := []byte(strconv.Itoa(n)), 0
	for i := range digits {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			d = 2*d/10 + 2*d%10
		}
		sum += d
	}
	return strconv.Itoa(n) + "-" + strconv.Itoa((10-sum%10)%10)
}

func TestRequestsRefused(t *testing.T) {
	s := serve(t, options(t, reference(t)))
	for name, one := range map[string]struct {
		change func(map[string]any)
		status int
		place  string
	}{
		"another hook":       {func(r map[string]any) { r["hook"] = "order-sign" }, 400, "/hook"},
		"no hook":            {func(r map[string]any) { delete(r, "hook") }, 400, "/hook"},
		"no hookInstance":    {func(r map[string]any) { delete(r, "hookInstance") }, 400, "/hookInstance"},
		"no UUID":            {func(r map[string]any) { r["hookInstance"] = "1" }, 400, "/hookInstance"},
		"no context":         {func(r map[string]any) { delete(r, "context") }, 400, "/context/patientId"},
		"no user":            {func(r map[string]any) { delete(r["context"].(map[string]any), "userId") }, 400, "/context/userId"},
		"blank patient":      {func(r map[string]any) { r["context"].(map[string]any)["patientId"] = " " }, 400, "/context/patientId"},
		"a user of no text":  {func(r map[string]any) { r["context"].(map[string]any)["userId"] = "Practitioner/\x00" }, 400, "/context/userId"},
		"context of a list":  {func(r map[string]any) { r["context"] = []any{} }, 400, "/context"},
		"prefetch of a list": {func(r map[string]any) { r["prefetch"] = []any{} }, 400, "/prefetch"},
		"another patient":    {func(r map[string]any) { r["context"].(map[string]any)["patientId"] = "2" }, 400, "/prefetch/patient/id"},
	} {
		s.change = one.change
		status, _, text := s.view("patient-view", ssc(t), nil)
		if status != one.status || !strings.Contains(string(text), `"diagnostics":"`+one.place+`"`) {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	s.change = func(r map[string]any) { r["hook"], r["hookInstance"] = "x", "y" }
	if _, _, text := s.view("patient-view", ssc(t), nil); strings.Count(string(text), `"severity"`) != 2 {
		t.Errorf("not every problem at once: %s", text)
	}
	s.change = nil
	for _, one := range []struct {
		method, path, kind, body string
		status                   int
	}{
		{"POST", "/cds-services/eligo-patient-view", "application/json", `{"hook":`, 400},
		{"POST", "/cds-services/eligo-patient-view", "application/json", ``, 400},
		{"POST", "/cds-services/eligo-patient-view", "application/json", `{"hook":"a","hook":"b"}`, 400},
		{"POST", "/cds-services/eligo-patient-view", "application/json", `[]`, 400},
		{"POST", "/cds-services/eligo-patient-view", "application/json", "{\"hook\":\"\xff\"}", 400},
		{"POST", "/cds-services/eligo-patient-view", "text/plain", `{}`, 415},
		{"POST", "/cds-services/eligo-patient-view", "", `{}`, 415},
		{"POST", "/cds-services/eligo-order-sign", "application/json", `{}`, 404},
		{"GET", "/cds-services/eligo-patient-view", "application/json", ``, 404},
		{"DELETE", "/cds-services", "application/json", ``, 404},
	} {
		s.header.Set("Content-Type", one.kind)
		status, text, header := s.send(one.method, one.path, strings.NewReader(one.body))
		if status != one.status || !strings.Contains(string(text), "OperationOutcome") || header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s %q: %d %s", one.method, one.path, one.body, status, text)
		}
	}
}

func TestOptions(t *testing.T) {
	good := Options{
		PageURL: "https://eligo.example.org/page", Origins: []string{"*", "https://a.example", "http://localhost:8080"},
		MedicationTypes: []string{"MedicationRequest"}, Trust: trusted(t).Trust,
	}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	bad := Options{PageURL: "javascript:alert(1)", Origins: []string{"https://a.example/", "a.example"}, MedicationTypes: []string{"Medication", ""}, Trust: &Trust{}}
	err := bad.Validate()
	if err == nil || strings.Count(err.Error(), "\n")+1 != 7 {
		t.Errorf("not every fault at once: %v", err)
	}
}

func TestCrossOrigin(t *testing.T) {
	o := options(t, reference(t))
	o.Origins = []string{"https://sandbox.cds-hooks.org"}
	o.Trust = trusted(t).Trust // a preflight has no token
	s := serve(t, o)
	for origin, allowed := range map[string]string{
		"https://sandbox.cds-hooks.org": "https://sandbox.cds-hooks.org", "https://evil.example.org": "",
		"https://sandbox.cds-hooks.org.evil.example": "", "null": "", "": "",
	} {
		s.header.Set("Origin", origin)
		s.header.Set("Access-Control-Request-Method", "POST")
		status, _, header := s.send("OPTIONS", "/cds-services/eligo-patient-view", nil)
		if status != http.StatusNoContent || header.Get("Access-Control-Allow-Origin") != allowed || header.Get("Vary") != "Origin" {
			t.Errorf("%s: %d %v", origin, status, header)
		}
		if got := header.Get("Access-Control-Allow-Headers"); (got == "Authorization, Content-Type") != (allowed != "") {
			t.Errorf("%s: headers %q", origin, got)
		}
		if header.Get("Access-Control-Allow-Credentials") != "" {
			t.Error("credentials are allowed")
		}
		if _, _, header := s.send("GET", "/cds-services", nil); header.Get("Access-Control-Allow-Origin") != allowed {
			t.Errorf("%s: a refusal has %v", origin, header)
		}
	}
	o.Origins = nil
	s = serve(t, o)
	s.header.Set("Origin", "https://sandbox.cds-hooks.org")
	if _, _, header := s.send("OPTIONS", "/cds-services", nil); header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("an origin is allowed although none is")
	}
}

// notes is a log that keeps what it is told, or fails.
type notes struct {
	decisions []*Decision
	feedback  []screenlog.Feedback
	err       error
}

func (n *notes) Decided(_ context.Context, d *Decision) error {
	n.decisions = append(n.decisions, d)
	return n.err
}

func (n *notes) Feedback(_ context.Context, f []screenlog.Feedback) error {
	n.feedback = append(n.feedback, f...)
	return n.err
}

func TestDecisionsAreKept(t *testing.T) {
	o, kept := options(t, reference(t)), &notes{}
	o.Log = kept
	var failed []error
	o.Failed = func(err error) { failed = append(failed, err) }
	s := serve(t, o)
	_, cards, _ := s.view("patient-view", ssc(t), nil)
	if len(kept.decisions) != 1 || len(cards) != 1 {
		t.Fatalf("%d kept for %d cards", len(kept.decisions), len(cards))
	}
	d := kept.decisions[0]
	if d.Service != "eligo-patient-view" || d.HookInstance != instance || d.User != "Practitioner/1" || d.Patient.ID != "1288992" ||
		len(d.Results) != 1 || d.Results[0].Verdict != matcher.Undetermined || d.Results[0].Dates["screening"] != today ||
		d.Cards[0] != (CardRef{cards[0].UUID, "NCT00506831"}) || !d.Patient.Supplied(patient.Observations) {
		t.Errorf("%+v", d)
	}
	kept.err = errors.New("the disk is full of secrets")
	status, _, text := s.view("patient-view", ssc(t), nil)
	if status != http.StatusInternalServerError || strings.Contains(string(text), "disk") || strings.Contains(string(text), "cards") {
		t.Errorf("what cannot be kept is answered: %d %s", status, text)
	}
	s.change = func(r map[string]any) { r["hook"] = "x" }
	s.view("patient-view", ssc(t), nil)
	if len(failed) != 1 || !errors.Is(failed[0], kept.err) {
		t.Errorf("the operator is told of %v", failed)
	}
}

func TestNoStudies(t *testing.T) {
	o := options(t, reference(t))
	o.Studies = func() (*matcher.Matcher, []*rules.Study) { return nil, nil }
	status, cards, text := serve(t, o).view("patient-view", ssc(t), nil)
	if status != http.StatusOK || len(cards) != 0 || string(text) != "{\"cards\":[]}\n" {
		t.Errorf("%d %s", status, text)
	}
}
