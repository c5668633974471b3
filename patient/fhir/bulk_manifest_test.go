// SPDX-License-Identifier: Apache-2.0

package fhir_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
	"github.com/eligo-trials/eligo/patient/fhir/bulk"
)

// The export of these cases has the patients a and b; a has the condition c1.
var manifests = []struct {
	name, manifest string
	more           map[string]string
	complete       []patient.Domain
	want           []string
}{
	{
		"how far the record reaches", `{"transactionTime":"2026-03-01T23:30:00-05:00","request":"https://x.org/Patient/$export","output":[]}`, nil, nil,
		[]string{"a c[c1] through 2026-03-01", "b c[] through 2026-03-01"},
	},
	{
		"files by any URL", `{"output":[{"type":"Condition","url":"https://x.org/a%20b/Condition.ndjson?token=1","count":1}]}`, nil, nil,
		[]string{"a c[c1]", "b c[]"},
	},
	{
		"a name without an end", `{"output":[{"type":"Condition","url":"https://x.org/Binary/77"}]}`,
		map[string]string{"77": conditionLine("c2", "Patient/b")},
		nil,
		[]string{"a c[c1]", "b c[c2]"},
	},
	{
		"a file that is not here", `{"output":[{"type":"Condition","url":"Condition.ndjson"},{"type":"Condition","url":"2.ndjson"}]}`, nil, nil,
		[]string{
			"CUT manifest.json: manifest.json lists 1 more files of Condition than are here",
			"a c[c1, manifest.json ?manifest.json lists 1 more files of Condition than are here]",
			"b c[manifest.json ?manifest.json lists 1 more files of Condition than are here]",
		},
	},
	{"a file that was renamed", `{"output":[{"type":"Condition","url":"https://x.org/99"}]}`, nil, nil, []string{"a c[c1]", "b c[]"}},
	{"a file that was renamed, and is not whole", `{"output":[{"type":"Condition","url":"https://x.org/99","count":2}]}`, nil, nil, []string{
		"CUT manifest.json: manifest.json lists 2 resources of Condition, and 1 are here",
		"a c[c1, manifest.json ?manifest.json lists 2 resources of Condition, and 1 are here]",
		"b c[manifest.json ?manifest.json lists 2 resources of Condition, and 1 are here]",
	}},
	{
		"Patients that are not here", `{"output":[{"type":"Patient","url":"1.ndjson"},{"type":"Patient","url":"2.ndjson"}]}`, nil, nil,
		[]string{"CUT manifest.json: manifest.json lists 1 more files of Patient than are here", "a c[c1]", "b c[]"},
	},
	{
		"fewer lines than there should be", `{"output":[{"type":"Condition","url":"Condition.ndjson","count":3}]}`, nil, nil,
		[]string{
			"CUT manifest.json: manifest.json lists 3 resources in Condition.ndjson, and 1 are here",
			"a c[c1, manifest.json ?manifest.json lists 3 resources in Condition.ndjson, and 1 are here]",
			"b c[manifest.json ?manifest.json lists 3 resources in Condition.ndjson, and 1 are here]",
		},
	},
	{
		"types of which there is none", `{"output":[{"type":"Procedure","url":"p.ndjson","count":0},{"type":"Immunization","url":"i.ndjson.gz","count":0}]}`,
		map[string]string{"p.ndjson": "", "i.ndjson.gz": ""},
		nil,
		[]string{"a c[c1] p[] i[]", "b c[] p[] i[]"},
	},
	{"an empty file supplies nothing", `{}`, map[string]string{"Procedure.ndjson": "\n\n"}, nil, []string{"a c[c1]", "b c[]"}},
	{"_since", `{"request":"https://x.org/$export?_since=2026-01-01T00:00:00Z","output":[]}`, nil, nil, []string{
		"a c[c1, manifest.json ?the export was made with _since: it holds only what changed since then; whoever knows it to be complete can say so]", "b",
	}},
	{
		"_since, vouched for", `{"request":"https://x.org/$export?_since=2026-01-01T00:00:00Z","output":[]}`, nil,
		[]patient.Domain{patient.Conditions},
		[]string{"a c[c1]", "b c[]"},
	},
	{"_typeFilter", `{"request":"$export?_type=Condition&_typeFilter=Condition%3Fclinical-status%3Dactive,Encounter%3Fx","output":[]}`, nil, nil, []string{
		"a c[c1, manifest.json ?the export was made with a _typeFilter of Condition: some are left out; whoever knows it to be complete can say so]", "b",
	}},
	{"_typeFilter of another type", `{"request":"$export?_typeFilter=MedicationRequest%3Fstatus%3Dactive&_typeFilter=Patient%3Fgender%3Dmale"}`, nil, nil, []string{"a c[c1]", "b c[]"}},
	{"_elements", `{"request":"$export?_elements=id,code"}`, nil, nil, []string{
		"CUT DIR: the export was made with _elements: what was left out may change what the rest means (a status, for example); make it without",
	}},
	{"a request that cannot be read", `{"request":"$export?%zz"}`, nil, nil, []string{
		"a c[c1, manifest.json ?its request cannot be read: whether the export is complete is not known; whoever knows it to be complete can say so]", "b",
	}},
	{"one manifest of several", `{"output":[],"link":[{"relation":"next","url":"2.json"}]}`, nil, nil, []string{
		"a c[c1, manifest.json ?it is one of several: the export goes on elsewhere; whoever knows it to be complete can say so]", "b",
	}},
	{"no JSON", `{"output":[`, nil, nil, []string{"CUT DIR: manifest.json is not JSON, or over 16 MiB: what the export holds cannot be told"}},
	{"not a manifest", `{"output":7}`, nil, nil, []string{"CUT DIR: manifest.json: output has the wrong JSON type"}},
	{"an error file that is not here", `{"output":[],"error":[{"url":"e.ndjson"}]}`, nil, []patient.Domain{patient.Conditions}, []string{
		"CUT manifest.json: manifest.json lists 1 more files of OperationOutcome than are here", "a c[c1]", "b c[]",
	}},
	{"deletions that are not here", `{"output":[],"deleted":[{"url":"d.ndjson"}]}`, nil, nil, []string{
		"CUT DIR: manifest.json lists 1 more files of Bundle than are here: what was deleted cannot be told",
	}},
	{"names that lead elsewhere", `{"output":[{"type":"Condition","url":"../../etc/passwd"},{"type":"Condition","url":".."}],"deleted":[]}`, nil, nil, []string{
		"CUT manifest.json: manifest.json lists 1 more files of Condition than are here",
		"a c[c1, manifest.json ?manifest.json lists 1 more files of Condition than are here]",
		"b c[manifest.json ?manifest.json lists 1 more files of Condition than are here]",
	}},
}

func TestBulkManifest(t *testing.T) {
	for _, c := range manifests {
		t.Run(c.name, func(t *testing.T) {
			files := map[string]string{
				"manifest.json": c.manifest, "Patient.ndjson": patientLine("a") + patientLine("b"), "Condition.ndjson": conditionLine("c1", "Patient/a"),
			}
			for name, text := range c.more {
				files[name] = text
			}
			got := bulkOf(t, folderOf(t, files), bulk.Options{Options: fhir.Options{Complete: c.complete}})
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func compareDeletions(lastUpdated string, urls ...string) string {
	var entries []string
	for _, u := range urls {
		entries = append(entries, `{"request":{"method":"DELETE","url":"`+u+`"}}`)
	}
	meta := ""
	if lastUpdated != "" {
		meta = `"meta":{"lastUpdated":"` + lastUpdated + `"},`
	}
	return `{"resourceType":"Bundle",` + meta + `"type":"transaction","entry":[` + strings.Join(entries, ",") + "]}\n"
}

// What is deleted is gone, unless it is newer than the deletion. Only an export
// of what changed names deletions: what it holds is complete where the caller
// says so.
func TestBulkDeleted(t *testing.T) {
	dated := strings.Replace(conditionLine("c3", "Patient/a"), `"code"`, `"meta":{"lastUpdated":"2026-02-01T00:00:00Z"},"code"`, 1)
	conditions := conditionLine("c1", "Patient/a") + conditionLine("c2", "Patient/a") + dated + conditionLine("c4", "Patient/b") + conditionLine("c5", "Patient/d")
	for _, c := range []struct {
		name    string
		deleted map[string]string
		want    []string
	}{
		{
			"resources",
			map[string]string{"deleted/1.ndjson": compareDeletions("2026-01-01T00:00:00Z", "Condition/c1", "Condition/c3") + compareDeletions("", "Condition/c4", "Encounter/9")},
			[]string{"a c[c2, c3]", "b c[]", "c c[]", "d c[c5]"},
		},
		{
			"later",
			map[string]string{"del.ndjson.gz": compareDeletions("2026-03-01T00:00:00Z", "Condition/c1", "Condition/c3", "https://x.org/Condition/c2")},
			[]string{"a c[]", "b c[c4]", "c c[]", "d c[c5]"},
		},
		{
			"patients",
			map[string]string{"1.ndjson": compareDeletions("", "Patient/c", "Patient/d")},
			[]string{"a c[c1, c2, c3]", "b c[c4]", "(d) Condition.ndjson:5: the Patient was deleted, and 1 resources are about it"},
		},
		{
			"by a search",
			map[string]string{"1.ndjson": compareDeletions("", "Condition?code=1")},
			[]string{"CUT DIR: 1.ndjson:1: what was deleted cannot be told: the url of a DELETE is not Type/id"},
		},
		{
			"broken",
			map[string]string{"1.ndjson": compareDeletions("", "Condition/c1") + `{"resourceType":"Bundle","entry":[{]}` + "\n"},
			[]string{"CUT DIR: 1.ndjson:2: what was deleted cannot be told: not a FHIR document: jsontext: invalid character ']' at start of value within \"/entry/0\" after offset 35"},
		},
		{
			"not a Bundle of R4",
			map[string]string{"1.ndjson": `{"resourceType":"Bundle","entry":[{"request":{"method":7}}]}`},
			[]string{"CUT DIR: 1.ndjson:1: what was deleted cannot be told: Bundle: request has the wrong JSON type"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := map[string]string{
				"Patient.ndjson": patientLine("a") + patientLine("b") + patientLine("c") + patientLine("d"), "Condition.ndjson": conditions,
			}
			for name, text := range c.deleted {
				files[name] = text
			}
			dir := folderOf(t, files)
			got := bulkOf(t, dir, bulk.Options{Options: fhir.Options{Complete: []patient.Domain{patient.Conditions}}})
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
	dir := folderOf(t, map[string]string{"1.ndjson": patientLine("a") + conditionLine("c1", "Patient/a"), "2.ndjson": compareDeletions("", "Condition/c9")})
	got := bulkOf(t, dir, bulk.Options{})
	if want := "a c[c1, the deleted files ?only an export of what changed names what was deleted; whoever knows it to be complete can say so]"; len(got) != 1 || got[0] != want {
		t.Errorf("got %q", got)
	}
}
