// SPDX-License-Identifier: Apache-2.0

package review

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/rules"
)

// plainText is a text in the form in which quotes are compared: single spaces,
// straight quotation marks, one kind of dash, no soft hyphens and no marks of
// lists.
type plainText struct {
	text string
	from []int // the byte of the source for each byte of text
}

// typographicSigns maps signs to the sign that is usually typed for them.
var typographicSigns = map[rune]string{
	'‘': "'", '’': "'", '‚': "'", '‛': "'", '′': "'", '`': "'", '´': "'", '“': `"`, '”': `"`, '„': `"`, '«': `"`, '»': `"`, '″': `"`,
	'‐': "-", '‑': "-", '‒': "-", '–': "-", '—': "-", '―': "-", '−': "-",
	'≥': ">=", '≤': "<=", '⩾': ">=", '⩽': "<=", '×': "x", '…': "...", 'µ': "μ", '⁄': "/", 'ﬁ': "fi", 'ﬂ': "fl",
}

const bullets = "•◦▪▫‣⁃∙·●○■□◆◇►▸➢➤✓✔\uf0b7\uf0a7\uf0d8"

// newPlainText brings a text to the form in which quotes are compared.
func newPlainText(source string) *plainText {
	p := &plainText{}
	var b strings.Builder
	put := func(s string, at int) {
		b.WriteString(s)
		for range len(s) {
			p.from = append(p.from, at)
		}
	}
	space, last := true, ' '
	for i, r := range source {
		switch {
		case r == '\u00ad' || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r):
			continue
		case unicode.IsSpace(r):
			space = true
			continue
		case strings.ContainsRune(bullets, r), space && isListMark(source[i:], last):
			space = true
			continue
		}
		last = r
		if space && b.Len() > 0 {
			put(" ", i)
		}
		space = false
		if same, ok := typographicSigns[r]; ok {
			put(same, i)
			continue
		}
		put(string(r), i)
	}
	p.text, p.from = b.String(), append(p.from, len(source))
	return p
}

// isListMark reports whether a dash or star with space around it marks an entry
// of a list: it does unless it is between numbers. In a list that is quoted on
// one line, the marks are in the middle.
func isListMark(rest string, before rune) bool {
	r, width := utf8.DecodeRuneInString(rest)
	if !strings.ContainsRune("-–—*−", r) {
		return false
	}
	after := strings.TrimLeftFunc(rest[width:], unicode.IsSpace)
	next, _ := utf8.DecodeRuneInString(after)
	alone := len(after) < len(rest)-width || len(rest) == width
	return alone && !(unicode.IsDigit(before) && unicode.IsDigit(next))
}

// findQuote gives the positions of a quote in the text, without those inside
// words.
func (p *plainText) findQuote(quote string, most int) (places []int) {
	for at := 0; quote != "" && len(places) < most; {
		i := strings.Index(p.text[at:], quote)
		if i < 0 {
			break
		}
		from, to := at+i, at+i+len(quote)
		if !isInsideWord(p.text, from) && !isInsideWord(p.text, to) {
			places = append(places, from)
		}
		_, width := utf8.DecodeRuneInString(p.text[from:])
		at = from + width
	}
	return places
}

// isInsideWord reports whether a position of a text is inside a word.
func isInsideWord(text string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	after, _ := utf8.DecodeRuneInString(text[at:])
	return at > 0 && at < len(text) && isWordCharacter(before) && isWordCharacter(after)
}

func isWordCharacter(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// wordSpans gives the start and end of each word of a text.
func wordSpans(text string) (spans [][2]int) {
	at := 0
	for word := range strings.SplitSeq(text, " ") {
		if word != "" {
			spans = append(spans, [2]int{at, at + len(word)})
		}
		at += len(word) + 1
	}
	return spans
}

// countMatchingWords is the number of first words of a quote that are together
// in the text.
func (p *plainText) countMatchingWords(quote string, spans [][2]int) int {
	return sort.Search(len(spans), func(n int) bool {
		return len(p.findQuote(quote[:spans[n][1]], 1)) == 0
	})
}

// positionAt gives the line and column of a byte of a text, both from 1.
func positionAt(name, source string, at int) rules.Position {
	at = min(at, len(source))
	line := strings.Count(source[:at], "\n") + 1
	start := strings.LastIndexByte(source[:at], '\n') + 1
	return rules.Position{File: name, Line: line, Column: utf8.RuneCountInString(source[start:at]) + 1}
}

// shorten cuts a text for a message.
func shorten(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return strings.TrimSpace(string(r[:most-1])) + "…"
	}
	return text
}
