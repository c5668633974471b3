// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"maps"
	"slices"

	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
	"go.yaml.in/yaml/v4"
)

// namespace maps every name of a study to its meaning. Concepts, questions and
// anchors share it, so that no rule can be read in two ways.
type namespace struct {
	meanings map[string]meaning
	concepts map[string]*terminology.Concept
}

type meaning struct {
	what  string // concept, question or date
	where Position
}

func newNamespace() namespace {
	return namespace{meanings: map[string]meaning{}, concepts: map[string]*terminology.Concept{}}
}

// addName gives a name its meaning. It returns the reason why it cannot, or "".
func (s *namespace) addName(name, what string, where Position) string {
	before, taken := s.meanings[name]
	switch {
	case name == language.Screening:
		return name + " is the date that every study has"
	case language.IsReserved(name):
		return name + " is a word of the rule language; choose another name"
	case taken && before.what == what:
		return what + " " + name + " is defined twice; first at " + before.where.String()
	case taken:
		return name + " is a " + before.what + " already, at " + before.where.String() + "; choose another name"
	}
	s.meanings[name] = meaning{what, where}
	return ""
}

// define adds a name that stands in a file.
func (l *loader) define(w *walker, n *yaml.Node, name, what string) bool {
	message := l.names.addName(name, what, w.src.positionOf(n))
	if message != "" {
		w.addError(n, "%s", message)
	}
	return message == ""
}

// defineConcepts adds concepts that were read from a file.
func (l *loader) defineConcepts(drafts []*draft) {
	for _, d := range drafts {
		w := *d.from
		w.inside = d.concept.Name
		if l.define(&w, d.key, d.concept.Name, "concept") {
			l.names.concepts[d.concept.Name] = d.concept
		}
		l.noRules = l.noRules || d.concept.Kind == ""
	}
	l.drafts = append(l.drafts, drafts...)
}

// importPart adds the concepts of a part of the library.
func (l *loader) importPart(w *walker, n *yaml.Node, part *libraryPart) {
	for _, c := range part.concepts {
		if message := l.names.addName(c.Name, "concept", part.where[c.Name]); message != "" {
			w.addError(n, "%s: %s", part.name, message)
			continue
		}
		l.names.concepts[c.Name] = c
	}
}

// conceptNames lists the concepts that can be named, sorted. It is called once
// all of them are defined.
func (l *loader) conceptNames() []string {
	if l.allNames != nil {
		return l.allNames
	}
	names := slices.Collect(maps.Keys(l.names.concepts))
	for _, part := range l.fallback {
		for _, c := range part.concepts {
			if l.names.concepts[c.Name] == nil {
				names = append(names, c.Name)
			}
		}
	}
	slices.Sort(names)
	l.allNames = names
	return names
}
