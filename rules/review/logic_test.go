// SPDX-License-Identifier: Apache-2.0

package review_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/review"
)

// about gives the codes of what is found in the logic of some rules: those that
// begin with ! are of exclusion criteria.
func about(t *testing.T, list ...string) (codes []string) {
	t.Helper()
	sides := map[bool]string{}
	for i, rule := range list {
		rule, out := strings.CutPrefix(rule, "!")
		sides[out] += fmt.Sprintf("  - {id: c%d, quote: q, rule: '%s'}\n", i, rule)
	}
	src := "study: S\nconcepts: [builtin:common]\ndates: [first_dose]\ndefine:\n  one: {kind: medication, names: [infliximab]}\n  any: {kind: medication, any: [one]}\n" +
		"  but: {kind: medication, any: [one], except: {names: [infliximab forte]}}\n  score: {kind: observation, names: [a score]}\nquestions: {q: {ask: Q}}\n"
	if sides[false] != "" {
		src += "inclusion:\n" + sides[false]
	}
	if sides[true] != "" {
		src += "exclusion:\n" + sides[true]
	}
	s, err := rules.Parse("s", []byte(src))
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	for _, f := range review.CheckStudy(s, nil) {
		if f.Code != "no-text" && !strings.HasPrefix(f.Code, "unused") {
			codes = append(codes, f.Code+" "+f.Subject)
		}
	}
	return codes
}

func TestLogic(t *testing.T) {
	for name, c := range map[string]struct {
		rules []string
		want  []string
	}{
		"between two years":             {[]string{"age > 17 and age < 18"}, []string{"excludes-everyone c0"}},
		"between two results":           {[]string{"latest(score) > 17 and latest(score) < 18"}, nil},
		"every age":                     {[]string{"age <= 17 or age >= 18"}, []string{"always-true c0"}},
		"not every result":              {[]string{"latest(score) <= 17 or latest(score) >= 18"}, nil},
		"no age below zero":             {[]string{"age_days < 0"}, []string{"excludes-everyone c0"}},
		"results below zero":            {[]string{"latest(score) < 0"}, nil},
		"no half years":                 {[]string{"age == 17.5"}, []string{"excludes-everyone c0"}},
		"half a year either side":       {[]string{"age > 17.5 and age < 18.5"}, nil},
		"two sexes":                     {[]string{`sex == "male" and sex == "female"`}, []string{"excludes-everyone c0"}},
		"a third sex":                   {[]string{`sex == "male" or sex == "female"`}, nil},
		"all sexes":                     {[]string{`sex in ["male", "female", "other"]`}, []string{"always-true c0"}},
		"bounded apart":                 {[]string{"latest(hemoglobin) < 8 and latest(hemoglobin) > 10"}, []string{"excludes-everyone c0"}},
		"bounded apart in two windows":  {[]string{"latest(hemoglobin, within(days(7))) < 8 and latest(hemoglobin) > 10"}, nil},
		"highest and latest":            {[]string{"highest(hemoglobin) < 8 and latest(hemoglobin) > 10"}, nil},
		"years and months":              {[]string{"age < 2 and age_months > 40"}, nil}, // not looked into
		"multiples of a limit":          {[]string{"latest(alt) > 3 * uln(alt) and latest(alt) < 2 * uln(alt)"}, nil},
		"the same with a limit":         {[]string{"latest(alt) > 3 * uln(alt) and not (latest(alt) > 3 * uln(alt))"}, []string{"excludes-everyone c0"}},
		"positive and negative":         {[]string{"positive(hiv_test) and negative(hiv_test)"}, []string{"excludes-everyone c0"}},
		"an always true question":       {[]string{"answer(q) or not answer(q)"}, []string{"always-true c0"}},
		"at least two of three":         {[]string{"at_least(2, age < 10, age > 20, age > 30) and age < 25"}, []string{"excludes-everyone c0"}},
		"everybody is excluded":         {[]string{"!age >= 0"}, []string{"excludes-everyone c0"}},
		"a window within another":       {[]string{"!took(one, within(weeks(4))) or took(one, within(days(56)))"}, []string{"part-redundant c0"}},
		"windows that end apart":        {[]string{"!took(one, within(weeks(4))) or took(one, within(weeks(8), first_dose))"}, nil},
		"months and weeks":              {[]string{"!took(one, within(weeks(4))) or took(one, within(months(3)))"}, nil}, // not looked into
		"months and years":              {[]string{"!took(one, within(months(12))) or took(one, within(years(1)))"}, []string{"part-redundant c0"}},
		"ever and a window":             {[]string{"!took(one) or took(one, within(weeks(4)))"}, []string{"part-redundant c0"}},
		"ever and another day":          {[]string{"!took(one) or took(one, within(weeks(4), first_dose))"}, nil},
		"a member of a class":           {[]string{"!took(any) or took(one)"}, []string{"part-redundant c0"}},
		"a class that excepts":          {[]string{"!took(but) or took(one)"}, nil},
		"takes and took":                {[]string{"!takes(one) or took(one, within(weeks(4)))"}, nil}, // not looked into
		"the same part twice":           {[]string{"has(hiv) and has(hiv)"}, []string{"part-redundant c0"}},
		"a part that cannot be":         {[]string{"has(hiv) or (age < 1 and age > 2)"}, []string{"part-never-true c0"}},
		"a part of a part":              {[]string{"has(hiv) or (has(copd) and not (age < 1 or age >= 1))"}, []string{"part-never-true c0"}},
		"an inclusion and an exclusion": {[]string{"has(hiv) and age > 18", "!had(copd) or has(hiv)"}, []string{"criteria-contradict c1"}},
		"two inclusions":                {[]string{"age >= 18", "age < 12"}, []string{"criteria-contradict c1"}},
		"three that do not go together": {[]string{"has(hiv) or has(copd)", "!has(hiv)", "!has(copd)"}, []string{"criteria-contradict c2"}},
		"the same twice":                {[]string{"!has(hiv) or has(copd)", "!has(copd) or has(hiv)"}, []string{"duplicate-criterion c1"}},
		"the same from both sides":      {[]string{"age >= 18", "!age < 18"}, []string{"duplicate-criterion c1"}},
		"alive twice":                   {[]string{"!not alive"}, []string{"duplicate-criterion c0"}},
		"wider and narrower":            {[]string{"age >= 18", "age >= 21"}, []string{"subsumed-criterion c0"}},
		"nothing in common":             {[]string{"age >= 18", "has(hiv)", "!has(copd)", "!answer(q)"}, nil},
		"a question behind a fact":      {[]string{"has(hiv) and answer(q)", "!has(copd) and answer(q)"}, nil},
	} {
		if got := about(t, c.rules...); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
