// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// openers begin words that narrow what stands before them, and never add to it.
var openers = []string{
	"requiring", "that", "which", "who", "whose", "except", "unless", "other than", "with the exception of", "excluding", "despite", "defined as", "defined by", "as defined by", "as defined in", "treated with", "treated by", "not controlled", "controlled by", "controlled with",
	"not adequately controlled", "with", "due to", "secondary to", "associated with", "caused by", "by", "as determined by", "as evidenced by", "as assessed by", "confirmed by", "documented by", "documented in", "diagnosed by", "diagnosed at", "diagnosed within", "diagnosed in",
	"diagnosed at least", "diagnosed more than", "diagnosed", "confirmed on", "on", "for", "based on", "according to", "per", "necessitating", "receiving", "not requiring", "not responding", "not treated", "not well controlled", "involving", "affecting", "resulting in", "causing", "needing", "managed with", "uncontrolled by", "uncontrolled with",
	"if", "leading to", "lasting", "for which", "for whom", "where", "after", "as per", "in whom", "in which", "without", "but not", "not amenable", "not due to", "not related to", "not on", "at", "in", "within", "during the", "as diagnosed by", "as documented by", "as confirmed by", "as demonstrated by", "as shown by", "of",
}

// loose words would make of the rest more than a narrowing.
var loose = words(`or and must should may can allowed permitted eligible ineligible excluded exclusion acceptable note will such including include includes e.g eg etc also either any-none however both as-well whichever i.e ie like`)

// exceptionWords are all that an exception to "malignancy" may be made of, "or"
// and "and" among it.
var exceptionWords = words(`or and of the a for that has have been in is was were are with at to from basal squamous cell carcinoma cancer skin cervix cervical uterine bladder prostate breast situ non melanoma nonmelanoma melanomatous adequately treated
	curatively resected completely effectively cured curative excised surgically superficial localized local early stage low grade intraepithelial neoplasia ductal thyroid papillary successfully disease free year month least more than 5 3 2 ago who without recurrence evidence
	no therapy treatment treat remission surgery resection intent definitively considered risk gleason score history prior previous noninvasive noninvasive tumor type other malignancy any undergone appropriately complete ( ) , / - * five three two controlled excision removed only lobular dcis cin malignant lesion within past last intent dermatologic dermatological endometrial grade properly those which being been well superficially active require required diagnosed before after study screening enrollment randomization radical radically operated fully known limited`)

// restricted reads one name with words behind it that narrow it: whoever the
// sentence is true of has what is named. The rule asks the whole of it of those
// who do, and of nobody else.
func (p *parser) restricted(denied bool) (node, bool) {
	start := p.i
	fail := func() (node, bool) { p.i = start; return node{}, false }
	if n, ok := p.measuredSo(denied); ok {
		return n, true
	}
	it, ok := p.phrase(nil)
	if !ok || p.done() {
		return fail()
	}
	name := it.thing
	rest := p.toks[p.i:]
	last := len(rest)
	if !p.narrows(rest, name) || last > 60 {
		return fail()
	}
	f := *it.frame
	if name.kind != terminology.ConditionKind && f.tense == bare && (!p.exclusion || !hasWord(rest, "within")) {
		return fail() // planned, or done
	}
	if strings.Contains(name.words, "pain") && hasNumber(rest) {
		return fail() // "pain below 50 mm" may be none
	}
	if f.tense == doubted || f.active && infections[name.name] {
		return fail()
	}
	if f.tense != present || name.kind != terminology.ConditionKind {
		f.tense = past // whatever time the rest may tell
	}
	if name.kind == terminology.ImmunizationKind || infections[name.name] || name.name == "pregnancy" || name.name == "breastfeeding" {
		return fail()
	}
	n, ok := p.states(name, f, "", it.own)
	if !ok {
		return fail()
	}
	said := p.words(start, len(p.toks))
	p.i = len(p.toks)
	form := n.form
	n = allOf(n, p.r.question(form, said, "Does this hold: \""+said+"\"?"))
	n.form = form
	if denied {
		n = negation(n)
	}
	return n, true
}

// narrows reports whether the rest of a sentence only narrows the name before.
func (p *parser) narrows(rest []token, t *thing) bool {
	mark := p.i
	if p.namesOther(rest, t) {
		return false
	}
	if rest[0].text == "(" && remark(rest) {
		return true
	}
	parens := rest[0].text == "("
	p.takeAny(",", "(")
	opener := p.takeAny(openers...)
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
			if i > 0 && !(exception && t.name == "malignancy") && !joins[opener] {
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
		if (w.text == "or" || w.text == "and" || w.text == ",") && depth == 0 && joins[opener] && p.partOfNeed(rest[i+1:]) {
			continue
		}
		if loose[w.text] || exception && i > 14 {
			return false
		}
	}
	return depth == 0 && (!parens || rest[len(rest)-1].text == ")" || exception)
}

// joins are openers behind which "or" may join what is needed: "infection
// requiring antibiotics or antivirals".
var joins = map[string]bool{"requiring": true, "treated with": true, "despite": true, "necessitating": true, "needing": true, "not requiring": true, "on": true, "receiving": true}

// partOfNeed reports whether what follows "or" cannot be an alternative of its
// own: no condition, no measurement, no words that lead one in.
func (p *parser) partOfNeed(rest []token) bool {
	if len(rest) == 0 {
		return false
	}
	q := &parser{r: p.r, text: p.text, toks: rest, budget: maxSteps}
	if _, ok := q.leadIn(); ok || q.adjectives() != "" || q.is("any", "patient", "subject", "participant", "unable", "with", "who", "pregnant", "no", "not", "other", "if", "whose", "has", "have") {
		return false
	}
	for q.i = range rest {
		t := rest[q.i]
		if t.text == "or" || t.text == "and" || t.text == "," {
			break
		}
		if kind, ok := headOf(t); ok && kind == terminology.ConditionKind || t.kind == compareToken {
			return false
		}
		if c, _ := q.find(q.i, terminology.ConditionKind, terminology.ObservationKind); c != nil {
			return false
		}
	}
	return true
}

func hasWord(toks []token, w string) bool {
	for _, t := range toks {
		if t.text == w {
			return true
		}
	}
	return false
}

// namesOther reports whether the rest names a measurement, so that the disease
// may be there without its diagnosis, or a remark names another disease.
func (p *parser) namesOther(rest []token, t *thing) bool {
	from := len(p.toks) - len(rest)
	for i := from; i < len(p.toks); i++ {
		if c, _ := p.find(i, terminology.ObservationKind); c != nil && t.kind == terminology.ConditionKind && !strings.Contains(t.name, "diabetes") {
			return true
		}
		if c, _ := p.find(i, terminology.ConditionKind); c != nil && rest[0].text == "(" && c != t.concept && t.name != "malignancy" {
			return true
		}
	}
	return false
}

// remark reports whether the rest is one remark in parentheses, and narrows: no
// example, no further limit, nothing that is allowed.
func remark(rest []token) bool {
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
		case t.text != "or" && t.text != "and" && loose[t.text] || t.text == "if" || t.text == "unless" || t.text == "except" || t.text == "like" || t.text == "defined" || t.text == "transfused" || t.text == "see" || t.text == "exclude":
			return false
		}
	}
	return depth == 0
}

// methods begin words that say how something is measured.
var methods = []string{
	"(", "measured by", "measured with", "measured using", "assessed by", "assessed using", "as measured by", "as assessed by", "as determined by", "determined by", "calculated by", "calculated using", "calculated with", "calculated according to", "estimated by", "estimated using", "using", "by", "based on", "according to",
	"documented by", "as calculated by", "as estimated by", "without transfusion", "without transfusions", "without growth factor", "independent of", "as per", "by echocardiography", "on echocardiogram", "via", "derived from", ", calculated", ", estimated", ", as calculated", ", measured", ", as measured",
}

// measuredSo reads a comparison with words behind it that say how it is
// measured: whoever the sentence is true of is within the limit.
func (p *parser) measuredSo(denied bool) (node, bool) {
	start := p.i
	fail := func() (node, bool) { p.i = start; return node{}, false }
	p.loosely = true
	it, ok := p.measurement()
	p.loosely = false
	if !ok || p.done() || denied {
		return fail()
	}
	rest := p.toks[p.i:]
	for _, w := range []string{"within", "prior", "before", "after", "day", "days", "week", "weeks", "post", "since", "baseline"} {
		if hasWord(rest, w) && !hasWord(rest, "transfusion") && !hasWord(rest, "transfusions") {
			return fail() // another time than that of the latest result
		}
	}
	at := p.i
	method := p.takeAny(methods...)
	p.i = at
	if method == "" || method == "(" && !remark(rest) || len(rest) > 30 {
		return fail()
	}
	for _, t := range rest {
		if t.kind == compareToken || method == "(" && t.kind == numberToken || t.text == ";" || t.text == "." || t.text == ":" || t.text != "or" && t.text != "and" && loose[t.text] || people[t.stem] || t.text == "if" || t.text == "unless" || t.text == "except" || t.text == "female" || t.text == "male" {
			return fail()
		}
		if method != "(" && (t.text == "or" || t.text == "and" || t.text == ",") && t != rest[0] {
			if c, _ := p.find(p.i, terminology.ObservationKind); c != nil {
				return fail()
			}
		}
	}
	for i := at; i < len(p.toks); i++ {
		if c, _ := p.find(i, terminology.ConditionKind, terminology.ObservationKind); c != nil && p.toks[i].text != "creatinine" && c.Name != "egfr" && c.Name != "creatinine_clearance" && c.Name != "weight" {
			return fail()
		}
	}
	n, ok := it.build(it.own)
	if !ok {
		return fail()
	}
	said := p.words(start, len(p.toks))
	p.i = len(p.toks)
	form := n.form
	n = allOf(n, p.r.question(form, said, "Does this hold: \""+said+"\"?"))
	n.form = form
	return n, true
}
