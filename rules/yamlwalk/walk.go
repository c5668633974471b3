// SPDX-License-Identifier: Apache-2.0

package yamlwalk

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// Walker reads the nodes of one file. It reports a node that it cannot use, and
// continues with the others.
type Walker struct {
	*Problems
	File   *File
	Inside string // the criterion, concept, question or case that is read
	// EmptyMappings allows mappings without keys.
	EmptyMappings bool
}

// AddError reports a problem of a node.
func (w *Walker) AddError(n *Node, format string, args ...any) {
	w.AddErrorAt(w.File.PositionOf(n), format, args...)
}

// AddErrorAt reports a problem of a place in the file.
func (w *Walker) AddErrorAt(pos Position, format string, args ...any) {
	w.AddProblem(w.File.Rank, Error{pos, w.Inside, fmt.Sprintf(format, args...)})
}

// HintFor is the end of a message about an unknown word: see [patient.DidYouMean].
func (w *Walker) HintFor(word string, among []string) string {
	if w.IsFull() {
		return ""
	}
	return patient.DidYouMean(word, among)
}

// Entry is a key of a mapping, and its value.
type Entry struct{ Key, Value *Node }

// ReadEntries gives the keys of a mapping, each once; none for a nil node.
func (w *Walker) ReadEntries(n *Node, what string) []Entry {
	if n == nil {
		return nil
	}
	if n.Kind != Mapping {
		w.AddError(n, "%s must be a mapping (key: value), not %s", what, KindOf(n))
		return nil
	}
	if len(n.Content) == 0 && !w.EmptyMappings {
		w.AddError(n, "%s is empty; leave it out", what)
	}
	var list []Entry
	first := make(map[string]*Node, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch before := first[key.Value]; {
		case key.Kind != Scalar || key.Value == "":
			w.AddError(key, "a key of %s must be a text, not %s", what, KindOf(key))
			continue
		case before != nil:
			w.AddError(key, "%s is there twice; first on line %d", QuoteValue(key.Value), before.Line)
			continue
		}
		first[key.Value] = key
		list = append(list, Entry{key, n.Content[i+1]})
	}
	return list
}

// Object is a mapping whose keys are known.
type Object struct {
	walker *Walker
	values map[string]*Node
}

// ReadObject reads a mapping with the given keys; a key that ends in ! is required. If
// the node is no mapping, it gives an Object without values.
func (w *Walker) ReadObject(n *Node, what string, keys ...string) Object {
	o := Object{w, map[string]*Node{}}
	if n.Kind == Mapping && len(n.Content) == 0 && !w.EmptyMappings {
		w.AddError(n, "%s is empty", what)
		return o
	}
	var known []string
	for _, key := range keys {
		known = append(known, strings.TrimSuffix(key, "!"))
	}
	var unknown []*Node
	for _, e := range w.ReadEntries(n, what) {
		if slices.Contains(known, e.Key.Value) {
			o.values[e.Key.Value] = e.Value
		} else {
			unknown = append(unknown, e.Key)
		}
	}
	missing := slices.DeleteFunc(known, func(key string) bool { return o.values[key] != nil })
	for _, key := range unknown {
		w.AddError(key, "unknown key %s%s", QuoteValue(key.Value), w.HintFor(key.Value, missing))
	}
	for _, key := range keys {
		if name, required := strings.CutSuffix(key, "!"); required && o.values[name] == nil && n.Kind == Mapping {
			w.AddError(n, "%s has no %s", what, name)
		}
	}
	return o
}

// ReadOneOf gives the value of a key, which is one of a list of words; "" for any other.
func (o Object) ReadOneOf(key string, among ...string) string {
	return o.walker.ReadOneOf(o.values[key], key, among...)
}

// ValueOf gives the value of a key; nil if the key is not there.
func (o Object) ValueOf(key string) *Node { return o.values[key] }

// ReadText gives the value of a key as [Walker.ReadText] does.
func (o Object) ReadText(key string) string { return o.walker.ReadText(o.values[key], key) }

// ReadLine gives the value of a key as [Walker.ReadLine] does.
func (o Object) ReadLine(key string) string { return o.walker.ReadLine(o.values[key], key) }

// ReadFlag gives the value of a key as [Walker.ReadFlag] does.
func (o Object) ReadFlag(key string) bool { return o.walker.ReadFlag(o.values[key], key) }

// ReadList gives the entries of a list that is not empty; none for a nil node.
func (w *Walker) ReadList(n *Node, what string) []*Node {
	if n == nil {
		return nil
	}
	if n.Kind != Sequence {
		w.AddError(n, "%s must be a list, not %s", what, KindOf(n))
		return nil
	}
	if len(n.Content) == 0 {
		w.AddError(n, "%s is an empty list; leave it out", what)
	}
	return n.Content
}

// ReadText gives a text that is not empty, without white space around it. A nil
// node, which is a key that is not there, gives "".
func (w *Walker) ReadText(n *Node, what string) string {
	switch {
	case n == nil:
		return ""
	case n.Kind != Scalar:
		w.AddError(n, "%s must be a text, not %s", what, KindOf(n))
		return ""
	case IsNull(n):
		w.AddError(n, "%s has no value; leave it out or write a text", what)
		return ""
	}
	s := strings.TrimSpace(n.Value)
	if s == "" {
		w.AddError(n, "%s is an empty text", what)
	}
	return s
}

// ReadOneOf gives a text that is one of a list of words; "" for any other.
func (w *Walker) ReadOneOf(n *Node, what string, among ...string) string {
	s := w.ReadText(n, what)
	if s == "" || slices.Contains(among, s) {
		return s
	}
	w.AddError(n, "%s is one of %s, not %q%s", what, strings.Join(among, ", "), s, w.HintFor(s, among))
	return ""
}

// ReadLine gives a text on one line, as [Walker.ReadText] does.
func (w *Walker) ReadLine(n *Node, what string) string {
	s := w.ReadText(n, what)
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }) {
		w.AddError(n, "%s must stand on one line", what)
		return ""
	}
	return s
}

// ReadIdentifier is a text of the given pattern; anything else gives "".
func (w *Walker) ReadIdentifier(n *Node, what string, pattern *regexp.Regexp) string {
	s := w.ReadText(n, what)
	switch {
	case s == "":
	case !pattern.MatchString(s):
		letters := strings.TrimSuffix(strings.TrimPrefix(pattern.String(), "^"), "$")
		w.AddError(n, "%s is no %s; it must look like %s", QuoteValue(s), what, letters)
		return ""
	case len(s) > MaxName:
		w.AddError(n, "%s is longer than %d characters", what, MaxName)
		return ""
	}
	return s
}

// ReadFlag gives true or false; false for a nil node.
func (w *Walker) ReadFlag(n *Node, what string) bool {
	if n == nil {
		return false
	}
	if n.Kind != Scalar || n.Style != 0 || n.Value != "true" && n.Value != "false" {
		w.AddError(n, "%s must be true or false", what)
	}
	return n.Value == "true"
}

// ReadDistinct gives the list without repeated entries, which it reports.
func (w *Walker) ReadDistinct(nodes []*Node, text func(*Node) string) []string {
	var list []string
	seen := make(map[string]bool, len(nodes))
	for _, n := range nodes {
		switch s := text(n); {
		case s == "":
		case seen[s]:
			w.AddError(n, "%s is listed twice", QuoteValue(s))
		default:
			seen[s] = true
			list = append(list, s)
		}
	}
	return list
}
