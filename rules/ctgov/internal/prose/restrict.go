// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// narrowingOpeners begin words that narrow the name before them and never widen
// it.
var narrowingOpeners = phraseTables.phrases("narrowing openers")

// widening words may widen the name.
var widening = wordTables.wordSet("widening")

// exceptionWords are the words of an exception to "malignancy", including "or"
// and "and".
var exceptionWords = wordTables.wordSet("exception words")

// readRestricted reads one name with narrowing words after it. Everybody for
// whom the sentence is true has the named condition, so that the rule asks the
// whole sentence of people who have it, and of nobody else.
func (p *parser) readRestricted(denied bool) (_ node, read bool) {
	start := p.i
	defer p.backtrackUnless(&read)()
	if n, ok := p.readMeasurementMethod(denied); ok {
		return n, true
	}
	it, ok := p.readPhrase(nil)
	if !ok || p.atEnd() {
		return node{}, false
	}
	name := it.thing
	rest := p.toks[p.i:]
	if !p.restNarrows(rest, name) || len(rest) > 60 {
		return node{}, false
	}
	f := *it.frame
	if name.kind != terminology.ConditionKind && f.tense == bare && (!p.exclusion || !hasWord(rest, "within")) {
		return node{}, false // planned or done
	}
	if strings.Contains(name.words, "pain") && hasNumber(rest) {
		return node{}, false // "pain below 50 mm" may be none
	}
	if f.tense == doubted || f.active && infectionConcepts[name.name] {
		return node{}, false
	}
	if f.tense != present || name.kind != terminology.ConditionKind {
		f.tense = past // the rest may tell any time
	}
	if name.kind == terminology.ImmunizationKind || infectionConcepts[name.name] || name.name == "pregnancy" || name.name == "breastfeeding" {
		return node{}, false
	}
	n, ok := p.stateNodes(name, f, "", it.own)
	if !ok {
		return node{}, false
	}
	n = p.askSentenceFrom(start, n)
	if denied {
		n = negated(n)
	}
	return n, true
}

// restNarrows reports whether the rest of a sentence only narrows the name
// before it.
func (p *parser) restNarrows(rest []token, t *thing) bool {
	mark := p.i
	if p.namesOtherConcept(rest, t) {
		return false
	}
	if rest[0].text == "(" && isNarrowingRemark(rest) {
		return true
	}
	parens := rest[0].text == "("
	p.takeLongest(",", "(")
	opener := p.takeLongest(narrowingOpeners...)
	p.i = mark
	if opener == "" || strings.Contains(opener, "defined") && (hasNumber(rest) || hasWord(rest, "less") || hasWord(rest, "greater") || hasWord(rest, "below") || hasWord(rest, "above")) {
		return false
	}
	exception := opener == "except" || opener == "other than" || opener == "with the exception of" || opener == "excluding" || opener == "unless"
	depth := 0
	for i, w := range rest {
		switch w.text {
		case "(":
			depth++
		case ")":
			depth--
		case ";", ":", ".", "?":
			return false
		case ",":
			if i > 0 && !(exception && t.name == "malignancy") && !joiningOpeners[opener] {
				return false
			}
		}
		if depth < 0 {
			return false
		}
		if exception && t.name == "malignancy" {
			if !exceptionWords[w.text] && !exceptionWords[w.stem] && i > 0 && w.text != opener && w.text != "except" && w.text != "exception" && w.text != "than" && w.text != "the" {
				return false
			}
			continue
		}
		if (w.text == "or" || w.text == "and" || w.text == ",") && depth == 0 && joiningOpeners[opener] && p.isPartOfNeed(rest[i+1:]) {
			continue
		}
		if widening[w.text] || exception && i > 14 {
			return false
		}
	}
	return depth == 0 && (!parens || rest[len(rest)-1].text == ")" || exception)
}

// joiningOpeners are openers after which "or" may join their objects:
// "infection requiring antibiotics or antivirals".
var joiningOpeners = map[string]bool{"requiring": true, "treated with": true, "despite": true, "necessitating": true, "needing": true, "not requiring": true, "on": true, "receiving": true}

// isPartOfNeed reports whether the words after "or" cannot be an alternative to
// the name: they hold no condition, no measurement and no frame.
func (p *parser) isPartOfNeed(rest []token) bool {
	if len(rest) == 0 {
		return false
	}
	q := &parser{r: p.r, text: p.text, toks: rest, budget: maxSteps}
	if _, ok := q.readFrame(); ok || q.readAdjectives() != "" || q.isNext("any", "patient", "subject", "participant", "unable", "with", "who", "pregnant", "no", "not", "other", "if", "whose", "has", "have") {
		return false
	}
	for q.i = range rest {
		t := rest[q.i]
		if t.text == "or" || t.text == "and" || t.text == "," {
			break
		}
		if kind, ok := kindOfHead(t); ok && kind == terminology.ConditionKind || t.kind == compareToken {
			return false
		}
		if c, _ := q.findConcept(q.i, terminology.ConditionKind, terminology.ObservationKind); c != nil {
			return false
		}
	}
	return true
}

func hasWord(toks []token, w string) bool {
	return slices.ContainsFunc(toks, func(t token) bool { return t.text == w })
}

// namesOtherConcept reports whether the rest names a measurement, so that the
// disease may be present without a diagnosis, or a remark that names another
// disease.
func (p *parser) namesOtherConcept(rest []token, t *thing) bool {
	from := len(p.toks) - len(rest)
	for i := from; i < len(p.toks); i++ {
		if c, _ := p.findConcept(i, terminology.ObservationKind); c != nil && t.kind == terminology.ConditionKind && !strings.Contains(t.name, "diabetes") {
			return true
		}
		if c, _ := p.findConcept(i, terminology.ConditionKind); c != nil && rest[0].text == "(" && c != t.concept && t.name != "malignancy" {
			return true
		}
	}
	return false
}

// isNarrowingRemark reports whether the rest is one remark in parentheses
// without example, limit or permission.
func isNarrowingRemark(rest []token) bool {
	depth := 0
	for i, t := range rest {
		switch {
		case t.text == "(":
			depth++
		case t.text == ")":
			if depth--; depth == 0 && i+1 < len(rest) {
				return false
			}
		case t.kind == compareToken || t.text == ";" || t.text == ":":
			return false
		case i == 1 && (t.text == "or" || t.text == "and" || t.text == "not" || t.text == "no" || t.text == "except" || t.text == "unless" || t.text == "e" || t.text == "eg" || t.text == "i" || t.text == "ie" || t.text == "such" || t.text == "for"):
			return false
		case t.text != "or" && t.text != "and" && widening[t.text] || t.text == "if" || t.text == "unless" || t.text == "except" || t.text == "like" || t.text == "defined" || t.text == "transfused" || t.text == "see" || t.text == "exclude":
			return false
		}
	}
	return depth == 0
}

// methodOpeners begin words that describe how a measurement is made.
var methodOpeners = phraseTables.phrases("method openers")

// readMeasurementMethod reads a comparison with words after it that describe
// how the measurement is made. Everybody for whom the sentence is true is
// within the limit.
func (p *parser) readMeasurementMethod(denied bool) (_ node, read bool) {
	start := p.i
	defer p.backtrackUnless(&read)()
	p.loosely = true
	it, ok := p.readMeasurement()
	p.loosely = false
	if !ok || p.atEnd() || denied {
		return node{}, false
	}
	rest := p.toks[p.i:]
	for _, w := range []string{"within", "prior", "before", "after", "day", "days", "week", "weeks", "post", "since", "baseline"} {
		if hasWord(rest, w) && !hasWord(rest, "transfusion") && !hasWord(rest, "transfusions") {
			return node{}, false // the result of another time than the latest
		}
	}
	at := p.i
	method := p.takeLongest(methodOpeners...)
	p.i = at
	if method == "" || method == "(" && !isNarrowingRemark(rest) || len(rest) > 30 {
		return node{}, false
	}
	for _, t := range rest {
		if t.kind == compareToken || method == "(" && t.kind == numberToken || t.text == ";" || t.text == "." || t.text == ":" || t.text != "or" && t.text != "and" && widening[t.text] || personWords[t.stem] || t.text == "if" || t.text == "unless" || t.text == "except" || t.text == "female" || t.text == "male" {
			return node{}, false
		}
		if method != "(" && (t.text == "or" || t.text == "and" || t.text == ",") && t != rest[0] {
			if c, _ := p.findConcept(p.i, terminology.ObservationKind); c != nil {
				return node{}, false
			}
		}
	}
	for i := at; i < len(p.toks); i++ {
		if c, _ := p.findConcept(i, terminology.ConditionKind, terminology.ObservationKind); c != nil && p.toks[i].text != "creatinine" && c.Name != "egfr" && c.Name != "creatinine_clearance" && c.Name != "weight" {
			return node{}, false
		}
	}
	n, ok := it.build(it.own)
	return p.askSentenceFrom(start, n), ok
}
