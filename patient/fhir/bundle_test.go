// SPDX-License-Identifier: Apache-2.0

package fhir_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
)

// bundleDocument is a test of a whole document: its facts and issues.
type bundleDocument struct{ name, text, want string }

func checkDocuments(t *testing.T, documents []bundleDocument) {
	t.Helper()
	for _, d := range documents {
		t.Run(d.name, func(t *testing.T) {
			if got := summary(t, decode(t, d.text)); got != d.want {
				t.Errorf("\n got %s\nwant %s", got, d.want)
			}
		})
	}
}

// entries makes a Bundle of a type from whole entries.
func entries(kind string, all ...string) string {
	return `{"resourceType":"Bundle","type":"` + kind + `","entry":[` + strings.Join(all, ",") + `]}`
}

// Entry makes an entry with a fullUrl.
func Entry(url, resource string) string {
	return `{"fullUrl":"` + url + `","resource":` + resource + `}`
}

// asthmaOf is a Condition whose subject is written so.
func asthmaOf(subject string) string {
	return `{"resourceType":"Condition","id":"1","code":{"text":"asthma"},"subject":` + subject + `}`
}

func ref(literal string) string { return `{"reference":"` + literal + `"}` }

func Version(number, updated, words string) string {
	return `{"resourceType":"Condition","id":"1","meta":{"versionId":"` + number + `","lastUpdated":"` + updated + `"},"subject":{"reference":"Patient/ann"},"code":{"text":"` + words + `"}}`
}

func TestVersions(t *testing.T) {
	base := "http://a.example/fhir/"
	who, at := Entry(base+"Patient/ann", ann), base+"Condition/1"
	deleted := func(when string) string {
		return `{"fullUrl":"` + at + `","request":{"method":"DELETE","url":"Condition/1"},"response":{"status":"200","lastModified":"` + when + `"}}`
	}
	twice := `"conditions":[{"record":"Condition/1","unreadable":"the resource is there twice, and which is newer cannot be told"}],"issues":["Condition/1: unreadable: the resource is there twice, and which is newer cannot be told"]`
	plain := asthmaOf(ref("Patient/ann"))
	bare := strings.Replace(plain, "asthma", "bare", 1)
	checkDocuments(t, []bundleDocument{
		{"last updated", entries("collection", who, Entry(at, Version("1", "2026-01-02T00:00:00Z", "old")), Entry(at, Version("1", "2026-01-02T05:00:00+03:00", "asthma"))), asthma},
		{"version number", entries("collection", who, Entry(at, Version("10", "", "asthma")), Entry(at, Version("9", "", "old"))), asthma},
		{"history lists the newest first", entries("history", who, Entry(at, plain), Entry(at, bare)), asthma},
		{"the type may come last", `{"resourceType":"Bundle","entry":[` + who + `,` + Entry(at, plain) + `,` + Entry(at, bare) + `],"type":"history"}`, asthma},
		{"the same twice", entries("collection", who, Entry(at, plain), Entry(at, plain)), asthma},
		{"two that differ", entries("collection", who, Entry(at, plain), Entry(at, bare)), twice},
		{"deleted last", entries("history", who, deleted(""), Entry(at, plain)), ""},
		{"deleted, then made again", entries("history", who, Entry(at, plain), deleted("")), asthma},
		{"deleted before it was updated", entries("history", who, deleted("2026-01-01T00:00:00Z"), Entry(at, Version("2", "2026-01-02T00:00:00Z", "asthma"))), asthma},
		{"deletion without time beside it", entries("transaction", who, Entry(at, plain), deleted("")), twice},
		{"deletion of another", entries("transaction", who, Entry(at, plain), strings.ReplaceAll(deleted(""), "Condition/1", "Condition/2")), asthma},
	})
}

func TestMedicationInBundle(t *testing.T) {
	base := "http://a.example/fhir/"
	who := Entry(base+"Patient/ann", ann)
	order := func(literal string) string {
		return Entry(base+"MedicationRequest/1", `{"resourceType":"MedicationRequest","id":"1","status":"active","intent":"order","subject":{"reference":"Patient/ann"},"medicationReference":{"reference":"`+literal+`"}}`)
	}
	drug := func(url string) string {
		return Entry(url, `{"resourceType":"Medication","id":"m","code":{"text":"methotrexate"}}`)
	}
	urn := "urn:uuid:0b0c2c3e-0000-4000-8000-000000000002"
	found := `"medications":[{"text":"methotrexate","record":"MedicationRequest/1","basis":"order","status":"active"}]`
	lost := `"medications":[{"record":"MedicationRequest/1","unreadable":"medicationReference cannot be resolved and has no display","basis":"order"}],"issues":["MedicationRequest/1: unreadable: medicationReference cannot be resolved and has no display"]`
	checkDocuments(t, []bundleDocument{
		{"relative, before it is there", entries("collection", who, order("Medication/m"), drug(base+"Medication/m")), found},
		{"absolute", entries("collection", who, drug(base+"Medication/m"), order(base+"Medication/m")), found},
		{"versioned", entries("collection", who, drug(base+"Medication/m"), order("Medication/m/_history/2")), found},
		{"urn", entries("collection", who, drug(urn), order(urn)), found},
		{"on another server", entries("collection", who, drug("http://b.example/fhir/Medication/m"), order("Medication/m")), lost},
		{"contained elsewhere", entries("collection", who, drug(base+"Medication/m"), order("#m")), lost},
	})
}

func TestDocument(t *testing.T) {
	claims := `{"resourceType":"Claim"},{"id":"x","resourceType":"Claim"}`
	checkDocuments(t, []bundleDocument{
		{"a bare Patient", ann, ""},
		{
			"types that are not read", entries("searchset", `{"resource":`+ann+`}`, `{"resource":`+strings.ReplaceAll(claims, "},{", `}},{"resource":{`)+`}`, `{"resource":{"resourceType":"Basic"}}`, `{"resource":{"resourceType":"<b>"}}`, `{"resource":{}}`),
			`"issues":["skipped 2 Claim, 2 resource of no known type, 1 Basic: not read"]`,
		},
		{
			"outcome of a search", entries("searchset", `{"resource":`+ann+`}`, `{"search":{"mode":"outcome"},"resource":{"resourceType":"OperationOutcome"}}`),
			`"issues":["skipped 1 OperationOutcome: the server had something to say about the search, and the record may be incomplete"]`,
		},
		{
			"searches in a batch-response", entries("batch-response", `{"resource":`+ann+`}`, `{"resource":`+entries("searchset", `{"resource":`+asthmaOf(ref("Patient/ann"))+`}`)+`,"response":{"status":"200 OK"}}`, `{"response":{"status":"404"}}`),
			asthma + `,"issues":["requests that failed: 1; the record may be incomplete"]`,
		},
		{"resourceType last, names escaped, other case ignored", `{"entry":[{"resource":{"\u0069d":"ann","ID":"bob","birthDate":"1980","BirthDate":"2020","resourceType":"Patient"}}],"type":"collection","resourceType":"Bundle"}`, ""},
		{"with a byte order mark", "\xef\xbb\xbf" + bundle(ann, asthmaOf(ref("Patient/ann"))), asthma},
		{"no entries of a type, and blanks everywhere", " {\n\t\"resourceType\" : \"Bundle\" ,\r\n \"entry\" : [ { \"resource\" : " + ann + " } , { } ] } \n", ""},
		{
			"many records of one issue", bundle(append([]string{ann}, manyObservations(7)...)...),
			`"issues":["Observation/a, Observation/b, Observation/c, Observation/d, Observation/e and 2 more: it cannot be told whom it is about: left out"]`,
		},
	})
}

func manyObservations(n int) (all []string) {
	for i := range n {
		all = append(all, `{"resourceType":"Observation","id":"`+string(rune('a'+i))+`"}`)
	}
	return all
}

func TestOptions(t *testing.T) {
	text := bundle(ann,
		of("AllergyIntolerance", `"code":{"coding":[{"system":"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips","code":"no-allergy-info"}]}`),
		of("Condition", `"code":{"coding":[{"system":"urn:oid:1.2.3","code":"B20"},{"system":"urn:other","code":"x"}]}`))
	p, err := fhir.Decode(strings.NewReader(text), fhir.Options{
		Complete: []patient.Domain{patient.Conditions, patient.Procedures, patient.Allergies},
		Systems:  map[string]string{"urn:oid:1.2.3": patient.ICD10CM},
	})
	if err != nil {
		t.Fatal(err)
	}
	if !p.Supplied(patient.Procedures) || len(p.Procedures) != 0 || p.Supplied(patient.Immunizations) {
		t.Error("complete domains are supplied, and no other")
	}
	if p.Supplied(patient.Allergies) {
		t.Error("a domain that the record says nothing is known of is not supplied, whatever the options say")
	}
	if c := p.Conditions[0].Codes; c[0].System != patient.ICD10CM || c[1].System != "urn:other" {
		t.Errorf("systems %v", c)
	}
	if _, err := fhir.Decode(strings.NewReader(text), fhir.Options{Complete: []patient.Domain{"labs"}}); err == nil {
		t.Error("labs is no domain")
	}
}

func TestGzip(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte(bundle(ann)))
	_ = z.Close()
	if !fhir.Sniff(zipped.Bytes()) || !fhir.Sniff(zipped.Bytes()[:zipped.Len()-8]) {
		t.Error("gzipped FHIR is FHIR")
	}
	if p, err := fhir.Decode(bytes.NewReader(zipped.Bytes()), fhir.Options{}); err != nil || p.ID != "ann" {
		t.Errorf("%v, %v", p, err)
	}
	if _, err := fhir.Decode(bytes.NewReader(zipped.Bytes()[:zipped.Len()-8]), fhir.Options{}); err == nil {
		t.Error("half a gzip file is an error")
	}
	bomb := new(bytes.Buffer)
	z = gzip.NewWriter(bomb)
	blank := bytes.Repeat([]byte(" "), 1<<20)
	for range fhir.MaxSize>>20 + 1 {
		_, _ = z.Write(blank)
	}
	_ = z.Close()
	if _, err := fhir.Decode(bomb, fhir.Options{}); !errors.Is(err, fhir.ErrTooLarge) {
		t.Errorf("a bomb: %v", err)
	}
}

func TestSniff(t *testing.T) {
	for text, want := range map[string]bool{
		ann: true, `{"resourceType":"Bund`: true, ` {"id":"x","contact":{"resourceType":1},"resourceType":"Patient"}`: true,
		`{"id":"x","conditions":[{"resourceType":"Patient"}]}`: false, `{"resourceType":1}`: false,
		`["resourceType","Patient"]`: false, "": false, "study: x": false, `{"id":"x`: false, "\x1f\x8bnot gzip": false,
		"\xef\xbb\xbf" + ann: true,
	} {
		if got := fhir.Sniff([]byte(text)); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestRefused(t *testing.T) {
	deep := strings.Repeat("[", 1<<20)
	nested := bundle(ann)
	for range 6 {
		nested = bundle(nested)
	}
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "not a FHIR document"},
		{"not JSON", "study: x", "not a FHIR document"},
		{"an array", "[]", "a JSON object is needed"},
		{"cut off", bundle(ann)[:60], "offset"},
		{"deep", deep, "offset"},
		{"deep in a resource", bundle(ann, `{"resourceType":"Claim","x":`+deep), "offset"},
		{"a name twice", bundle(`{"resourceType":"Patient","id":"a","id":"b"}`), `duplicate object member name "id" within "/entry/0/resource"`},
		{"a name twice, once escaped", bundle(`{"resourceType":"Patient","id":"a","\u0069d":"b"}`), `duplicate object member name`},
		{"a name twice in what is not read", bundle(ann, `{"resourceType":"Claim","x":{"y":1,"y":2}}`), `within "/entry/1/resource/x"`},
		{"bad UTF-8", bundle("{\"resourceType\":\"Patient\",\"id\":\"\xff\"}"), "UTF-8"},
		{"quote in what is not read", bundle(ann, `{"resourceType":"Claim","x":"y"z"}`), "offset"},
		{"NDJSON", ann + "\n" + ann, "more follows"},
		{"no resourceType", `{"id":"x"}`, `no "resourceType"`},
		{"a Condition", asthmaOf(ref("Patient/ann")), "a Condition: a Bundle or a Patient is needed"},
		{"no Patient", bundle(asthmaOf(ref("Patient/ann"))), "no Patient"},
		{"empty Bundle", `{"resourceType":"Bundle"}`, "no Patient"},
		{"several Patients", bundle(ann, `{"resourceType":"Patient","id":"bob"}`), "2 Patients"},
		{"entry is an object", `{"resourceType":"Bundle","entry":{}}`, "Bundle.entry is not an array"},
		{"entry is a number", `{"resourceType":"Bundle","entry":[1]}`, "Bundle.entry[0]: not an object"},
		{"fullUrl is a number", `{"resourceType":"Bundle","entry":[{},{"fullUrl":1}]}`, "Bundle.entry[1]: fullUrl"},
		{"too many entries", `{"resourceType":"Bundle","entry":[` + strings.Repeat("{},", 500_000) + `{}]}`, "more than 500000 entries"},
		{"type is a number", `{"resourceType":"Bundle","type":1,"entry":[{}]}`, "Bundle.type has the wrong JSON type"},
		{"entries of a Patient", `{"resourceType":"Patient","id":"x","entry":[{}]}`, "a Bundle or a Patient is needed"},
		{"Bundle with implicitRules", `{"resourceType":"Bundle","implicitRules":"http://x","entry":[]}`, "implicitRules"},
		{"a page with more to come", `{"resourceType":"Bundle","link":[{"relation":"self"},{"relation":"next","url":"x"}],"entry":[]}`, "one page of several"},
		{"the last page", `{"resourceType":"Bundle","link":[{"relation":"previous"}],"entry":[]}`, "one page of several"},
		{"fewer than the total", `{"resourceType":"Bundle","type":"searchset","total":2,"entry":[{"resource":` + ann + `}]}`, "holds 1 of 2"},
		{"a page within", bundle(ann, `{"resourceType":"Bundle","link":[{"relation":"next"}]}`), "Bundle.entry[1]: the Bundle is one page"},
		{"Bundles in Bundles", nested, "more than 4 deep"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := fhir.Decode(strings.NewReader(c.text), fhir.Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, %v; want an error with %q", p, err, c.want)
			}
			// The number of allocations stands for the work, since it does not
			// depend on the machine.
			const most = 1000
			if n := testing.AllocsPerRun(1, func() { _, _ = fhir.Decode(strings.NewReader(c.text), fhir.Options{}) }); n > most {
				t.Errorf("%.0f allocations for %d bytes", n, len(c.text))
			}
		})
	}
}
