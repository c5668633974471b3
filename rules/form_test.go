// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/rules/language"
)

const formStudy = `study: S
concepts: [builtin:common]
dates: [first_dose]
questions: {refractory: {ask: "Is it?"}}
inclusion:
  - id: a
    quote: |2
        Größe 18
      and more
    rule: >-
      18 <= age <= 80 and not (has(hiv)
      or answer(refractory))
      and at_least(2, took(rituximab, within(weeks(8), first_dose)), sex in ["female", "other"],
      latest(creatinine, within(days(14))) > 1.5 * uln(creatinine), age_at(first_dose) != 40)
not_criteria:
  - {reason: A heading., quote: " Criteria:"}
`

// formWords writes a form on one line, with the places of its atoms.
func formWords(f *language.Form) string {
	if f.Op != language.Atom {
		var kids []string
		for _, k := range f.Kids {
			kids = append(kids, formWords(k))
		}
		return fmt.Sprintf("%s%d(%s)", f.Op, f.N, strings.Join(kids, ", "))
	}
	var calls []string
	for _, k := range f.Calls {
		calls = append(calls, fmt.Sprintf("%s@%d %s", k.Text, k.Offset, k.Word.Answer))
	}
	text := fmt.Sprintf("[%s]@%d", strings.Join(calls, "; "), f.Offset)
	if f.Compare != nil {
		text += fmt.Sprintf(" %s %v", f.Compare.Op, f.Compare.Values)
	}
	return text
}

func TestForm(t *testing.T) {
	s, err := Parse("s.yaml", []byte(formStudy))
	if err != nil {
		t.Fatal(err)
	}
	c := &s.Criteria[1]
	want := `and0([age@6 number]@0 >= [18], [age@6 number]@6 <= [80], ` +
		`not0(or0([has(hiv)@25 truth]@25, [answer(refractory)@37 truth]@37)), ` +
		`at_least2([took(rituximab, within(weeks(8), first_dose))@73 truth]@73, [sex@120 text]@120 in [female other], ` +
		`[latest(creatinine, within(days(14)))@148 number; uln(creatinine)@193 number]@148, [age_at(first_dose)@210 number]@210 != [40]))`
	if got := formWords(c.Form()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := c.Form().Kids[2].Kids[0].Kids[1].Calls[0].Question; got != &s.Questions[0] {
		t.Errorf("question %v", got)
	}
	for offset, part := range map[int]string{25: "has(hiv)", 73: "took(", 193: "uln("} {
		if !strings.HasPrefix(c.Rule[offset:], part) {
			t.Errorf("at %d is %s", offset, c.Rule[offset:])
		}
	}
	alive := s.Criteria[0].Form()
	if alive.Op != language.Atom || alive.Calls[0].Word.Name != "alive" || s.Criteria[0].RuleAt(0) != (Position{}) {
		t.Errorf("alive: %+v", alive)
	}
}

func TestPlaces(t *testing.T) {
	s, err := Parse("s.yaml", []byte(formStudy))
	if err != nil {
		t.Fatal(err)
	}
	c := &s.Criteria[1]
	for what, at := range map[string]struct {
		got  Position
		want string
	}{
		"start of rule":       {c.RuleAt(0), "s.yaml:11:7"},
		"answer in rule":      {c.RuleAt(37), "s.yaml:12:10"},
		"start of quote":      {c.QuoteAt(0), "s.yaml:8:9"},
		"behind the umlauts":  {c.QuoteAt(len("Größe ")), "s.yaml:8:15"},
		"start of a heading":  {s.NotCriterionAt(0, 0), "s.yaml:16:35"},
		"later in a heading":  {s.NotCriterionAt(0, 3), "s.yaml:16:38"},
		"question":            {s.Place("refractory"), "s.yaml:4:13"},
		"date":                {s.Place("first_dose"), "s.yaml:3:9"},
		"a text that is not":  {s.TextPlace(), "s.yaml:1:1"},
		"nothing":             {s.Place("nothing"), ""},
		"no such heading":     {s.NotCriterionAt(7, 0), "s.yaml"},
		"behind what is here": {c.RuleAt(1000), "s.yaml:14:94"},
	} {
		if at.got.String() != at.want {
			t.Errorf("%s: got %s, want %s", what, at.got, at.want)
		}
	}
	if p := s.Place("hiv"); p.File != "builtin:common" || p.Line == 0 {
		t.Errorf("hiv is defined at %s", p)
	}
}

func TestWith(t *testing.T) {
	s, err := Parse("s.yaml", []byte(formStudy))
	if err != nil {
		t.Fatal(err)
	}
	other, err := s.With(Criterion{ID: "a", Rule: "has(asthma) or answer(refractory)"})
	if err != nil {
		t.Fatal(err)
	}
	if len(other.Criteria) != 1 || other.Criteria[0].ID != "a" || len(s.Criteria) != 2 || len(other.Reads()) != 1 {
		t.Errorf("%d criteria, %d of the study, reads %v", len(other.Criteria), len(s.Criteria), other.Reads())
	}
	for rule, want := range map[string]string{"has(astma)": "unknown condition astma", "age": "a rule needs a truth"} {
		if _, err := s.With(Criterion{ID: "a", Rule: rule}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", rule, err)
		}
	}
}
