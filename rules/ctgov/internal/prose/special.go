// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// viralPair reads "hepatitis B or C": two names of which the second is short.
func (p *parser) viralPair() (*item, bool) {
	start := p.i
	fail := func() (*item, bool) { p.i = start; return nil, false }
	f, own := p.leadIn()
	if !own {
		f = &frame{}
	}
	p.takeAny("viral")
	if p.takeAny("hepatitis b or c", "hepatitis b and / or c", "hepatitis b / c", "hepatitis b or hepatitis c", "hepatitis b and / or hepatitis c", "hepatitis b virus or hepatitis c virus", "hepatitis b or c virus", "hepatitis b ( hbv ) or c ( hcv )", "hepatitis b virus ( hbv ) or hepatitis c virus ( hcv )", "hepatitis b ( hbv ) or hepatitis c ( hcv )", "hbv or hcv", "hbv / hcv", "hepatitis type b or c", "hepatitis b virus ( hbv ) or c virus ( hcv )", "hbv and / or hcv") == "" {
		return fail()
	}
	p.takeAny("infection", "virus infection", "viral infection", "virus", "disease")
	b, c := p.r.names["hepatitis_b"], p.r.names["hepatitis_c"]
	if b == nil || c == nil || f.taken || f.done {
		return fail()
	}
	w, ok := p.window()
	if !ok || !p.boundary() {
		return fail()
	}
	return &item{
		build: func(w *window) (node, bool) {
			var parts []node
			for _, t := range []*thing{
				{name: b.Name, kind: b.Kind, label: b.Label, concept: b, words: "hepatitis B"},
				{name: c.Name, kind: c.Kind, label: c.Label, concept: c, words: "hepatitis C"},
			} {
				n, ok := p.state(t, *f, "", w)
				if !ok {
					return node{}, false
				}
				parts = append(parts, n)
			}
			return anyOf(parts...), true
		},
		own: w, windows: f.tense != present, frame: f, inherited: !own,
	}, true
}

// smoker reads "current smokers".
func (p *parser) smoker() (*item, bool) {
	start := p.i
	if p.r.names["smoking_status"] == nil || p.takeAny("current smoker", "active smoker", "smoker", "currently smoking", "current smoking", "current tobacco smoker", "active smoking", "current cigarette smoker") == "" || !p.boundary() {
		p.i = start
		return nil, false
	}
	return fixed(atom("condition", "positive(smoking_status)", "latest smoking status says a smoker")), true
}

// heartClass reads a class of the New York Heart Association: no record is
// relied upon for it, so it is asked of those who have heart failure.
func (p *parser) heartClass() (*item, bool) {
	start := p.i
	fail := func() (*item, bool) { p.i = start; return nil, false }
	f, own := p.leadIn()
	if !own {
		f = &frame{}
	}
	if f.taken || f.done || f.tense == doubted || p.r.names["heart_failure"] == nil {
		return fail()
	}
	from := p.i
	before := p.takeAny("congestive heart failure", "heart failure", "chronic heart failure", "congestive heart failure ( chf )", "heart failure ( hf )", "cardiac failure") != ""
	if before {
		p.takeAny("of", "with", ",", "(", "as defined by", "defined as", "classified as")
		p.takeAny("at least")
	}
	open := p.word(-1) == "("
	class := p.i
	if p.takeAny("new york heart association ( nyha )", "new york heart association", "nyha", "new york heart association [ nyha ]", "class") == "" {
		return fail()
	}
	if !p.classes() {
		return fail()
	}
	classEnd := p.i
	if open && p.takeAny(")") == "" {
		return fail()
	}
	if !before {
		if p.takeAny("congestive heart failure", "heart failure", "chronic heart failure", "cardiac failure", "congestive heart failure ( chf )", "congestive cardiac failure") == "" {
			return fail()
		}
	}
	w, ok := p.window()
	if !ok || !p.boundary() {
		return fail()
	}
	words := p.words(class, classEnd)
	whole := p.words(from, p.i)
	return &item{
		build: func(w *window) (node, bool) {
			c := p.r.names["heart_failure"]
			t := &thing{name: c.Name, kind: c.Kind, label: c.Label, concept: c, words: "heart failure"}
			n, ok := p.state(t, *f, "", w)
			if !ok {
				return node{}, false
			}
			out := allOf(n, p.r.question("condition", "heart failure "+words, "Is this so of the heart failure: \""+whole+"\"?"))
			out.form = "condition"
			return out, true
		},
		own: w, windows: true, frame: f, inherited: !own, narrowed: true,
	}, true
}

// since reads "at least 4 weeks since prior chemotherapy": nothing of it in the
// days before.
func (p *parser) since() (*item, bool) {
	start := p.i
	fail := func() (*item, bool) { p.i = start; return nil, false }
	if p.exclusion {
		return fail()
	}
	op, _ := p.comparator()
	d, ok := p.duration()
	if !ok || op != ">=" && op != ">" || d.unit != "days" && d.unit != "weeks" {
		return fail()
	}
	if p.takeAny("since", "since any", "since last", "since the last", "since completion of", "after", "from", "since the end of", "have elapsed since", "must have elapsed since", "from last", "since most recent", "since any prior") == "" {
		return fail()
	}
	p.takeAny("prior", "previous", "the last dose of", "last dose of")
	t, ok := p.thing(nil)
	if !ok || t.kind == terminology.ConditionKind || p.is("within", "before", "prior") {
		return fail()
	}
	n := d.n * map[string]int{"days": 1, "weeks": 7}[d.unit]
	if op == ">=" {
		n--
	}
	if n < 1 || !p.boundary() {
		return fail()
	}
	last := duration{n, "days"}
	taken, ok := p.state(t, frame{tense: past}, "", &window{rule: "within(" + last.rule() + ")", said: "in the " + last.said() + " before screening"})
	if !ok {
		return fail()
	}
	it := fixed(negation(taken))
	it.negated = true
	return it, true
}

// quantified reads "at least two of the following: ...".
func (p *parser) quantified(denied bool) (node, bool) {
	start := p.i
	fail := func() (node, bool) { p.i = start; return node{}, false }
	n := 0
	switch {
	case p.takeAny("any of the following", "one or more of the following", "at least one of the following", "at least 1 of the following", "one of the following", "either of the following", "any one of the following") != "":
		n = 1
	case p.takeAny("all of the following", "both of the following") != "":
	case p.takeAny("at least", ">=") != "":
		var ok bool
		if n, ok = p.wholeNumber(); !ok || n < 2 || n > 9 || p.takeAny("of the following", "of", "of these") == "" {
			return fail()
		}
	default:
		return fail()
	}
	p.takeAny("conditions", "criteria", "risk factors", "factors", "diseases", "features")
	p.take(":")
	var parts []node
	for {
		it, ok := p.plainItem(nil)
		if !ok {
			return fail()
		}
		one, ok := it.build(it.own)
		if !ok {
			return fail()
		}
		parts = append(parts, one)
		if p.done() {
			break
		}
		p.takeAny(",", ";")
		p.takeAny("and / or", "or", "and")
	}
	if len(parts) < 2 || len(parts) <= n {
		return fail()
	}
	var out node
	switch n {
	case 0:
		out = allOf(parts...)
	case 1:
		out = anyOf(parts...)
	default:
		var texts, said []string
		for _, one := range parts {
			texts, said = append(texts, one.rule), append(said, one.said)
		}
		out = atom(parts[0].form, "at_least("+strconv.Itoa(n)+", "+strings.Join(texts, ", ")+")", "at least "+strconv.Itoa(n)+" of: "+strings.Join(said, "; "))
		out.names(parts...)
	}
	out.form = parts[0].form
	if denied {
		out = negation(out)
	}
	return out, true
}

// classes reads "class III or IV" and the like.
func (p *parser) classes() bool {
	p.takeAny("functional class", "class", "functional classification", "classification", "grade", "functional status", "cardiac class", "heart failure class", "stage", "classes", "function class", "cardiac function class", "functional classification class", "cardiac disease class")
	p.comparator()
	n := 0
	for n < 4 {
		if p.takeAny("i", "ii", "iii", "iv", "1", "2", "3", "4", "iib", "iia", "iiia", "iiib") == "" {
			break
		}
		n++
		mark := p.i
		p.takeAny(", or", "or", "and", "to", "-", "/", ",", "and / or", "through")
		if p.i > mark && !p.is("i", "ii", "iii", "iv", "1", "2", "3", "4", "greater", "higher", "above") {
			p.i = mark
			break
		}
	}
	if n == 0 {
		return false
	}
	p.takeAny("or greater", "or higher", "or above", "or worse", "greater", "higher", "above", "or more")
	return true
}

// performance reads "performance status 0-1 (ECOG)", where the scale stands
// last.
func (p *parser) performance() (*item, bool) {
	start := p.i
	c := p.r.names["ecog"]
	if c == nil || p.takeAny("performance status", "performance status ( ps )", "ps", "performance score") == "" {
		p.i = start
		return nil, false
	}
	p.copula()
	list := []measured{{c, "performance status"}}
	limits, ok := p.limits(list)
	if !ok || p.takeAny("( ecog )", "( ecog ps )", "( ecog scale )", "( who scale )", "( who )", "( who score )", "( ecog score )", "( ecog performance status )", "by ecog", "on the ecog scale", "( zubrod )", "( ecog / who )", "( eastern cooperative oncology group )", "( eastern cooperative oncology group [ ecog ] )", "according to ecog", "ecog") == "" || !p.boundary() {
		p.i = start
		return nil, false
	}
	n, ok := p.compare(list[0], limits, nil)
	if !ok {
		p.i = start
		return nil, false
	}
	it := fixed(n)
	it.measured = true
	return it, true
}
