// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/eligo-trials/eligo/patient"
)

// expression finds the type of an expression inside an atom and rebuilds it
// from constants and calls that know the view.
func (c *ruleChecker) expression(n ast.Node) (valueType, ast.Node) {
	switch n := n.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		return c.number(n)
	case *ast.StringNode:
		return textType, constant(&text{true, n.Value})
	case *ast.IdentifierNode:
		return c.identifier(n)
	case *ast.CallNode:
		return c.call(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.BoolNode:
		c.fail(n.Location(), "%v says nothing about the patient", n.Value)
	case *ast.ArrayNode:
		c.fail(n.Location(), "a list stands only after in: age in [18, 19]")
	case *ast.BuiltinNode:
		c.fail(n.Location(), "%s is not a word of the rule language%s", n.Name, hint(suggest(n.Name, callNames())))
	default:
		c.fail(n.Location(), "this form is not part of the rule language")
	}
	return noType, nil
}

func (c *ruleChecker) unary(n *ast.UnaryNode) (valueType, ast.Node) {
	switch n.Operator {
	case "-":
		t, built := c.expression(n.Node)
		if !c.want(n.Node, t, numberType, "-") {
			return noType, nil
		}
		return numberType, callOf(fnNegate, built)
	case "not", "!":
		c.fail(n.Location(), "not stands before a truth, not inside a comparison; put brackets around the comparison")
	default:
		c.fail(n.Location(), "%q is not part of the rule language here", n.Operator)
	}
	return noType, nil
}

// want reports whether an operand has the type that its operator needs.
func (c *ruleChecker) want(n ast.Node, have, need valueType, op string) bool {
	if have != need && have != noType {
		c.fail(n.Location(), "%s needs %s here, and this is %s", op, need, have)
	}
	return have == need
}

func (c *ruleChecker) binary(n *ast.BinaryNode) (valueType, ast.Node) {
	switch n.Operator {
	case "and", "&&", "or", "||":
		c.fail(n.Location(), "%s joins truths; it cannot stand inside a comparison or an argument", n.Operator)
		return noType, nil
	case "in":
		return c.in(n)
	}
	lt, left := c.expression(n.Left)
	rt, right := c.expression(n.Right)
	if lt == noType || rt == noType {
		return noType, nil
	}
	if n.Operator == "==" || n.Operator == "!=" {
		return c.equality(n, lt, rt, left, right)
	}
	if !c.want(n.Left, lt, numberType, n.Operator) || !c.want(n.Right, rt, numberType, n.Operator) {
		return noType, nil
	}
	switch n.Operator {
	case "<":
		return truthType, callOf(fnLess, left, right)
	case "<=":
		return truthType, callOf(fnLessOrEqual, left, right)
	case ">":
		return truthType, callOf(fnLess, right, left)
	case ">=":
		return truthType, callOf(fnLessOrEqual, right, left)
	case "+", "-", "*", "/":
		return numberType, callOf("$"+n.Operator, left, right)
	}
	c.fail(n.Location(), "%q is not part of the rule language", n.Operator)
	return noType, nil
}

func (c *ruleChecker) equality(n *ast.BinaryNode, lt, rt valueType, left, right ast.Node) (valueType, ast.Node) {
	var built ast.Node
	switch {
	case lt == numberType && rt == numberType:
		built = callOf(fnEqual, left, right)
	case lt == textType && rt == textType:
		if !c.sexes(n.Left) || !c.sexes(n.Right) {
			return noType, nil
		}
		built = callOf(fnSame, left, right)
	case lt == truthType || rt == truthType:
		c.fail(n.Location(), "truths are not compared: write has(x), or not has(x)")
		return noType, nil
	default:
		c.fail(n.Location(), "%s cannot be compared with %s", lt, rt)
		return noType, nil
	}
	if n.Operator == "!=" {
		built = callOf(fnNot, built)
	}
	return truthType, built
}

// sexes checks a text that sex is compared with.
func (c *ruleChecker) sexes(n ast.Node) bool {
	s, ok := n.(*ast.StringNode)
	known := []string{string(patient.Female), string(patient.Male), string(patient.OtherSex)}
	if !ok || slices.Contains(known, s.Value) {
		return true
	}
	c.fail(n.Location(), "sex is one of %s, not %q%s", quoted(known), s.Value, hint(suggest(s.Value, known)))
	return false
}

func (c *ruleChecker) in(n *ast.BinaryNode) (valueType, ast.Node) {
	t, left := c.expression(n.Left)
	list, ok := n.Right.(*ast.ArrayNode)
	switch {
	case !ok || len(list.Nodes) == 0:
		c.fail(n.Right.Location(), "in needs a list of values: age in [18, 19]")
		return noType, nil
	case t == noType:
		return noType, nil
	case t != numberType && t != textType:
		c.fail(n.Left.Location(), "in needs a number or a text before it, and this is %s", t)
		return noType, nil
	}
	var numbers []*number
	var texts []*text
	for _, e := range list.Nodes {
		et, built := c.expression(e)
		value, isConstant := foldConstant(built)
		if et != noType && (et != t || !isConstant) {
			c.fail(e.Location(), "the list after in holds plain values like the one before it, %s", t)
			return noType, nil
		}
		if et == noType || et == textType && !c.sexes(e) {
			return noType, nil
		}
		switch v := value.(type) {
		case *number:
			numbers = append(numbers, v)
		case *text:
			texts = append(texts, v)
		}
	}
	if t == textType {
		return truthType, callOf(fnSameAny, left, constant(texts))
	}
	return truthType, callOf(fnOneOf, left, constant(numbers))
}

// foldConstant gives the value of a literal, negated or not.
func foldConstant(n ast.Node) (any, bool) {
	switch n := n.(type) {
	case *ast.ConstantNode:
		return n.Value, true
	case *ast.CallNode:
		if n.Callee.(*ast.IdentifierNode).Value == fnNegate {
			if v, ok := foldConstant(n.Arguments[0]); ok {
				return negate(v.(*number)), true
			}
		}
	}
	return nil, false
}

// identifier is a word without arguments, or a name out of its place.
func (c *ruleChecker) identifier(n *ast.IdentifierNode) (valueType, ast.Node) {
	if w := lookUp(n.Value); w != nil {
		if w.required() > 0 {
			c.fail(n.Location(), "%s needs its arguments: %s", w.name, w.form())
			return noType, nil
		}
		return c.found(&call{word: w, at: firstRune(n)})
	}
	c.misplaced(n)
	return noType, nil
}

// misplaced explains a name that is no word where a value should be.
func (c *ruleChecker) misplaced(n *ast.IdentifierNode) {
	name := n.Value
	if concept := c.scope.concepts[name]; concept != nil {
		words := wordsFor(concept.Kind)
		c.fail(n.Location(), "%s is %s; say what to ask of it, as in %s(%s)", name, withArticle(string(concept.Kind)), words[0], name)
		return
	}
	switch {
	case c.scope.questions[name] != nil:
		c.fail(n.Location(), "%s is a question: write answer(%s)", name, name)
	case c.scope.anchors[name]:
		c.fail(n.Location(), "%s is a date: it stands in within(..., %s) or age_at(%s)", name, name, name)
	default:
		names := append(valueNames(), slices.Sorted(maps.Keys(c.scope.concepts))...)
		c.fail(n.Location(), "unknown name %s%s", name, hint(suggest(name, names)))
	}
}

// found makes the call of a word; expr sees the view and one constant.
func (c *ruleChecker) found(k *call) (valueType, ast.Node) {
	c.calls = append(c.calls, k)
	return k.word.answer, callOf(k.word.name, &ast.IdentifierNode{Value: patientKey}, constant(k))
}

// valueNames lists the words that may stand where a rule expects a value.
func valueNames() []string {
	names := []string{"at_least"}
	for i := range vocabulary {
		names = append(names, vocabulary[i].name)
	}
	return names
}

// callNames lists those of valueNames that take arguments.
func callNames() []string {
	return slices.DeleteFunc(valueNames(), func(name string) bool {
		w := lookUp(name)
		return w != nil && len(w.parameters) == 0
	})
}

func hint(suggestion string) string {
	if suggestion == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", suggestion)
}

func withArticle(noun string) string {
	if strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}
