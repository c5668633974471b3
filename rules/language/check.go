// SPDX-License-Identifier: Apache-2.0

package language

import (
	"fmt"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"

	"github.com/eligo-trials/eligo/patient"
)

// Limits of a rule; expr has none of its own that would hold.
const (
	maxRuleBytes = 8 << 10
	maxNesting   = 64
	maxNodes     = 2000
)

// ruleChecker walks a rule that expr has parsed. It resolves every name and
// type itself (expr lets an unknown name inside the arguments of an overloaded
// function pass) and rebuilds each atom with its constants in place.
type ruleChecker struct {
	scope *Scope
	src   string
	runes []rune
	errs  []Error
	atom  ast.Node // the atom at hand
	calls []*Call  // of the atom
}

// addError notes a problem at a position in runes.
func (c *ruleChecker) addError(at file.Location, format string, args ...any) {
	c.errs = append(c.errs, Error{c.byteOffset(at.From), fmt.Sprintf(format, args...)})
}

func (c *ruleChecker) byteOffset(char int) int {
	n := 0
	for i := range c.src { // a byte that is not UTF-8 is one character
		if n >= char {
			return i
		}
		n++
	}
	return len(c.src)
}

// checkForm takes the rule apart at and, or, not and at_least.
func (c *ruleChecker) checkForm(n ast.Node) *Form {
	switch n := n.(type) {
	case *ast.BinaryNode:
		switch n.Operator {
		case "and", "&&":
			return &Form{Op: And, Kids: c.operands(And, n)}
		case "or", "||":
			return &Form{Op: Or, Kids: c.operands(Or, n)}
		}
	case *ast.UnaryNode:
		if n.Operator == "not" || n.Operator == "!" {
			return &Form{Op: Not, Kids: []*Form{c.checkForm(n.Node)}}
		}
	case *ast.CallNode:
		if id, ok := n.Callee.(*ast.IdentifierNode); ok && id.Value == string(AtLeast) {
			return c.atLeast(n)
		}
	}
	return c.checkAtom(n)
}

// operands lists the operands of a chain of the same operator.
func (c *ruleChecker) operands(op Op, n *ast.BinaryNode) []*Form {
	var kids []*Form
	for _, side := range []ast.Node{n.Left, n.Right} {
		if f := c.checkForm(side); f.Op == op {
			kids = append(kids, f.Kids...)
		} else {
			kids = append(kids, f)
		}
	}
	return kids
}

func (c *ruleChecker) atLeast(n *ast.CallNode) *Form {
	f := &Form{Op: AtLeast}
	if len(n.Arguments) < 2 {
		c.addError(n.Location(), "at_least needs a number and truths: at_least(2, has(a), has(b), has(c))")
		return f
	}
	for _, arg := range n.Arguments[1:] {
		f.Kids = append(f.Kids, c.checkForm(arg))
	}
	f.N, _ = c.wholeNumber(n.Arguments[0])
	if f.N < 1 || f.N > len(f.Kids) {
		c.addError(n.Arguments[0].Location(), "at_least counts from 1 to the number of its truths (%d), written as digits", len(f.Kids))
	}
	return f
}

func (c *ruleChecker) checkAtom(n ast.Node) *Form {
	before := len(c.errs)
	c.atom, c.calls = n, nil
	t, built := c.expression(n)
	calls := c.calls
	switch {
	case t != truthType && t != noType:
		c.addError(n.Location(), "this is %s; a rule needs a truth: compare it, as in age >= 18", t)
	case t == truthType && len(calls) == 0:
		c.addError(n.Location(), "this says nothing about the patient")
	}
	if len(c.errs) > before {
		return &Form{Op: Atom}
	}
	a := &Form{Op: Atom, Source: n.String(), Offset: c.byteOffset(firstRune(n)), Calls: calls, Expr: built}
	if len(calls) == 1 {
		a.Compare = c.comparison(n)
	}
	return a
}

// comparison describes a comparison of one word with constants; nil if the node
// is none.
func (c *ruleChecker) comparison(n ast.Node) *Comparison {
	b, ok := n.(*ast.BinaryNode)
	if !ok {
		return nil
	}
	left, right, op := b.Left, b.Right, b.Operator
	if isConstant(left) {
		left, right = right, left
		if turned, ok := map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<="}[op]; ok {
			op = turned
		}
	}
	switch left.(type) {
	case *ast.CallNode, *ast.IdentifierNode:
	default:
		return nil
	}
	if list, ok := right.(*ast.ArrayNode); ok {
		d := &Comparison{Op: op}
		for _, e := range list.Nodes {
			d.Values = append(d.Values, c.constantText(e))
		}
		return d
	}
	if !isConstant(right) {
		return nil
	}
	return &Comparison{op, []string{c.constantText(right)}}
}

func isConstant(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.StringNode:
		return true
	case *ast.UnaryNode:
		return n.Operator == "-" && isConstant(n.Node)
	}
	return false
}

func (c *ruleChecker) constantText(n ast.Node) string {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value
	case *ast.UnaryNode:
		return "-" + c.constantText(n.Node)
	}
	return c.literal(n.Location())
}

func (c *ruleChecker) literal(at file.Location) string {
	if at.From < 0 || at.To > len(c.runes) || at.From >= at.To {
		return ""
	}
	return strings.ReplaceAll(string(c.runes[at.From:at.To]), "_", "")
}

// number reads a literal from the rule's own text: expr has made a float of it.
func (c *ruleChecker) number(n ast.Node) (valueType, *Expr) {
	v, err := patient.ParseDecimal(c.literal(n.Location()))
	if err != nil {
		c.addError(n.Location(), "a number is written in decimal digits: %s", err)
		return noType, nil
	}
	return numberType, &Expr{Op: NumberExpr, Number: v}
}

// wholeNumber reads the argument of days, weeks, months and years.
func (c *ruleChecker) wholeNumber(n ast.Node) (int, bool) {
	i, ok := n.(*ast.IntegerNode)
	if !ok || i.Value < 0 || i.Value > 100_000 || strings.ContainsFunc(c.literal(n.Location()), isLetter) {
		return 0, false
	}
	return i.Value, true
}

// isLetter finds the letters of a number that is not in decimal digits: 0x10.
func isLetter(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }

// firstRune is where the text of a node starts, in characters of the rule. The
// place of a comparison is that of its sign.
func firstRune(n ast.Node) int {
	at := n.Location().From
	switch n := n.(type) {
	case *ast.BinaryNode:
		return min(at, firstRune(n.Left), firstRune(n.Right))
	case *ast.CallNode:
		return min(at, firstRune(n.Callee))
	}
	return at
}
