// SPDX-License-Identifier: Apache-2.0

package json

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// WellFormed checks that a text is one strict JSON value: RFC 8259, UTF-8, no
// name twice in an object. It gives the spans of the values of a Bundle's
// entries, as far as they are known.
func WellFormed(text []byte) (entryValues []Span, err error) { return new(Checker).Check(text) }

// Checker checks one text after the other and reuses its memory. The tokenizer
// decides. A scanner, measured at twice its speed, goes first: it accepts only
// texts that the tokenizer accepts, and leaves rare and wrong ones to it.
type Checker struct{ scanner scanner }

// Check is [WellFormed]. The spans are valid until the next call.
func (c *Checker) Check(text []byte) (entryValues []Span, err error) {
	s := &c.scanner
	*s = scanner{text: text, names: s.names[:0], spans: s.spans[:0]}
	if s.scanValue(0) && s.skipBlanks() == 0 && s.at == len(text) {
		return s.spans, nil
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(text))
	if err := dec.SkipValue(); err != nil {
		return nil, fmt.Errorf("not a FHIR document: %w", err)
	}
	if _, err := dec.ReadToken(); err != io.EOF {
		return nil, errors.New("more follows after the JSON object; give one Bundle or Patient at a time")
	}
	return nil, nil
}

// Span is a part of the text.
type Span struct{ Start, End int }

// scanner accepts a subset of JSON that documents hardly ever leave.
type scanner struct {
	text  []byte
	at    int
	names []Span // names of the objects that are open
	spans []Span
}

const (
	entryDepth = 3   // a value in an entry in the array in the Bundle
	maxNesting = 100 // deeper is left to the tokenizer
	maxNames   = 64  // more names in one object are left to the tokenizer
)

// scanValue passes over one value; false says that it is not surely JSON.
func (s *scanner) scanValue(depth int) bool {
	switch b := s.skipBlanks(); b {
	case '{', '[':
		if depth > maxNesting {
			return false
		}
		start := s.at
		s.at++
		if ok := b == '[' && s.scanArray(depth) || b == '{' && s.scanObject(depth); !ok {
			return false
		}
		if depth == entryDepth {
			s.spans = append(s.spans, Span{start, s.at})
		}
		return true
	case '"':
		_, ok := s.scanString()
		return ok
	case 't':
		return s.scanLiteral("true")
	case 'f':
		return s.scanLiteral("false")
	case 'n':
		return s.scanLiteral("null")
	}
	return s.scanNumber()
}

func (s *scanner) scanArray(depth int) bool {
	if s.skipBlanks() == ']' {
		s.at++
		return true
	}
	for {
		if !s.scanValue(depth + 1) {
			return false
		}
		switch s.skipBlanks() {
		case ',':
			s.at++
		case ']':
			s.at++
			return true
		default:
			return false
		}
	}
}

func (s *scanner) scanObject(depth int) bool {
	if s.skipBlanks() == '}' {
		s.at++
		return true
	}
	first, seen := len(s.names), uint64(0)
	for {
		if s.skipBlanks() != '"' {
			return false
		}
		start := s.at
		plain, ok := s.scanString()
		name := Span{start, s.at}
		if !ok || !plain || s.skipBlanks() != ':' || len(s.names)-first == maxNames {
			return false
		}
		s.at++
		bit := s.nameBit(name)
		if seen&bit != 0 && s.isRepeated(name, first) {
			return false
		}
		seen |= bit
		s.names = append(s.names, name)
		if !s.scanValue(depth + 1) {
			return false
		}
		switch s.skipBlanks() {
		case ',':
			s.at++
		case '}':
			s.at++
			s.names = s.names[:first]
			return true
		default:
			return false
		}
	}
}

// nameBit gives one of 64 bits for a name, so that most names need not be compared.
func (s *scanner) nameBit(name Span) uint64 {
	n := name.End - name.Start
	return 1 << ((uint(s.text[name.Start+1])*7 + uint(s.text[name.End-2])*5 + uint(s.text[name.Start+n/2])*3 + uint(n)) % 64)
}

func (s *scanner) isRepeated(name Span, first int) bool {
	for _, n := range s.names[first:] {
		if bytes.Equal(s.text[n.Start:n.End], s.text[name.Start:name.End]) {
			return true
		}
	}
	return false
}

// skipBlanks skips blanks and gives the byte that follows, 0 at the end.
func (s *scanner) skipBlanks() byte {
	for s.at < len(s.text) {
		switch b := s.text[s.at]; b {
		case ' ', '\n', '\r', '\t':
			s.at = skipSpaces(s.text, s.at+1)
		default:
			return b
		}
	}
	return 0
}

// skipSpaces passes over spaces, which indented documents are full of, eight
// at a time.
func skipSpaces(text []byte, at int) int {
	for len(text)-at >= 8 {
		others := binary.LittleEndian.Uint64(text[at:]) ^ ones*' '
		if others != 0 {
			return at + bits.TrailingZeros64(others)/8
		}
		at += 8
	}
	return at
}

func (s *scanner) scanLiteral(word string) bool {
	if len(s.text)-s.at < len(word) || string(s.text[s.at:s.at+len(word)]) != word {
		return false
	}
	s.at += len(word)
	return true
}

func (s *scanner) scanNumber() bool {
	if s.at < len(s.text) && s.text[s.at] == '-' {
		s.at++
	}
	start := s.at
	switch n := s.scanDigits(); {
	case n == 0, n > 1 && s.text[start] == '0':
		return false
	}
	if s.at < len(s.text) && s.text[s.at] == '.' {
		s.at++
		if s.scanDigits() == 0 {
			return false
		}
	}
	if s.at < len(s.text) && s.text[s.at]|0x20 == 'e' {
		s.at++
		if s.at < len(s.text) && (s.text[s.at] == '+' || s.text[s.at] == '-') {
			s.at++
		}
		return s.scanDigits() > 0
	}
	return true
}

func (s *scanner) scanDigits() (n int) {
	for s.at < len(s.text) && s.text[s.at] >= '0' && s.text[s.at] <= '9' {
		s.at++
		n++
	}
	return n
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// scanString passes over a string. Plain says that it holds no escape.
func (s *scanner) scanString() (plain, ok bool) {
	plain = true
	for i := s.at + 1; i < len(s.text); {
		if len(s.text)-i >= 8 { // eight bytes, none of them special
			w := binary.LittleEndian.Uint64(s.text[i:])
			quote, slash := w^ones*'"', w^ones*'\\'
			special := (w - ones*' ') | (quote - ones) | (slash - ones) | w
			if special&highs == 0 {
				i += 8
				continue
			}
			if w&highs == 0 {
				// The lowest bit set is that of the first special byte: a borrow
				// only reaches bytes above it.
				if n := bits.TrailingZeros64(special & highs); n < 64 {
					i += n / 8
				}
			}
		}
		switch b := s.text[i]; {
		case b == '"':
			s.at = i + 1
			return plain, true
		case b == '\\':
			n := s.escapeLength(i)
			if n == 0 {
				return false, false
			}
			i, plain = i+n, false
		case b < ' ':
			return false, false
		case b < utf8.RuneSelf:
			i++
		default:
			r, n := utf8.DecodeRune(s.text[i:])
			if r == utf8.RuneError && n == 1 {
				return false, false
			}
			i += n
		}
	}
	return false, false
}

// escapeLength gives the length of an escape that surely is one, else 0.
func (s *scanner) escapeLength(i int) int {
	if i+1 >= len(s.text) {
		return 0
	}
	switch s.text[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if len(s.text)-i < 6 || s.text[i+2]|0x20 == 'd' { // may be a surrogate
			return 0
		}
		for _, b := range s.text[i+2 : i+6] {
			if (b < '0' || b > '9') && (b|0x20 < 'a' || b|0x20 > 'f') {
				return 0
			}
		}
		return 6
	}
	return 0
}
