// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// places are where the parts of a study stand.
type places struct {
	names       map[string]meaning
	src         *sourceFile // the study file
	notCriteria *yaml.Node
	text        *yaml.Node
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
		return Position{s.file, 1, 1}
	}
	return s.places.src.positionOf(s.places.text)
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
	for k := 0; k+1 < len(entry.Content); k += 2 {
		if entry.Content[k].Value == "quote" {
			return valueAt(s.places.src, entry.Content[k+1], offset)
		}
	}
	return s.places.src.positionOf(entry)
}

// valueAt is where a byte of a scalar, without the white space around it,
// stands.
func valueAt(src *sourceFile, n *yaml.Node, offset int) Position {
	if src == nil || n == nil {
		return Position{}
	}
	return src.within(n, blankBefore(n)+offset)
}

// blankBefore is how many bytes of white space a scalar starts with.
func blankBefore(n *yaml.Node) int {
	return len(n.Value) - len(strings.TrimLeftFunc(n.Value, unicode.IsSpace))
}
