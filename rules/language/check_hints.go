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

// hintCall ends a message about an unknown word with arguments. It proposes words that
// fit the place and the first argument.
func (c *ruleChecker) hintCall(name string, n ast.Node, args []ast.Node) string {
	var names []string
	if n == c.atom {
		names = append(names, string(AtLeast))
	}
	for _, w := range Words() {
		if c.fits(w, n) && len(w.parameters) > 0 && (len(args) == 0 || c.takes(w.parameters[0], args[0])) {
			names = append(names, w.Name)
		}
	}
	return patient.DidYouMean(name, names)
}

// takes reports whether an argument may be meant for a parameter. A name that the study
// does not have may be meant for any.
func (c *ruleChecker) takes(p parameter, arg ast.Node) bool {
	id, ok := arg.(*ast.IdentifierNode)
	if !ok {
		return true
	}
	switch concept := c.scope.Concepts[id.Value]; {
	case wordNamed(id.Value) != nil:
		return false
	case concept != nil:
		return slices.Contains(p.kinds, concept.Kind)
	case c.scope.Questions[id.Value] != nil:
		return p.valueType == questionType
	case c.scope.Anchors[id.Value]:
		return p.valueType == anchorType
	}
	return true
}

// hintValue ends a message about an unknown name in the place of a value. It proposes
// words that fit the place, and concepts and questions inside such a word.
func (c *ruleChecker) hintValue(n *ast.IdentifierNode) string {
	words := map[string]*Word{} // by the name in them that is near
	for name, concept := range c.scope.Concepts {
		words[name] = c.wordAsking(concept, n)
	}
	for name := range c.scope.Questions {
		words[name] = wordNamed("answer")
	}
	for _, w := range Words() {
		words[w.Name] = w
	}
	maps.DeleteFunc(words, func(_ string, w *Word) bool { return w == nil || !c.fits(w, n) })
	meant := patient.Nearest(n.Value, slices.Collect(maps.Keys(words)))
	switch w := words[meant]; {
	case w == nil:
		return ""
	case w.Name == meant:
		return "; did you mean " + w.signature() + "?"
	default:
		return "; did you mean " + w.Name + "(" + meant + ")?"
	}
}

// wordAsking finds the first word that asks for a concept and fits the place of a node;
// nil if there is none. A result in a unit is a number, and no truth.
func (c *ruleChecker) wordAsking(concept *terminology.Concept, n ast.Node) *Word {
	for i := range vocabulary {
		if w := &vocabulary[i]; w.asks(concept.Kind) && c.fits(w, n) && (w.Answer == NumberAnswer || concept.Unit == "") {
			return w
		}
	}
	return nil
}

func withArticle(noun string) string {
	if strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}
