// SPDX-License-Identifier: Apache-2.0

package evaluate_test

import (
	"testing"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// TestGroupingCostsNothing: a record in which everything is recognised pays nothing for the
// grouping of what is not.
func TestGroupingCostsNothing(t *testing.T) {
	study, err := rules.Parse("s.yaml", []byte(`study: S
define:
  asthma: {kind: condition, label: asthma, codes: {icd10cm: [J45*]}, names: [asthma]}
exclusion:
  - {id: asthma, quote: Asthma, rule: had(asthma)}
`))
	if err != nil {
		t.Fatal(err)
	}
	reader := evaluate.NewReader(study)
	chart := reader.Read(&patient.Profile{Conditions: []patient.Condition{
		{Fact: patient.Fact{Text: "asthma"}}, {Fact: patient.Fact{Codes: []patient.Coding{{System: patient.ICD10CM, Code: "I50.9"}}}},
	}})
	if n := testing.AllocsPerRun(100, func() {
		bound, err := chart.For(study)
		if err != nil || len(bound.Unrecognized()) > 0 {
			t.Fatal(err, bound.Unrecognized())
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
