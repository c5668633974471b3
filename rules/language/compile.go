// SPDX-License-Identifier: Apache-2.0

package language

import (
	"fmt"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/parser"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// syntax configures the parser of expr: the operators of expr and no function
// of it. One is made for each rule, since expr caches types in it.
func syntax() *conf.Config {
	c := conf.CreateNew()
	expr.DisableAllBuiltins()(c)
	for name := range c.Disabled {
		delete(c.Builtins, name)
	}
	c.MaxNodes = maxNodes
	return c
}

// Compile reads a rule. If it is wrong, the form is nil and the errors are all
// that is wrong with it.
func Compile(src string, s *Scope) (*Form, []Error) {
	c := &ruleChecker{scope: s, src: src, runes: []rune(src)}
	if !c.checkTokens() {
		return nil, c.errs
	}
	tree, err := parser.ParseWithConfig(src, syntax())
	if err != nil {
		c.failSyntax(err)
		return nil, c.errs
	}
	root := c.checkForm(tree.Node)
	if len(c.errs) > 0 {
		return nil, c.errs
	}
	return root, nil
}

// Scope is the names that a rule can use.
type Scope struct {
	Concepts  map[string]*terminology.Concept
	Questions map[string]*Question
	Anchors   map[string]bool // includes [Screening]
}

// Error is a problem at a byte offset of the text of a rule.
type Error struct {
	Offset  int
	Message string
}

func (e Error) Error() string { return fmt.Sprintf("at byte %d: %s", e.Offset, e.Message) }
