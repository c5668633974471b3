// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology"
)

func loadTerms(t *testing.T, texts ...string) (*terminology.SiteList, string) {
	t.Helper()
	dir := t.TempDir()
	var paths []string
	for i, text := range texts {
		path := filepath.Join(dir, string(rune('a'+i))+".csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	list, err := LoadTerms(paths)
	if err != nil {
		return nil, strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), "")
	}
	return list, ""
}

// TestLoadTerms: what spreadsheets of several countries write is read, and empty lines are
// counted.
func TestLoadTerms(t *testing.T) {
	conditions := func(name string) []*terminology.Concept {
		concepts, err := LoadConcepts("builtin:common")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range concepts {
			if c.Name == name {
				return []*terminology.Concept{c}
			}
		}
		t.Fatalf("no concept %s", name)
		return nil
	}("heart_failure")
	for _, text := range []string{
		"system,code,wording,is\r\nurn:x,'007,,icd10cm:I50.9\r\n,,HLM,heart_failure\r\n,,Xyzzy,\r\n",
		"\ufeffis;domain;wording;people;code;system\r\nicd10cm:I50.9 (heart failure);conditions;;3;007;urn:x\r\nheart_failure;;\"H;L;M\";;;\r\n;;Xyzzy;;;\r\n",
		"is\tsystem\tcode\twording\nhttp://hl7.org/fhir/sid/icd-10-cm|I50.9\turn:x\t007\t\nheart_failure\t\t\tH. L. M.\n",
	} {
		list, problem := loadTerms(t, text)
		if problem != "" {
			t.Fatalf("%q: %s", text, problem)
		}
		if f := list.Files[0]; f.Name != "a.csv" || len(f.SHA256) != 64 || f.Lines != 2 {
			t.Errorf("%q: file %+v", text, f)
		}
		r := terminology.NewRecognizer(terminology.ConditionKind, conditions, nil, terminology.Core().WithSiteList(list))
		words := "hlm"
		if !strings.Contains(text, ",HLM,") {
			words = "H.L.M."
		}
		for _, fact := range []patient.Fact{{Codes: []patient.Coding{{System: "urn:x", Code: "007"}}}, {Text: words}} {
			if reason, _ := r.Explain(&fact, 0); reason != terminology.CoversMapping {
				t.Errorf("%q: %+v: %s", text, fact, reason)
			}
		}
	}
}

func TestLoadTermsProblems(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "a.csv:1:1: the file has no header line; its columns are domain, system, code, wording, concepts, is"},
		{"no column is", "code,wording\n", "a.csv:1:1: there is no column is; the columns are"},
		{"no column code", "is,system\n", "a.csv:1:1: there is no column code and no column wording"},
		{"a misspelt column", "is,code,sytem\n", `a.csv:1:1: unknown column "sytem"; did you mean system?`},
		{"a column twice", "is,code,is\n", `a.csv:1:9: the column "is" is there twice`},
		{"unknown system", "wording,is\nHLM,icd10mc:I50.9\n", `a.csv:2:5: "icd10mc" is no known code system; did you mean icd10cm?`},
		{"a malformed code", "wording,is\nHLM,icd10cm:I5\n", `a.csv:2:5: "I5" is not a ICD-10-CM code`},
		{"a wrong check digit", "wording,is\nHLM,snomed:84114008\n", `a.csv:2:5: "84114008" is not a SNOMED CT code`},
		{"unknown concept", "wording,is\nHLM,heart_failur\n", `a.csv:2:5: there is no concept "heart_failur"; did you mean heart_failure?`},
		{"another domain", "domain,wording,is\nmedications,HLM,heart_failure\n", "a.csv:2:17: heart_failure is a concept of conditions, and the line is about medications"},
		{"unknown domain", "domain,wording,is\ncondition,HLM,heart_failure\n", `a.csv:2:1: unknown domain "condition"; did you mean conditions?`},
		{"about nothing", "system,code,wording,is\nurn:x,,-,heart_failure\n", `a.csv:2:10: the line has neither a code nor a wording`},
		{"a number that was rewritten", "system,code,wording,is\nurn:x,1.23457E+15,,heart_failure\n", `a.csv:2:7: a spreadsheet has rewritten the number "1.23457E+15"`},
		{"not UTF-8", "wording,is\nHerzinsuffizi\xe4nz,none\n", "a.csv:1:1: the file is not in UTF-8"},
		{"a quote that does not end", "wording,is\n\"HLM,none\n", "a.csv:2:"},
		{"a contradiction", "wording,is\nHLM,heart_failure\nhlm,none of these\n", `a.csv:3:5: it contradicts a.csv:2:5, which says "heart_failure" of the same code and wording`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, problem := loadTerms(t, c.text); !strings.Contains(problem, c.want) {
				t.Errorf("got  %s\nwant %s", problem, c.want)
			}
		})
	}
	if _, problem := loadTerms(t, "wording,is\nA1,x1y2z3\nA2,x1y2z3\n", "wording,is\nA3,x1y2z3\n"); strings.Count(problem, "there is no concept") != 3 || !strings.Contains(problem, "b.csv:2:4") {
		t.Errorf("not all problems of all files: %s", problem)
	}
	if _, problem := loadTerms(t, "wording,is\nHLM,none\n", "wording,is\nHLM,heart_failure\n"); !strings.Contains(problem, "b.csv:2:5: it contradicts a.csv:2:5") {
		t.Errorf("a contradiction between files: %s", problem)
	}
}
