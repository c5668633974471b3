// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/language"
	"go.yaml.in/yaml/v4"
)

// maxErrors is how many problems are told at once.
const maxErrors = 100

var (
	criterionPattern  = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	identifierPattern = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

// maxName is the longest identifier, in characters.
const maxName = 100

// problems collects the errors of a study and its imports.
type problems struct {
	found []problem
	more  int // found after maxErrors
}

type problem struct {
	rank int // of the file
	err  Error
}

// isFull reports whether further problems are only counted.
func (p *problems) isFull() bool { return len(p.found) >= maxErrors }

func (p *problems) addProblem(src *sourceFile, pos Position, inside, message string) {
	if p.isFull() {
		p.more++
		return
	}
	p.found = append(p.found, problem{src.rank, Error{pos, inside, message}})
}

// errors gives the problems in the order of the files and their lines, or nil.
func (p *problems) errors() error {
	if len(p.found) == 0 {
		return nil
	}
	slices.SortStableFunc(p.found, func(a, b problem) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.err.Pos.Line, b.err.Pos.Line),
			cmp.Compare(a.err.Pos.Column, b.err.Pos.Column))
	})
	var errs Errors
	for _, one := range p.found {
		errs = append(errs, one.err)
	}
	if p.more > 0 {
		last := errs[len(errs)-1].Pos
		errs = append(errs, Error{Pos: last, Message: fmt.Sprintf("%d more problems are not listed", p.more)})
	}
	return errs
}

// walker reads the nodes of one file. It reports a node that it cannot use, and goes
// on with the others.
type walker struct {
	*problems
	src    *sourceFile
	inside string // the criterion, concept or question that is read
}

func (w *walker) addError(n *yaml.Node, format string, args ...any) {
	w.addErrorAt(w.src.positionOf(n), format, args...)
}

func (w *walker) addErrorAt(pos Position, format string, args ...any) {
	w.addProblem(w.src, pos, w.inside, fmt.Sprintf(format, args...))
}

// hintFor is the end of a message about an unknown word.
func (w *walker) hintFor(word string, among []string) string {
	if w.isFull() {
		return ""
	}
	return language.Hint(word, among)
}

// entry is a key of a mapping, and its value.
type entry struct{ key, value *yaml.Node }

// entries gives the keys of a mapping that is not empty, each once.
func (w *walker) entries(n *yaml.Node, what string) []entry {
	if n.Kind != yaml.MappingNode {
		w.addError(n, "%s must be a mapping (key: value), not %s", what, nodeKind(n))
		return nil
	}
	if len(n.Content) == 0 {
		w.addError(n, "%s is empty; leave it out", what)
	}
	var list []entry
	first := make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch before := first[key.Value]; {
		case key.Kind != yaml.ScalarNode || key.Value == "":
			w.addError(key, "a key of %s must be a text, not %s", what, nodeKind(key))
			continue
		case before != nil:
			w.addError(key, "%s is there twice; first on line %d", quoteBriefly(key.Value), before.Line)
			continue
		}
		first[key.Value] = key
		list = append(list, entry{key, n.Content[i+1]})
	}
	return list
}

// readObject reads a mapping with the given keys; a key that ends in ! is required.
// It is nil if the node is no mapping.
func (w *walker) readObject(n *yaml.Node, what string, keys ...string) map[string]*yaml.Node {
	var known []string
	for _, key := range keys {
		known = append(known, strings.TrimSuffix(key, "!"))
	}
	if n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		w.addError(n, "%s is empty", what)
		return nil
	}
	values := map[string]*yaml.Node{}
	for _, e := range w.entries(n, what) {
		if !slices.Contains(known, e.key.Value) {
			w.addError(e.key, "unknown key %s%s", quoteBriefly(e.key.Value), w.hintFor(e.key.Value, known))
			continue
		}
		values[e.key.Value] = e.value
	}
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for _, key := range keys {
		if name, required := strings.CutSuffix(key, "!"); required && values[name] == nil {
			w.addError(n, "%s has no %s", what, name)
		}
	}
	return values
}

// readList gives the entries of a list that is not empty.
func (w *walker) readList(n *yaml.Node, what string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		w.addError(n, "%s must be a list, not %s", what, nodeKind(n))
		return nil
	}
	if len(n.Content) == 0 {
		w.addError(n, "%s is an empty list; leave it out", what)
	}
	return n.Content
}

// readText gives a text that is not empty, without white space around it. A nil
// node, which is a key that is not there, gives "".
func (w *walker) readText(n *yaml.Node, what string) string {
	switch {
	case n == nil:
		return ""
	case n.Kind != yaml.ScalarNode:
		w.addError(n, "%s must be a text, not %s", what, nodeKind(n))
		return ""
	case isNull(n):
		w.addError(n, "%s has no value; leave it out or write a text", what)
		return ""
	}
	s := strings.TrimSpace(n.Value)
	if s == "" {
		w.addError(n, "%s is an empty text", what)
	}
	return s
}

// readLine is text on one line.
func (w *walker) readLine(n *yaml.Node, what string) string {
	s := w.readText(n, what)
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }) {
		w.addError(n, "%s must stand on one line", what)
		return ""
	}
	return s
}

// identifier is a text of the given pattern; anything else gives "".
func (w *walker) identifier(n *yaml.Node, what string, pattern *regexp.Regexp) string {
	s := w.readText(n, what)
	switch {
	case s == "":
	case !pattern.MatchString(s):
		letters := strings.TrimSuffix(strings.TrimPrefix(pattern.String(), "^"), "$")
		w.addError(n, "%s is no %s; it must look like %s", quoteBriefly(s), what, letters)
		return ""
	case len(s) > maxName:
		w.addError(n, "%s is longer than %d characters", what, maxName)
		return ""
	}
	return s
}

// readFlag is true or false.
func (w *walker) readFlag(n *yaml.Node, what string) bool {
	if n == nil {
		return false
	}
	if n.Kind != yaml.ScalarNode || n.Style != 0 || n.Value != "true" && n.Value != "false" {
		w.addError(n, "%s must be true or false", what)
	}
	return n.Value == "true"
}

// distinct gives the list without repeated entries, which it reports.
func (w *walker) distinct(nodes []*yaml.Node, text func(*yaml.Node) string) []string {
	var list []string
	seen := make(map[string]bool, len(nodes))
	for _, n := range nodes {
		switch s := text(n); {
		case s == "":
		case seen[s]:
			w.addError(n, "%s is listed twice", quoteBriefly(s))
		default:
			seen[s] = true
			list = append(list, s)
		}
	}
	return list
}
