// SPDX-License-Identifier: Apache-2.0

package review

import (
	"strings"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/rules"
)

// MostText is the maximum size of an official text in bytes.
const MostText = 4 << 20

const mostPlaces = 100 // occurrences of one quote

// officialText is the official text with the marks of its quoted parts.
type officialText struct {
	*plainText
	name, source   string
	quoted         []bool // by byte of the plain text
	sentences      [][2]int
	nearWrongQuote map[int]bool // starts of sentences that are nearest to a wrong quote
}

func (f *finder) checkQuotes(t *Text) {
	switch {
	case t == nil:
		f.addFinding("no-text", f.studyStart(), "", "the study names no official text, so no quote can be checked against it").
			setHint("keep the text of the registry or protocol in a file beside the study, and name it: text: study.txt")
		return
	case t.Err != nil:
		f.addFinding("text-unreadable", f.study.TextPlace(), "", "the official text cannot be read: %v", t.Err).setHint("text: names a file relative to the study")
		return
	case len(t.Data) > MostText || !utf8.Valid(t.Data):
		f.addFinding("text-unreadable", f.study.TextPlace(), "", "%s is no UTF-8 text of at most %d MiB", t.Name, MostText>>20).setHint("save the words of the registry or protocol as plain text")
		return
	}
	source := strings.TrimPrefix(string(t.Data), "\ufeff")
	o := &officialText{plainText: newPlainText(source), name: t.Name, source: source, sentences: sentences(source), nearWrongQuote: map[int]bool{}}
	o.quoted = make([]bool, len(o.text))
	seen := map[string]bool{}
	f.eachCriterion(func(c *rules.Criterion) {
		f.checkQuote(o, c.Quote, c.ID, c.QuoteAt, seen)
	})
	for i, n := range f.study.NotCriteria {
		f.checkQuote(o, n.Quote, "", func(at int) rules.Position { return f.study.NotCriterionAt(i, at) }, seen)
	}
	f.checkCoverage(o)
}

// checkQuote finds one quote in the text and marks it.
func (f *finder) checkQuote(o *officialText, quote, subject string, at func(int) rules.Position, seen map[string]bool) {
	q := newPlainText(quote)
	if seen[q.text] {
		return // one finding for a quote of several criteria
	}
	seen[q.text] = true
	places := o.findQuote(q.text, mostPlaces)
	for _, from := range places {
		for i := range len(q.text) {
			o.quoted[from+i] = true
		}
	}
	if len(places) > 0 || q.text == "" {
		return
	}
	f.addQuoteFinding(o, q, subject, at)
}

func (f *finder) addQuoteFinding(o *officialText, q *plainText, subject string, at func(int) rules.Position) {
	spans := wordSpans(q.text)
	n := o.countMatchingWords(q.text, spans)
	if n == len(spans) { // only a cut word is wrong
		n--
	}
	from := spans[n][0]
	rest := shorten(q.text[from:], 60)
	message := "the quote does not stand in the official text"
	if n > 0 {
		stand := q.text[:spans[n-1][1]]
		in := o.findQuote(stand, 1)[0]
		message = "the quote leaves the official text at \"" + rest + "\""
		after := strings.TrimSpace(o.text[in+len(stand):])
		if after == "" {
			message += ": the text ends there"
		} else {
			message += ": the text goes on \"" + shorten(after, 60) + "\""
		}
	}
	found := f.addFinding("quote-not-in-text", at(q.from[from]), subject, "%s", message)
	switch near, where, from := o.nearestSentence(q.text); {
	case strings.Contains(strings.ToLower(o.text), strings.ToLower(q.text)):
		found.setHint("only capital letters differ, or a word is cut; copy the words as they stand")
	case near == "":
		found.setHint("copy the words of the text")
	default:
		o.nearWrongQuote[from] = true // no second finding for the sentence
		found.setHint("the nearest sentence is \"%s\" (%s)", shorten(near, 160), where)
		found.addRelated(where, "the nearest sentence")
	}
}

// nearestSentence finds the sentence that shares most words with a quote; "" if
// none shares a third of them.
func (o *officialText) nearestSentence(quote string) (sentence string, at rules.Position, from int) {
	want := map[string]bool{}
	for w := range strings.FieldsFuncSeq(strings.ToLower(quote), func(r rune) bool { return !isWordCharacter(r) }) {
		want[w] = true
	}
	best := 0.0
	for _, s := range o.sentences {
		have := map[string]bool{}
		shared := 0
		text := newPlainText(o.source[s[0]:s[1]]).text
		for w := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !isWordCharacter(r) }) {
			if !have[w] && want[w] {
				shared++
			}
			have[w] = true
		}
		if score := float64(2*shared) / float64(len(have)+len(want)+1); 3*shared >= len(want) && score > best {
			best, sentence, at, from = score, text, positionAt(o.name, o.source, s[0]), s[0]
		}
	}
	return sentence, at, from
}

// checkCoverage reports each sentence that is not quoted, or only in part.
func (f *finder) checkCoverage(o *officialText) {
	next := 0 // byte of the plain text
	for _, s := range o.sentences {
		var left []string
		first, said := -1, false
		for next < len(o.text) && o.from[next] < s[0] {
			next++
		}
		from := next
		for next < len(o.text) && o.from[next] < s[1] {
			next++
		}
		for i, w := range wordSpans(o.text[from:next]) {
			word := o.text[from+w[0] : from+w[1]]
			if !strings.ContainsFunc(word, isWordCharacter) || i == 0 && numbering.MatchString(strings.TrimPrefix(word, "(")) {
				continue
			}
			quoted := false
			for i := w[0]; i < w[1]; i++ {
				quoted = quoted || o.quoted[from+i]
			}
			if quoted {
				said = true
				continue
			}
			if left = append(left, word); first < 0 && !joining[strings.ToLower(strings.Trim(word, ".,;:()"))] {
				first = o.from[from+w[0]]
			}
		}
		if first < 0 || o.nearWrongQuote[s[0]] {
			continue
		}
		at := positionAt(o.name, o.source, first)
		if !said {
			f.addFinding("sentence-not-quoted", at, "", "no criterion quotes \"%s\"", shorten(strings.TrimSpace(o.text[from:next]), 160)).
				setHint("quote it in a criterion, or list it under not_criteria with a reason")
			continue
		}
		f.addFinding("sentence-not-quoted", at, "", "part of a sentence is not quoted: \"%s\"", shorten(strings.Join(left, " "), 160)).
			setHint("quote the whole sentence, or list the rest under not_criteria with a reason")
	}
}

// joining are words that only join two quotes; word processors write a bullet
// as "o".
var joining = map[string]bool{"and": true, "or": true, "and/or": true, "o": true}
