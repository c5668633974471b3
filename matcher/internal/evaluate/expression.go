// SPDX-License-Identifier: Apache-2.0

package evaluate

import "github.com/eligo-trials/eligo/rules/language"

// The functions of the words, by the answer that the word gives. Each answers the call
// of a result and adds its facts and gaps.
var (
	truthWords = map[string]func(*evaluator, *CallResult) language.Truth{
		"alive": findAlive, "answer": findAnswer,
		"has": findPresent, "takes": findPresent, "allergic": findPresent,
		"had": findEvent, "took": findEvent, "underwent": findEvent, "vaccinated": findEvent,
		"positive": findAnswered, "negative": findAnswered, "ever_positive": findEverPositive, "tested": findTested,
	}
	numberWords = map[string]func(*evaluator, *CallResult) *Number{
		"age": findAge, "age_months": findAge, "age_days": findAge, "age_at": findAge,
		"latest": findLatest, "highest": findExtreme, "lowest": findExtreme,
		"uln": findLimit, "lln": findLimit, "times": findTimes,
	}
	textWords = map[string]func(*evaluator, *CallResult) *Text{"sex": findSex}
)

func (v *evaluator) evalTruth(x *language.Expr) language.Truth {
	switch x.Op {
	case language.CallExpr:
		s := v.newCallResult(x.Call)
		s.Truth = truthWords[x.Call.Word.Name](v, s)
		return s.Truth
	case language.Less:
		a := v.evalNumber(x.Args[0])
		return less(a, v.evalNumber(x.Args[1]))
	case language.LessOrEqual:
		a := v.evalNumber(x.Args[0])
		return lessOrEqual(a, v.evalNumber(x.Args[1]))
	case language.NotEqual:
		return v.equalsAny(x).Not()
	}
	return v.equalsAny(x)
}

func (v *evaluator) equalsAny(x *language.Expr) language.Truth {
	t := language.False
	if x.Args[0].IsText() {
		a := v.evalText(x.Args[0])
		for _, arg := range x.Args[1:] {
			t = max(t, equalTexts(a, v.evalText(arg)))
		}
		return t
	}
	a := v.evalNumber(x.Args[0])
	for _, arg := range x.Args[1:] {
		t = max(t, equal(a, v.evalNumber(arg)))
	}
	return t
}

func (v *evaluator) evalNumber(x *language.Expr) *Number {
	switch x.Op {
	case language.CallExpr:
		s := v.newCallResult(x.Call)
		s.Number = numberWords[x.Call.Word.Name](v, s)
		return s.Number
	case language.NumberExpr:
		return exactly(x.Number)
	case language.Negate:
		return negate(v.evalNumber(x.Args[0]))
	}
	a := v.evalNumber(x.Args[0])
	b := v.evalNumber(x.Args[1])
	switch x.Op {
	case language.Add:
		return add(a, b)
	case language.Subtract:
		return subtract(a, b)
	case language.Multiply:
		return multiply(a, b)
	}
	return divide(a, b)
}

func (v *evaluator) evalText(x *language.Expr) *Text {
	if x.Op == language.TextExpr {
		return &Text{true, x.Text}
	}
	s := v.newCallResult(x.Call)
	s.Text = textWords[x.Call.Word.Name](v, s)
	return s.Text
}
