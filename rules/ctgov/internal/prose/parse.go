// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// parser reads one sentence. Each of its read functions either takes the tokens
// that it understood, or fails and leaves the position unchanged.
type parser struct {
	r         *Reader
	text      string
	toks      []token
	i         int
	exclusion bool
	budget    int

	adults    bool                 // the sentence says "adults", so that it must state an age
	adultAge  bool                 // an age of 18 years or more was read
	measuring *terminology.Concept // the measurement that a number belongs to
	loosely   bool                 // an item may end anywhere
	later     bool                 // the item is not the first of its list
	under     *frame               // the frame in the parent line, for each item
	underIn   *window              // the window in the parent line
}

func (p *parser) atEnd() bool { return p.i >= len(p.toks) }

// backtrackUnless gives the function that a production defers: it restores the
// position unless the production read something.
func (p *parser) backtrackUnless(read *bool) func() {
	start := p.i
	return func() {
		if !*read {
			p.i = start
		}
	}
}

// tokenAt gives the token n after the current one, or a token without text.
func (p *parser) tokenAt(n int) (t token) {
	if p.i+n >= 0 && p.i+n < len(p.toks) {
		t = p.toks[p.i+n]
	}
	return t
}

func (p *parser) textAt(n int) string { return p.tokenAt(n).text }

func (p *parser) stemAt(n int) string { return p.tokenAt(n).stem }

// takePhrase takes a phrase, words with single spaces, if it is next. It does
// not distinguish plural and singular.
func (p *parser) takePhrase(phrase string) bool {
	j := p.i
	for len(phrase) > 0 {
		w, rest, _ := strings.Cut(phrase, " ")
		phrase = rest
		if j < len(p.toks) && j > p.i && p.toks[j].text == "-" && p.toks[j].glued && w != "-" {
			j++
		}
		if j >= len(p.toks) || p.toks[j].text != w && p.toks[j].stem != w {
			return false
		}
		j++
	}
	p.i = j
	return true
}

func (p *parser) takeLongest(phrases ...string) string {
	best, start, end := "", p.i, p.i
	for _, phrase := range phrases {
		p.i = start
		if p.takePhrase(phrase) && p.i > end {
			best, end = phrase, p.i
		}
	}
	p.i = end
	return best
}

// takeRow takes the longest phrase of the rows that is next, and gives its row;
// nil if none is next.
func takeRow[R any](p *parser, rows []R, phrases func(*R) []string) *R {
	var found *R
	start, end := p.i, p.i
	for i := range rows {
		p.i = start
		if p.takeLongest(phrases(&rows[i])...); p.i > end {
			found, end = &rows[i], p.i
		}
	}
	p.i = end
	return found
}

func (p *parser) isNext(phrases ...string) bool {
	start := p.i
	found := p.takeLongest(phrases...) != ""
	p.i = start
	return found
}

func (p *parser) textBetween(from, to int) string {
	if from >= to || to > len(p.toks) {
		return ""
	}
	return p.text[p.toks[from].start:p.toks[to-1].end]
}

func (p *parser) readCriterion() (node, bool) {
	p.trimStart()
	if !p.trimEnd() || len(p.toks) == 0 {
		return node{}, false
	}
	if last := p.toks[len(p.toks)-1].text; last == ":" || last == "following" || last == "below" {
		return node{}, false // its list is missing
	}
	excluded := p.cutVerdict()
	n, ok := p.readStatements()
	if !ok || !p.atEnd() || p.adults && !p.adultAge {
		if excluded {
			return node{}, false
		}
		p.i = 0
		return p.readWholeQuestion()
	}
	if excluded && !p.exclusion {
		n = negated(n)
	}
	return n, true
}

func (p *parser) trimStart() {
	p.dropLabel()
	for len(p.toks) > 1 {
		t := p.toks
		switch {
		case t[0].text == "." || t[0].text == "," || t[0].text == ";" || t[0].text == "*" || t[0].text == "•" || t[0].text == "-" && t[1].kind == wordToken:
			p.toks = t[1:]
		case len(t) > 3 && t[0].text == "(" && t[2].text == ")" && len(t[1].text) <= 3 && (t[1].kind == numberToken || len(t[1].text) == 1):
			p.toks = t[3:]
		case len(t) > 2 && (t[1].text == ")" || t[1].text == "." && !t[2].glued) && (t[0].kind == numberToken && len(t[0].text) <= 2 || len(t[0].text) == 1 && t[0].kind == wordToken):
			p.toks = t[2:]
		case len(t) > 2 && t[0].kind == numberToken && len(t[0].text) <= 2 && t[1].text == "." && t[2].kind == wordToken:
			p.toks = t[2:]
		default:
			return
		}
	}
}

// trimEnd removes the end of a list item. An inclusion that ends with "or", or
// an exclusion that ends with "and", is part of another item: trimEnd reports
// false.
func (p *parser) trimEnd() bool {
	joined := ""
	for len(p.toks) > 0 {
		last := p.toks[len(p.toks)-1]
		switch last.text {
		case ".", ";", ",":
		case "and", "or":
			if joined != "" || len(p.toks) < 2 {
				return false
			}
			joined = last.text
		default:
			return joined == "" || (joined == "or") == p.exclusion
		}
		p.toks = p.toks[:len(p.toks)-1]
	}
	return false
}

// verdicts are ends of a sentence that say that people are excluded.
var verdicts = phraseTables.phrases("verdicts")

func (p *parser) cutVerdict() bool {
	cut := 0
	for _, v := range verdicts {
		n := strings.Count(v, " ") + 1
		if n <= cut || n >= len(p.toks) {
			continue
		}
		p.i = len(p.toks) - n
		if p.takePhrase(v) && p.atEnd() {
			cut = n
		}
	}
	p.i = 0
	p.toks = p.toks[:len(p.toks)-cut]
	return cut > 0
}

// readStatements reads statements separated by a full stop or a semicolon: an
// inclusion requires all of them, an exclusion one.
func (p *parser) readStatements() (node, bool) {
	var parts []node
	for {
		n, ok := p.readStatement()
		if !ok {
			return node{}, false
		}
		parts = append(parts, n)
		if p.atEnd() {
			break
		}
		if p.takeLongest(".", ";") == "" || p.atEnd() {
			return node{}, false
		}
		if word := p.takeLongest("and", "or"); word == "or" && !p.exclusion || word == "and" && p.exclusion {
			return node{}, false
		}
	}
	if len(parts) > 1 && p.exclusion && slices.ContainsFunc(parts, func(n node) bool { return n.form == "age" }) {
		return node{}, false // "age 18 or more" among exclusions is a mistake
	}
	if p.exclusion {
		return anyOf(parts...), true
	}
	return allOf(parts...), true
}

// dropLabel removes a label in capital letters, as in "RENAL: creatinine ...".
func (p *parser) dropLabel() {
	for i, t := range p.toks {
		raw := p.text[t.start:t.end]
		if t.text == ":" && i > 0 && i < len(p.toks)-1 {
			if label := p.textBetween(0, i); len(label) > 3 && strings.ToUpper(label) == label && !strings.ContainsAny(label, "0123456789") && !p.labelMatters() {
				p.toks = p.toks[i+1:]
			}
			return
		}
		if t.kind != wordToken || strings.ToUpper(raw) != raw {
			return
		}
	}
}

// labelMatters reports whether the sentence begins with the name of its
// measurement, or with the people it is about.
func (p *parser) labelMatters() bool {
	_, end := p.findConcept(0, terminology.ObservationKind)
	return end > 0 || p.isNext("age", "ages", "sex", "gender", "women", "men", "female", "male", "cohort", "arm", "part", "note", "exception", "donor", "children", "adults")
}
