// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"encoding/json"
	"testing"

	"github.com/eligo-trials/eligo/rules/terminology/core"
)

// TestLaboratoryRecords reads the results of real records by their words alone and by their
// codes alone: neither contradicts the other, and few wordings are not recognised.
func TestLaboratoryRecords(t *testing.T) {
	if !core.Lexicon().Holds("loinc") {
		t.Skip("the core has no LOINC codes")
	}
	type result struct{ code, display string }
	results := map[result]bool{}
	for line := range sharedLines(t, "fhir/bulk/Observation.ndjson.gz") {
		var o struct {
			Code struct {
				Coding []struct{ System, Code, Display string }
			}
		}
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatal(err)
		}
		for _, c := range o.Code.Coding {
			if c.System == "http://loinc.org" && c.Display != "" {
				results[result{c.Code, c.Display}] = true
			}
		}
	}
	concepts := laboratoryConcepts()
	r := newLaboratoryReader(NewKnowledge(), concepts)
	pairs, unknown := 0, 0
	for x := range results {
		text, code := r.readText(x.display), r.readCode("loinc", x.code)
		for i, c := range concepts {
			byText := text.relate(int32(i))
			pairs++
			if byText != OutsideKnownWording && byText != CoversWording {
				unknown++
			}
			if code == nil {
				continue
			}
			byCode := code.relate(int32(i))
			if byCode == CoversCode && byText == OutsideKnownWording || byCode == OutsideKnownCode && byText == CoversWording {
				t.Errorf("%s: %s %q: %v by code, %v by words", c.Name, x.code, x.display, byCode, byText)
			}
		}
	}
	if pairs < 1000 || unknown*20 > pairs {
		t.Errorf("%d of %d wordings are not placed; at most one of 20 may be", unknown, pairs)
	}
}
