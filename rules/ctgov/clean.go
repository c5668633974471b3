// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"regexp"
	"strings"
	"unicode"
)

// entities replaces the HTML entities that pages and the API leave in texts.
var entities = strings.NewReplacer(
	"&lt;", "<", "&gt;", ">", "&amp;", "&", "&quot;", `"`, "&apos;", "'", "&#39;", "'", "&nbsp;", " ", "&#xD;", "", "&#13;", "",
	"&le;", "≤", "&ge;", "≥", "&plusmn;", "±", "&micro;", "µ", "&deg;", "°",
)

// markdownEscape matches the backslash escapes that the API adds before
// characters of Markdown.
var markdownEscape = regexp.MustCompile("\\\\([\\\\`*_{}\\[\\]()#+\\-.!<>~|&^=:])")

// cleanText removes HTML entities and Markdown escapes and applies [legible].
// It is applied once to each field of a record: "\\\\*" becomes "\\*".
func cleanText(text string) string {
	return legible(markdownEscape.ReplaceAllString(entities.Replace(text), "$1"))
}

// legible replaces control characters, invalid UTF-8, and unusual line ends and
// spaces.
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
