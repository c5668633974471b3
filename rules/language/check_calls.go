// SPDX-License-Identifier: Apache-2.0

package language

import (
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology"
)

func (c *ruleChecker) checkCall(n *ast.CallNode) (valueType, *Expr) {
	id, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		c.addError(n.Location(), "this form is not part of the rule language")
		return noType, nil
	}
	w := wordNamed(id.Value)
	if w == nil {
		c.notAWord(id, n)
		return noType, nil
	}
	if len(n.Arguments) < w.required() || len(n.Arguments) > len(w.parameters) {
		c.addError(id.Location(), "%s is written %s", w.Name, w.signature())
		return noType, nil
	}
	k, before := &Call{Word: w}, len(c.errs)
	for i, arg := range n.Arguments {
		switch p := w.parameters[i]; p.valueType {
		case conceptType:
			k.Concept = c.checkConcept(w, p, arg)
		case windowType:
			k.Window = c.checkWindow(arg)
		case anchorType:
			k.Anchor = c.checkAnchor(arg)
		case questionType:
			k.Question = c.checkQuestion(arg)
		}
	}
	if len(c.errs) > before {
		return noType, nil
	}
	return c.addCall(k, n)
}

func (c *ruleChecker) notAWord(id *ast.IdentifierNode, n *ast.CallNode) {
	switch id.Value {
	case "within", "days", "weeks", "months", "years":
		c.addError(id.Location(), "%s makes a window or a duration: it stands inside a word, as in took(x, within(weeks(8)))", id.Value)
	case "at_least":
		c.addError(id.Location(), "at_least gives a truth; it cannot stand inside a comparison")
	default:
		c.addError(id.Location(), "unknown word %s%s", id.Value, c.hintCall(id.Value, n, n.Arguments))
	}
}

func (c *ruleChecker) checkConcept(w *Word, p parameter, n ast.Node) *terminology.Concept {
	id, ok := n.(*ast.IdentifierNode)
	if !ok {
		c.addError(n.Location(), "%s takes the name of %s", w.Name, withArticle(p.typeName()))
		return nil
	}
	concept := c.scope.Concepts[id.Value]
	if concept == nil {
		c.addError(n.Location(), "unknown %s %s%s", p.typeName(), id.Value, patient.DidYouMean(id.Value, c.conceptNames(p.kinds)))
		return nil
	}
	if !slices.Contains(p.kinds, concept.Kind) {
		c.addError(n.Location(), "%s is %s and %s takes %s; for %s there is %s", id.Value, withArticle(string(concept.Kind)),
			w.Name, withArticle(p.typeName()), withArticle(string(concept.Kind)), strings.Join(wordsFor(concept.Kind), ", "))
		return nil
	}
	if w.Measured && concept.Unit == "" {
		if m := withUnit(concept.Any); m != nil {
			c.addError(n.Location(), "%s has no unit, and its member %s is in %s: give the class a unit", id.Value, m.Name, m.Unit)
			return nil
		}
	}
	return concept
}

// withUnit finds a concept that is measured in a unit.
func withUnit(members []*terminology.Concept) *terminology.Concept {
	for _, m := range members {
		if m.Unit != "" {
			return m
		}
		if deeper := withUnit(m.Any); deeper != nil {
			return deeper
		}
	}
	return nil
}

func (c *ruleChecker) conceptNames(kinds []terminology.Kind) []string {
	var names []string
	for name, concept := range c.scope.Concepts {
		if slices.Contains(kinds, concept.Kind) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// checkWindow reads within(duration[, date]).
func (c *ruleChecker) checkWindow(n ast.Node) *Window {
	args, ok := callTo(n, "within")
	if !ok || len(args) < 1 || len(args) > 2 {
		c.addError(n.Location(), "a window is written within(weeks(8)) or within(weeks(8), first_dose)%s", patient.DidYouMean(calledName(n), []string{"within"}))
		return nil
	}
	w := &Window{Anchor: Screening}
	w.Unit, w.N = c.checkDuration(args[0])
	if len(args) == 2 {
		w.Anchor = c.checkAnchor(args[1])
	}
	return w
}

var durationUnits = []string{"days", "weeks", "months", "years"}

func (c *ruleChecker) checkDuration(n ast.Node) (unit string, length int) {
	for _, unit := range durationUnits {
		args, ok := callTo(n, unit)
		if !ok {
			continue
		}
		if len(args) == 1 {
			if length, ok := c.wholeNumber(args[0]); ok {
				return unit, length
			}
		}
		c.addError(n.Location(), "%s takes a whole number, written as digits: %s(6)", unit, unit)
		return "", 0
	}
	c.addError(n.Location(), "a duration is written days(n), weeks(n), months(n) or years(n)%s", patient.DidYouMean(calledName(n), durationUnits))
	return "", 0
}

func callTo(n ast.Node, name string) ([]ast.Node, bool) {
	if calledName(n) != name {
		return nil, false
	}
	return n.(*ast.CallNode).Arguments, true
}

// calledName gives the name that a call calls, and "" for anything else.
func calledName(n ast.Node) string {
	if call, ok := n.(*ast.CallNode); ok {
		if id, ok := call.Callee.(*ast.IdentifierNode); ok {
			return id.Value
		}
	}
	return ""
}

func (c *ruleChecker) checkAnchor(n ast.Node) string {
	names := slices.Sorted(maps.Keys(c.scope.Anchors))
	id, ok := n.(*ast.IdentifierNode)
	if !ok {
		c.addError(n.Location(), "a date is named here: %s", strings.Join(names, ", "))
		return ""
	}
	if !c.scope.Anchors[id.Value] {
		c.addError(n.Location(), "unknown date %s; the study declares %s under dates%s", id.Value, strings.Join(names, ", "), patient.DidYouMean(id.Value, names))
	}
	return id.Value
}

func (c *ruleChecker) checkQuestion(n ast.Node) *Question {
	id, ok := n.(*ast.IdentifierNode)
	if !ok {
		c.addError(n.Location(), "answer takes the name of a question of the study")
		return nil
	}
	q := c.scope.Questions[id.Value]
	if q == nil {
		names := slices.Sorted(maps.Keys(c.scope.Questions))
		c.addError(n.Location(), "unknown question %s%s", id.Value, patient.DidYouMean(id.Value, names))
	}
	return q
}
