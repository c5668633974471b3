// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// Limits of a file of cases. Nodes are counted when they are read, so that each
// use of an alias counts.
const (
	maxErrors = 100
	maxNodes  = 500_000
	maxDepth  = 32
)

// reader reads one file of cases. It collects errors and continues.
type reader struct {
	file, folder string
	patients     string // folder of the profiles
	profiles     map[string]*patient.Profile
	criteria     []string // of the study; nil if the study could not be read
	anchors      []string

	inside string // name of the current case
	errs   rules.Errors
	nodes  int
}

func (r *reader) positionOf(n *yaml.Node) rules.Position {
	return rules.Position{File: r.file, Line: max(n.Line, 1), Column: max(n.Column, 1)}
}

func (r *reader) addError(n *yaml.Node, format string, args ...any) {
	r.errs = append(r.errs, rules.Error{Pos: r.positionOf(n), Criterion: r.inside, Message: fmt.Sprintf(format, args...)})
}

// addErrors adds the errors of a file that the file of cases names. An error
// without a position has that of the name.
func (r *reader) addErrors(n *yaml.Node, field string, err error) {
	var all rules.Errors
	if errors.As(err, &all) {
		r.errs = append(r.errs, all...)
		return
	}
	r.addError(n, "%s: %s", field, err)
}

// sortedErrors gives the errors in the order of the file, without duplicates,
// those of other files last; nil if there are none.
func (r *reader) sortedErrors() error {
	if len(r.errs) == 0 {
		return nil
	}
	slices.SortStableFunc(r.errs, func(a, b rules.Error) int {
		other := func(e rules.Error) int {
			if e.Pos.File != r.file {
				return 1
			}
			return 0
		}
		return cmp.Or(other(a)-other(b), a.Pos.Line-b.Pos.Line, a.Pos.Column-b.Pos.Column)
	})
	errs := slices.Compact(r.errs)
	if more := len(errs) - maxErrors; more > 0 {
		errs = append(errs[:maxErrors], rules.Error{Pos: errs[maxErrors].Pos, Message: fmt.Sprintf("%d more problems are not listed", more)})
	}
	return errs
}

// parseYAML parses the one document of a file.
func (r *reader) parseYAML(data []byte) *yaml.Node {
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		r.addYAMLError(err)
		return nil
	}
	var doc, next yaml.Node
	switch err := loader.Load(&doc); {
	case errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0:
		r.addError(&doc, "the file is empty")
		return nil
	case err != nil:
		r.addYAMLError(err)
		return nil
	}
	switch err := loader.Load(&next); {
	case err == nil:
		r.addError(&next, "a second document; a file holds one")
	case !errors.Is(err, io.EOF):
		r.addYAMLError(err)
	default:
		return doc.Content[0]
	}
	return nil
}

func (r *reader) addYAMLError(err error) {
	at, message := &yaml.Node{}, err.Error()
	var e *yaml.LoadError
	if errors.As(err, &e) {
		message = strings.TrimSpace(e.Message + " " + e.ContextMsg)
		at.Line, at.Column = e.Mark.Line, e.Mark.Column
	}
	r.addError(at, "this is not YAML: %s", message)
}

// resolveAlias gives the node of an alias, or an empty scalar beyond the limit
// of nodes.
func (r *reader) resolveAlias(n *yaml.Node) *yaml.Node {
	if r.nodes++; r.nodes > maxNodes {
		if r.nodes == maxNodes+1 {
			r.addError(n, "the file has more than %d values, those of aliases included", maxNodes)
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Line: n.Line, Column: n.Column}
	}
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// entry is a key of a mapping and its value.
type entry struct{ key, value *yaml.Node }

// readEntries gives the keys of a mapping, each once; none for a nil node. The
// keys of a merged mapping (<<) follow, if the mapping lacks them.
func (r *reader) readEntries(n *yaml.Node, field string) []entry { return r.readEntriesAt(n, field, 0) }

func (r *reader) readEntriesAt(n *yaml.Node, field string, depth int) []entry {
	if n == nil {
		return nil
	}
	if n = r.resolveAlias(n); n.Kind != yaml.MappingNode || depth > maxDepth {
		r.addError(n, "%s must be a mapping (key: value)", field)
		return nil
	}
	var list, merged []entry
	have := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode || key.Value == "":
			r.addError(key, "a key of %s must be a text", field)
		case key.Tag == "!!merge":
			merged = append(merged, r.readEntriesAt(value, field, depth+1)...)
		case have[key.Value]:
			r.addError(key, "%s is there twice", key.Value)
		default:
			have[key.Value] = true
			list = append(list, entry{key, value})
		}
	}
	for _, e := range merged {
		if !have[e.key.Value] {
			have[e.key.Value] = true
			list = append(list, e)
		}
	}
	return list
}

// readObject reads a mapping with the given keys; a key that ends in ! is
// required.
func (r *reader) readObject(n *yaml.Node, field string, keys ...string) map[string]*yaml.Node {
	var known []string
	for _, key := range keys {
		known = append(known, strings.TrimSuffix(key, "!"))
	}
	if r.resolveAlias(n).Kind != yaml.MappingNode {
		r.addError(n, "%s must be a mapping (key: value)", field)
		return nil
	}
	values := map[string]*yaml.Node{}
	for _, e := range r.readEntries(n, field) {
		if !slices.Contains(known, e.key.Value) {
			r.addError(e.key, "unknown key %s%s", e.key.Value, suggestName(e.key.Value, known))
			continue
		}
		values[e.key.Value] = e.value
	}
	for _, key := range keys {
		if name, required := strings.CutSuffix(key, "!"); required && values[name] == nil {
			r.addError(n, "%s has no %s", field, name)
		}
	}
	return values
}

func (r *reader) readList(n *yaml.Node, field string) []*yaml.Node {
	if n == nil {
		return nil
	}
	p := r.resolveAlias(n)
	if p.Kind != yaml.SequenceNode || len(p.Content) == 0 {
		r.addError(n, "%s must be a list that is not empty", field)
		return nil
	}
	return p.Content
}

// readText gives a text; "" for a nil node.
func (r *reader) readText(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	p := r.resolveAlias(n)
	s := strings.TrimSpace(p.Value)
	if p.Kind != yaml.ScalarNode || s == "" || isNull(p) {
		r.addError(n, "a text must stand here")
		return ""
	}
	return s
}

func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style == 0 && (n.Value == "" || n.Tag == "!!null")
}

// readWord reads a text that is one of a list; "" for any other.
func (r *reader) readWord(n *yaml.Node, field string, among ...string) string {
	s := r.readText(n)
	if s == "" || slices.Contains(among, s) {
		return s
	}
	r.addError(n, "%s is one of %s, not %q", field, strings.Join(among, ", "), s)
	return ""
}

// suggestName gives the end of a message about an unknown name.
func suggestName(name string, among []string) string {
	if best := patient.Nearest(name, among); best != "" {
		return "; did you mean " + best + "?"
	}
	return ""
}
