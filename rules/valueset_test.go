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
	compose := func(include, exclude string) string {
		return fmt.Sprintf(`{"resourceType":"ValueSet","compose":{"include":[%s],"exclude":[%s]}}`, include, exclude)
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
		{"not expanded", `{"resourceType":"ValueSet"}`, "error: the value set is not expanded; save what a terminology server answers to $expand, or list the codes that it starts from: a terminology compiled with eligo terms build adds"},
		{"empty definition", `{"resourceType":"ValueSet","compose":{}}`, "error: the value set is not expanded;"},
		{"listed codes", compose(`{"system":"http://snomed.info/sct","version":"x","concept":[{"code":"38341003","display":"x"}]},{"system":"http://loinc.org","concept":[{"code":"718-7"},{"code":"2160-0"}]}`, ""), "loinc [718-7 2160-0] snomed [38341003]"},
		{"excluded codes", compose(`{"system":"http://loinc.org","concept":[{"code":"718-7"},{"code":"2160-0"}]}`, `{"system":"urn:oid:2.16.840.1.113883.6.1","concept":[{"code":"718-7"}]}`), "loinc [2160-0]"},
		{"all excluded", compose(`{"system":"http://loinc.org","concept":[{"code":"718-7"}]}`, `{"system":"http://loinc.org","concept":[{"code":"718-7"}]}`), "error: the value set is empty"},
		{"filter", compose(`{"system":"http://snomed.info/sct","filter":[{"property":"concept","op":"is-a","value":"84114007"}]}`, ""), "error: the value set is not expanded, and chooses codes by a filter; save"},
		{"filter beside codes", compose(`{"system":"http://loinc.org","concept":[{"code":"718-7"}],"filter":[{}]}`, ""), "error: the value set is not expanded, and chooses codes by a filter"},
		{"excluded by a filter", compose(`{"system":"http://loinc.org","concept":[{"code":"718-7"}]}`, `{"system":"http://loinc.org","filter":[{}]}`), "error: the value set is not expanded, and chooses codes by a filter"},
		{"other value sets", compose(`{"valueSet":["http://example.org/vs"]}`, ""), "error: the value set is not expanded, and is made of other value sets"},
		{"whole system", compose(`{"system":"http://loinc.org"}`, ""), "error: the value set is not expanded, and names a whole code system"},
		{"listed bad code", compose(`{"system":"http://snomed.info/sct","concept":[{"code":"1234"}]}`, ""), "error: in the value set: "},
		{"listed code without system", compose(`{"concept":[{"code":"1234"}]}`, ""), "error: code 1234 of the value set has no system"},
		{"expansion before definition", `{"resourceType":"ValueSet","compose":{"include":[{"system":"http://snomed.info/sct","filter":[{}]}]},"expansion":{"contains":[` + one + `]}}`, "snomed [38341003]"},
		{"wrong case", `{"resourceType":"ValueSet","Expansion":{}}`, "error: the value set is not expanded"},
		{"empty", expansion(`"contains":[]`), "error: the value set is empty"},
		{"only headings", expansion(`"contains":[{"abstract":true}]`), "error: the value set is empty"},
		{"part", expansion(`"total":3,"contains":[` + one + `,` + two + `]`), "error: the value set is not complete: it holds 2 of 3"},
		{"later page", expansion(`"offset":1,"contains":[` + one + `]`), "error: the value set is not complete: entries 1 to 1 are missing"},
		{"later page, said so", expansion(`"parameter":[{"name":"offset","valueInteger":10}],"contains":[` + one + `]`), "error: the value set is not complete: entries 1 to 10 are missing"},
		{"cut", expansion(`"parameter":[{"name":"count","valueInteger":1}],"contains":[` + one + `]`), "error: the value set was cut at 1"},
		{"next page", expansion(`"next":"http://x","contains":[` + one + `]`), "error: the value set is not complete: a further page follows"},
		{"too costly", expansion(`"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/valueset-toocostly","valueBoolean":true}],"contains":[` + one + `]`), "error: the terminology server did not"},
		{"limited", expansion(`"parameter":[{"name":"limitedExpansion","valueBoolean":true}],"contains":[` + one + `]`), "error: the terminology server limited"},
		{"no code", expansion(`"contains":[{"system":"x"}]`), "error: the value set has an entry without code"},
		{"no system", expansion(`"contains":[{"code":"x"}]`), "error: code x of the value set has no system"},
		{"prefix", expansion(`"contains":[{"system":"http://example.org/x","code":"y*"}]`), `error: code "y*" of the value set ends in *`},
		{"bad code", expansion(`"contains":[{"system":"http://snomed.info/sct","code":"1234"}]`), "error: in the value set: "},
		{"too large", strings.Repeat(" ", maxValueSet+1), "error: the value set is larger than 16 MiB"},
	} {
		codes, err := readWhole(c.json)
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

// readWhole reads value sets that are the only files of a concept.
func readWhole(files ...string) (map[string][]string, error) {
	var read []*valueSetFile
	codes := map[string][]string{}
	for i, text := range files {
		f, err := readValueSet([]byte(text))
		if err != nil {
			return nil, err
		}
		f.ref = fmt.Sprint("file", i)
		read = append(read, f)
		for system, list := range f.codes {
			codes[system] = append(codes[system], list...)
		}
	}
	for _, pages := range groupPages(read) {
		if err := checkPages(pages); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

func TestValueSetPages(t *testing.T) {
	page := func(url, rest string, codes ...string) string {
		for i, code := range codes {
			codes[i] = fmt.Sprintf(`{"system":"http://example.org/x","code":%q}`, code)
		}
		return fmt.Sprintf(`{"resourceType":"ValueSet","url":%q,"expansion":{%s"contains":[%s]}}`, url, rest, strings.Join(codes, ","))
	}
	first, second := page("u", `"total":4,"offset":0,`, "a", "b"), page("u", `"total":4,"offset":2,`, "c", "d")
	count := func(offset int, codes ...string) string {
		return page("u", fmt.Sprintf(`"parameter":[{"name":"count","valueInteger":2},{"name":"offset","valueInteger":%d}],`, offset), codes...)
	}
	for _, c := range []struct {
		name  string
		files []string
		want  string // number of codes, or the error
	}{
		{"two pages", []string{first, second}, "4"},
		{"in another order", []string{second, first}, "4"},
		{"the first alone", []string{first}, "it holds 2 of 4 codes; list all its pages"},
		{"the second alone", []string{second}, "entries 1 to 2 are missing; list all its pages"},
		{"a page twice", []string{first, first, second}, "its pages overlap: file1 begins at entry 1"},
		{"a page between is missing", []string{page("u", `"total":6,"offset":0,`, "a", "b"), page("u", `"total":6,"offset":4,`, "e", "f")}, "entries 3 to 4 are missing"},
		{"another total", []string{first, page("u", `"total":5,"offset":2,`, "c", "d", "e")}, "its pages are of different expansions: file1"},
		{"pages of two value sets", []string{first, page("v", `"total":4,"offset":2,`, "c", "d")}, "it holds 2 of 4 codes"},
		{"two value sets with two pages each", []string{first, page("v", `"total":2,"offset":1,`, "y"), second, page("v", `"total":2,`, "x")}, "6"},
		{"whole value sets", []string{page("u", "", "a"), page("u", "", "b")}, "2"},
		{"no total, the last page not full", []string{count(0, "a", "b"), count(2, "c")}, "3"},
		{"no total, the last page full", []string{count(0, "a", "b"), count(2, "c", "d")}, "the value set was cut at 2 codes"},
		{"no total, an empty last page", []string{count(0, "a", "b"), count(2)}, "2"},
		{"a further page", []string{page("u", `"next":"p2",`, "a"), page("u", `"offset":1,"next":"p3",`, "b")}, "a further page follows"},
		{"no further page", []string{page("u", `"next":"p2",`, "a"), page("u", `"offset":1,`, "b")}, "2"},
	} {
		codes, err := readWhole(c.files...)
		got := fmt.Sprint(len(codes["http://example.org/x"]))
		if err != nil {
			got = err.Error()
		}
		if got != c.want && (err == nil || !strings.Contains(got, c.want)) {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}
