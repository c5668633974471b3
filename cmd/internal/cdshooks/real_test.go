// SPDX-License-Identifier: Apache-2.0

package cdshooks

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
	"github.com/eligo-trials/eligo/rules"
)

// realEHRs makes an EHR of each of the public Bundles, whose references become
// those that a server would give them.
func realEHRs(t *testing.T) (list []*ehr, bundles [][]byte) {
	t.Helper()
	files, _ := filepath.Glob("../../../../shared/data/fhir/bundles/*.json.gz")
	if len(files) == 0 {
		t.Skip("no ../shared/data (real public data)")
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		list, bundles = append(list, ehrOf(t, text)), append(bundles, text)
	}
	return list, bundles
}

func ehrOf(t *testing.T, text []byte) *ehr {
	t.Helper()
	var b struct {
		Entry []struct {
			FullURL  string
			Resource struct{ ResourceType, ID string }
		}
	}
	if err := json.Unmarshal(text, &b); err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, e := range b.Entry {
		names[e.FullURL] = e.Resource.ResourceType + "/" + e.Resource.ID
	}
	text = regexp.MustCompile(`"urn:uuid:[0-9a-f-]{36}"`).ReplaceAllFunc(text, func(urn []byte) []byte {
		return []byte(`"` + names[string(bytes.Trim(urn, `"`))] + `"`)
	})
	var whole struct {
		Entry []struct{ Resource map[string]any }
	}
	if err := json.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	e := &ehr{}
	for _, one := range whole.Entry {
		e.resources = append(e.resources, one.Resource)
		if one.Resource["resourceType"] == "Patient" {
			e.patientID = one.Resource["id"].(string)
		}
	}
	return e
}

// What an EHR sends key by key gives the same findings as the whole record in
// one Bundle; what it sends on pages and in part never gives others that are
// certain.
func TestRealRecords(t *testing.T) {
	list, bundles := realEHRs(t)
	// A study whose criteria these records decide one way and the other, and the
	// reference study.
	broad := study(t, `
study: NCT00000009
concepts: [builtin:common]
inclusion:
  - {id: adult, quote: "18 and above", rule: age >= 18}
  - {id: hemoglobin, quote: "Hemoglobin", rule: "latest(hemoglobin) >= 13"}
exclusion:
  - {id: hypertension, quote: "Hypertension", rule: has(hypertension)}
  - {id: statin, quote: "Statins", rule: took(statin)}
  - {id: creatinine, quote: "Creatinine", rule: "highest(creatinine) > 1.2"}
`)
	studies := []*rules.Study{reference(t), broad}
	m, err := matcher.New(studies...)
	if err != nil {
		t.Fatal(err)
	}
	o, kept := options(t, studies...), &notes{}
	o.Log = kept
	s := serve(t, o)
	decided := map[matcher.Outcome]int{}
	for i, e := range list {
		p, err := fhir.Decode(bytes.NewReader(bundles[i]), fhir.Options{Complete: []patient.Domain{patient.Conditions, patient.Medications, patient.Observations}})
		if err != nil {
			t.Fatal(err)
		}
		want, err := m.Match(p, matcher.Dates{Screening: today})
		if err != nil {
			t.Fatal(err)
		}
		check := func(how string, mayOpen bool) {
			t.Helper()
			status, cards, text := s.view("patient-view", e, nil)
			if status != 200 {
				t.Fatalf("%s: %d %s", how, status, text)
			}
			got := kept.decisions[len(kept.decisions)-1]
			for n := range want {
				for c := range want[n].Criteria {
					a, b := &want[n].Criteria[c], &got.Results[n].Criteria[c]
					if a.Outcome != b.Outcome && !(mayOpen && b.Outcome == matcher.Unclear) {
						t.Errorf("%s, record %d: %s is %s, and %s as prefetch (%s)", how, i, a.ID, a.Outcome, b.Outcome, b.Reason)
					}
					if !mayOpen {
						decided[b.Outcome]++
					}
				}
				open := isOpen(&got.Results[n])
				has := false
				for _, card := range got.Cards {
					has = has || card.Study == got.Results[n].Study.ID
				}
				if open != has {
					t.Errorf("%s, record %d: %s has a card: %v (%d cards)", how, i, got.Results[n].Verdict, has, len(cards))
				}
			}
		}
		check("whole", false)
		e.pageSize = 5
		check("pages of five", true)
		e.pageSize, e.fails = 0, map[string]bool{"MedicationStatement": true, "Condition": true}
		check("two types missing", true)
		e.fails = nil
	}
	t.Logf("%d records, %d calls, %v", len(list), len(kept.decisions), decided)
	for _, outcome := range []matcher.Outcome{matcher.Pass, matcher.Fail, matcher.Unclear} {
		if decided[outcome] < 20 {
			t.Errorf("%d criteria are %s: these records test too little", decided[outcome], outcome)
		}
	}
}
