// SPDX-License-Identifier: Apache-2.0

package ucum

import (
	"fmt"
	"math/big"
	"strings"
)

// Bounds of the codes that Parse and Lookup read.
const (
	maxBytes    = 200
	maxDepth    = 16
	maxExponent = 99
)

// ParseError is a syntax error of a code.
type ParseError struct {
	Code   string // the code as given; cut to 200 bytes if it is longer
	Offset int    // byte offset of the error in Code
	Msg    string // the error
	Hint   string // the code that was perhaps meant; may be empty
}

// Error returns the whole of it on one line.
func (e *ParseError) Error() string {
	s := fmt.Sprintf("ucum: unit %s, offset %d: %s", quoted(e.Code), e.Offset, e.Msg)
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

// Parse reads a UCUM code in its case-sensitive form, for example "mmol/L" or
// "10*3/uL". The empty code is the number one, as is "1" and "{anything}".
// Annotations are ignored. The error is a *[ParseError].
//
// Operators have no precedence: a/b.c is (a/b).c (UCUM, section 7). Digits at
// the start of a component are a number and never part of a unit: 1.5 is 1 times
// 5, and 12h is an error.
func Parse(code string) (Unit, error) {
	u, err := parseCode(code, units())
	if err != nil {
		return Unit{}, err
	}
	return u, nil
}

func parseCode(code string, units *registry) (Unit, *ParseError) {
	if len(code) > maxBytes {
		return Unit{}, &ParseError{
			Code: code[:maxBytes], Offset: maxBytes,
			Msg: fmt.Sprintf("longer than %d bytes", maxBytes),
		}
	}
	code = strings.Clone(code)
	for i := range len(code) {
		if c := code[i]; c < '!' || c > '~' {
			return Unit{}, &ParseError{code, i, fmt.Sprintf("character %#x is not allowed in UCUM", c), charHint(code[i:])}
		}
	}
	p := parser{code: code, units: units}
	if code == "" {
		return Unit{}, nil
	}
	u, ok := p.parseTerm(0)
	if ok && p.pos < len(code) {
		p.setError(p.pos, fmt.Sprintf("unexpected %q", code[p.pos]), p.trailingHint())
	}
	if p.err != nil {
		return Unit{}, p.err
	}
	u.code = code
	return u, nil
}

type parser struct {
	code  string
	pos   int
	units *registry
	err   *ParseError
}

// setError records the first error and returns false.
func (p *parser) setError(offset int, msg, hint string) bool {
	if p.err == nil {
		p.err = &ParseError{Code: p.code, Offset: offset, Msg: msg, Hint: hint}
	}
	return false
}

// peekByte returns the byte at the current position, zero at the end.
func (p *parser) peekByte() byte {
	if p.pos < len(p.code) {
		return p.code[p.pos]
	}
	return 0
}

// acceptByte steps over the byte c if it comes next.
func (p *parser) acceptByte(c byte) bool {
	if p.peekByte() != c {
		return false
	}
	p.pos++
	return true
}

// parseTerm reads components joined by '.' and '/', from left to right. Only the
// outermost term, depth zero, may begin with '/'.
func (p *parser) parseTerm(depth int) (Unit, bool) {
	var u Unit
	sign := 1
	if depth == 0 && p.acceptByte('/') {
		sign = -1
	}
	for {
		start := p.pos
		c, n, ok := p.parseComponent(depth)
		if !ok {
			return Unit{}, false
		}
		product, problem := u.multiply(c, sign*n)
		if problem != "" {
			return Unit{}, p.setError(start, problem, "")
		}
		u = product
		switch {
		case p.acceptByte('.'):
			sign = 1
		case p.acceptByte('/'):
			sign = -1
		default:
			return u, true
		}
	}
}

// parseComponent reads a parenthesised term, a number, an annotation, or a unit with
// its exponent, which it returns apart.
func (p *parser) parseComponent(depth int) (Unit, int, bool) {
	switch c := p.peekByte(); {
	case c == '(':
		u, ok := p.parseGroup(depth)
		return u, 1, ok
	case c == '{':
		return Unit{}, 1, p.parseAnnotation()
	case c == 0:
		return Unit{}, 0, p.setError(p.pos, "a unit is missing at the end", "")
	case isDigit(c) && !strings.HasPrefix(p.code[p.pos:], "10*") && !strings.HasPrefix(p.code[p.pos:], "10^"):
		u, ok := p.parseNumber()
		return u, 1, ok && p.optionalAnnotation()
	default:
		return p.parseSymbol()
	}
}

// parseGroup reads "(term)".
func (p *parser) parseGroup(depth int) (Unit, bool) {
	start := p.pos
	if depth == maxDepth {
		return Unit{}, p.setError(start, fmt.Sprintf("more than %d nested parentheses", maxDepth), "")
	}
	p.pos++
	u, ok := p.parseTerm(depth + 1)
	if ok && !p.acceptByte(')') {
		if p.pos < len(p.code) {
			return u, p.setError(p.pos, fmt.Sprintf("unexpected %q", p.code[p.pos]), p.trailingHint())
		}
		return u, p.setError(start, "parenthesis is not closed", "")
	}
	return u, ok
}

// parseAnnotation reads "{...}".
func (p *parser) parseAnnotation() bool {
	start := p.pos
	end := strings.IndexByte(p.code[start:], '}')
	switch {
	case end < 0:
		return p.setError(start, "annotation is not closed", "")
	case end == 1:
		return p.setError(start, "annotation is empty", "")
	case strings.Contains(p.code[start+1:start+end], "{"):
		return p.setError(start, "annotation within an annotation", "")
	}
	p.pos = start + end + 1
	return true
}

func (p *parser) optionalAnnotation() bool {
	return p.peekByte() != '{' || p.parseAnnotation()
}

// parseNumber reads digits, which must not be zero nor run into a unit.
func (p *parser) parseNumber() (Unit, bool) {
	start := p.pos
	for isDigit(p.peekByte()) {
		p.pos++
	}
	digits := p.code[start:p.pos]
	n, ok := new(big.Int).SetString(digits, 10)
	if !ok || n.Sign() == 0 {
		return Unit{}, p.setError(start, "zero is not a unit", "UCUM has no decimals: 1.5 is 1 times 5")
	}
	if c := p.peekByte(); c != 0 && !strings.ContainsRune("./){", rune(c)) {
		return Unit{}, p.setError(start, "number "+digits+" runs into what follows", p.numberHint(digits))
	}
	return Unit{scale: new(big.Rat).SetInt(n)}, true
}

func (p *parser) parseSymbol() (Unit, int, bool) {
	start := p.pos
	end, ok := p.symbolEnd()
	if !ok {
		return Unit{}, 0, false
	}
	s := p.code[start:end]
	if s == "" {
		return Unit{}, 0, p.setError(start, fmt.Sprintf("a unit is missing before %q", p.code[start]), "")
	}
	u, problem := findSymbol(s, p.units)
	if problem != "" {
		return Unit{}, 0, p.setError(start, problem, symbolHint(s))
	}
	p.pos = end
	n, ok := p.parseExponent()
	return u, n, ok && p.optionalAnnotation()
}

// symbolEnd returns where the unit symbol at the current position ends: before
// an operator, a digit, a sign or a brace. Text in square brackets is part of it.
func (p *parser) symbolEnd() (int, bool) {
	i := p.pos
	if s := p.code[i:]; strings.HasPrefix(s, "10*") || strings.HasPrefix(s, "10^") {
		return i + 3, true
	}
	for i < len(p.code) && !strings.ContainsRune("./(){}+-0123456789", rune(p.code[i])) {
		if p.code[i] == '[' {
			n := strings.IndexByte(p.code[i:], ']')
			if n < 0 {
				return 0, p.setError(i, "square bracket is not closed", "")
			}
			i += n
		}
		i++
	}
	return i, true
}

// parseExponent reads an optional signed integer, one if absent.
func (p *parser) parseExponent() (int, bool) {
	start := p.pos
	sign := 1
	switch {
	case p.acceptByte('-'):
		sign = -1
	case p.acceptByte('+'):
	case !isDigit(p.peekByte()):
		return 1, true
	}
	n, first := 0, p.pos
	for ; isDigit(p.peekByte()); p.pos++ {
		n = min(n*10+int(p.peekByte()-'0'), maxExponent+1)
	}
	switch {
	case p.pos == first:
		return 0, p.setError(start, "a sign without an exponent", "")
	case n > maxExponent:
		return 0, p.setError(start, fmt.Sprintf("exponent is greater than %d", maxExponent), "")
	}
	return sign * n, true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
