// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestReadValueSet(t *testing.T) {
	const one, two = `{"system":"http://snomed.info/sct","code":"38341003"}`, `{"system":"http://loinc.org","code":"718-7"}`
	expansion := func(rest string) string {
		return fmt.Sprintf(`{"resourceType":"ValueSet","expansion":{%s}}`, rest)
	}
	for _, c := range []struct{ name, json, want string }{
		{"codes", expansion(`"contains":[` + one + `,` + two + `]`), "loinc [718-7] snomed [38341003]"},
		{"total", expansion(`"total":2,"contains":[` + one + `,` + two + `]`), "loinc [718-7] snomed [38341003]"},
		{"nested", expansion(`"contains":[{"abstract":true,"system":"x","code":"y","contains":[` + one + `]}]`), "snomed [38341003]"},
		{"inactive", expansion(`"contains":[{"system":"http://snomed.info/sct","code":"38341003","inactive":true}]`), "snomed [38341003]"},
		{"own system", expansion(`"contains":[{"system":"http://example.org/x","code":"y"}]`), "http://example.org/x [y]"},
		{"offset 0", expansion(`"offset":0,"total":1,"parameter":[{"name":"count","valueInteger":1}],"contains":[` + one + `]`), "snomed [38341003]"},
		{"not JSON", `{`, "error: the value set cannot be read"},
		{"array", `[]`, "error: the value set cannot be read"},
		{"twice", `{"resourceType":"ValueSet","resourceType":"ValueSet"}`, "error: the value set cannot be read"},
		{"other resource", `{"resourceType":"CodeSystem"}`, "error: this is no FHIR ValueSet: its resourceType is CodeSystem"},
		{"not expanded", `{"resourceType":"ValueSet","compose":{}}`, "error: the value set is not expanded"},
		{"wrong case", `{"resourceType":"ValueSet","Expansion":{}}`, "error: the value set is not expanded"},
		{"empty", expansion(`"contains":[]`), "error: the value set is empty"},
		{"only headings", expansion(`"contains":[{"abstract":true}]`), "error: the value set is empty"},
		{"part", expansion(`"total":3,"contains":[` + one + `,` + two + `]`), "error: the value set is not complete: it holds 2 of 3"},
		{"later page", expansion(`"offset":1,"contains":[` + one + `]`), "error: the value set is a page"},
		{"later page, said so", expansion(`"parameter":[{"name":"offset","valueInteger":10}],"contains":[` + one + `]`), "error: the value set is a page"},
		{"cut", expansion(`"parameter":[{"name":"count","valueInteger":1}],"contains":[` + one + `]`), "error: the value set was cut at 1"},
		{"next page", expansion(`"next":"http://x","contains":[` + one + `]`), "error: the value set is a page"},
		{"too costly", expansion(`"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/valueset-toocostly","valueBoolean":true}],"contains":[` + one + `]`), "error: the terminology server did not"},
		{"limited", expansion(`"parameter":[{"name":"limitedExpansion","valueBoolean":true}],"contains":[` + one + `]`), "error: the terminology server limited"},
		{"no code", expansion(`"contains":[{"system":"x"}]`), "error: the value set has an entry without code"},
		{"no system", expansion(`"contains":[{"code":"x"}]`), "error: code x of the value set has no system"},
		{"prefix", expansion(`"contains":[{"system":"http://example.org/x","code":"y*"}]`), `error: code "y*" of the value set ends in *`},
		{"bad code", expansion(`"contains":[{"system":"http://snomed.info/sct","code":"1234"}]`), "error: in the value set: "},
		{"too large", strings.Repeat(" ", maxValueSet+1), "error: the value set is larger than 16 MiB"},
	} {
		codes, err := readValueSet([]byte(c.json))
		var parts []string
		for _, system := range slices.Sorted(maps.Keys(codes)) {
			parts = append(parts, fmt.Sprint(system, " ", codes[system]))
		}
		got := strings.Join(parts, " ")
		if err != nil {
			got = "error: " + err.Error()
		}
		if got != c.want && !(err != nil && strings.HasPrefix(c.want, "error") && strings.HasPrefix(got, c.want)) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
