// SPDX-License-Identifier: Apache-2.0

package evaluate_test

import (
	"testing"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/matcher/internal/explain"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// chartFor reads a profile for some studies and binds the chart to one of them.
func chartFor(t interface {
	Helper()
	Fatal(args ...any)
}, s *rules.Study, p *patient.Profile, studies ...*rules.Study,
) explain.Chart {
	t.Helper()
	chart, err := evaluate.NewReader(studies...).Read(p).For(s)
	if err != nil {
		t.Fatal(err)
	}
	return new(explain.Explainer).For(chart)
}

// TestChartOfAnotherReader: a chart cannot be used with a study that its reader
// does not know, even one that was parsed from the same bytes. It would say that
// nothing is on record.
func TestChartOfAnotherReader(t *testing.T) {
	const text = `study: S
concepts: [builtin:common]
define:
  hiv_here: {kind: condition, label: HIV here, codes: {icd10cm: [B20]}}
exclusion:
  - {id: hiv, quote: HIV, rule: had(hiv_here)}
`
	study, err := rules.Parse("s.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	again, err := rules.Parse("s.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := patient.DecodeBytes([]byte(`{"id": "p", "conditions": [{"codes": [{"system": "icd10cm", "code": "B20"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	chart := evaluate.NewReader(study).Read(p)
	bound, err := chart.For(study)
	if err != nil {
		t.Fatal(err)
	}
	if got := new(explain.Explainer).For(bound).Findings(language.Dates{Screening: patient.NewDay(2026, 11, 22)})[1].Truth; got != language.True {
		t.Errorf("HIV is %s", got)
	}
	if _, err := chart.For(again); err == nil {
		t.Error("a chart of another reader is no error")
	}
}
