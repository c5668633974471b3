// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"regexp"
	"strings"
	"unicode"
)

// entities are what a page or an API leaves of HTML.
var entities = strings.NewReplacer(
	"&lt;", "<", "&gt;", ">", "&amp;", "&", "&quot;", `"`, "&apos;", "'", "&#39;", "'", "&nbsp;", " ", "&#xD;", "", "&#13;", "",
	"&le;", "≤", "&ge;", "≥", "&plusmn;", "±", "&micro;", "µ", "&deg;", "°",
)

// markdownEscape finds the escapes that the API puts before what markdown
// would read as markup.
var markdownEscape = regexp.MustCompile("\\\\([\\\\`*_{}\\[\\]()#+\\-.!<>~|&^=:])")

// cleanText takes out what is no text of the registry: escapes, carriage
// returns, control characters, spaces that look like others.
func cleanText(text string) string {
	text = strings.ToValidUTF8(text, " ")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = entities.Replace(text)
	text = markdownEscape.ReplaceAllString(text, "$1")
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\n':
			return c
		case c == '\r' || c == '\u2028' || c == '\u2029' || c == '\u0085' || c == '\v' || c == '\f':
			return '\n'
		case c == '\ufeff' || c == '\u200b' || c == '\u00ad':
			return -1
		case unicode.IsSpace(c) && c != '\t':
			return ' '
		case c == '\t':
			return c
		case unicode.IsControl(c) || c == '\ufffe' || c == '\uffff':
			return ' '
		}
		return c
	}, text)
}
