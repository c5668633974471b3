// SPDX-License-Identifier: Apache-2.0

package document_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/patient"
)

const (
	native = `{"id": "native", "conditions": [], "medications": [{"codes": [{"system": "urn:local", "code": "1"}, {"system": "urn:other", "code": "1"}]}],
		"observations": [{"codes": [{"system": "urn:local", "code": "2"}], "value": {"codes": [{"system": "urn:local", "code": "3"}]},
			"interpretation": [{"system": "urn:local", "code": "4"}]}],
		"procedures": [{"codes": [{"system": "urn:local", "code": "5"}]}], "allergies": [{"codes": [{"system": "urn:local", "code": "6"}]}]}`
	bundle = `{"resourceType": "Bundle", "type": "collection", "entry": [
		{"resource": {"resourceType": "Patient", "id": "fhir"}},
		{"resource": {"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/fhir"}, "code": {"coding": [{"system": "urn:local", "code": "B20"}]}}}]}`
)

func zipped(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, s); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestReadTellsFormatsApart(t *testing.T) {
	for _, c := range []struct{ name, doc, id string }{
		{"native", native, "native"},
		{"native, gzipped", zipped(t, native), "native"},
		{"native with a byte order mark", "\ufeff" + native, "native"},
		{"FHIR", bundle, "fhir"},
		{"FHIR, gzipped", zipped(t, bundle), "fhir"},
		{"FHIR with a byte order mark", "\ufeff" + bundle, "fhir"},
		{"FHIR that names its type last", `{"id": "late", "text": {"div": "` + strings.Repeat("x", 1<<17) + `"}, "resourceType": "Patient"}`, "late"},
	} {
		// One byte at a time, as a slow pipe would.
		p, err := document.Read(iotest.OneByteReader(strings.NewReader(c.doc)), document.Options{})
		if err != nil || p.ID != c.id || !p.Validated() {
			t.Errorf("%s: %v, %v", c.name, p, err)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	broken := errors.New("the wire is cut")
	for _, c := range []struct {
		name, want string
		r          io.Reader
		o          document.Options
	}{
		{"nothing", "empty", strings.NewReader(" \n"), document.Options{}},
		{"an empty gzip file", "empty", strings.NewReader(zipped(t, "")), document.Options{}},
		{"a damaged gzip file", "damaged", strings.NewReader(zipped(t, native)[:40]), document.Options{}},
		{"a gzip file with a bad head", "damaged", strings.NewReader("\x1f\x8bx"), document.Options{}},
		{"a reader that fails", "the wire is cut", iotest.ErrReader(broken), document.Options{}},
		{"a native profile to choose from", "none to choose", strings.NewReader(native), document.Options{PatientID: "x"}},
		{"an unknown field", "$.nme", strings.NewReader(`{"id": "x", "nme": "y"}`), document.Options{}},
		{"other FHIR", "Observation", strings.NewReader(`{"resourceType": "Observation"}`), document.Options{}},
	} {
		if p, err := document.Read(c.r, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v", c.name, p, err)
		}
	}
}

func TestComplete(t *testing.T) {
	all := patient.FactDomains()
	for _, c := range []struct {
		name, doc string
		assumed   []patient.Domain
	}{
		{"native", native, []patient.Domain{patient.Immunizations}},
		{"FHIR", bundle, []patient.Domain{patient.Medications, patient.Observations, patient.Procedures, patient.Allergies, patient.Immunizations}},
	} {
		p, err := document.Read(strings.NewReader(c.doc), document.Options{Complete: all})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range all {
			if !p.Supplied(d) {
				t.Errorf("%s: %s is not supplied", c.name, d)
			}
		}
		if !slices.Equal(p.Assumed(), c.assumed) {
			t.Errorf("%s: assumed %v, want %v", c.name, p.Assumed(), c.assumed)
		}
		if p.Supplied(patient.Answers) || !p.Validated() {
			t.Errorf("%s: answers supplied, or not validated", c.name)
		}
	}
	if slices.Contains(all, patient.Answers) {
		t.Error("answers can be complete")
	}
}

// The name of a local system reaches every code that there is.
func TestSystems(t *testing.T) {
	systems := map[string]string{"urn:local": patient.ICD10CM}
	for _, doc := range []string{native, bundle} {
		p, err := document.Read(strings.NewReader(doc), document.Options{Systems: systems})
		if err != nil {
			t.Fatal(err)
		}
		out, err := p.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(out, []byte("urn:local")) || !bytes.Contains(out, []byte(patient.ICD10CM)) {
			t.Errorf("a local system is left: %s", out)
		}
		if doc == native && !bytes.Contains(out, []byte("urn:other")) {
			t.Errorf("another system is gone: %s", out)
		}
	}
}
