// SPDX-License-Identifier: Apache-2.0

package review

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

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
