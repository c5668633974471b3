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

// cleanText takes out what is no text of the registry: escapes, and what
// [legible] does. It is for what a record holds, and once: "\\\\*" is "\\*".
func cleanText(text string) string {
	return legible(markdownEscape.ReplaceAllString(entities.Replace(text), "$1"))
}

// legible replaces what has no place in a text file: control characters,
// what is not UTF-8, line ends and spaces that look like others.
func legible(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, " "), "\r\n", "\n")
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\n' || c == '\t':
			return c
		case strings.ContainsRune("\r\v\f\u0085\u2028\u2029", c):
			return '\n'
		case c == '\ufeff' || c == '\u200b' || c == '\u00ad':
			return -1
		case unicode.IsSpace(c) || unicode.IsControl(c) || c == '\ufffe' || c == '\uffff':
			return ' '
		}
		return c
	}, text)
}
