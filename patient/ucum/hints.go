// SPDX-License-Identifier: Apache-2.0

package ucum

import "strings"

// charHint gives the replacement of a character that UCUM does not have.
func charHint(rest string) string {
	switch {
	case rest[0] == ' ':
		return "UCUM has no spaces"
	case strings.HasPrefix(rest, "µ"), strings.HasPrefix(rest, "μ"):
		return "micro is u in UCUM"
	case strings.HasPrefix(rest, "°"):
		return "the degree units are Cel, [degF] and deg"
	default:
		return "UCUM codes are printable ASCII"
	}
}

// symbolHint names the unit that an unknown symbol is likely to mean.
func symbolHint(s string) string {
	if code, ok := wordCodes[s]; ok {
		return "did you mean " + code + "?"
	}
	if code, ok := upperCodes[strings.ToUpper(s)]; ok && code != s {
		return "did you mean " + code + "? case matters"
	}
	return ""
}

// numberHint says how to write a number before a unit.
func (p *parser) numberHint(digits string) string {
	switch p.peekByte() {
	case '+', '-', '*', '^':
		return "powers of ten are written 10*3"
	case '(':
		return "multiplication is written with a point"
	default:
		return "write " + digits + "." + p.code[p.pos:]
	}
}

// trailingHint explains why a unit cannot be followed by the next character.
func (p *parser) trailingHint() string {
	switch c := p.peekByte(); {
	case c == '(' || c == '[':
		return "multiplication is written with a point"
	case c == '{':
		return "an annotation follows a unit or number, once"
	case c == ')':
		return "no parenthesis is open"
	default:
		return "a point or a slash is missing"
	}
}
