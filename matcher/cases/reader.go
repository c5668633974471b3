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

// Limits of a file of cases. Aliases stand for what they name as often as they
// are read, so nodes are counted as they are read.
const (
	maxErrors = 100
	maxNodes  = 500_000
	maxDepth  = 32
)

// reader reads one file of cases. What it cannot use it reports, and goes on.
type reader struct {
	file, folder string
	patients     string // folder of the profiles
	profiles     map[string]*patient.Profile
	criteria     []string // of the study; nil if it could not be read
	anchors      []string

	inside string // name of the case that is read
	errs   rules.Errors
	nodes  int
}

func (r *reader) at(n *yaml.Node) rules.Position {
	return rules.Position{File: r.file, Line: max(n.Line, 1), Column: max(n.Column, 1)}
}

func (r *reader) fail(n *yaml.Node, format string, args ...any) {
	r.errs = append(r.errs, rules.Error{Pos: r.at(n), Criterion: r.inside, Message: fmt.Sprintf(format, args...)})
}

// join adds the errors of a file that the file of cases names; one without a
// place gets that of the name.
func (r *reader) join(n *yaml.Node, what string, err error) {
	var all rules.Errors
	if errors.As(err, &all) {
		r.errs = append(r.errs, all...)
		return
	}
	r.fail(n, "%s: %s", what, err)
}

// errors gives what was found, each once, in the order of the file, what
// stands in other files behind it; nil if nothing was.
func (r *reader) errors() error {
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

// parse reads the one document of a file.
func (r *reader) parse(data []byte) *yaml.Node {
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		r.notYAML(err)
		return nil
	}
	var doc, next yaml.Node
	switch err := loader.Load(&doc); {
	case errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0:
		r.fail(&doc, "the file is empty")
		return nil
	case err != nil:
		r.notYAML(err)
		return nil
	}
	switch err := loader.Load(&next); {
	case err == nil:
		r.fail(&next, "a second document; a file holds one")
	case !errors.Is(err, io.EOF):
		r.notYAML(err)
	default:
		return doc.Content[0]
	}
	return nil
}

func (r *reader) notYAML(err error) {
	at, message := &yaml.Node{}, err.Error()
	var e *yaml.LoadError
	if errors.As(err, &e) {
		message = strings.TrimSpace(e.Message + " " + e.ContextMsg)
		at.Line, at.Column = e.Mark.Line, e.Mark.Column
	}
	r.fail(at, "this is not YAML: %s", message)
}

// plain is the node that an alias stands for; nil for one that cannot be read.
func (r *reader) plain(n *yaml.Node) *yaml.Node {
	if r.nodes++; r.nodes > maxNodes {
		if r.nodes == maxNodes+1 {
			r.fail(n, "the file has more than %d values, those of aliases included", maxNodes)
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

// entries gives the keys of a mapping, each once; none for a nil node. The keys
// of a merged mapping (<<) come behind, where the mapping lacks them.
func (r *reader) entries(n *yaml.Node, what string) []entry { return r.entriesAt(n, what, 0) }

func (r *reader) entriesAt(n *yaml.Node, what string, depth int) []entry {
	if n == nil {
		return nil
	}
	if n = r.plain(n); n.Kind != yaml.MappingNode || depth > maxDepth {
		r.fail(n, "%s must be a mapping (key: value)", what)
		return nil
	}
	var list, merged []entry
	have := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode || key.Value == "":
			r.fail(key, "a key of %s must be a text", what)
		case key.Tag == "!!merge":
			merged = append(merged, r.entriesAt(value, what, depth+1)...)
		case have[key.Value]:
			r.fail(key, "%s is there twice", key.Value)
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

// object reads a mapping with the given keys; a key that ends in ! is required.
func (r *reader) object(n *yaml.Node, what string, keys ...string) map[string]*yaml.Node {
	var known []string
	for _, key := range keys {
		known = append(known, strings.TrimSuffix(key, "!"))
	}
	if r.plain(n).Kind != yaml.MappingNode {
		r.fail(n, "%s must be a mapping (key: value)", what)
		return nil
	}
	values := map[string]*yaml.Node{}
	for _, e := range r.entries(n, what) {
		if !slices.Contains(known, e.key.Value) {
			r.fail(e.key, "unknown key %s%s", e.key.Value, nearest(e.key.Value, known))
			continue
		}
		values[e.key.Value] = e.value
	}
	for _, key := range keys {
		if name, required := strings.CutSuffix(key, "!"); required && values[name] == nil {
			r.fail(n, "%s has no %s", what, name)
		}
	}
	return values
}

func (r *reader) list(n *yaml.Node, what string) []*yaml.Node {
	if n == nil {
		return nil
	}
	p := r.plain(n)
	if p.Kind != yaml.SequenceNode || len(p.Content) == 0 {
		r.fail(n, "%s must be a list that is not empty", what)
		return nil
	}
	return p.Content
}

// text gives a text; "" for a nil node.
func (r *reader) text(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	p := r.plain(n)
	s := strings.TrimSpace(p.Value)
	if p.Kind != yaml.ScalarNode || s == "" || isNull(p) {
		r.fail(n, "a text must stand here")
		return ""
	}
	return s
}

func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style == 0 && (n.Value == "" || n.Tag == "!!null")
}

// word is a text that is one of a list; "" for anything else.
func (r *reader) word(n *yaml.Node, what string, among ...string) string {
	s := r.text(n)
	if s == "" || slices.Contains(among, s) {
		return s
	}
	r.fail(n, "%s is one of %s, not %q", what, strings.Join(among, ", "), s)
	return ""
}

// nearest is the end of a message about an unknown name.
func nearest(name string, among []string) string {
	if best := patient.Nearest(name, among); best != "" {
		return "; did you mean " + best + "?"
	}
	return ""
}
