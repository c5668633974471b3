// SPDX-License-Identifier: Apache-2.0

package review

import (
	"regexp"
	"slices"
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

func isInsideWord(text string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	after, _ := utf8.DecodeRuneInString(text[at:])
	return at > 0 && at < len(text) && isWordCharacter(before) && isWordCharacter(after)
}

func isWordCharacter(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

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

func shorten(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return strings.TrimSpace(string(r[:most-1])) + "…"
	}
	return text
}

// sentences cuts a text into sentences: at the ends of paragraphs and list
// entries, and after full stops. Each is a span of bytes without white space
// around it.
func sentences(text string) (spans [][2]int) {
	for _, p := range paragraphs(text) {
		from := p[0]
		for _, end := range sentenceEnds(text[p[0]:p[1]]) {
			spans = append(spans, trimSpan(text, from, p[0]+end))
			from = p[0] + end
		}
		spans = append(spans, trimSpan(text, from, p[1]))
	}
	return slices.DeleteFunc(spans, func(s [2]int) bool { return s[0] >= s[1] })
}

func trimSpan(text string, from, to int) [2]int {
	s := text[from:to]
	return [2]int{from + len(s) - len(strings.TrimLeftFunc(s, unicode.IsSpace)), from + len(strings.TrimRightFunc(s, unicode.IsSpace))}
}

// listEntry matches a line that begins an entry of a list: a mark, or a number
// or letter with a bracket or full stop.
var listEntry = regexp.MustCompile(`^\s*(?:[-*–—−` + bullets + `]\s|\(?(?:[0-9]{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]\s)`)

// paragraphs joins the lines of one sentence.
func paragraphs(text string) (spans [][2]int) {
	at, open := 0, false
	last := ""
	for line := range strings.SplitAfterSeq(text, "\n") {
		bare := strings.TrimSpace(line)
		switch {
		case bare == "":
			open = false
		case open && !listEntry.MatchString(line) && continuesLine(last, bare):
			spans[len(spans)-1][1] = at + len(line)
			last = bare
		default:
			spans = append(spans, [2]int{at, at + len(line)})
			open, last = true, bare
		}
		at += len(line)
	}
	return spans
}

// continuesLine reports whether a line continues the sentence of the line
// before it: it begins with a lower-case letter or a number, or the line before
// is long.
func continuesLine(before, line string) bool {
	const full = 60 // characters of a line that was wrapped
	if strings.HasSuffix(before, ".") || strings.HasSuffix(before, ":") || strings.HasSuffix(before, ";") {
		return false
	}
	first := []rune(line)[0]
	return unicode.IsLower(first) || len([]rune(before)) >= full
}

// abbreviations have a full stop that ends no sentence.
var abbreviations = []string{"e.g.", "i.e.", "eg.", "ie.", "etc.", "vs.", "approx.", "incl.", "no.", "dr.", "resp.", "max.", "min.", "ca.", "cf.", "inc.", "st.", "sp.", "spp."}

// sentenceEnds finds the ends of sentences in a paragraph: a full stop,
// question or exclamation mark before a space and no lower-case letter.
func sentenceEnds(text string) (ends []int) {
	from := len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace)) // of the sentence
	for i := 0; i+1 < len(text); i++ {
		if !strings.ContainsRune(".?!", rune(text[i])) {
			continue
		}
		rest := strings.TrimLeft(text[i+1:], `)]"'”’`)
		after := strings.TrimLeftFunc(rest, unicode.IsSpace)
		if len(after) == len(rest) || after == "" || unicode.IsLower([]rune(after)[0]) {
			continue
		}
		start := strings.LastIndexAny(text[:i], " \t\n(") + 1
		word := text[start : i+1]
		if text[i] == '.' && (slices.Contains(abbreviations, strings.ToLower(word)) || start <= from && numbering.MatchString(word)) {
			continue
		}
		from = len(text) - len(after)
		ends = append(ends, from)
	}
	return ends
}

// numbering matches the number or letter of a list entry.
var numbering = regexp.MustCompile(`^(?:[0-9]{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]$`)
