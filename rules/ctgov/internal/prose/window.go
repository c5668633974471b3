// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"strconv"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// window is a time span that ends on a date of the study.
type window struct {
	rule   string // within(weeks(4), first_dose)
	said   string // in the 4 weeks before the first dose
	anchor string // "" is the screening day
	days   int    // approximate length
}

func (w *window) datedNode(n node) node {
	if w != nil && w.anchor != "" {
		n.anchors = appendNew(n.anchors, w.anchor)
	}
	return n
}

// anchor is a date of the study with the phrases for it.
type anchor struct {
	name string // "" is screening
	said string
	says []string
}

var anchors = []anchor{
	{"", "screening", dateTables.phrases("screening")},
	{"first_dose", "the first dose", dateTables.phrases("first_dose")},
	{"day_1", "day 1", dateTables.phrases("day_1")},
	{"day_0", "day 0", dateTables.phrases("day_0")},
	{"randomization", "randomization", dateTables.phrases("randomization")},
	{"baseline", "baseline", dateTables.phrases("baseline")},
	{"enrollment", "enrollment", dateTables.phrases("enrollment")},
	{"registration", "registration", dateTables.phrases("registration")},
	{"consent", "informed consent", dateTables.phrases("consent")},
	{"study_start", "the start of the study", dateTables.phrases("study_start")},
	{"surgery", "the surgery", dateTables.phrases("surgery")},
	{"transplant", "the transplant", dateTables.phrases("transplant")},
	{"leukapheresis", "leukapheresis", dateTables.phrases("leukapheresis")},
	{"lymphodepletion", "lymphodepletion", dateTables.phrases("lymphodepletion")},
	{"admission", "admission", dateTables.phrases("admission")},
	{"vaccination", "the vaccination", dateTables.phrases("vaccination")},
	{"imaging", "the imaging", dateTables.phrases("imaging")},
	{"biopsy", "the biopsy", dateTables.phrases("biopsy")},
}

func (p *parser) readAnchor() (*anchor, bool) {
	p.takeLongest("the", "their", "study's")
	p.takeLongest("time of", "date of", "planned", "day of", "anticipated", "scheduled", "time of the", "date of the")
	found := takeRow(p, anchors, func(a *anchor) []string { return a.says })
	end := p.i
	if found != nil && p.textAt(0) == "(" { // "the first dose (Day 1)" names one day twice
		p.i++
		if _, ok := p.readAnchor(); !ok || !p.takePhrase(")") {
			p.i = end
		}
		if next := p.textAt(1); p.i == end && (len(next) == 0 || next[0] < '0' || next[0] > '9') {
			return nil, false
		}
	}
	return found, found != nil
}

type duration struct {
	n    int
	unit string // days, weeks, months or years
}

func (d duration) ruleText() string { return d.unit + "(" + strconv.Itoa(d.n) + ")" }

func (d duration) plainText() string {
	if d.n == 1 {
		return "1 " + d.unit[:len(d.unit)-1]
	}
	return strconv.Itoa(d.n) + " " + d.unit
}

var numberWords = map[string]int{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "fourteen": 14, "thirty": 30,
}

var timeUnits = map[string]string{"day": "days", "week": "weeks", "wk": "weeks", "month": "months", "mo": "months", "mos": "months", "year": "years", "yr": "years"}

// readDuration reads "4 weeks", "six (6) months" or "the month".
func (p *parser) readDuration() (duration, bool) {
	start := p.i
	n := 0
	switch t := p.textAt(0); {
	case p.atEnd():
	case p.toks[p.i].kind == numberToken:
		v, err := strconv.Atoi(t)
		if err == nil && v > 0 && v < 10000 {
			n = v
			p.i++
		}
	case numberWords[t] > 0:
		n = numberWords[t]
		p.i++
		if p.textAt(0) == "(" && p.textAt(1) == strconv.Itoa(n) && p.textAt(2) == ")" {
			p.i += 3
		}
	}
	if n > 0 && p.textAt(0) == "-" {
		p.i++
	}
	p.takePhrase("calendar")
	unit := timeUnits[p.stemAt(0)]
	if n == 0 && unit != "" && p.i > 0 && (p.textAt(0) == "month" || p.textAt(0) == "week" || p.textAt(0) == "year") {
		n = 1 // "the past month"
	}
	if n == 0 || unit == "" {
		p.i = start
		return duration{}, false
	}
	p.i++
	if p.textAt(0) == "(" && p.i+3 < len(p.toks) { // "4 weeks (28 days)"
		mark := p.i
		p.i++
		if other, ok := p.readDuration(); !ok || p.textAt(0) != ")" || !sameLength(duration{n, unit}, other) {
			p.i = mark
		} else {
			p.i++
		}
	}
	return duration{n, unit}, true
}

func sameLength(a, b duration) bool {
	days := func(d duration) int { return map[string]int{"days": 1, "weeks": 7}[d.unit] * d.n }
	months := func(d duration) int { return map[string]int{"months": 1, "years": 12}[d.unit] * d.n }
	return a == b || days(a) > 0 && days(a) == days(b) || months(a) > 0 && months(a) == months(b)
}

// readWindow reads a window, if one is next. ok is false if the text looks like
// a window and was not understood.
func (p *parser) readWindow() (w *window, ok bool) {
	start := p.i
	parens := p.textAt(0) == "("
	if parens {
		p.i++
	}
	w, ok = p.readPlainWindow()
	if w != nil && parens {
		if p.textAt(0) != ")" {
			p.i = start
			return nil, false
		}
		p.i++
	}
	if w == nil {
		p.i = start
	}
	return w, ok
}

func (p *parser) readPlainWindow() (*window, bool) {
	p.takePhrase(",")
	open, implied := false, false
	lead := p.takeLongest("within the", "within", "in the", "during the", "over the", "for the", "less than", "<", "<=", "within a", "any time within", "at any time within", "within the prior", "fewer than", "up to", "in", "during", "any time in the")
	switch lead {
	case "":
		return nil, true
	case "less than", "<", "fewer than":
		open = true
	}
	past := p.takeLongest("last", "past", "previous", "preceding", "prior", "recent")
	switch lead {
	case "within", "within the", "within a", "any time within", "at any time within", "less than", "<", "<=", "fewer than", "within the prior", "up to":
	default:
		if past == "" {
			implied = true // "during the 4 weeks" must go on with "before"
		}
	}
	d, ok := p.readDuration()
	if !ok {
		return nil, true // no window
	}
	if open {
		if d.unit != "days" && d.unit != "weeks" {
			return nil, false
		}
		d = duration{map[string]int{"days": 1, "weeks": 7}[d.unit]*d.n - 1, "days"}
	}
	w := &window{rule: "within(" + d.ruleText() + ")", said: "in the " + d.plainText() + " before screening", days: approximateDays(d)}
	link := p.takeLongest("prior to", "before", "preceding", "of", "from", "immediately prior to", "previous to", "prior")
	if link == "" {
		if implied || open || lead == "up to" || lead == "<=" {
			return nil, false
		}
		return w, true
	}
	if a, ok := p.readAnchor(); ok {
		if link == "of" && a.name == "surgery" {
			return nil, false
		}
		if a.name != "" {
			w = &window{"within(" + d.ruleText() + ", " + a.name + ")", "in the " + d.plainText() + " before " + a.said, a.name, approximateDays(d)}
		}
		return w, true
	}
	return nil, false
}

// readClosedList reads "(i.e. etanercept, infliximab)" after a name. The list
// replaces the name if the library has each of its concepts.
func (p *parser) readClosedList(t *thing) {
	start := p.i
	if p.takeLongest("( i.e", "( i . e", "( ie", "( i.e .", "( i . e .", "( ie .") == "" || t.kind != terminology.MedicationKind && t.kind != terminology.ConditionKind {
		p.i = start
		return
	}
	p.takeLongest(".", ",", ":")
	var list []*thing
	for {
		c, end := p.findConcept(p.i, t.kind)
		if c == nil {
			p.i = start
			return
		}
		list = append(list, &thing{name: c.Name, kind: c.Kind, label: c.Label, concept: c, words: p.textBetween(p.i, end)})
		p.i = end
		if p.takePhrase(")") {
			break
		}
		if _, ok := p.readSeparator(); !ok {
			p.i = start
			return
		}
	}
	t.closed = list
}

func (p *parser) stateNodes(t *thing, f frame, narrow string, w *window) (node, bool) {
	if t.closed == nil {
		return p.stateNode(t, f, narrow, w)
	}
	parts, ok := buildNodes(t.closed, func(one *thing) (node, bool) { return p.stateNode(one, f, narrow, w) })
	return anyOf(parts...), ok
}

// readLongerWindow reads a longer window for some medicines after a window for
// all: "within 8 weeks of the first dose (6 months for rituximab)".
func (p *parser) readLongerWindow(t *thing, w *window) (*node, bool) {
	start := p.i
	if w == nil || t.kind != terminology.MedicationKind || p.textAt(0) != "(" {
		return nil, true
	}
	p.i++
	p.takeLongest("or", "within", "and")
	d, ok := p.readDuration()
	if !ok || !p.takePhrase("for") {
		p.i = start
		return nil, true
	}
	var parts []node
	for {
		one, ok := p.readThing(&frame{})
		if !ok || one.kind != terminology.MedicationKind {
			return nil, false
		}
		far := *w
		suffix := ""
		if w.anchor != "" {
			suffix = ", " + w.anchor
		}
		far.rule = "within(" + d.ruleText() + suffix + ")"
		far.said = "in the " + d.plainText() + " before the same day"
		if approximateDays(d) <= w.days {
			return nil, false // a shorter window would narrow the class
		}
		n, ok := p.stateNode(one, frame{}, "", &far)
		if !ok {
			return nil, false
		}
		parts = append(parts, n)
		if p.takePhrase(")") {
			break
		}
		if _, ok := p.readSeparator(); !ok {
			return nil, false
		}
	}
	n := anyOf(parts...)
	return &n, true
}

func approximateDays(d duration) int {
	return d.n * map[string]int{"days": 1, "weeks": 7, "months": 30, "years": 365}[d.unit]
}
