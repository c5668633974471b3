// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/rules/ctgov/internal/prose"
)

// abbreviations are words with a full stop that ends no sentence.
var abbreviations = prose.WordSet("e.g i.e ie eg vs approx dr prof no nos inc ltd st mg min max incl excl resp spp subsp cf al fig ca " +
	"q.d b.i.d t.i.d q.i.d i.v p.o s.c i.m u.s u.k hr hrs wk wks mo yr yrs sec ref vol esp viz a.m p.m dept sp")

// sentences cuts a text into sentences. Only white space is between them.
func sentences(text string) []string {
	var list []string
	start, depth := 0, 0
	for i, c := range text {
		switch c {
		case '(', '[':
			depth++
		case ')', ']':
			depth = max(0, depth-1)
		case '.', '!', '?':
			end := i + 1
			for end < len(text) && strings.IndexByte(`"')]`, text[end]) >= 0 && text[end] != ')' {
				end++
			}
			if depth == 0 && end < len(text) && text[end] == ' ' && beginsSentence(text[end+1:]) && !abbreviated(text[start:i]) {
				list = append(list, text[start:end])
				start = end + 1
			}
		}
	}
	if rest := strings.TrimSpace(text[start:]); rest != "" {
		list = append(list, rest)
	}
	return list
}

// beginsSentence reports whether a text can begin a sentence.
func beginsSentence(s string) bool {
	c, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(c) || unicode.IsDigit(c) || strings.ContainsRune("≥≤<>(\"“[*", c)
}

// abbreviated reports whether the last word before a full stop is an
// abbreviation or the number of a list.
func abbreviated(s string) bool {
	word := s[strings.LastIndexAny(s, " (/")+1:]
	if word == "" || len(word) == 1 && unicode.IsLetter(rune(word[0])) {
		return true
	}
	if strings.Trim(word, "0123456789") == "" && len(s) == len(word) {
		return true // a number at the start: "1. Age"
	}
	return abbreviations[strings.ToLower(word)]
}

// qualifier matches a sentence that qualifies the sentence before it.
var qualifier = regexp.MustCompile(`(?i)^(?:note\b|nb\b|however|this\b|these\b|those\b|they\b|it\b|he\b|she\b|his\b|her\b|their\b|such\b|in (?:this|these|that|those|such|case)|` +
	`if\b|also\b|for example|e\.g|i\.e|otherwise|in addition|additionally|except|unless|or\b|and\b|but\b|then\b|both\b|either\b|the (?:above|same)|` +
	`exceptions?\b|specifically|examples?\b|\*|\(|including\b|defined\b)` +
	`|\b(?:allowed|permitted|acceptable|eligible|accepted|waived?|exempt|exceptions?|does not apply|do not apply|not exclu\w*|not considered|is considered|are considered|is defined|are defined|refers? to|(?:may|can|could|will|should) (?:be|have|still|also|participate|enroll?|enter|only))\b`)

// finite matches the verb of a whole sentence, which most criteria lack.
var finite = regexp.MustCompile(`(?i)\b(?:is|are|was|were|be|been|must|should|may|can|could|will|would|shall|has|have|had|do|does|did|need|needs)\b`)

// person matches a sentence that begins with the people it is about.
var person = regexp.MustCompile(`(?i)^(?:(?:any|all|no|each|every|the|female|male|adult|pregnant|healthy|eligible|potential) )*(?:patients?|subjects?|participants?|individuals?|persons?|people|volunteers?|women|woman|men|man|females?|males?|adults?|children|those|anyone|candidates?)\b`)

// groupSentences groups each sentence with those that qualify it.
func groupSentences(text string) [][]string {
	var list [][]string
	for _, s := range sentences(text) {
		if len(list) > 0 && (qualifier.MatchString(s) || finite.MatchString(s) && !person.MatchString(s)) {
			last := len(list) - 1
			list[last] = append(list[last], s)
			continue
		}
		list = append(list, []string{s})
	}
	return list
}
