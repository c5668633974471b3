// SPDX-License-Identifier: Apache-2.0

package language

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/parser/lexer"

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

// allowedSigns are the operators and brackets of the language.
var allowedSigns = strings.Fields("and or not in && || ! < <= > >= == != + - * / , ( ) [ ]")

// checkTokens refuses, before anything is parsed, a rule that is too long or too
// deep, or that uses a sign that the language lacks.
func (c *ruleChecker) checkTokens() bool {
	if strings.TrimSpace(c.src) == "" {
		c.addError(file.Location{}, "the rule is empty")
		return false
	}
	if len(c.src) > maxRuleBytes {
		c.addError(file.Location{}, "the rule is longer than %d bytes", maxRuleBytes)
		return false
	}
	tokens, err := lexer.Lex(file.NewSource(c.src))
	if err != nil {
		c.failSyntax(err)
		return false
	}
	depth, prefixes := 0, 0 // open brackets; not and - in a row
	for i, t := range tokens {
		if message := c.misplacedToken(tokens, i); message != "" {
			c.addError(t.Location, "%s", message)
			continue
		}
		switch t.Value {
		case "(", "[":
			depth, prefixes = depth+1, 0
		case ")", "]":
			depth, prefixes = depth-1, 0
		case "not", "!", "-":
			prefixes++
		default:
			prefixes = 0
		}
		if depth+prefixes > maxNesting {
			c.addError(t.Location, "the rule is nested deeper than %d levels", maxNesting)
			return false
		}
		switch t.Kind {
		case lexer.Operator, lexer.Bracket:
			if !slices.Contains(allowedSigns, t.Value) {
				c.addError(t.Location, "%q is not part of the rule language", t.Value)
			}
		case lexer.Bytes:
			c.addError(t.Location, "bytes are not part of the rule language")
		case lexer.Identifier:
			if t.Value == "nil" {
				c.addError(t.Location, "nil is not part of the rule language: what is not known is unknown by itself")
			}
		}
	}
	return len(c.errs) == 0
}

func (c *ruleChecker) failSyntax(err error) {
	var at *file.Error
	if errors.As(err, &at) {
		c.addError(at.Location, "%s", plainSyntax(at.Message))
		return
	}
	c.addError(file.Location{}, "%s", err)
}

// plainSyntax says expr's token names in words.
func plainSyntax(message string) string {
	r := strings.NewReplacer(`token EOF`, "end of the rule", `token Operator("`, `"`, `token Bracket("`, `"`, `token Identifier("`, `"`,
		`token Number("`, `"`, `token String("`, `"`, `")`, `"`,
		"compilation failed: expression exceeds maximum allowed nodes", fmt.Sprintf("the rule has more than %d parts", maxNodes))
	return r.Replace(message)
}
