// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/rules"
)

const changingStudy = `study: S
concepts: [builtin:common]
dates: [first_dose]
inclusion:
  - id: all
    quote: All
    rule: >-
      1.50 < latest(hemoglobin, within(weeks(2), first_dose)) and not has(asthma)
      and at_least(2, sex == "male", age_at(first_dose) in [0, 18], took(rituximab, within(months(1))))
  - {id: other, quote: Other, rule: has(hiv) or took(infliximab) or latest(platelets) >= 50}
`

// TestChanges: these are all the changes of a rule.
func TestChanges(t *testing.T) {
	s, err := rules.Parse("s.yaml", []byte(changingStudy))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range mutantsOf(s, &s.Criteria[1]) {
		if _, err := s.With(rules.Criterion{ID: "all", Rule: m.Rule}); err == nil {
			got = append(got, strings.TrimPrefix(m.Pos.String(), "s.yaml:")+" "+m.Change)
		}
	}
	want := strings.Split(strings.TrimSpace(`
8:7 1.51 instead of 1.50
8:7 1.49 instead of 1.50
8:7 dropped 1.5 < latest(hemoglobin, within(weeks(2), first_dose))
8:12 <= instead of <
8:21 platelets instead of hemoglobin
8:31 dropped the window
8:40 days(13) instead of weeks(2)
8:40 days(15) instead of weeks(2)
8:46 weeks(1) instead of weeks(2)
8:46 weeks(3) instead of weeks(2)
8:47 counted from screening instead of first_dose
8:71 dropped not
8:71 dropped not (has(asthma))
8:75 hiv instead of asthma
9:23 dropped at_least(2, sex == "male", age_at(first_dose) in [0, 18], took(rituximab, within(months(1))))
9:20 3 instead of 2
9:20 1 instead of 2
9:23 dropped sex == "male"
9:27 != instead of ==
9:30 "other" instead of "male"
9:38 dropped age_at(first_dose) in [0, 18]
9:61 1 instead of 0
9:64 19 instead of 18
9:64 17 instead of 18
9:69 dropped took(rituximab, within(months(1)))
9:74 infliximab instead of rituximab
9:83 dropped the window
9:99 months(0) instead of months(1)
9:99 months(2) instead of months(1)
9:100 counted from first_dose instead of screening`), "\n")
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestNoticed: a change is noticed by a case that asserts the truth of its
// criterion, or the verdict where it asserts no truth, and by no other.
func TestNoticed(t *testing.T) {
	head := "study: s.yaml\non: 2026-11-22\ncases:\n"
	person := "person: {birth_date: 2008-11-22, medications: [], conditions: [{text: asthma}], answers: [{question: refractory, answer: yes}]}"
	flip := func(content string) *Case {
		f := loadFile(t, head+content)
		mutants, err := Mutate(f.Study, outcomesOf(t, f), nil)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(mutants, func(m Mutant) bool { return m.Change == "> instead of >=" })
		return mutants[at].Noticed
	}
	if c := flip("  - {case: x, " + person + ", truth: {adult: true}}"); c == nil || c.Words != "x" {
		t.Errorf("the truth of the criterion: %v", c)
	}
	if c := flip("  - {case: x, " + person + ", verdict: eligible}"); c == nil {
		t.Error("the verdict alone: not noticed")
	}
	if c := flip("  - {case: x, " + person + ", truth: {refractory: true}}"); c != nil {
		t.Error("the truth of another criterion: noticed")
	}
	if c := flip("  - {case: x, " + strings.Replace(person, "2008-11-22", "2007-11-22", 1) + ", truth: {adult: true}}"); c != nil {
		t.Error("a year older: noticed")
	}
	if c := flip("  - {case: x, " + strings.Replace(person, "answer: yes", "answer: no", 1) + ", verdict: ineligible}"); c != nil {
		t.Error("ineligible in any case: noticed")
	}
}

func TestEquivalent(t *testing.T) {
	f := loadFile(t, `
study: s.yaml
on: 2026-11-22
cases:
  - {case: x, person: {birth_date: 2008-11-22}, truth: {adult: true}}
equivalent:
  - {criterion: adult, rule: age >= 17, reason: wrong}
  - {criterion: adult, rule: age   > 18, reason: a case tells}
  - {criterion: adult, rule: age >= 16, reason: no such change}
`)
	outcomes := outcomesOf(t, f)
	mutants, err := Mutate(f.Study, outcomes, f.Equivalent[:1])
	if err != nil || !slices.ContainsFunc(mutants, func(m Mutant) bool { return m.Equivalent == "wrong" && m.Rule == "age >= 17" }) {
		t.Errorf("%v %v", mutants, err)
	}
	_, err = Mutate(f.Study, outcomes, f.Equivalent)
	if err == nil || !strings.Contains(err.Error(), ":8:5: adult: this is not equivalent: a case tells the two apart: x\n") ||
		!strings.HasSuffix(err.Error(), ":9:5: adult: no change of the rule gives this one") {
		t.Errorf("got %v", err)
	}
}

// TestReferenceStudies: the cases in testdata reach every truth of every atom
// of the studies beside them, and notice every change of every rule. The
// changes that are equivalent stand in the files of cases, with a reason.
func TestReferenceStudies(t *testing.T) {
	paths, err := filepath.Glob("../../testdata/studies/*" + Suffix)
	if err != nil || len(paths) == 0 {
		t.Fatal(err)
	}
	outcomes, same, studies := map[string][]Outcome{}, map[string][]Equivalent{}, map[string]*rules.Study{}
	for _, path := range paths {
		f, err := LoadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := f.Study.File()
		outcomes[name], same[name], studies[name] = append(outcomes[name], outcomesOf(t, f)...), append(same[name], f.Equivalent...), f.Study
	}
	for name, s := range studies {
		c := MeasureCoverage(s, outcomes[name])
		for _, u := range c.Unseen {
			t.Errorf("%s: %s: %s: never %v", u.Pos, u.Criterion, u.Atom, u.Missing)
		}
		mutants, err := Mutate(s, outcomes[name], same[name])
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range mutants {
			if m.Noticed == nil && m.Equivalent == "" {
				t.Errorf("%s: %s: no case notices: %s: %s", m.Pos, m.Criterion, m.Change, m.Rule)
			}
		}
		t.Logf("%s: %d truths of atoms, %d changes, %d equivalent", name, c.Of, len(mutants), len(same[name]))
	}
}
