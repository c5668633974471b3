// SPDX-License-Identifier: Apache-2.0

// Package yamlwalk reads YAML files strictly: studies, concept files and files of
// cases. It reports each mistake with its place, in the terms of the file.
//
// It is the only package that may import yaml, and exports its nodes to the packages
// that read files with it. Of this module it may import patient.
package yamlwalk

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Options relax the rules for a file. The zero Options are for plain data: aliases,
// anchors, tags and merge keys are refused.
type Options struct {
	// Aliases allows anchors, aliases and merge keys (<<). Parse replaces them by
	// the nodes that they mean.
	Aliases bool
	// MaxDepth is the highest number of levels of mappings and lists.
	MaxDepth int
}

// maxNodes is the highest number of nodes of a file with aliases, where the nodes of an
// alias count each time.
const maxNodes = 500_000

// Parse reads the one document of the file. If the text itself has mistakes, such as
// a tab in an indentation, it gives them and no document.
func (f *File) Parse(options Options) (*Node, []Error) {
	if pos, message := f.checkText(); message != "" {
		return nil, []Error{{Pos: pos, Message: message}}
	}
	loader, err := yaml.NewLoader(bytes.NewReader(f.Data))
	if err != nil {
		return nil, []Error{f.syntaxError(err)}
	}
	var doc, next Node
	switch err := loader.Load(&doc); {
	case errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0:
		return nil, []Error{{Pos: f.PositionAt(0), Message: "the file is empty"}}
	case err != nil:
		return nil, []Error{f.syntaxError(err)}
	}
	switch err := loader.Load(&next); {
	case err == nil:
		return nil, []Error{{Pos: f.PositionOf(&next), Message: "a second document; a file holds one"}}
	case !errors.Is(err, io.EOF):
		return nil, []Error{f.syntaxError(err)}
	}
	c := nodeChecker{file: f, options: options}
	root := c.checkNode(doc.Content[0], 0)
	if len(c.faults) > 0 {
		return nil, c.faults
	}
	return root, nil
}

// checkText refuses data that is no text, or text whose lines a person and the YAML
// parser count differently.
func (f *File) checkText() (Position, string) {
	if len(f.Data) > f.most {
		return f.PositionAt(0), fmt.Sprintf("the file is larger than %d KiB", f.most>>10)
	}
	indent, start := true, true // of a line
	for i := 0; i < len(f.Data); {
		r, width := utf8.DecodeRune(f.Data[i:])
		message := ""
		switch {
		case r == utf8.RuneError && width == 1:
			message = "the file is not UTF-8 text"
		case r == '\t' && indent:
			message = "a tab; indent with spaces"
		case r == '%' && start:
			message = "a directive (%); leave it out, and indent a text that starts with %"
		case r == '\r' && !bytes.HasPrefix(f.Data[i+1:], []byte("\n")):
			message = "a carriage return without a line feed; end lines with a line feed"
		case r == '\u2028' || r == '\u2029' || r == '\ufeff' || isControl(r):
			message = fmt.Sprintf("the character %U has no place in a text file", r)
		}
		if message != "" {
			return f.PositionAt(i), message
		}
		start = r == '\n'
		indent = start || indent && r == ' '
		i += width
	}
	return Position{}, ""
}

func isControl(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7f && r <= 0x9f || r == 0xfffe || r == 0xffff
}

// nodeChecker refuses nodes that the options do not allow, and resolves aliases.
type nodeChecker struct {
	file    *File
	options Options
	nodes   int // so far, those of aliases counted each time
	faults  []Error
}

// mergeTag is the tag that the parser gives to the key <<.
const mergeTag = "!!merge"

func (c *nodeChecker) refuse(n *Node, format string, args ...any) {
	c.faults = append(c.faults, Error{Pos: c.file.PositionOf(n), Message: fmt.Sprintf(format, args...)})
}

// checkNode checks a node and all below it, and gives the node without aliases and merge
// keys.
func (c *nodeChecker) checkNode(n *Node, depth int) *Node {
	if len(c.faults) >= MaxErrors || c.nodes > maxNodes {
		return n
	}
	if n.Kind == yaml.AliasNode && c.options.Aliases {
		resolved := *n.Alias
		resolved.Line, resolved.Column = n.Line, n.Column
		n = &resolved
	}
	c.nodes++
	switch {
	case depth > c.options.MaxDepth:
		c.refuse(n, "nested deeper than %d levels", c.options.MaxDepth)
		return n
	case c.nodes > maxNodes:
		c.refuse(n, "the file has more than %d values, those of aliases included", maxNodes)
		return n
	case n.Kind == yaml.AliasNode:
		c.refuse(n, "an alias (*%s): write the value again; a text that starts with * needs quotation marks", n.Value)
	case n.Anchor != "" && !c.options.Aliases:
		c.refuse(n, "an anchor (&%s): a file has no aliases; a text that starts with & needs quotation marks", n.Anchor)
	case n.Style&yaml.TaggedStyle != 0:
		c.refuse(n, "a tag (%s): leave it out; a text that starts with ! needs quotation marks", n.Tag)
	case n.Kind == Scalar && n.Tag == mergeTag && !c.options.Aliases:
		c.refuse(n, "a merge key (<<): write the keys out")
	}
	for i, child := range n.Content {
		n.Content[i] = c.checkNode(child, depth+1)
	}
	if n.Kind == Mapping && c.options.Aliases {
		c.mergeKeys(n)
	}
	return n
}

// mergeKeys replaces the merge keys of a mapping by the keys of their values that the
// mapping lacks. They follow its own.
func (c *nodeChecker) mergeKeys(n *Node) {
	var own, merged []*Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		switch key, value := n.Content[i], n.Content[i+1]; {
		case key.Tag != mergeTag:
			own = append(own, key, value)
		case value.Kind != Mapping:
			c.refuse(value, "a merge key (<<) takes a mapping (key: value), not %s", KindOf(value))
		default:
			merged = append(merged, value.Content...)
		}
	}
	if len(own) == len(n.Content) {
		return
	}
	have := map[string]bool{}
	for i := 0; i < len(own); i += 2 {
		have[own[i].Value] = true
	}
	for i := 0; i+1 < len(merged); i += 2 {
		if !have[merged[i].Value] {
			have[merged[i].Value] = true
			own = append(own, merged[i], merged[i+1])
		}
	}
	n.Content = own
}

// KindOf names the kind of a node, for messages.
func KindOf(n *Node) string {
	switch {
	case n.Kind == Mapping:
		return "a mapping"
	case n.Kind == Sequence:
		return "a list"
	case IsNull(n):
		return "nothing"
	}
	return "a text"
}

// QuoteValue writes a value of the file for a message: bare where it is a plain word,
// shortened where it is long.
func QuoteValue(s string) string {
	const most = 60
	if len(s) > most {
		cut := most
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		return fmt.Sprintf("%q", s[:cut]+"…")
	}
	plain := s != ""
	for _, r := range s {
		plain = plain && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-.:/", r))
	}
	if plain {
		return s
	}
	return fmt.Sprintf("%q", s)
}

// syntaxFaults says the parser's errors in the terms of the file. Each row
// applies to messages that contain the parser's text; the first row that fits
// is used. A %d takes the line on which the list or mapping began. The place of
// an unfinished key or text is its start, if the parser gives it.
var syntaxFaults = []struct{ parser, message string }{
	{"did not find expected ',' or ']'", "the list that starts with [ on line %d is not closed here; add a comma or ], or put a text that holds [ in quotation marks"},
	{"did not find expected ',' or '}'", "the mapping that starts with { on line %d is not closed here; add a comma or }, or put a text that holds { in quotation marks"},
	{"mapping values are not allowed", "a second colon on this line, a line that is indented too far, or a key above it without a blank after its colon; put a text that holds a colon in quotation marks"},
	{"did not find expected '-' indicator", "this line is not indented like the entries of the list that starts on line %d; indent the keys of one entry alike"},
	{"did not find expected key", "this line does not fit the mapping that starts on line %d; indent its keys alike, and put a whole text in quotation marks, with every quotation mark inside it doubled or of the other kind"},
	{"block sequence entries are not allowed", "an entry of a list (-) cannot stand here; write it on a line of its own"},
	{"could not find expected ':'", "a key without a colon and a blank; write key: value, and indent a text that goes on under its key"},
	{"found unexpected end of stream", "this quotation mark is not closed"},
	{"found unexpected document indicator", "this quotation mark is not closed"},
	{"found unknown escape character", `a backslash in a text with double quotation marks; write \\, or use single quotation marks`},
	{"hexadecimal", `an escape (\x, \u) without its hexadecimal digits; write \\ for a backslash, or use single quotation marks`},
	{"Unicode", `an escape (\x, \u) that is no character; write \\ for a backslash, or use single quotation marks`},
	{"found character that cannot start any token", "a text cannot start with this character; put it in quotation marks"},
	{"while scanning an alias", "a text cannot start with *; put it in quotation marks"},
	{"while scanning an anchor", "a text cannot start with &; put it in quotation marks"},
	{"unknown anchor", "a text cannot start with *; put it in quotation marks"},
	{"tag", "a text cannot start with !; put it in quotation marks"},
	{"found a tab character", "a tab; indent with spaces"},
	{"while scanning a block scalar", "after | or > the text starts on the next line, indented"},
	{"while parsing a flow node", "a value is missing here"},
	{"while parsing a block node", "a value is missing here, or a text that must be in quotation marks"},
	{"while parsing a node", "a value is missing here, or a text that must be in quotation marks"},
	{"did not find expected <document start>", "this line does not belong to the lines above; a file is one mapping of key: value"},
}

// syntaxError gives an error of the YAML parser its place, in the terms of the file.
func (f *File) syntaxError(err error) Error {
	var e *yaml.LoadError
	if !errors.As(err, &e) {
		return Error{Pos: f.PositionAt(0), Message: "this is not YAML: " + err.Error()}
	}
	said := strings.TrimSpace(e.Message + " " + e.ContextMsg)
	fault := Error{Pos: f.PositionAt(0), Message: "this is not YAML: " + said}
	mark, began := e.Mark, e.ContextMark
	unfinished := strings.Contains(said, "quoted scalar") && strings.Contains(said, "unexpected") || strings.Contains(said, "simple key")
	if mark.Line < 1 || unfinished && began.Line >= 1 {
		mark = began
	}
	if mark.Line >= 1 {
		fault.Pos = Position{f.Name, min(mark.Line, len(f.line)), max(mark.Column, 1)}
	}
	for _, row := range syntaxFaults {
		if !strings.Contains(said, row.parser) {
			continue
		}
		fault.Message = row.message
		if strings.Contains(row.message, "%d") {
			fault.Message = fmt.Sprintf(row.message, max(began.Line, 1))
		}
		break
	}
	return fault
}
