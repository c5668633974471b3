// SPDX-License-Identifier: Apache-2.0

package evaluate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// TestAtoms: every atom has its own truth, also where another one has decided.
func TestAtoms(t *testing.T) {
	s, err := rules.Parse("s.yaml", []byte(`study: S
concepts: [builtin:common]
inclusion:
  - {id: a, quote: q, rule: "age >= 18 or not (has(asthma) and sex == \"male\")"}
  - {id: b, quote: q, rule: "at_least(1, has(hiv), 20 <= age <= 30)"}
`))
	if err != nil {
		t.Fatal(err)
	}
	p, err := patient.DecodeBytes([]byte(`{"id": "p", "birth_date": "2000-01-01", "conditions": [{"text": "asthma"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	atoms := chartFor(t, s, p, s).AtomTruths(language.Dates{Screening: patient.NewDay(2026, 11, 22)})
	var got []string
	for _, a := range atoms {
		got = append(got, fmt.Sprintf("%s %d %s: %s", a.Criterion, a.Index, a.Source, a.Truth))
	}
	want := `alive 0 alive: true
a 0 age >= 18: true
a 1 has(asthma): true
a 2 sex == "male": unknown
b 0 has(hiv): false
b 1 20 <= age: true
b 2 age <= 30: true`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}
