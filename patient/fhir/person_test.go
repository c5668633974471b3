// SPDX-License-Identifier: Apache-2.0

package fhir_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient/fhir"
)

// TestPerson holds what a Patient becomes: id, birth, sex, deceased, death.
func TestPerson(t *testing.T) {
	for _, c := range []struct{ name, elements, want string }{
		{"nothing", ``, `"" "" - ""`},
		{"full", `"birthDate":"1980-05-20","gender":"male"`, `"1980-05-20" "male" - ""`},
		{"year of birth", `"birthDate":"1980","gender":"other"`, `"1980" "other" - ""`},
		{"month of birth", `"birthDate":"1980-05","gender":"unknown"`, `"1980-05" "unknown" - ""`},
		{"absent with a reason", `"_birthDate":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}`, `"" "" - ""`},
		{"birth time", `"birthDate":"1980-05-20","_birthDate":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthTime","valueDateTime":"1980-05-20T10:00:00Z"}]}`, `"1980-05-20" "" - ""`},
		{"impossible birth date", `"birthDate":"1980-13-20"`, `"" "" - "" Patient/x: birthDate is not a date`},
		{"gender R4 does not have", `"gender":"F"`, `"" "" - "" Patient/x: gender is not a code that R4 has`},
		{"alive", `"deceasedBoolean":false`, `"" "" false ""`},
		{"dead", `"deceasedBoolean":true`, `"" "" true ""`},
		{"died on a day", `"deceasedDateTime":"2020-02-03T10:00:00-05:00"`, `"" "" true "2020-02-03"`},
		{"died in a year", `"deceasedDateTime":"2020"`, `"" "" true "2020"`},
		{"died, date unreadable", `"deceasedDateTime":"last year"`, `"" "" true "" Patient/x: deceasedDateTime is not a date`},
		{"not in use", `"active":false`, `"" "" - "" Patient/x: active is false: the record is not in use`},
		{"replaces another", `"link":[{"other":{"reference":"Patient/y"},"type":"replaces"}]`, `"" "" - ""`},
		{"deceased of a wrong type", `"deceasedBoolean":"true"`, "error: Patient.deceasedBoolean has the wrong JSON type"},
		{"deceased twice", `"deceasedBoolean":false,"deceasedDateTime":"2020"`, "error: Patient has deceasedBoolean and deceasedDateTime"},
		{"deceased with an extension only", `"_deceasedDateTime":{"extension":[{"url":"x"}]}`, "error: Patient.deceased has an extension and no value"},
		{"modifierExtension", `"modifierExtension":[{"url":"x"}]`, "error: Patient.modifierExtension is not known"},
		{"implicitRules", `"implicitRules":"x"`, "error: Patient.implicitRules is not known"},
		{"replaced", `"link":[{"other":{"reference":"Patient/y"},"type":"replaced-by"}]`, "error: the Patient was replaced by another"},
		{"died before birth", `"birthDate":"1980","deceasedDateTime":"1970"`, "error: Patient/x: $.death_date"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := `{"resourceType":"Patient","id":"x",` + c.elements + `}`
			p, err := fhir.Decode(strings.NewReader(strings.Replace(text, ",}", "}", 1)), fhir.Options{})
			if err != nil {
				if want, fails := strings.CutPrefix(c.want, "error: "); !fails || !strings.HasPrefix(err.Error(), want) {
					t.Errorf("%v, want %s", err, c.want)
				}
				return
			}
			deceased := "-"
			if p.Deceased != nil {
				deceased = fmt.Sprint(*p.Deceased)
			}
			got := fmt.Sprintf("%q %q %s %q %s", p.BirthDate, p.Sex, deceased, p.DeathDate, strings.Join(p.Issues, "; "))
			if strings.TrimSpace(got) != c.want || p.ID != "x" {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestPersonID(t *testing.T) {
	nobody := `{"resourceType":"Patient"}`
	p, err := fhir.Decode(strings.NewReader(entries("collection", Entry("urn:uuid:ABC-1", nobody))), fhir.Options{})
	if err != nil || p.ID != "abc-1" {
		t.Errorf("%v, %v", p, err)
	}
	p, err = fhir.Decode(strings.NewReader(entries("collection", Entry("http://x.example/Patient/9", nobody))), fhir.Options{})
	if err != nil || p.ID != "9" {
		t.Errorf("%v, %v", p, err)
	}
	if _, err = fhir.Decode(strings.NewReader(nobody), fhir.Options{}); err == nil {
		t.Error("a Patient without any name cannot be reported on")
	}
}
