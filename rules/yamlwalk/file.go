// SPDX-License-Identifier: Apache-2.0

package yamlwalk

import (
	"bytes"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Node is a node of a YAML document. Its Value, Line and Column may be read.
type Node = yaml.Node

// The kinds of nodes.
const (
	Mapping  = yaml.MappingNode
	Sequence = yaml.SequenceNode
	Scalar   = yaml.ScalarNode
)

// IsNull reports whether nothing, null or ~ is written for a value.
func IsNull(n *Node) bool {
	return n.Kind == Scalar && n.Style == 0 && (n.Value == "" || n.Tag == "!!null")
}

// IsFlow reports whether a mapping or a list is written in brackets.
func IsFlow(n *Node) bool { return n.Style&yaml.FlowStyle != 0 }

// ValueOf gives the value of a key of a mapping; nil for any other node and for a
// key that is not there.
func ValueOf(n *Node, key string) *Node {
	for i := 0; n != nil && n.Kind == Mapping && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// Position is a place in a file. Line and Column count from 1; Column counts
// characters.
type Position struct {
	File         string
	Line, Column int
}

func (p Position) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// File is a file in memory, with the offsets of its lines.
type File struct {
	Name string // as errors cite it
	Rank int    // errors of files of lower rank come first
	Data []byte // without byte order mark, and cut if it is larger than most
	most int    // bytes
	line []int  // the offset at which each line starts
}

// NewFile makes a File of the data. [File.Parse] refuses it if it has more than most
// bytes.
func NewFile(name string, rank int, data []byte, most int) *File {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	f := &File{Name: name, Rank: rank, Data: data[:min(len(data), most+1)], most: most, line: []int{0}}
	for i, c := range f.Data {
		if c == '\n' {
			f.line = append(f.line, i+1)
		}
	}
	return f
}

// PositionAt is the position of a byte.
func (f *File) PositionAt(offset int) Position {
	offset = min(max(offset, 0), len(f.Data))
	n := sort.SearchInts(f.line, offset+1) // the lines that start up to here
	return Position{f.Name, n, utf8.RuneCount(f.Data[f.line[n-1]:offset]) + 1}
}

// PositionOf is the position of a node.
func (f *File) PositionOf(n *Node) Position {
	return Position{f.Name, max(n.Line, 1), max(n.Column, 1)}
}

func (f *File) offset(n *Node) int {
	if n.Line < 1 || n.Line > len(f.line) {
		return len(f.Data)
	}
	i := f.line[n.Line-1]
	for range n.Column - 1 {
		_, w := utf8.DecodeRune(f.Data[i:])
		i += w
	}
	return i
}

// Extent is where the source of a scalar on one line starts and ends; false for a
// scalar of another form.
func (f *File) Extent(n *Node) (from, to int, ok bool) {
	from = f.offset(n)
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 {
		to = from + len(n.Value)
		return from, to, to <= len(f.Data) && string(f.Data[from:to]) == n.Value
	}
	quote := f.Data[from]
	for to = from + 1; to < len(f.Data); {
		if f.Data[to] == quote && !(quote == '\'' && bytes.HasPrefix(f.Data[to:], []byte("''"))) {
			return from, to + 1, true
		}
		to += f.tokenAt(n.Style, to).width
	}
	return from, to, false
}

// Within is the position at which a byte of a scalar's value stands in the
// file. White space, which YAML folds, is placed behind the text before it.
//
// It goes through the value and the source side by side: apart from white
// space, each character of the value is one token of the source.
func (f *File) Within(n *Node, offset int) Position {
	i := f.content(n)
	behind := i
	for v := 0; v < len(n.Value); {
		r, width := utf8.DecodeRuneInString(n.Value[v:])
		if isYAMLSpace(r) {
			if offset < v+width {
				return f.PositionAt(behind)
			}
			v += width
			continue
		}
		token := f.tokenAt(n.Style, i)
		for i < len(f.Data) && token.space {
			i += token.width
			token = f.tokenAt(n.Style, i)
		}
		if offset < v+width {
			return f.PositionAt(i)
		}
		v += width
		i += token.width
		behind = i
	}
	return f.PositionAt(behind)
}

// content is the offset at which the text of a scalar starts: behind the
// quotation mark, or below the line of a block's | or >.
func (f *File) content(n *Node) int {
	i := f.offset(n)
	switch {
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		return min(i+1, len(f.Data))
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 && n.Line < len(f.line):
		return f.line[n.Line]
	}
	return i
}

// scalarToken is a stretch of a scalar's source that stands for one character, or
// for white space or nothing.
type scalarToken struct {
	width int
	space bool
}

func (f *File) tokenAt(style yaml.Style, i int) scalarToken {
	rest := f.Data[min(i, len(f.Data)):]
	switch {
	case style&yaml.DoubleQuotedStyle != 0 && len(rest) > 1 && rest[0] == '\\':
		return scalarEscape(string(rest[1:min(len(rest), 10)]))
	case style&yaml.SingleQuotedStyle != 0 && bytes.HasPrefix(rest, []byte("''")):
		return scalarToken{width: 2}
	}
	r, width := utf8.DecodeRune(rest)
	return scalarToken{max(width, 1), isYAMLSpace(r)}
}

// scalarEscape reads an escape sequence of a double-quoted scalar, without its \.
func scalarEscape(s string) scalarToken {
	digits := 0
	switch s[0] {
	case 'n', 'r', 't', ' ', '\t', '\n', '\r':
		return scalarToken{width: 2, space: true}
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	default:
		_, width := utf8.DecodeRuneInString(s)
		return scalarToken{width: 1 + width}
	}
	code, err := strconv.ParseUint(s[1:min(len(s), 1+digits)], 16, 32)
	return scalarToken{2 + digits, err == nil && isYAMLSpace(rune(code))}
}

func isYAMLSpace(r rune) bool { return strings.ContainsRune(" \t\r\n", r) }
