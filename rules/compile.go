// SPDX-License-Identifier: Apache-2.0

package rules

// scope is what the names in a rule can mean.
type scope struct {
	concepts  map[string]*Concept
	questions map[string]*Question
	anchors   map[string]bool // includes "screening"
}

// ruleError is a problem at a byte offset of the rule's text.
type ruleError struct {
	offset  int
	message string
}

// program is a compiled rule.
type program struct{}

// compileRule reads a rule and reports everything that is wrong with it.
func compileRule(src string, s *scope) (*program, []ruleError) {
	return &program{}, nil
}
