// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// endless is a body that never ends and counts what was read of it.
type endless struct{ read int64 }

func (e *endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	e.read += int64(len(b))
	return len(b), nil
}

func TestHugeBody(t *testing.T) {
	o := options(t, reference(t))
	o.MaxBody = 1 << 20
	h := Handler(o)
	for _, path := range []string{"/cds-services/eligo-patient-view", "/cds-services/eligo-order-select/feedback"} {
		body := &endless{}
		r := httptest.NewRequest(http.MethodPost, path, io.LimitReader(body, 100<<20))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusRequestEntityTooLarge || body.read > 4<<20 {
			t.Errorf("%s: %d after %d bytes", path, w.Code, body.read)
		}
	}
}

func TestDeepJSON(t *testing.T) {
	s := serve(t, options(t, reference(t)))
	for _, deep := range []string{strings.Repeat("[", 1_000_000), strings.Repeat(`{"a":`, 200_000), strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)} {
		for _, body := range []string{
			deep, `{"hook": ` + deep,
			`{"hook":"patient-view","hookInstance":"` + instance + `","context":{"userId":"Practitioner/1","patientId":"1"},"prefetch":{"patient":{"resourceType":"Patient","id":"1","extension":` + deep + `}}}`,
		} {
			status, text, _ := s.send("POST", "/cds-services/eligo-patient-view", strings.NewReader(body))
			if status < 400 || status >= 500 || len(text) > 1000 {
				t.Errorf("%.30s…: %d %.200s", body, status, text)
			}
		}
	}
}

// attack is what nobody may find again in a card as anything but text.
const attack = `<script>alert(1)</script><img src=x onerror=alert(2)> [x](javascript:alert(3)) ![y](https://evil.example/y) **b** ` + "`c` & &lt;b&gt; \u202e\n\n# h\n- i www.evil.example"

// attackStrings puts the attack into every string of a resource that names or
// describes something.
func attackStrings(v any) any {
	keep := regexp.MustCompile(`^(resourceType|id|reference|status|intent|system|code|gender|birthDate|.*Date.*|authoredOn|onset.*|type|url|fullUrl|relation|mode|unit)$`)
	switch v := v.(type) {
	case map[string]any:
		for name, e := range v {
			if s, ok := e.(string); ok && !keep.MatchString(name) {
				v[name] = s + " " + attack
			} else {
				v[name] = attackStrings(e)
			}
		}
	case []any:
		for i := range v {
			v[i] = attackStrings(v[i])
		}
	}
	return v
}

// dangerous is HTML and Markdown that a renderer would act on.
var dangerous = regexp.MustCompile(`(?i)<[a-z/!]|(^|[^\\])!?\[[^\]]*\]\(|(^|[^\\])\*\*b|(^|[^\\])` + "`" + `|&(lt|gt|amp;lt)[^;]|https?://|www\.|\x{202e}`)

func TestHostileStrings(t *testing.T) {
	o := options(t, reference(t), study(t, strings.NewReplacer("One of each", attackTitle, `"Infliximab ever"`, quoted(attack)).Replace(oneStudy)))
	s := serve(t, o)
	e := ssc(t, `{"resourceType": "Condition", "id": "hiv", "subject": {"reference": "Patient/1288992"}, "code": {"text": "HIV infection?"}}`)
	for i := range e.resources {
		e.resources[i] = attackStrings(e.resources[i]).(map[string]any)
	}
	// Its code says that it is infliximab: words beside the name would leave that open.
	order := attackStrings(draft(t, "o1", "", `"medicationCodeableConcept": {"text": "infliximab",
	  "coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "191831"}]}`)).(map[string]any)
	seen := 0
	check := func(hook string, context map[string]any) {
		status, cards, text := s.view(hook, e, context)
		if status != 200 {
			t.Fatalf("%s: %d %s", hook, status, text)
		}
		for _, c := range cards {
			if strings.Contains(c.Detail+c.Summary, "alert") {
				seen++
			}
			// Our own Markdown is bold titles and lists.
			own := regexp.MustCompile(`(?m)^\*\*[A-Z][^*]*\*\*$`).ReplaceAllString(c.Detail, "")
			if found := dangerous.FindString(own); found != "" {
				t.Errorf("%s: %q in the detail\n%s", hook, found, c.Detail)
			}
			for _, one := range []string{c.Summary, c.Source.Label} {
				if strings.ContainsAny(one, "<>\n\u202e") {
					t.Errorf("%s: %q", hook, one)
				}
			}
		}
	}
	check("patient-view", nil)
	check("order-select", ordering(order))
	if seen < 3 { // the title, the quote and the name of the order
		t.Errorf("%d cards show what was put in: this tests nothing", seen)
	}
}

// attackTitle and quoted write the attack as YAML.
const attackTitle = `"<script>alert(1)</script> [x](javascript:alert(3))"`

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// Errors never repeat what a request says of a person.
func TestErrorsTellNothing(t *testing.T) {
	s := serve(t, options(t, reference(t)))
	for _, body := range []string{
		`{"hook": "patient-view", "context": {"patientId": ["Muster"]}}`,
		`{"hook": "Muster", "hookInstance": "Muster", "context": {"patientId": "Muster"}}`,
		`{"prefetch": {"Frau Muster": 1, "Frau Muster": 2}}`,
		`{"hook":"patient-view","hookInstance":"` + instance + `","context":{"userId":"Practitioner/1","patientId":"Muster"},"prefetch":{"patient":{"resourceType":"Patient","id":"Muster2"}}}`,
		`{"hook":"patient-view","hookInstance":"` + instance + `","context":{"userId":"Practitioner/1","patientId":"1"},"prefetch":{"patient":{"resourceType":"Patient","id":"1","birthDate":"Muster","deceasedDateTime":"Muster","deceasedBoolean":"Muster"}}}`,
	} {
		status, text, _ := s.send("POST", "/cds-services/eligo-patient-view", strings.NewReader(body))
		if status < 400 || bytes.Contains(text, []byte("Muster")) {
			t.Errorf("%s: %d %s", body, status, text)
		}
	}
}

// FuzzRequest sends anything to the services: they answer with cards or with an
// OperationOutcome, and never fail.
func FuzzRequest(f *testing.F) {
	const head = `{"hook":"order-select","hookInstance":"` + instance + `","context":{"userId":"Practitioner/1","patientId":"1","selections":["MedicationRequest/o1"],
	  "draftOrders":{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"MedicationRequest","id":"o1","status":"draft","intent":"order",
	  "subject":{"reference":"Patient/1"},"medicationCodeableConcept":{"text":"infliximab"}}}]}},"prefetch":{"patient":{"resourceType":"Patient","id":"1","birthDate":"1970"}`
	for _, seed := range []string{
		head + `}}`, head + `,"conditions":null,"medicationRequests":null}}`,
		head + `,"conditions":{"resourceType":"Bundle","type":"searchset","total":1,"link":[{"relation":"next"}],"entry":[{"fullUrl":"x","resource":{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/1"},"code":{"text":"HIV infection"}}}]}}}`,
		strings.Replace(head, "order-select", "patient-view", 1) + `}}`, `{}`, `[]`, `{"feedback":[{}]}`,
		`{"feedback":[{"card":"` + instance + `","outcome":"accepted","acceptedSuggestions":[{"id":"` + instance + `"}],"outcomeTimestamp":"2026-11-22T00:00:00Z"}]}`,
	} {
		f.Add([]byte(seed))
	}
	o := options(f, study(f, oneStudy))
	kept := &notes{}
	o.Log = kept
	h := Handler(o)
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, path := range []string{"eligo-patient-view", "eligo-order-select", "eligo-patient-view/feedback"} {
			r := httptest.NewRequest(http.MethodPost, "/cds-services/"+path, bytes.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			switch w.Code {
			case 200, 400, 412:
			default:
				t.Fatalf("%s: %d %s", path, w.Code, w.Body)
			}
			if w.Body.Len() > 0 {
				invariants(t, w.Body.Bytes())
			}
		}
		*kept = notes{}
	})
}
