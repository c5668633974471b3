// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// readViralPair reads "hepatitis B or C": two names, of which the second is
// short.
func (p *parser) readViralPair() (_ *item, read bool) {
	defer p.backtrackUnless(&read)()
	f, own := p.readFrame()
	if !own {
		f = &frame{}
	}
	p.takeLongest("viral")
	if p.takeLongest("hepatitis b or c", "hepatitis b and / or c", "hepatitis b / c", "hepatitis b or hepatitis c", "hepatitis b and / or hepatitis c", "hepatitis b virus or hepatitis c virus", "hepatitis b or c virus", "hepatitis b ( hbv ) or c ( hcv )", "hepatitis b virus ( hbv ) or hepatitis c virus ( hcv )", "hepatitis b ( hbv ) or hepatitis c ( hcv )", "hbv or hcv", "hbv / hcv", "hepatitis type b or c", "hepatitis b virus ( hbv ) or c virus ( hcv )", "hbv and / or hcv") == "" {
		return nil, false
	}
	p.takeLongest("infection", "virus infection", "viral infection", "virus", "disease")
	b, c := p.r.names["hepatitis_b"], p.r.names["hepatitis_c"]
	if b == nil || c == nil || f.taken || f.done {
		return nil, false
	}
	w, ok := p.readWindow()
	if !ok || !p.atBoundary() {
		return nil, false
	}
	return &item{
		build: func(w *window) (node, bool) {
			parts, ok := buildNodes([]*thing{
				{name: b.Name, kind: b.Kind, label: b.Label, concept: b, words: "hepatitis B"},
				{name: c.Name, kind: c.Kind, label: c.Label, concept: c, words: "hepatitis C"},
			}, func(t *thing) (node, bool) { return p.stateNode(t, *f, "", w) })
			return anyOf(parts...), ok
		},
		own: w, windows: f.tense != present, frame: f, inherited: !own,
	}, true
}

func (p *parser) readSmoker() (*item, bool) {
	start := p.i
	if p.r.names["smoking_status"] == nil || p.takeLongest("current smoker", "active smoker", "smoker", "currently smoking", "current smoking", "current tobacco smoker", "active smoking", "current cigarette smoker") == "" || !p.atBoundary() {
		p.i = start
		return nil, false
	}
	return fixedItem(atomNode("condition", "positive(smoking_status)", "latest smoking status says a smoker")), true
}

// readHeartClass reads a class of the New York Heart Association. Records do
// not hold it reliably, so that the rule asks it of people with heart failure.
func (p *parser) readHeartClass() (_ *item, read bool) {
	defer p.backtrackUnless(&read)()
	f, own := p.readFrame()
	if !own {
		f = &frame{}
	}
	if f.taken || f.done || f.tense == doubted || p.r.names["heart_failure"] == nil {
		return nil, false
	}
	from := p.i
	before := p.takeLongest("congestive heart failure", "heart failure", "chronic heart failure", "congestive heart failure ( chf )", "heart failure ( hf )", "cardiac failure") != ""
	if before {
		p.takeLongest("of", "with", ",", "(", "as defined by", "defined as", "classified as")
		p.takeLongest("at least")
	}
	open := p.textAt(-1) == "("
	class := p.i
	if p.takeLongest("new york heart association ( nyha )", "new york heart association", "nyha", "new york heart association [ nyha ]", "class") == "" || !p.readHeartClasses() {
		return nil, false
	}
	classEnd := p.i
	if open && p.takeLongest(")") == "" {
		return nil, false
	}
	if !before && p.takeLongest("congestive heart failure", "heart failure", "chronic heart failure", "cardiac failure", "congestive heart failure ( chf )", "congestive cardiac failure") == "" {
		return nil, false
	}
	w, ok := p.readWindow()
	if !ok || !p.atBoundary() {
		return nil, false
	}
	words := p.textBetween(class, classEnd)
	whole := p.textBetween(from, p.i)
	return &item{
		build: func(w *window) (node, bool) {
			c := p.r.names["heart_failure"]
			t := &thing{name: c.Name, kind: c.Kind, label: c.Label, concept: c, words: "heart failure"}
			n, ok := p.stateNode(t, *f, "", w)
			return allOf(n, p.r.questionNode("condition", "heart failure "+words, "Is this so of the heart failure: \""+whole+"\"?")).withForm("condition"), ok
		},
		own: w, windows: true, frame: f, inherited: !own, narrowed: true,
	}, true
}

// readTimeSince reads "at least 4 weeks since prior chemotherapy": no
// chemotherapy in the days before.
func (p *parser) readTimeSince() (_ *item, read bool) {
	defer p.backtrackUnless(&read)()
	if p.exclusion {
		return nil, false
	}
	op := p.readComparator()
	d, ok := p.readDuration()
	if !ok || op != ">=" && op != ">" || d.unit != "days" && d.unit != "weeks" {
		return nil, false
	}
	if p.takeLongest("since", "since any", "since last", "since the last", "since completion of", "after", "from", "since the end of", "have elapsed since", "must have elapsed since", "from last", "since most recent", "since any prior") == "" {
		return nil, false
	}
	p.takeLongest("prior", "previous", "the last dose of", "last dose of")
	t, ok := p.readThing(nil)
	if !ok || t.kind == terminology.ConditionKind || p.isNext("within", "before", "prior") {
		return nil, false
	}
	n := d.n * map[string]int{"days": 1, "weeks": 7}[d.unit]
	if op == ">=" {
		n--
	}
	if n < 1 || !p.atBoundary() {
		return nil, false
	}
	last := duration{n, "days"}
	taken, ok := p.stateNode(t, frame{tense: past}, "", &window{rule: "within(" + last.ruleText() + ")", said: "in the " + last.plainText() + " before screening"})
	if !ok {
		return nil, false
	}
	return &item{build: negated(taken).withoutWindow, negated: true}, true
}

// readQuantified reads "at least two of the following: ...".
func (p *parser) readQuantified(denied bool) (_ node, read bool) {
	defer p.backtrackUnless(&read)()
	n := 0
	switch {
	case p.takeLongest("any of the following", "one or more of the following", "at least one of the following", "at least 1 of the following", "one of the following", "either of the following", "any one of the following") != "":
		n = 1
	case p.takeLongest("all of the following", "both of the following") != "":
	case p.takeLongest("at least", ">=") != "":
		var ok bool
		if n, ok = p.readWholeNumber(); !ok || n < 2 || n > 9 || p.takeLongest("of the following", "of", "of these") == "" {
			return node{}, false
		}
	default:
		return node{}, false
	}
	p.takeLongest("conditions", "criteria", "risk factors", "factors", "diseases", "features")
	p.takePhrase(":")
	var parts []node
	for {
		it, ok := p.readPlainItem(nil)
		if !ok {
			return node{}, false
		}
		one, ok := it.build(it.own)
		if !ok {
			return node{}, false
		}
		parts = append(parts, one)
		if p.atEnd() {
			break
		}
		p.takeLongest(",", ";")
		p.takeLongest("and / or", "or", "and")
	}
	if len(parts) < 2 || len(parts) <= n {
		return node{}, false
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
		out = atomNode(parts[0].form, "at_least("+strconv.Itoa(n)+", "+strings.Join(texts, ", ")+")", "at least "+strconv.Itoa(n)+" of: "+strings.Join(said, "; "))
		out.adoptNames(parts...)
	}
	out.form = parts[0].form
	if denied {
		out = negated(out)
	}
	return out, true
}

func (p *parser) readHeartClasses() bool {
	p.takeLongest("functional class", "class", "functional classification", "classification", "grade", "functional status", "cardiac class", "heart failure class", "stage", "classes", "function class", "cardiac function class", "functional classification class", "cardiac disease class")
	p.readComparator()
	n := 0
	for n < 4 {
		if p.takeLongest("i", "ii", "iii", "iv", "1", "2", "3", "4", "iib", "iia", "iiia", "iiib") == "" {
			break
		}
		n++
		mark := p.i
		p.takeLongest(", or", "or", "and", "to", "-", "/", ",", "and / or", "through")
		if p.i > mark && !p.isNext("i", "ii", "iii", "iv", "1", "2", "3", "4", "greater", "higher", "above") {
			p.i = mark
			break
		}
	}
	if n == 0 {
		return false
	}
	p.takeLongest("or greater", "or higher", "or above", "or worse", "greater", "higher", "above", "or more")
	return true
}

// readPerformanceStatus reads "performance status 0-1 (ECOG)", with the scale
// at the end.
func (p *parser) readPerformanceStatus() (_ *item, read bool) {
	defer p.backtrackUnless(&read)()
	c := p.r.names["ecog"]
	if c == nil || p.takeLongest("performance status", "performance status ( ps )", "ps", "performance score") == "" {
		return nil, false
	}
	p.readCopula()
	list := []measured{{c, "performance status"}}
	limits, ok := p.readLimits(list)
	if !ok || p.takeLongest("( ecog )", "( ecog ps )", "( ecog scale )", "( who scale )", "( who )", "( who score )", "( ecog score )", "( ecog performance status )", "by ecog", "on the ecog scale", "( zubrod )", "( ecog / who )", "( eastern cooperative oncology group )", "( eastern cooperative oncology group [ ecog ] )", "according to ecog", "ecog") == "" || !p.atBoundary() {
		return nil, false
	}
	n, ok := p.compareNode(list[0], limits, nil)
	if !ok {
		return nil, false
	}
	return &item{build: n.withoutWindow, measured: true}, true
}
