// SPDX-License-Identifier: Apache-2.0

// Package json checks JSON text once ([WellFormed]) and walks over the checked
// text without checking it again ([Cursor]). It may import the JSON tokenizer
// and the standard library.
package json

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// Cursor walks over JSON text that the tokenizer has found valid: it checks
// nothing again, which makes it several times faster. On text that is not
// valid it ends early and never panics.
type Cursor struct {
	Text []byte
	At   int
}

// PeekToken skips blanks and gives the byte that the next token starts with, 0 at
// the end.
func (c *Cursor) PeekToken() byte {
	if c.At < len(c.Text) {
		if b := c.Text[c.At]; !blanks[b] {
			return b
		}
	}
	return c.nextAfterBlanks()
}

// blanks are the bytes between tokens.
var blanks = [256]bool{' ': true, '\n': true, '\r': true, '\t': true, ',': true, ':': true}

func (c *Cursor) nextAfterBlanks() byte {
	i := c.At
	for i < len(c.Text) && blanks[c.Text[i]] {
		i = skipSpaces(c.Text, i+1)
	}
	c.At = i
	if i < len(c.Text) {
		return c.Text[i]
	}
	return 0
}

// StepInto steps into an object ('{') or an array ('['); it reports false, and
// does not move, where something else stands.
func (c *Cursor) StepInto(kind byte) bool {
	if c.PeekToken() != kind {
		return false
	}
	c.At++
	return true
}

// NextKey steps to the next member of an object and gives its name; at the end of
// the object it steps out of it.
func (c *Cursor) NextKey() (name []byte, ok bool) {
	switch c.PeekToken() {
	case '"':
		return c.ReadString(), true
	case '}':
		c.At++
	}
	return nil, false
}

// NextElement steps to the next element of an array; at the end of the array it
// steps out of it.
func (c *Cursor) NextElement() bool {
	switch c.PeekToken() {
	case 0, '}':
		return false
	case ']':
		c.At++
		return false
	}
	return true
}

// ReadString reads a string. The result may be part of the text.
func (c *Cursor) ReadString() []byte {
	raw := c.readQuoted()
	if len(raw) < 2 {
		return nil
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1]
	}
	plain, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		return nil
	}
	return plain
}

func (c *Cursor) readQuoted() []byte {
	start := c.At
	for i := start + 1; ; {
		n := bytes.IndexByte(c.Text[min(i, len(c.Text)):], '"')
		if n < 0 {
			c.At = len(c.Text)
			return nil
		}
		i += n + 1
		if !endsInEscape(c.Text[start+1 : i-1]) {
			c.At = i
			return c.Text[start:i]
		}
	}
}

// endsInEscape reports whether the byte after s is escaped: s ends in an odd number of
// backslashes.
func endsInEscape(s []byte) bool {
	n := 0
	for n < len(s) && s[len(s)-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// ReadNumber reads a number as it is written.
func (c *Cursor) ReadNumber() []byte {
	start := c.At
	for c.At < len(c.Text) {
		switch b := c.Text[c.At]; {
		case b >= '0' && b <= '9', b == '-', b == '+', b == '.', b == 'e', b == 'E':
			c.At++
			continue
		}
		break
	}
	return c.Text[start:c.At]
}

// SkipValue passes over one value.
func (c *Cursor) SkipValue() {
	switch c.PeekToken() {
	case '"':
		c.readQuoted()
	case '{', '[':
		c.skipNested()
	default:
		for c.At < len(c.Text) {
			switch c.Text[c.At] {
			case ',', '}', ']', ' ', '\n', '\r', '\t':
				return
			}
			c.At++
		}
	}
}

// stops are the bytes that matter when a value is passed over.
var stops = [256]bool{'"': true, '{': true, '}': true, '[': true, ']': true}

func (c *Cursor) skipNested() {
	depth := 0
	for i := c.At; i < len(c.Text); i++ {
		if !stops[c.Text[i]] {
			continue
		}
		switch c.Text[i] {
		case '"':
			c.At = i
			c.readQuoted()
			i = c.At - 1
			continue
		case '{', '[':
			depth++
		default:
			depth--
		}
		if depth == 0 {
			c.At = i + 1
			return
		}
	}
	c.At = len(c.Text)
}

// ReadValue passes over one value and gives its text.
func (c *Cursor) ReadValue() []byte {
	c.PeekToken()
	start := c.At
	c.SkipValue()
	return c.Text[start:c.At]
}
