// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// cursor walks over JSON text that the tokenizer has found valid: it checks
// nothing again, which makes it several times faster. On text that is not
// valid it ends early and never panics.
type cursor struct {
	text []byte
	at   int
}

// next skips blanks and gives the byte that the next token starts with, 0 at
// the end.
func (c *cursor) next() byte {
	if c.at < len(c.text) {
		if b := c.text[c.at]; !blanks[b] {
			return b
		}
	}
	return c.nextAfterBlanks()
}

// blanks are what stands between tokens.
var blanks = [256]bool{' ': true, '\n': true, '\r': true, '\t': true, ',': true, ':': true}

func (c *cursor) nextAfterBlanks() byte {
	i := c.at
	for i < len(c.text) && blanks[c.text[i]] {
		i = afterSpaces(c.text, i+1)
	}
	c.at = i
	if i < len(c.text) {
		return c.text[i]
	}
	return 0
}

// enter steps into an object ('{') or an array ('['); it reports false, and
// does not move, where something else stands.
func (c *cursor) enter(kind byte) bool {
	if c.next() != kind {
		return false
	}
	c.at++
	return true
}

// key steps to the next member of an object and gives its name; at the end of
// the object it steps out of it.
func (c *cursor) key() (name []byte, ok bool) {
	switch c.next() {
	case '"':
		return c.str(), true
	case '}':
		c.at++
	}
	return nil, false
}

// element steps to the next element of an array; at the end of the array it
// steps out of it.
func (c *cursor) element() bool {
	switch c.next() {
	case 0, '}':
		return false
	case ']':
		c.at++
		return false
	}
	return true
}

// str reads a string. The result may be part of the text.
func (c *cursor) str() []byte {
	raw := c.quoted()
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

func (c *cursor) quoted() []byte {
	start := c.at
	for i := start + 1; ; {
		n := bytes.IndexByte(c.text[min(i, len(c.text)):], '"')
		if n < 0 {
			c.at = len(c.text)
			return nil
		}
		i += n + 1
		if !escaped(c.text[start+1 : i-1]) {
			c.at = i
			return c.text[start:i]
		}
	}
}

// escaped reports whether what follows s is escaped: s ends in an odd number of
// backslashes.
func escaped(s []byte) bool {
	n := 0
	for n < len(s) && s[len(s)-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// number reads a number as it is written.
func (c *cursor) number() []byte {
	start := c.at
	for c.at < len(c.text) {
		switch b := c.text[c.at]; {
		case b >= '0' && b <= '9', b == '-', b == '+', b == '.', b == 'e', b == 'E':
			c.at++
			continue
		}
		break
	}
	return c.text[start:c.at]
}

// skip passes over one value.
func (c *cursor) skip() {
	switch c.next() {
	case '"':
		c.quoted()
	case '{', '[':
		c.skipNested()
	default:
		for c.at < len(c.text) {
			switch c.text[c.at] {
			case ',', '}', ']', ' ', '\n', '\r', '\t':
				return
			}
			c.at++
		}
	}
}

// stops are the bytes that matter when a value is passed over.
var stops = [256]bool{'"': true, '{': true, '}': true, '[': true, ']': true}

func (c *cursor) skipNested() {
	depth := 0
	for i := c.at; i < len(c.text); i++ {
		if !stops[c.text[i]] {
			continue
		}
		switch c.text[i] {
		case '"':
			c.at = i
			c.quoted()
			i = c.at - 1
			continue
		case '{', '[':
			depth++
		default:
			depth--
		}
		if depth == 0 {
			c.at = i + 1
			return
		}
	}
	c.at = len(c.text)
}

// value passes over one value and gives its text.
func (c *cursor) value() []byte {
	c.next()
	start := c.at
	c.skip()
	return c.text[start:c.at]
}

// resourceType gives the type of the resource that text holds. The name is
// nearly always the first of the object, and is found wherever it stands.
func resourceType(text []byte) string {
	c := cursor{text: text}
	if !c.enter('{') {
		return ""
	}
	for {
		name, ok := c.key()
		if !ok {
			return ""
		}
		if string(name) == "resourceType" {
			if c.next() == '"' {
				return string(c.str())
			}
			return ""
		}
		c.skip()
	}
}
