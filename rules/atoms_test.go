// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
)

// TestAtoms: every atom has its own truth, also where another one has decided.
func TestAtoms(t *testing.T) {
	s, err := Parse("s.yaml", []byte(`study: S
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
	chart := NewReader(s).Read(p)
	atoms, err := s.Atoms(chart, Dates{Screening: patient.NewDay(2026, 11, 22)})
	if err != nil {
		t.Fatal(err)
	}
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

func TestAlone(t *testing.T) {
	s, err := Parse("s.yaml", []byte(formStudy))
	if err != nil {
		t.Fatal(err)
	}
	alone, err := s.Alone("a", "has(asthma) or answer(refractory)")
	if err != nil {
		t.Fatal(err)
	}
	if len(alone.Criteria) != 1 || alone.Criteria[0].ID != "a" || len(s.Criteria) != 2 || len(alone.Reads()) != 1 {
		t.Errorf("%d criteria, %d of the study, reads %v", len(alone.Criteria), len(s.Criteria), alone.Reads())
	}
	for rule, want := range map[string]string{"has(astma)": "unknown condition astma", "age": "a rule needs a truth"} {
		if _, err := s.Alone("a", rule); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", rule, err)
		}
	}
	if _, err := s.Alone("none", "has(asthma)"); err == nil {
		t.Error("no criterion, no error")
	}
}
