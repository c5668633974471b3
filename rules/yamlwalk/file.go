// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"bytes"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// sourceFile is a file and where its lines start.
type sourceFile struct {
	name string // as errors cite it
	rank int    // its errors follow those of sources of lower rank
	data []byte // without byte order mark, and cut where it is too large
	most int    // the most bytes that it may have
	line []int  // the offset at which each line starts
}

func newSourceFile(name string, rank int, data []byte, most int) *sourceFile {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	s := &sourceFile{name: name, rank: rank, data: data[:min(len(data), most+1)], most: most, line: []int{0}}
	for i, c := range s.data {
		if c == '\n' {
			s.line = append(s.line, i+1)
		}
	}
	return s
}

// positionAt is the position of a byte.
func (s *sourceFile) positionAt(offset int) Position {
	offset = min(max(offset, 0), len(s.data))
	n := sort.SearchInts(s.line, offset+1) // the lines that start up to here
	return Position{s.name, n, utf8.RuneCount(s.data[s.line[n-1]:offset]) + 1}
}

// positionOf is the position of a node.
func (s *sourceFile) positionOf(n *yaml.Node) Position {
	return Position{s.name, max(n.Line, 1), max(n.Column, 1)}
}

// offset is the byte at which a node starts.
func (s *sourceFile) offset(n *yaml.Node) int {
	if n.Line < 1 || n.Line > len(s.line) {
		return len(s.data)
	}
	i := s.line[n.Line-1]
	for range n.Column - 1 {
		_, w := utf8.DecodeRune(s.data[i:])
		i += w
	}
	return i
}

// within is the position at which a byte of a scalar's value stands in the
// file. White space, which YAML folds, is placed behind the text before it.
//
// It goes through the value and the source side by side: apart from white
// space, each character of the value is one token of the source.
func (s *sourceFile) within(n *yaml.Node, offset int) Position {
	i := s.content(n)
	behind := i
	for v := 0; v < len(n.Value); {
		r, width := utf8.DecodeRuneInString(n.Value[v:])
		if isYAMLSpace(r) {
			if offset < v+width {
				return s.positionAt(behind)
			}
			v += width
			continue
		}
		token := s.tokenAt(n.Style, i)
		for i < len(s.data) && token.space {
			i += token.width
			token = s.tokenAt(n.Style, i)
		}
		if offset < v+width {
			return s.positionAt(i)
		}
		v += width
		i += token.width
		behind = i
	}
	return s.positionAt(behind)
}

// content is the offset at which the text of a scalar starts: behind the
// quotation mark, or below the line of a block's | or >.
func (s *sourceFile) content(n *yaml.Node) int {
	i := s.offset(n)
	switch {
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		return min(i+1, len(s.data))
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 && n.Line < len(s.line):
		return s.line[n.Line]
	}
	return i
}

// scalarToken is a stretch of a scalar's source that stands for one character, or
// for white space or nothing.
type scalarToken struct {
	width int
	space bool
}

func (s *sourceFile) tokenAt(style yaml.Style, i int) scalarToken {
	rest := s.data[min(i, len(s.data)):]
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
