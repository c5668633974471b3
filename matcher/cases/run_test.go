// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/rules"
)

func outcomesOf(t *testing.T, f *File) []Outcome {
	t.Helper()
	outcomes, err := f.RunCases(nil)
	if err != nil {
		t.Fatal(err)
	}
	return outcomes
}

// TestDiffs: every thing that a case can expect is told where it differs.
func TestDiffs(t *testing.T) {
	f := loadFile(t, `
study: s.yaml
on: 2026-11-22
cases:
  - {patient: p, case: as it is, verdict: undetermined, awaits: data, truth: {adult: true}, reason: {adult: AGE 25 OR 26}, assumed: first_dose}
  - {patient: p, verdict: eligible, truth: {adult: false, washout: unknown}, missing: {refractory: [conflict], adult: [partial date]}, reason: {adult: 17}, issues: lost, assumed: other}
  - {patient: p, case: only awaits, verdict: undetermined, awaits: answers}
`)
	var got []string
	for _, o := range outcomesOf(t, f) {
		for _, d := range o.Diffs {
			got = append(got, fmt.Sprintf("%s/%s/%s: %s, not %s", o.Case.Words, d.Criterion, d.What, d.Got, d.Want))
		}
	}
	want := []string{
		"//verdict: undetermined, awaits data, not eligible",
		"/adult/truth: true, not false",
		"/adult/missing: nothing, not partial date",
		"/adult/reason: Age 25 or 26 (born 2000): 18 or more., not 17",
		"/refractory/missing: unanswered, not conflict",
		"//issues: , not lost",
		"//assumed: first_dose = screening day, not other",
		"only awaits//verdict: undetermined, awaits data, not undetermined, awaits answers",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestRunSome(t *testing.T) {
	f := loadFile(t, "study: s.yaml\non: 2026-11-22\ncases:\n  - {patient: p, truth: {adult: true}}\n  - {patient: p, case: b, truth: {adult: true}}\n")
	outcomes, err := f.RunCases(func(c *Case) bool { return c.Words == "b" })
	if err != nil || len(outcomes) != 1 || outcomes[0].Case != &f.Cases[1] {
		t.Errorf("%v %v", outcomes, err)
	}
}

// TestCover: what no case has seen is told with its place; what the language
// cannot say does not count, nor does what is built in.
func TestCover(t *testing.T) {
	f := loadFile(t, `
study: s.yaml
on: 2026-11-22
cases:
  - {case: a, person: {birth_date: 2000, conditions: [{text: asthma}], answers: [{question: refractory, answer: no}]}, truth: {washout: unknown}}
  - {case: b, person: {birth_date: 2008, medications: []}, truth: {washout: unknown}}
`)
	c := MeasureCoverage(f.Study, outcomesOf(t, f))
	var got []string
	for _, u := range c.Unseen {
		got = append(got, fmt.Sprintf("%d:%d %s %s %v", u.Pos.Line, u.Pos.Column, u.Criterion, u.Atom, u.Missing))
	}
	want := []string{
		"6:38 adult age >= 18 [false]",
		"7:47 refractory answer(refractory) [true]",
		"9:42 washout took(rituximab, within(months(6), first_dose)) [true]",
		"9:96 washout has(asthma) [false]",
	}
	if !slices.Equal(got, want) || c.Seen != 8 || c.Of != 12 || c.Percent() != 66 {
		t.Errorf("%d of %d, %d %%\n%s", c.Seen, c.Of, c.Percent(), strings.Join(got, "\n"))
	}
}

func TestPossible(t *testing.T) {
	s, err := rules.Parse("s.yaml", []byte(`study: S
concepts: [builtin:common]
inclusion:
  - {id: a, quote: q, rule: "tested(hiv_test) or times(hiv_test) > 1 or times(hiv_test) <= 1 or times(hiv) > 1"}
`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range s.Criteria[1].Form().Atoms() {
		got = append(got, fmt.Sprint(possibleTruths(a)))
	}
	if want := "[true unknown] [true unknown] [false unknown] [true false unknown]"; strings.Join(got, " ") != want {
		t.Errorf("got %s", got)
	}
}
