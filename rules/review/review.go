// SPDX-License-Identifier: Apache-2.0

package review

import (
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// Text is the official text that a study names.
type Text struct {
	Name string // of the file, for places
	Data []byte
	Err  error // why it cannot be read; nil if it was
}

// Study gives everything that is found in a study, in the order of its files
// and lines. Text is nil if the study names none.
func Study(s *rules.Study, text *Text) []Finding {
	f := &finder{study: s}
	f.quotes(text)
	f.names()
	f.windows()
	f.units()
	f.drafts()
	f.review()
	f.logic()
	return sorted(s.File(), f.found)
}

// top is the place of what concerns the study as a whole.
func (f *finder) top() rules.Position {
	return rules.Position{File: f.study.File(), Line: 1, Column: 1}
}

// criteria visits the criteria that the file holds, which the built-in ones are
// not among.
func (f *finder) criteria(visit func(c *rules.Criterion)) {
	for i := range f.study.Criteria {
		if c := &f.study.Criteria[i]; c.Pos.File != "" {
			visit(c)
		}
	}
}

// calls visits the calls of a criterion's rule.
func calls(c *rules.Criterion, visit func(*language.Call)) {
	for _, call := range c.Form().AllCalls() {
		visit(call)
	}
}
