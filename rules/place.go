// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"strings"
	"unicode"

	"github.com/eligo-trials/eligo/rules/yamlwalk"
)

// places are where the parts of a study stand.
type places struct {
	names       map[string]meaning
	src         *yamlwalk.File // the study file
	notCriteria *yamlwalk.Node
	text        *yamlwalk.Node
}

// Place is where a concept, question or date that the study can name is
// defined; the zero Position if there is none of that name.
func (s *Study) Place(name string) Position {
	if s.places == nil {
		return Position{}
	}
	return s.places.names[name].where
}

// File is the path of the study file, as it was given to [Load].
func (s *Study) File() string { return s.file }

// TextPlace is where the study names the file with the official text.
func (s *Study) TextPlace() Position {
	if s.places == nil || s.places.text == nil {
		return Position{File: s.file, Line: 1, Column: 1}
	}
	return s.places.src.PositionOf(s.places.text)
}

// RuleAt is where a byte of Rule stands in the file. Of a built-in criterion it
// is the zero Position.
func (c *Criterion) RuleAt(offset int) Position { return valueAt(c.src, c.ruleNode, offset) }

// QuoteAt is where a byte of Quote stands in the file.
func (c *Criterion) QuoteAt(offset int) Position { return valueAt(c.src, c.quoteNode, offset) }

// NotCriterionAt is where a byte of the quote of NotCriteria[i] stands in the
// file.
func (s *Study) NotCriterionAt(i, offset int) Position {
	if s.places == nil || s.places.notCriteria == nil || i >= len(s.places.notCriteria.Content) {
		return Position{File: s.file}
	}
	entry := s.places.notCriteria.Content[i]
	if quote := yamlwalk.Value(entry, "quote"); quote != nil {
		return valueAt(s.places.src, quote, offset)
	}
	return s.places.src.PositionOf(entry)
}

// valueAt is where a byte of a scalar, without the white space around it,
// stands.
func valueAt(src *yamlwalk.File, n *yamlwalk.Node, offset int) Position {
	if src == nil || n == nil {
		return Position{}
	}
	return src.Within(n, blankBefore(n)+offset)
}

// blankBefore is how many bytes of white space a scalar starts with.
func blankBefore(n *yamlwalk.Node) int {
	return len(n.Value) - len(strings.TrimLeftFunc(n.Value, unicode.IsSpace))
}
