// SPDX-License-Identifier: Apache-2.0

package ucum

import (
	"fmt"
	"strings"
)

// bodySurface is the divisor of a value normalised to body surface: 1.73 m2.
const bodySurface = "(173.10*-2.m2)"

// Lookup reads a unit as clinical records spell it: a UCUM code, or one of the
// spellings in this package's tables, which come first. So K/uL is 10*3/uL, ft
// is [ft_i], mL/min/1.73m2 is mL/min/(173.10*-2.m2), and IU/L is [IU]/L; see
// the package comment for annotations. The unit's String is the UCUM code that
// the spelling was read as. The error is a *[ParseError].
//
// In order: whole spellings; counts per volume (K/uL, x10E3/uL); body surface;
// units all in capitals (MG/DL); strict UCUM; last, word by word, units that strict
// UCUM does not know (mcg/mL, cells/uL). A table entry overrides UCUM only
// where no clinic uses the meaning of UCUM, and the overriding of a symbol that
// could be meant either way (K, C, F, G) happens only in an expression which
// settles it; K/uL is one, K alone stays kelvin.
func Lookup(s string) (Unit, error) {
	if len(s) > maxBytes {
		return Parse(s) // for its error
	}
	text := plainText(s)
	if code, ok := wholeCode(text); ok {
		return Parse(code)
	}
	if i := logAnnotation(text); i >= 0 {
		return Unit{}, &ParseError{s, min(i, len(s)), "an annotation with a logarithm is not a linear unit", ""}
	}
	if strings.EqualFold(text, "N/A") {
		return Unit{}, &ParseError{s, 0, "not applicable is no unit", "the UCUM unit newton per ampere is N.A-1"}
	}
	upper := isUpper(text)
	text = surfaceNormal(text)
	text = strings.ReplaceAll(text, "{FEU}", ".[FEU]")
	text = powerOfTen(text)
	if code, ok := byWords(text, upperWord); ok && upper {
		if u, err := Parse(code); err == nil {
			return u, nil
		}
	}
	u, err := Parse(text)
	if err == nil {
		return u, nil
	}
	if code, ok := byWords(strings.Join(strings.Fields(text), ""), anyWord); ok {
		if u, err := Parse(code); err == nil {
			return u, nil
		}
	}
	_, err = Parse(s)
	if err == nil { // s is UCUM, but its rewritten form is not
		err = &ParseError{s, 0, fmt.Sprintf("not readable as %s", quoted(text)), ""}
	}
	return Unit{}, err
}

func wholeCode(text string) (string, bool) {
	compact := strings.Join(strings.Fields(text), "")
	for _, s := range [...]string{text, strings.Join(strings.Fields(text), " "), compact} {
		if code, ok := wholeCodes[s]; ok {
			return code, true
		}
	}
	if code, ok := foldedCodes[strings.ToLower(compact)]; ok {
		return code, true
	}
	count, volume, ok := strings.Cut(compact, "/")
	if !ok {
		return "", false
	}
	factor, ok := countCodes[count]
	if !ok {
		return "", false
	}
	code, ok := countVolumes[strings.ToLower(volume)]
	return factor + "/" + code, ok
}

// byWords replaces every unit symbol of the text, exponents, numbers,
// annotations, brackets and operators aside. It fails if word does.
func byWords(text string, word func(string) (string, bool)) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(text); {
		j := i
		switch c := text[i]; {
		case c == '{' || c == '[':
			n := strings.IndexByte(text[i:], c+2) // in ASCII, the bracket that closes c
			if n < 0 {
				return "", false
			}
			j = i + n + 1
			b.WriteString(text[i:j])
		case strings.IndexByte("./()", c) >= 0:
			j = i + 1
			b.WriteByte(c)
		default:
			for j < len(text) && strings.IndexByte("./(){[", text[j]) < 0 {
				j++
			}
			code, ok := word(text[i:j])
			if !ok {
				return "", false
			}
			b.WriteString(code)
		}
		i = j
	}
	return b.String(), true
}

// upperWord reads a word of an expression all in capitals.
func upperWord(w string) (string, bool) {
	if code, ok := upperCodes[w]; ok {
		return code, true
	}
	return w, w == "m2" || strings.Trim(w, "0123456789*^-+%") == "" // m2 is of bodySurface
}

// anyWord reads a word that strict UCUM may not know; one unknown to the tables
// stays as it is.
func anyWord(w string) (string, bool) {
	if code, ok := wordCodes[w]; ok {
		return code, true
	}
	if _, problem := findSymbol(strings.TrimRight(w, "0123456789-+"), units()); problem == "" {
		return w, true
	}
	if code, ok := wordCodes[strings.ToLower(w)]; ok {
		return code, true
	}
	if code, ok := upperCodes[strings.ToUpper(w)]; ok {
		return code, true
	}
	return w, true
}

// isUpper reports whether the text has two letters or more and none of them
// is small, annotations aside.
func isUpper(text string) bool {
	letters := 0
	inside := false
	for _, r := range text {
		switch {
		case r == '{' || r == '}':
			inside = r == '{'
		case inside:
		case 'a' <= r && r <= 'z':
			return false
		case 'A' <= r && r <= 'Z':
			letters++
		}
	}
	return letters > 1
}

// logAnnotation returns the offset of an annotation that says the value is a
// logarithm, such as {Log_copies}, or -1.
func logAnnotation(text string) int {
	lower := strings.ToLower(text)
	for _, s := range [...]string{"{log", "{ln_", "{lg_", "_log}", "_log10}"} {
		if i := strings.Index(lower, s); i >= 0 {
			return i
		}
	}
	return -1
}

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
