// SPDX-License-Identifier: Apache-2.0

package language

import (
	"fmt"
	"slices"

	"github.com/expr-lang/expr/ast"

	"github.com/eligo-trials/eligo/patient"
)

// expression checks an expression inside an atom. Its type is noType if it is
// wrong.
func (c *ruleChecker) expression(n ast.Node) (valueType, *Expr) {
	switch n := n.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		return c.number(n)
	case *ast.StringNode:
		return textType, &Expr{Op: TextExpr, Text: n.Value}
	case *ast.IdentifierNode:
		return c.identifier(n)
	case *ast.CallNode:
		return c.checkCall(n)
	case *ast.UnaryNode:
		return c.unaryOperation(n)
	case *ast.BinaryNode:
		return c.binaryOperation(n)
	case *ast.BoolNode:
		c.addError(n.Location(), "%v says nothing about the patient", n.Value)
	case *ast.ArrayNode:
		c.addError(n.Location(), "a list stands only after in: age in [18, 19]")
	case *ast.BuiltinNode:
		c.addError(n.Location(), "%s is not a word of the rule language%s", n.Name, c.hintCall(n.Name, n, n.Arguments))
	default:
		c.addError(n.Location(), "this form is not part of the rule language")
	}
	return noType, nil
}

func (c *ruleChecker) unaryOperation(n *ast.UnaryNode) (valueType, *Expr) {
	switch n.Operator {
	case "-":
		t, built := c.expression(n.Node)
		if !c.requireType(n.Node, t, numberType, "-") {
			return noType, nil
		}
		return numberType, &Expr{Op: Negate, Args: []*Expr{built}}
	case "not", "!":
		c.addError(n.Location(), "not stands before a truth, not inside a comparison; put brackets around the comparison")
	default:
		c.addError(n.Location(), "%q is not part of the rule language here", n.Operator)
	}
	return noType, nil
}

// requireType reports whether an operand has the type that its operator needs.
func (c *ruleChecker) requireType(n ast.Node, have, need valueType, op string) bool {
	if have != need && have != noType {
		c.addError(n.Location(), "%s needs %s here, and this is %s", op, need, have)
	}
	return have == need
}

func (c *ruleChecker) binaryOperation(n *ast.BinaryNode) (valueType, *Expr) {
	switch n.Operator {
	case "and", "&&", "or", "||":
		c.addError(n.Location(), "%s joins truths; it cannot stand inside a comparison or an argument", n.Operator)
		return noType, nil
	case "in":
		return c.membership(n)
	}
	lt, left := c.expression(n.Left)
	rt, right := c.expression(n.Right)
	if lt == noType || rt == noType {
		return noType, nil
	}
	if n.Operator == "==" || n.Operator == "!=" {
		return c.equality(n, lt, rt, left, right)
	}
	o, known := numberOperations[n.Operator]
	switch {
	case !known:
		c.addError(n.Location(), "%q is not part of the rule language", n.Operator)
		return noType, nil
	case !c.requireType(n.Left, lt, numberType, n.Operator) || !c.requireType(n.Right, rt, numberType, n.Operator):
		return noType, nil
	case o.swapped:
		left, right = right, left
	}
	return o.result, operation(o.op, left, right)
}

// numberOperations are the operators between two numbers. a > b is b < a.
var numberOperations = map[string]struct {
	op      ExprOp
	result  valueType
	swapped bool
}{
	"<": {Less, truthType, false}, "<=": {LessOrEqual, truthType, false}, ">": {Less, truthType, true}, ">=": {LessOrEqual, truthType, true},
	"+": {Add, numberType, false}, "-": {Subtract, numberType, false}, "*": {Multiply, numberType, false}, "/": {Divide, numberType, false},
}

func (c *ruleChecker) equality(n *ast.BinaryNode, lt, rt valueType, left, right *Expr) (valueType, *Expr) {
	switch {
	case lt == numberType && rt == numberType:
	case lt == textType && rt == textType:
		if !c.checkSex(n.Left) || !c.checkSex(n.Right) {
			return noType, nil
		}
	case lt == truthType || rt == truthType:
		c.addError(n.Location(), "truths are not compared: write has(x), or not has(x)")
		return noType, nil
	default:
		c.addError(n.Location(), "%s cannot be compared with %s", lt, rt)
		return noType, nil
	}
	if n.Operator == "!=" {
		return truthType, operation(NotEqual, left, right)
	}
	return truthType, operation(Equal, left, right)
}

func operation(op ExprOp, args ...*Expr) *Expr { return &Expr{Op: op, Args: args} }

var sexes = []string{string(patient.Female), string(patient.Male), string(patient.OtherSex)}

func (c *ruleChecker) checkSex(n ast.Node) bool {
	s, ok := n.(*ast.StringNode)
	if !ok || slices.Contains(sexes, s.Value) {
		return true
	}
	hint := ""
	if meant := patient.Nearest(s.Value, sexes); meant != "" {
		hint = fmt.Sprintf("; did you mean %q?", meant)
	}
	c.addError(n.Location(), "sex is one of %q, %q, %q, not %q%s", sexes[0], sexes[1], sexes[2], s.Value, hint)
	return false
}

func (c *ruleChecker) membership(n *ast.BinaryNode) (valueType, *Expr) {
	t, left := c.expression(n.Left)
	list, ok := n.Right.(*ast.ArrayNode)
	switch {
	case !ok || len(list.Nodes) == 0:
		c.addError(n.Right.Location(), "in needs a list of values: age in [18, 19]")
		return noType, nil
	case t == noType:
		return noType, nil
	case t != numberType && t != textType:
		c.addError(n.Left.Location(), "in needs a number or a text before it, and this is %s", t)
		return noType, nil
	}
	args := []*Expr{left}
	for _, e := range list.Nodes {
		et, built := c.expression(e)
		constant := foldConstant(built)
		if et != noType && (et != t || constant == nil) {
			c.addError(e.Location(), "the list after in holds plain values like the one before it, %s", t)
			return noType, nil
		}
		if et == noType || et == textType && !c.checkSex(e) {
			return noType, nil
		}
		args = append(args, constant)
	}
	return truthType, operation(OneOf, args...)
}

// foldConstant gives the value of a literal, negated or not; nil for any other
// expression.
func foldConstant(x *Expr) *Expr {
	switch {
	case x == nil:
	case x.Op == NumberExpr, x.Op == TextExpr:
		return x
	case x.Op == Negate:
		if v := foldConstant(x.Args[0]); v != nil {
			return &Expr{Op: NumberExpr, Number: patient.Decimal{}.Sub(v.Number)}
		}
	}
	return nil
}

// identifier is a word without arguments, or a name out of its place.
func (c *ruleChecker) identifier(n *ast.IdentifierNode) (valueType, *Expr) {
	if w := wordNamed(n.Value); w != nil {
		if w.required() > 0 {
			c.addError(n.Location(), "%s needs its arguments: %s", w.Name, w.signature())
			return noType, nil
		}
		return c.addCall(&Call{Word: w}, n)
	}
	c.misplaced(n)
	return noType, nil
}

// misplaced explains a name that is no word where a value should be.
func (c *ruleChecker) misplaced(n *ast.IdentifierNode) {
	name := n.Value
	if concept := c.scope.Concepts[name]; concept != nil {
		words := wordsFor(concept.Kind)
		c.addError(n.Location(), "%s is %s; say what to ask of it, as in %s(%s)", name, withArticle(string(concept.Kind)), words[0], name)
		return
	}
	switch {
	case c.scope.Questions[name] != nil:
		c.addError(n.Location(), "%s is a question: write answer(%s)", name, name)
	case c.scope.Anchors[name]:
		c.addError(n.Location(), "%s is a date: it stands in within(..., %s) or age_at(%s)", name, name, name)
	case slices.Contains(sexes, name):
		c.addError(n.Location(), "a text stands in quotation marks: %q", name)
	default:
		c.addError(n.Location(), "unknown name %s%s", name, c.hintValue(n))
	}
}

func (c *ruleChecker) addCall(k *Call, n ast.Node) (valueType, *Expr) {
	k.Offset, k.Text = c.byteOffset(firstRune(n)), k.sourceText()
	c.calls = append(c.calls, k)
	return k.Word.valueType(), &Expr{Op: CallExpr, Call: k}
}

// fits reports whether the value of a word fits the place of a node: an atom is a
// truth, and the parts of an atom are numbers and texts.
func (c *ruleChecker) fits(w *Word, n ast.Node) bool {
	return (w.Answer == TruthAnswer) == (n == c.atom)
}
