// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// parser reads one sentence. Every production either takes the tokens that it
// understood and says so, or leaves the parser where it was.
type parser struct {
	r         *Reader
	text      string
	toks      []token
	i         int
	exclusion bool
	budget    int

	adults    bool                 // the sentence says "adults", which only an age explains
	adultAge  bool                 // an age of 18 years or more was read
	measuring *terminology.Concept // what a number is of
	loosely   bool                 // words may follow that no item ends with
	later     bool                 // the item is not the first of its list
	under     *frame               // what the line above says of each item
	underIn   *window              // and when
}

func (p *parser) done() bool { return p.i >= len(p.toks) }

// word is the text of the token n places on, or "".
func (p *parser) word(n int) string {
	if p.i+n < 0 || p.i+n >= len(p.toks) {
		return ""
	}
	return p.toks[p.i+n].text
}

// stemAt is the stem of the token n places on, or "".
func (p *parser) stemAt(n int) string {
	if p.i+n < 0 || p.i+n >= len(p.toks) {
		return ""
	}
	return p.toks[p.i+n].stem
}

// take takes the phrase, words with single spaces between, if it stands here.
// Plural and singular are one.
func (p *parser) take(phrase string) bool {
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

// takeAny takes the longest of the phrases that stands here, and gives it.
func (p *parser) takeAny(phrases ...string) string {
	best, start, end := "", p.i, p.i
	for _, phrase := range phrases {
		p.i = start
		if p.take(phrase) && p.i > end {
			best, end = phrase, p.i
		}
	}
	p.i = end
	return best
}

// is reports whether one of the phrases stands here.
func (p *parser) is(phrases ...string) bool {
	start := p.i
	found := p.takeAny(phrases...) != ""
	p.i = start
	return found
}

// words gives the sentence's own words from one token to before another.
func (p *parser) words(from, to int) string {
	if from >= to || to > len(p.toks) {
		return ""
	}
	return p.text[p.toks[from].start:p.toks[to-1].end]
}

// criterion reads the whole sentence.
func (p *parser) criterion() (node, bool) {
	p.trimStart()
	if !p.trimEnd() || len(p.toks) == 0 {
		return node{}, false
	}
	if last := p.toks[len(p.toks)-1].text; last == ":" || last == "following" || last == "below" {
		return node{}, false // a list follows that is not here
	}
	excluded := p.cutVerdict()
	n, ok := p.statements()
	if !ok || !p.done() || p.adults && !p.adultAge {
		if excluded {
			return node{}, false
		}
		p.i = 0
		return p.wholeQuestion()
	}
	if excluded && !p.exclusion {
		n = negation(n)
	}
	return n, true
}

// trimStart drops what numbers a list.
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

// trimEnd drops what ends an item of a list. An "or" that leads on in an
// inclusion, or an "and" in an exclusion, makes the item a part of something
// else: it is not understood.
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

// verdicts are ends of a sentence that say what becomes of whoever it is about.
var verdicts = []string{
	"will be excluded", "are excluded", "is excluded", "were excluded", "should be excluded", "must be excluded", "are not eligible",
	"is not eligible", "are ineligible", "is ineligible", "will not be eligible", "are not allowed", "is not allowed", "are prohibited",
	"is prohibited", "not allowed", "will not be included", "were not included", "are not permitted", "is not permitted",
	"are not eligible for participation", "are not eligible to participate", "are excluded from participation", "are not eligible for this study",
	"are excluded from this study", "are excluded from the study", "will be excluded from the study", "will be excluded from this study",
	"are not eligible for this trial", "are not eligible for the study", "excluded", "are ineligible for this study", "are not eligible for enrollment",
	"are not eligible to participate in this study", "are excluded from participation in this study", "will not be eligible for this study",
}

// cutVerdict cuts such an end off, and reports whether there was one.
func (p *parser) cutVerdict() bool {
	cut := 0
	for _, v := range verdicts {
		n := strings.Count(v, " ") + 1
		if n <= cut || n >= len(p.toks) {
			continue
		}
		p.i = len(p.toks) - n
		if p.take(v) && p.done() {
			cut = n
		}
	}
	p.i = 0
	p.toks = p.toks[:len(p.toks)-cut]
	return cut > 0
}

// statements reads statements with a full stop or a semicolon between two: all
// of them must hold to be included, one of them is enough to be excluded.
func (p *parser) statements() (node, bool) {
	var parts []node
	for {
		n, ok := p.statement()
		if !ok {
			return node{}, false
		}
		parts = append(parts, n)
		if p.done() {
			break
		}
		if p.takeAny(".", ";") == "" || p.done() {
			return node{}, false
		}
		switch p.takeAny("and", "or") {
		case "or":
			if !p.exclusion {
				return node{}, false
			}
		case "and":
			if p.exclusion {
				return node{}, false
			}
		}
	}
	if len(parts) > 1 {
		for _, n := range parts {
			if p.exclusion && n.form == "age" { // "age 18 or more" stands in no list of exclusions but by mistake
				return node{}, false
			}
		}
	}
	if p.exclusion {
		return anyOf(parts...), true
	}
	return allOf(parts...), true
}

// dropLabel drops a label in capital letters, as in "RENAL: creatinine ...".
func (p *parser) dropLabel() {
	for i, t := range p.toks {
		raw := p.text[t.start:t.end]
		if t.text == ":" && i > 0 && i < len(p.toks)-1 {
			if label := p.words(0, i); len(label) > 3 && strings.ToUpper(label) == label && !strings.ContainsAny(label, "0123456789") && !p.labelMatters() {
				p.toks = p.toks[i+1:]
			}
			return
		}
		if t.kind != wordToken || strings.ToUpper(raw) != raw {
			return
		}
	}
}

// labelMatters reports whether the sentence begins with the name of what it
// measures, or with who it is about.
func (p *parser) labelMatters() bool {
	_, end := p.find(0, terminology.ObservationKind)
	return end > 0 || p.is("age", "ages", "sex", "gender", "women", "men", "female", "male", "cohort", "arm", "part", "note", "exception", "donor", "children", "adults")
}
