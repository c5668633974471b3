// SPDX-License-Identifier: Apache-2.0

package patient

// scanner finds where a JSON value ends, over as many pieces of text as it
// comes in. It holds brackets, colons, commas and strings together and leaves
// to the decoder all that does not move the end: escapes, numbers, words.
type scanner struct {
	ofLines bool // a line that begins with a brace begins another value
	open    []byte
	want    expectation
	within  tokenKind
	newline bool // the last byte was one
	escaped bool // the last byte was a backslash, in a string
}

// expectation is the kind of token that may come next.
type expectation uint8

const (
	wantValue expectation = iota
	wantFirst             // a value, or the end of the list
	wantName
	wantFirstName // a name, or the end of the object
	wantColon
	wantNext // a comma, or the end of the open list or object
)

// tokenKind is the token in which the last piece of text broke off.
type tokenKind uint8

const (
	between tokenKind = iota
	inName
	inText
	inBare // a number or a word
)

type state uint8

const (
	unfinished state = iota
	complete
	broken
)

const maxDepth = 10_000 // the decoder's

// scanPiece looks at the next piece. It gives how much of it belongs to the value,
// or how much comes before the byte that cannot.
func (s *scanner) scanPiece(text []byte) (n int, st state) {
	for n < len(text) {
		c := text[n]
		switch s.within {
		case inName, inText:
			n, st = s.scanString(text, n)
			if st != unfinished {
				return n, st
			}
			continue
		case inBare:
			if isWordByte(c) {
				n++
				continue
			}
			if s.endValue() {
				return n, complete
			}
		}
		if isSpace(c) {
			s.newline = c == '\n'
			n++
			continue
		}
		if s.newline && s.ofLines && c == '{' && len(s.open) > 0 {
			return n, broken
		}
		s.newline = false
		if st = s.scanToken(c); st == broken {
			return n, st
		}
		n++
		if st == complete {
			return n, st
		}
	}
	return n, unfinished
}

func (s *scanner) scanString(text []byte, n int) (int, state) {
	for ; n < len(text); n++ {
		switch c := text[n]; {
		case c < ' ':
			return n, broken
		case s.escaped:
			s.escaped = false
		case c == '\\':
			s.escaped = true
		case c == '"':
			n++
			if s.within == inName {
				s.within, s.want = between, wantColon
				return n, unfinished
			}
			if s.endValue() {
				return n, complete
			}
			return n, unfinished
		}
	}
	return n, unfinished
}

// scanToken takes a byte that stands between values, or begins or ends one.
func (s *scanner) scanToken(c byte) state {
	value := s.want == wantValue || s.want == wantFirst
	name := s.want == wantName || s.want == wantFirstName
	switch {
	case c == '"' && value:
		s.within = inText
	case c == '"' && name:
		s.within = inName
	case (c == '{' || c == '[') && value && len(s.open) < maxDepth:
		s.open = append(s.open, c)
		s.want = wantFirst
		if c == '{' {
			s.want = wantFirstName
		}
	case c == '}' && s.openBracket() == '{' && (s.want == wantNext || s.want == wantFirstName),
		c == ']' && s.openBracket() == '[' && (s.want == wantNext || s.want == wantFirst):
		s.open = s.open[:len(s.open)-1]
		if s.endValue() {
			return complete
		}
	case c == ':' && s.want == wantColon:
		s.want = wantValue
	case c == ',' && s.want == wantNext:
		s.want = wantValue
		if s.openBracket() == '{' {
			s.want = wantName
		}
	case value && isWordByte(c):
		s.within = inBare
	default:
		return broken
	}
	return unfinished
}

func (s *scanner) openBracket() byte {
	if len(s.open) == 0 {
		return 0
	}
	return s.open[len(s.open)-1]
}

// endValue notes the end of a value, and reports whether it was the outermost.
func (s *scanner) endValue() bool {
	s.within, s.want = between, wantNext
	return len(s.open) == 0
}

// isWordByte reports whether a byte belongs to a number, true, false or null.
func isWordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c == '.' || c == '-' || c == '+' || c == 'E'
}
