// SPDX-License-Identifier: Apache-2.0

package fhir

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

// wellFormed gives an error for text that is not one strict JSON value: RFC
// 8259, in UTF-8, no name twice in an object. The tokenizer is what decides. A
// scanner that is three times faster goes first; it accepts only what the
// tokenizer surely accepts, and leaves it all that is rare or wrong. Resources
// are where the values of the entries of a Bundle stand, if it was the scanner
// that accepted.
func wellFormed(text []byte) (resources []span, err error) {
	s := scanner{text: text}
	if s.value(0) && s.blank() == 0 && s.at == len(text) {
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

// span is a part of the text.
type span struct{ start, end int }

// scanner accepts a subset of JSON that documents hardly ever leave.
type scanner struct {
	text  []byte
	at    int
	names []span // names of the objects that are open
	spans []span
}

const (
	entryDepth = 3   // a value in an entry in the array in the Bundle
	maxNesting = 100 // deeper is left to the tokenizer
	maxNames   = 64  // more names in one object are left to the tokenizer
)

// value passes over one value; false says that it is not surely JSON.
func (s *scanner) value(depth int) bool {
	switch b := s.blank(); b {
	case '{', '[':
		if depth > maxNesting {
			return false
		}
		start := s.at
		s.at++
		if ok := b == '[' && s.array(depth) || b == '{' && s.object(depth); !ok {
			return false
		}
		if depth == entryDepth {
			s.spans = append(s.spans, span{start, s.at})
		}
		return true
	case '"':
		_, ok := s.str()
		return ok
	case 't':
		return s.literal("true")
	case 'f':
		return s.literal("false")
	case 'n':
		return s.literal("null")
	}
	return s.number()
}

func (s *scanner) array(depth int) bool {
	if s.blank() == ']' {
		s.at++
		return true
	}
	for {
		if !s.value(depth + 1) {
			return false
		}
		switch s.blank() {
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

func (s *scanner) object(depth int) bool {
	if s.blank() == '}' {
		s.at++
		return true
	}
	first, seen := len(s.names), uint64(0)
	for {
		if s.blank() != '"' {
			return false
		}
		start := s.at
		plain, ok := s.str()
		name := span{start, s.at}
		if !ok || !plain || s.blank() != ':' || len(s.names)-first == maxNames {
			return false
		}
		s.at++
		bit := s.bit(name)
		if seen&bit != 0 && s.twice(name, first) {
			return false
		}
		seen |= bit
		s.names = append(s.names, name)
		if !s.value(depth + 1) {
			return false
		}
		switch s.blank() {
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

// bit gives one of 64 bits for a name, so that most names need not be compared.
func (s *scanner) bit(name span) uint64 {
	n := name.end - name.start
	return 1 << ((uint(s.text[name.start+1])*7 + uint(s.text[name.end-2])*5 + uint(s.text[name.start+n/2])*3 + uint(n)) % 64)
}

func (s *scanner) twice(name span, first int) bool {
	for _, n := range s.names[first:] {
		if bytes.Equal(s.text[n.start:n.end], s.text[name.start:name.end]) {
			return true
		}
	}
	return false
}

// blank skips blanks and gives the byte that follows, 0 at the end.
func (s *scanner) blank() byte {
	for s.at < len(s.text) {
		switch b := s.text[s.at]; b {
		case ' ', '\n', '\r', '\t':
			s.at = afterSpaces(s.text, s.at+1)
		default:
			return b
		}
	}
	return 0
}

// afterSpaces passes over spaces, which indented documents are full of, eight
// at a time.
func afterSpaces(text []byte, at int) int {
	for len(text)-at >= 8 {
		others := binary.LittleEndian.Uint64(text[at:]) ^ ones*' '
		if others != 0 {
			return at + bits.TrailingZeros64(others)/8
		}
		at += 8
	}
	return at
}

func (s *scanner) literal(word string) bool {
	if len(s.text)-s.at < len(word) || string(s.text[s.at:s.at+len(word)]) != word {
		return false
	}
	s.at += len(word)
	return true
}

func (s *scanner) number() bool {
	if s.at < len(s.text) && s.text[s.at] == '-' {
		s.at++
	}
	start := s.at
	switch n := s.digits(); {
	case n == 0, n > 1 && s.text[start] == '0':
		return false
	}
	if s.at < len(s.text) && s.text[s.at] == '.' {
		s.at++
		if s.digits() == 0 {
			return false
		}
	}
	if s.at < len(s.text) && s.text[s.at]|0x20 == 'e' {
		s.at++
		if s.at < len(s.text) && (s.text[s.at] == '+' || s.text[s.at] == '-') {
			s.at++
		}
		return s.digits() > 0
	}
	return true
}

func (s *scanner) digits() (n int) {
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

// str passes over a string. Plain says that it holds no escape.
func (s *scanner) str() (plain, ok bool) {
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
			n := s.escape(i)
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

// escape gives the length of an escape that surely is one, else 0.
func (s *scanner) escape(i int) int {
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
