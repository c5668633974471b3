// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"

	"github.com/eligo-trials/eligo/rules/terminology"
	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
)

// program is a compiled rule: its and, or, not and at_least as a tree, and
// every remaining atom as an expr program over values that know that they are
// unknown.
type program struct {
	root *branch
	// reads lists the concepts and questions that the rule names.
	concepts  []*terminology.Concept
	questions []*Question
}

// branch is a node of a program's tree.
type branch struct {
	op   operator
	n    int // of atLeast
	kids []*branch
	atom *atom // of leaf
}

type operator uint8

const (
	leaf operator = iota
	and
	or
	not
	atLeast
)

// atom is a part of a rule that is true, false or unknown as a whole.
type atom struct {
	source string
	at     int // of its first character in the rule
	calls  []*call
	bound  *bounds // of a comparison with constants; nil otherwise
	code   *vm.Program
	// alone is the finder of an atom that is one word and nothing else: to
	// run its program would only call it.
	alone truthFinder
}

// call is a word with its arguments, all of which are constants.
type call struct {
	word     *word
	concept  *terminology.Concept
	window   *timeWindow
	anchor   string
	question *Question
	at       int // of its first character in the rule
}

// bounds describes a comparison of one call with constants, for the sentence
// that explains it.
type bounds struct {
	op     string
	values []string
}

// patientKey is the name under which an atom finds the view; no rule can name
// it.
const patientKey = "$"

// Names of the operators as functions; no rule can name them either.
const (
	fnLess        = "$<"
	fnLessOrEqual = "$<="
	fnEqual       = "$=="
	fnNot         = "$!"
	fnOneOf       = "$in"
	fnAdd         = "$+"
	fnSubtract    = "$-"
	fnMultiply    = "$*"
	fnDivide      = "$/"
	fnNegate      = "$neg"
	fnSame        = "$same"
	fnSameAny     = "$sameAny"
)

// expressionConfig is what expr may see of the world: the words, the operators
// over uncertain values, and the view. One is made for each rule since expr
// caches types in it, for one goroutine.
func expressionConfig() *conf.Config {
	c := conf.New(map[string]any{patientKey: (*view)(nil)})
	expr.DisableAllBuiltins()(c)
	expr.Optimize(false)(c)
	for name := range c.Disabled {
		delete(c.Builtins, name)
	}
	for i := range vocabulary {
		w := &vocabulary[i]
		switch find := w.find.(type) {
		case truthFinder:
			expr.Function(w.name, func(p ...any) (any, error) { return find(p[0].(*view), p[1].(*call)), nil }, find)(c)
		case numberFinder:
			expr.Function(w.name, func(p ...any) (any, error) { return find(p[0].(*view), p[1].(*call)), nil }, find)(c)
		case textFinder:
			expr.Function(w.name, func(p ...any) (any, error) { return find(p[0].(*view), p[1].(*call)), nil }, find)(c)
		}
	}
	for name, compare := range map[string]func(a, b *number) Truth{fnLess: less, fnLessOrEqual: lessOrEqual, fnEqual: equal} {
		expr.Function(name, func(p ...any) (any, error) { return compare(p[0].(*number), p[1].(*number)), nil }, compare)(c)
	}
	for name, op := range map[string]func(a, b *number) *number{fnAdd: add, fnSubtract: subtract, fnMultiply: multiply, fnDivide: divide} {
		expr.Function(name, func(p ...any) (any, error) { return op(p[0].(*number), p[1].(*number)), nil }, op)(c)
	}
	expr.Function(fnNegate, func(p ...any) (any, error) { return negate(p[0].(*number)), nil }, negate)(c)
	expr.Function(fnNot, func(p ...any) (any, error) { return p[0].(Truth).Not(), nil }, Truth.Not)(c)
	expr.Function(fnOneOf, func(p ...any) (any, error) { return oneOf(p[0].(*number), p[1].([]*number)), nil }, oneOf)(c)
	expr.Function(fnSame, func(p ...any) (any, error) { return same(p[0].(*text), p[1].(*text)), nil }, same)(c)
	expr.Function(fnSameAny, func(p ...any) (any, error) { return sameAny(p[0].(*text), p[1].([]*text)), nil }, sameAny)(c)
	return c
}

// compileAtom type-checks a rebuilt atom with expr and makes its program.
func compileAtom(node ast.Node, config *conf.Config) (*vm.Program, error) {
	tree := &parser.Tree{Node: node}
	if _, err := checker.Check(tree, config); err != nil {
		return nil, err
	}
	return compiler.Compile(tree, config)
}

// compileRule reads a rule and reports everything that is wrong with it.
func compileRule(src string, s *scope) (*program, []ruleError) {
	c := &ruleChecker{scope: s, src: src, runes: []rune(src)}
	if !c.tokens() {
		return nil, c.errs
	}
	c.config = expressionConfig()
	c.config.MaxNodes = maxNodes
	tree, err := parser.ParseWithConfig(src, c.config)
	if err != nil {
		c.syntaxError(err)
		return nil, c.errs
	}
	root := c.branch(tree.Node)
	if len(c.errs) > 0 {
		return nil, c.errs
	}
	p := &program{root: root}
	p.collect(root)
	return p, nil
}

// collect gathers what the rule reads, each once, in the order of the rule.
func (p *program) collect(b *branch) {
	for _, kid := range b.kids {
		p.collect(kid)
	}
	if b.atom == nil {
		return
	}
	for _, c := range b.atom.calls {
		if c.concept != nil {
			p.concepts = appendNew(p.concepts, c.concept)
		}
		if c.question != nil {
			p.questions = appendNew(p.questions, c.question)
		}
	}
}

func appendNew[T comparable](list []T, v T) []T {
	for _, have := range list {
		if have == v {
			return list
		}
	}
	return append(list, v)
}

// scope is what the names in a rule can mean.
type scope struct {
	concepts  map[string]*terminology.Concept
	questions map[string]*Question
	anchors   map[string]bool // includes "screening"
}

// ruleError is a problem at a byte offset of the rule's text.
type ruleError struct {
	offset  int
	message string
}

func (e ruleError) Error() string { return fmt.Sprintf("at byte %d: %s", e.offset, e.message) }
