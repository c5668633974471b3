// SPDX-License-Identifier: Apache-2.0

package evaluate_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/expr-lang/expr"
	"pgregory.net/rapid"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

// plainRule is a rule twice: in the rule language, and in plain expr over
// plain variables.
type plainRule struct{ rule, plain string }

// plainRules draws rules and keeps the variables that their plain forms read.
type plainRules struct {
	t     *rapid.T
	world *plainWorld
	env   map[string]any
}

// variable gives a value a name in the plain form.
func (r *plainRules) variable(value any) string {
	name := fmt.Sprintf("v%d", len(r.env))
	r.env[name] = value
	return name
}

func (r *plainRules) pick(label string, of ...string) string {
	return rapid.SampledFrom(of).Draw(r.t, label)
}

func (r *plainRules) rule(depth int) plainRule {
	if depth == 0 {
		return r.atom()
	}
	a, b := r.rule(depth-1), r.rule(depth-1)
	switch r.pick("join", "and", "or", "not", "at_least") {
	case "and":
		return plainRule{"(" + a.rule + " and " + b.rule + ")", "(" + a.plain + " and " + b.plain + ")"}
	case "or":
		return plainRule{"(" + a.rule + " or " + b.rule + ")", "(" + a.plain + " or " + b.plain + ")"}
	case "not":
		return plainRule{"not (" + a.rule + ")", "not (" + a.plain + ")"}
	}
	c, n := r.rule(depth-1), r.pick("n", "1", "2", "3")
	return plainRule{
		fmt.Sprintf("at_least(%s, %s, %s, %s)", n, a.rule, b.rule, c.rule),
		fmt.Sprintf("((%s ? 1 : 0) + (%s ? 1 : 0) + (%s ? 1 : 0) >= %s)", a.plain, b.plain, c.plain, n),
	}
}

// atom is one question with its plain answer.
func (r *plainRules) atom() plainRule {
	w, win := r.world, r.world.drawWindow(r.t)
	yes := func(rule string, answer bool) plainRule { return plainRule{rule, r.variable(answer)} }
	today := plainWindow{"", w.screening, w.screening}
	condition, drug := r.pick("condition", "asthma", "sepsis"), r.pick("drug", "infliximab", "rituximab")
	switch r.pick("word", "has", "had", "lung", "takes", "took", "biologic", "underwent", "vaccinated", "alive", "answer", "sex", "positive", "number", "number", "number") {
	case "has":
		return yes("has("+condition+")", w.present(condition))
	case "had":
		return yes("had("+condition+win.words+")", w.count(win, condition) > 0)
	case "lung":
		return yes("had(lung_disease"+win.words+")", w.count(win, "asthma") > 0)
	case "takes":
		return yes("takes("+drug+")", w.count(today, drug) > 0)
	case "took":
		return yes("took("+drug+win.words+")", w.count(win, drug) > 0)
	case "biologic":
		return yes("took(biologic"+win.words+")", w.count(win, "infliximab", "rituximab") > 0)
	case "underwent":
		return yes("underwent(splenectomy"+win.words+")", w.count(win, "splenectomy") > 0)
	case "vaccinated":
		return yes("vaccinated(live_vaccine"+win.words+")", w.count(win, "measles vaccine") > 0)
	case "alive":
		return yes("alive", !w.dead)
	case "answer":
		return yes("answer(uncontrolled)", w.uncontrolled)
	case "sex":
		s := r.variable(w.sex)
		return r.either("sex", s, ` == "female"`, ` != "male"`, ` in ["male", "other"]`)
	case "positive":
		if len(w.resultsIn(win, "hbsag")) == 0 {
			win = plainWindow{"", time.Time{}, w.screening}
		}
		word := r.pick("answered", "positive", "negative")
		return yes(word+"(hbsag"+win.words+")", (w.resultsIn(win, "hbsag")[0].value == 1) == (word == "positive"))
	}
	return r.comparison()
}

// either puts one of the endings to both forms.
func (r *plainRules) either(rule, plain string, endings ...string) plainRule {
	ending := r.pick("ending", endings...)
	return plainRule{rule + ending, plain + ending}
}

func (r *plainRules) comparison() plainRule {
	a := r.number(1)
	limit := r.pick("limit", "0", "1", "2", "3", "18", "200")
	switch r.pick("comparison", "limit", "limit", "number", "chain", "in") {
	case "number":
		b := r.number(1)
		op := r.pick("op", " < ", " <= ", " > ", " >= ", " == ", " != ")
		return plainRule{a.rule + op + b.rule, a.plain + op + b.plain}
	case "chain":
		return plainRule{"1 <= " + a.rule + " < " + limit, "1 <= " + a.plain + " and " + a.plain + " < " + limit}
	case "in":
		return r.either(a.rule, a.plain, " in [0, 2, "+limit+"]", " not in [0, 2, "+limit+"]", " in [-1, -"+limit+"]")
	}
	return r.either(a.rule, a.plain, " < "+limit, " <= "+limit, " > "+limit, " >= "+limit, " == "+limit, " != "+limit)
}

func (r *plainRules) number(depth int) plainRule {
	if depth > 0 && rapid.Bool().Draw(r.t, "arithmetic") {
		a, b := r.number(depth-1), r.number(depth-1)
		switch op := r.pick("operator", " + ", " - ", " * ", " / 4", "-"); op {
		case " / 4": // what both forms compute exactly
			return plainRule{"(" + a.rule + op + ")", "(" + a.plain + op + ")"}
		case "-":
			return plainRule{"(-" + a.rule + ")", "(-" + a.plain + ")"}
		default:
			return plainRule{"(" + a.rule + op + b.rule + ")", "(" + a.plain + op + b.plain + ")"}
		}
	}
	w, win := r.world, r.world.drawWindow(r.t)
	is := func(rule string, n int) plainRule { return plainRule{rule, r.variable(n)} }
	switch word := r.pick("number", "age", "age_months", "age_days", "age_at", "times", "latest", "highest", "lowest"); word {
	case "age":
		return is("age", months(w.birth, w.screening)/12)
	case "age_months":
		return is("age_months", months(w.birth, w.screening))
	case "age_days":
		return is("age_days", int(w.screening.Sub(w.birth).Hours()/24))
	case "age_at":
		return is("age_at(first_dose)", months(w.birth, w.firstDose)/12)
	case "times":
		return is("times(biologic"+win.words+")", w.count(win, "infliximab", "rituximab"))
	default:
		name := r.pick("observation", "hemoglobin", "platelets")
		if len(w.resultsIn(win, name)) == 0 {
			win = plainWindow{"", time.Time{}, w.screening}
		}
		in := w.resultsIn(win, name)
		value := in[0].value
		for _, one := range in {
			if word == "highest" {
				value = max(value, one.value)
			} else if word == "lowest" {
				value = min(value, one.value)
			}
		}
		return is(word+"("+name+win.words+")", value)
	}
}

// TestAgreesWithPlainExpr: where nothing is missing, a rule is what plain expr
// makes of it over plain values.
func TestAgreesWithPlainExpr(t *testing.T) {
	study := languageStudy(t)
	rapid.Check(t, func(t *rapid.T) {
		screening := time.Date(2026, 2, 20, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 1500).Draw(t, "screening"))
		w := drawWorld(t, screening)
		p := w.profile()
		if err := p.Validate(); err != nil {
			t.Fatal(err)
		}
		r := &plainRules{t, w, map[string]any{}}
		var drawn []plainRule
		var rules []string
		for range 6 {
			one := r.rule(rapid.IntRange(0, 2).Draw(t, "depth"))
			drawn, rules = append(drawn, one), append(rules, one.rule)
		}
		one, err := withRules(study, rules...)
		if err != nil {
			t.Fatal(err)
		}
		findings := findingsOf(t, one, p, language.Dates{Screening: patient.DayOf(screening), Anchors: map[string]patient.Day{"first_dose": patient.DayOf(w.firstDose)}})
		for i, f := range findings {
			want, err := expr.Eval(drawn[i].plain, r.env)
			if err != nil {
				t.Fatalf("%s: %v", drawn[i].plain, err)
			}
			if f.Truth.String() != fmt.Sprint(want) {
				t.Errorf("%s is %s, and plainly %v: %s\n%s\n%v", rules[i], f.Truth, want, f.Reason, strings.TrimSpace(drawn[i].plain), w)
			}
		}
	})
}
