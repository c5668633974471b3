// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// script is the writing system of a text: Latin or another.
type script uint8

const (
	latinScript script = 1 << iota
	otherScript
)

// tags are the semantic tags of SNOMED CT that may end a name.
var tags = []string{"disorder", "finding", "situation", "procedure", "regime/therapy", "substance", "product"}

// placeholders are whole texts that stand where a record has no words. They
// are compared with names like any text, but do not make a fact readable.
var placeholders = map[string]bool{
	"unknown": true, "not known": true, "unspecified": true, "not specified": true, "other": true,
	"n a": true, "null": true, "no matching concept": true, "not available": true, "see note": true, "see comment": true,
}

// appendWords appends the words of a text, one space between two: lower case,
// without accents on Latin letters, without punctuation, invisible characters,
// a possessive 's and a closing semantic tag. Digits are words of their own. Names and texts are compared in
// this form.
func appendWords(dst []byte, text string) []byte {
	if !isASCII(text) {
		text = foldText(text)
	}
	text = cutTag(text)
	word := false // whether the character before belongs to a word
	digit := false
	start := len(dst)
	for i := 0; i < len(text); {
		c, width := rune(text[i]), 1
		if c >= utf8.RuneSelf {
			c, width = utf8.DecodeRuneInString(text[i:])
		}
		switch {
		case c == '\'' && word && isPossessive(text[i:]):
			width = 2
		case isWord(c):
			// Digits are words of their own: Infliximab100mg.
			if d := '0' <= c && c <= '9'; (!word || d != digit) && len(dst) > start {
				dst, digit = append(dst, ' '), d
			} else {
				digit = d
			}
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			dst, word = utf8.AppendRune(dst, c), true
			i += width
			continue
		}
		word = false
		i += width
	}
	return dst
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// isWord reports whether words are made of c. Marks belong to the letter
// before them.
func isWord(c rune) bool {
	if c < utf8.RuneSelf {
		return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
	}
	return unicode.IsLetter(c) || unicode.IsNumber(c) || unicode.IsMark(c)
}

// isPossessive reports whether s, which begins with an apostrophe, begins with
// the 's of a name such as Crohn's.
func isPossessive(s string) bool {
	if len(s) < 2 || s[1]|0x20 != 's' {
		return false
	}
	next, _ := utf8.DecodeRuneInString(s[2:])
	return len(s) == 2 || !isWord(next)
}

// foldText brings a text with characters beyond ASCII to Unicode's compatibility
// decomposition, folds its case, and drops invisible characters and the accents
// of Latin letters.
func foldText(text string) string {
	text = apostrophes.Replace(norm.NFKD.String(apostrophes.Replace(strings.ToValidUTF8(text, " "))))
	var b strings.Builder
	latin := false
	for _, c := range text {
		switch {
		case unicode.Is(unicode.Cf, c) || unicode.Is(unicode.Variation_Selector, c) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, c):
			continue
		case latin && 0x300 <= c && c <= 0x36F:
			continue
		}
		if !unicode.IsMark(c) {
			latin = unicode.Is(unicode.Latin, c)
			c = unicode.ToLower(unicode.ToUpper(c))
		}
		b.WriteRune(c)
	}
	return b.String()
}

// apostrophes brings the characters typed for an apostrophe to one.
var apostrophes = strings.NewReplacer("\u2019", "'", "\u2018", "'", "\u02BC", "'", "\uFF07", "'", "\u2032", "'", "\u00B4", "'", "`", "'")

// cutTag removes a closing "(disorder)" and its like.
func cutTag(text string) string {
	text = strings.TrimRightFunc(text, unicode.IsSpace)
	body, ok := strings.CutSuffix(text, ")")
	if !ok {
		return text
	}
	open := strings.LastIndexByte(body, '(')
	if open < 0 {
		return text
	}
	for _, tag := range tags {
		if strings.EqualFold(strings.TrimSpace(body[open+1:]), tag) {
			return body[:open]
		}
	}
	return text
}

// scriptOf says which scripts the letters of words (see appendWords) are of. A
// text without letters is of none: it holds no name.
func scriptOf(words []byte) script {
	var of script
	for i := 0; i < len(words); {
		c, width := utf8.DecodeRune(words[i:])
		switch i += width; {
		case c < utf8.RuneSelf:
			if 'a' <= c && c <= 'z' {
				of |= latinScript
			}
		case unicode.Is(unicode.Latin, c):
			of |= latinScript
		case unicode.IsLetter(c):
			of |= otherScript
		}
	}
	return of
}
