// SPDX-License-Identifier: Apache-2.0

package ucum

import "strings"

// plainText trims the text and writes in ASCII all that has one meaning only: the
// micro sign before a letter, dots and crosses of multiplication, raised digits.
func plainText(s string) string {
	s = strings.TrimSpace(s)
	var b strings.Builder
	last := rune(0)
	for i, r := range s {
		d, raised := raisedDigits[r]
		ascii, known := asciiTexts[r]
		switch {
		case raised && isDigitRune(last):
			b.WriteByte('^')
			b.WriteByte(d)
		case raised:
			b.WriteByte(d)
		case (r == 'µ' || r == 'μ') && letterFollows(s[i:]):
			b.WriteByte('u')
		case known:
			b.WriteString(ascii)
		default:
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// letterFollows reports whether an ASCII letter comes after the two bytes of the
// micro sign at the start of s.
func letterFollows(s string) bool {
	return len(s) > 2 && (s[2]|0x20) >= 'a' && (s[2]|0x20) <= 'z'
}

// asciiTexts are the ASCII texts of characters that have one meaning only.
var asciiTexts = map[rune]string{
	'×': "x", '·': ".", '⋅': ".", '∙': ".", '∕': "/", '⁄': "/", '\u00a0': " ", '\u2009': " ", '\u202f': " ", '\t': " ",
	'℃': "°C", '℉': "°F", 'º': "°", '˚': "°",
}

// raisedDigits are the digits and the sign that superscript characters stand for.
var raisedDigits = map[rune]byte{
	'⁰': '0', '¹': '1', '²': '2', '³': '3', '⁴': '4', '⁵': '5', '⁶': '6', '⁷': '7', '⁸': '8', '⁹': '9', '⁻': '-',
}

func isDigitRune(r rune) bool { return '0' <= r && r <= '9' }

// powerOfTen writes a power of ten at the start of the text as UCUM does: x10E3,
// 10^3, 10E3, X10(3), x 10 3 and x103 are 10*3. A number that a laboratory writes as
// 10E3 is 10*3, although a programmer would read ten times as much. Without such
// a beginning the text stays as it is.
func powerOfTen(s string) string {
	rest := strings.TrimLeft(s, "xX")
	cross := rest != s
	rest, ok := strings.CutPrefix(strings.TrimLeft(rest, " *"), "10")
	if !ok {
		return s
	}
	mark := strings.TrimLeft(rest, " ")
	marked := mark != rest
	for _, m := range [...]string{"**", "exp", "E+", "e+", "*", "^", "E", "e", "("} {
		if after, ok := strings.CutPrefix(mark, m); ok {
			mark, marked = after, true
			break
		}
	}
	mark = strings.TrimLeft(mark, " ")
	n := 0
	for n < len(mark) && isDigit(mark[n]) {
		n++
	}
	if n == 0 || n > 2 || mark[0] == '0' || !marked && !cross {
		return s
	}
	tail := strings.TrimLeft(strings.TrimPrefix(mark[n:], ")"), " ")
	if tail != "" && strings.IndexByte("./{", tail[0]) < 0 {
		tail = "." + tail
	}
	return "10*" + mark[:n] + tail
}

// surfaceTails are the ways, in small letters and without spaces, in which a
// unit that is written out ends when it is per 1.73 m2.
var surfaceTails = [...]string{
	"/1.73m2", "/1.73m^2", "/1.73m*2", "/1.73m**2", "/1.73.m2", "/1.73/m2", "/1.73m", "/1.73_m2",
	"/1.73sqm", "/1.73sq.m", "/1.73sq.m.", "/1.73squaremeters", "/1.73", "/(1.73m2)", "/(1.73.m2)",
	"/1.73m(2)", "/1.73mexp2", "per1.73m2", "per1.73m^2", "per1.73sqm", "/1,73m2",
	"/bsa", "/1.73bsa", "/1.73m2bsa", "/1.73m2bodysurface", "(1.73m2)", "[1.73m2]",
}

// surfaceNormal writes a normalisation to 1.73 m2 body surface as the divisor it
// is, whether it is an annotation or at the end of the text. At the outermost
// level an annotation counts as divisor however it is joined; within parentheses
// it is a factor unless a slash precedes it.
func surfaceNormal(text string) string {
	compact := strings.Join(strings.Fields(text), "")
	lower := strings.ToLower(compact)
	if len(lower) != len(compact) {
		return text
	}
	for _, tail := range surfaceTails {
		if head, ok := strings.CutSuffix(lower, tail); ok && head != "" {
			return strings.TrimSuffix(compact[:len(head)], "/") + "/" + bodySurface
		}
	}
	start, end := surfaceAnnotation(lower)
	if start < 0 {
		return text
	}
	head, tail := compact[:start], compact[end:]
	depth := strings.Count(head, "(") - strings.Count(head, ")")
	join := "/"
	if depth > 0 && !strings.HasSuffix(head, "/") {
		join = "."
	}
	head = strings.TrimSuffix(strings.TrimSuffix(head, "/"), ".")
	return head + join + bodySurface + tail
}

// surfaceAnnotation returns where an annotation for 1.73 m2 begins and ends, or
// -1 and 0.
func surfaceAnnotation(lower string) (start, end int) {
	for start = 0; ; start = end {
		n := strings.IndexByte(lower[start:], '{')
		if n < 0 {
			return -1, 0
		}
		start += n
		n = strings.IndexByte(lower[start:], '}')
		if n < 0 {
			return -1, 0
		}
		end = start + n + 1
		if body := lower[start:end]; strings.Contains(body, "1.73") || strings.Contains(body, "bsa") {
			return start, end
		}
	}
}
