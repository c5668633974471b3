// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/rules"
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

// slugStopWords are left out of the name of a criterion.
var slugStopWords = prose.WordSet("the a an of to in for with and or is are be been was were have has had must should will may can who whom whose which that this these those " +
	"at by on any all as if from into than their his her patient patients subject subjects participant participants individuals people person persons " +
	"study trial following eg ie etc not")

// notText are words that YAML does not parse as texts.
var notText = prose.WordSet("null true false yes no on off y n")

// Limits of the name of a criterion.
const (
	slugWords  = 5
	slugLength = 48 // bytes
)

func criterionSlug(quote string) string {
	var parts []string
	length := 0
	for _, w := range words.FindAllString(quote, -1) {
		w = strings.Map(func(c rune) rune {
			if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
				return c
			}
			return -1
		}, strings.ToLower(w))
		if w == "" || slugStopWords[w] {
			continue
		}
		if length+len(w) > slugLength {
			break
		}
		parts = append(parts, w)
		if length += len(w) + 1; len(parts) == slugWords {
			break
		}
	}
	s := strings.Join(parts, "-")
	if s == "" || s[0] < 'a' || s[0] > 'z' || notText[s] {
		s = strings.TrimSuffix("criterion-"+s, "-")
	}
	return s
}

// uniqueName gives a name that is not taken, and adds it to the taken ones.
func uniqueName(name, joint string, taken map[string]bool) string {
	one := name
	for n := 2; taken[one]; n++ {
		one = name + joint + strconv.Itoa(n)
	}
	taken[one] = true
	return one
}

// addQuestion adds a question to the study and gives its id there: the id of an
// equal question that the study already has, or an id that nothing else uses.
func (a *assembly) addQuestion(q prose.Question) string {
	id := q.ID
	for n := 2; ; n++ {
		have, known := a.asked[id]
		_, stub := a.defined[id]
		if known && have.Ask == q.Ask {
			return id
		}
		if !known && !stub && a.drafter.library[id] == "" {
			break
		}
		id = fmt.Sprintf("%s_%d", q.ID, n)
	}
	q.ID = id
	a.asked[id] = q
	a.questions = append(a.questions, q)
	return id
}

// askCriterion makes a criterion ask a person the quoted sentence. The answer
// yes includes or excludes the person, according to the side.
func (a *assembly) askCriterion(one *Drafted, c *Criterion) {
	where := c.Cohort
	if where == "" {
		if _, plain := quantifier(c.Parent, c.Side); !plain {
			where = c.Parent
		}
	}
	if where != "" {
		where = " (it stands under “" + where + "”)"
	}
	prefix, words := "meets_", "Does the person meet this"+where
	switch {
	case c.Side == rules.Exclusion:
		prefix, words = "excluded_by_", "Does this exclude the person"+where
	case c.Side == "":
		one.Side, one.mark = rules.Inclusion, true
		one.Understood = "It is not clear whether this lets people in or keeps them out; the question asks whether the person may take part."
		prefix, words = "allowed_by_", "As far as this goes, may the person take part"+where
	case c.Cohort != "":
		words = "Does the person meet this, or does it not apply to them" + where
	}
	one.note = one.refused
	id := a.addQuestion(prose.Question{ID: prefix + strings.ReplaceAll(one.ID, "-", "_"), Ask: words + ": “" + c.Quote + "”?", Who: "investigator"})
	one.Rule, one.Form, one.Asks = "answer("+id+")", "", append(one.Asks, id)
}
