// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"strconv"
)

// window is a stretch of time that ends on a day.
type window struct {
	rule   string // within(weeks(4), first_dose)
	said   string // in the 4 weeks before the first dose
	anchor string // "" is the screening day
	days   int    // about how many
}

func (w *window) on(n node) node {
	if w != nil && w.anchor != "" {
		n.anchors = appendNew(n.anchors, w.anchor)
	}
	return n
}

// anchor is a day of the study, and how protocols call it.
type anchor struct {
	name string // "" is screening
	said string
	says []string
}

var anchors = []anchor{
	{"", "screening", []string{"screening", "screening visit", "study screening", "the screening visit", "the date of screening", "the time of screening", "screening date", "initial screening", "visit 1 screening"}},
	{"first_dose", "the first dose", []string{
		"first dose", "first dose of study drug", "first dose of study treatment", "first dose of study medication", "first dose of study intervention",
		"first dose of study agent", "first dose of study therapy", "first dose of trial treatment", "first dose of treatment", "first dose of drug", "first dose of investigational product",
		"first dose of the study drug", "first dose of the study treatment", "first dose of the study medication", "first dose of medication", "first dose of ip",
		"first dose of the investigational product", "first dose of study product", "first dose of trial medication", "first dose of trial drug", "first dose of trial intervention",
		"first administration of study drug", "first administration of study treatment", "first administration of the study drug", "first study drug administration",
		"first infusion", "first study treatment", "first treatment", "first treatment dose", "first study dose", "first dosing", "dosing",
		"start of study treatment", "start of study drug", "start of study therapy", "start of study medication", "start of the study drug", "start of the study treatment",
		"start of treatment", "start of therapy", "start of protocol treatment", "start of protocol therapy", "start of trial treatment", "the start of treatment", "treatment start",
		"initiation of study treatment", "initiation of study drug", "initiation of study therapy", "initiation of study medication", "initiation of treatment", "initiation of therapy",
		"initiation of protocol therapy", "starting study treatment", "starting study drug", "starting study therapy", "starting treatment", "study drug administration", "study treatment initiation",
		"initiating study treatment", "beginning study treatment", "beginning of study treatment", "first intake of study drug", "first injection", "first administration",
		"administration of study drug", "administration of the study drug", "first drug administration", "study treatment", "study drug", "study therapy",
		"first dose of investigational drug", "first dose of the investigational drug", "first dose of study vaccine", "first vaccination", "treatment initiation", "treatment", "first dose of the drug", "administration of the first dose", "first dose administration", "receiving study drug", "receiving the first dose", "starting the study treatment", "start of the treatment", "protocol treatment", "protocol therapy", "study intervention", "the first dose of study drug", "the first administration of the study drug", "the first study drug administration", "investigational product administration", "first dose of the study agent", "first dose of protocol therapy", "first use of study drug", "starting therapy", "starting the study drug",
	}},
	{"day_1", "day 1", []string{"day 1", "cycle 1 day 1", "cycle 1 , day 1", "c1d1", "study day 1", "day 1 of treatment", "day 1 of study", "day 1 of cycle 1"}},
	{"day_0", "day 0", []string{"day 0", "study day 0"}},
	{"randomization", "randomization", []string{"randomization", "study randomization", "the time of randomization", "randomization visit", "the date of randomization", "being randomized"}},
	{"baseline", "baseline", []string{"baseline", "baseline visit", "study baseline", "the baseline visit"}},
	{"enrollment", "enrollment", []string{
		"enrollment", "study enrollment", "enrollment in the study", "enrollment into the study", "enrollment in this study", "enrolment", "study entry", "entry", "entry into the study",
		"entry into this study", "entry to the study", "entering the study", "entering this study", "inclusion", "study inclusion", "inclusion in the study", "inclusion into the study",
		"trial entry", "trial enrollment", "enrolling", "protocol entry", "entry on study", "recruitment", "study recruitment", "entering study", "entry into study", "enrolling in the study",
	}},
	{"registration", "registration", []string{"registration", "study registration", "trial registration", "registration in the study"}},
	{"consent", "informed consent", []string{
		"informed consent", "signing informed consent", "signing the informed consent", "signing of informed consent", "consent", "signing consent", "signing the informed consent form",
		"signing of the informed consent", "signing of the informed consent form", "signing the icf", "signature of informed consent", "obtaining informed consent", "study consent", "signing informed consent form", "signing of icf", "providing informed consent", "signing icf", "consent obtaining", "obtaining consent", "consent is obtained", "obtaining consent to participate in the study", "consent is signed", "consent signing", "informed consent is signed", "signing informed consent to participate", "signature of the informed consent", "icf signing", "signing the consent form", "assent", "consent / assent", "providing consent", "signing of consent",
	}},
	{"study_start", "the start of the study", []string{"study start", "start of study", "start of the study", "study participation", "starting the study", "study initiation", "beginning of the study", "start of the trial", "start of trial", "the study", "the trial", "beginning the study", "study onset", "initiation of the study", "participation in the study", "participation in this study", "participation", "the beginning of the study", "trial participation"}},
	{"surgery", "the surgery", []string{"surgery", "the surgery", "the operation", "study surgery", "the procedure", "the index procedure", "index procedure", "procedure", "the study procedure", "study procedure"}},
	{"transplant", "the transplant", []string{"transplant", "transplantation", "the transplant", "transplantation date"}},
	{"leukapheresis", "leukapheresis", []string{"leukapheresis", "apheresis"}},
	{"lymphodepletion", "lymphodepletion", []string{"lymphodepletion", "lymphodepleting chemotherapy", "start of lymphodepletion"}},
	{"admission", "admission", []string{"admission", "hospital admission"}},
	{"vaccination", "the vaccination", []string{"vaccination", "study vaccination"}},
	{"imaging", "the imaging", []string{"imaging", "the scan", "the mri", "study imaging"}},
	{"biopsy", "the biopsy", []string{"biopsy"}},
}

// anchor reads the name of a day.
func (p *parser) anchor() (*anchor, bool) {
	p.takeAny("the", "their", "study's")
	p.takeAny("time of", "date of", "planned", "day of", "anticipated", "scheduled", "time of the", "date of the")
	start, end := p.i, p.i
	var found *anchor
	for i := range anchors {
		for _, phrase := range anchors[i].says {
			p.i = start
			if p.take(phrase) && p.i > end {
				found, end = &anchors[i], p.i
			}
		}
	}
	p.i = end
	if found != nil && p.word(0) == "(" { // "the first dose (Day 1)" names one day twice
		p.i++
		if _, ok := p.anchor(); !ok || !p.take(")") {
			p.i = end
		}
		if next := p.word(1); p.i == end && (len(next) == 0 || next[0] < '0' || next[0] > '9') {
			return nil, false
		}
	}
	return found, found != nil
}

// duration is a length of time.
type duration struct {
	n    int
	unit string // days, weeks, months or years
}

func (d duration) rule() string { return d.unit + "(" + strconv.Itoa(d.n) + ")" }

func (d duration) said() string {
	if d.n == 1 {
		return "1 " + d.unit[:len(d.unit)-1]
	}
	return strconv.Itoa(d.n) + " " + d.unit
}

var numberWords = map[string]int{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "fourteen": 14, "thirty": 30,
}

var timeUnits = map[string]string{"day": "days", "week": "weeks", "wk": "weeks", "month": "months", "mo": "months", "mos": "months", "year": "years", "yr": "years"}

// duration reads "4 weeks", "six (6) months" or "the month".
func (p *parser) duration() (duration, bool) {
	start := p.i
	n := 0
	switch t := p.word(0); {
	case p.done():
	case p.toks[p.i].kind == numberToken:
		v, err := strconv.Atoi(t)
		if err == nil && v > 0 && v < 10000 {
			n = v
			p.i++
		}
	case numberWords[t] > 0:
		n = numberWords[t]
		p.i++
		if p.word(0) == "(" && p.word(1) == strconv.Itoa(n) && p.word(2) == ")" {
			p.i += 3
		}
	}
	if n > 0 && p.word(0) == "-" {
		p.i++
	}
	p.take("calendar")
	unit := timeUnits[p.stemAt(0)]
	if n == 0 && unit != "" && p.i > 0 && (p.word(0) == "month" || p.word(0) == "week" || p.word(0) == "year") {
		n = 1 // "the past month"
	}
	if n == 0 || unit == "" {
		p.i = start
		return duration{}, false
	}
	p.i++
	if p.word(0) == "(" && p.i+3 < len(p.toks) { // "4 weeks (28 days)"
		mark := p.i
		p.i++
		if other, ok := p.duration(); !ok || p.word(0) != ")" || !same(duration{n, unit}, other) {
			p.i = mark
		} else {
			p.i++
		}
	}
	return duration{n, unit}, true
}

func same(a, b duration) bool {
	days := func(d duration) int { return map[string]int{"days": 1, "weeks": 7}[d.unit] * d.n }
	months := func(d duration) int { return map[string]int{"months": 1, "years": 12}[d.unit] * d.n }
	return a == b || days(a) > 0 && days(a) == days(b) || months(a) > 0 && months(a) == months(b)
}

// window reads a stretch of time before some day, if one stands here. ok is
// false where something stands here that looks like one and is not understood.
func (p *parser) window() (w *window, ok bool) {
	start := p.i
	parens := p.word(0) == "("
	if parens {
		p.i++
	}
	w, ok = p.plainWindow()
	if w != nil && parens {
		if p.word(0) != ")" {
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

func (p *parser) plainWindow() (*window, bool) {
	p.take(",")
	open, implied := false, false
	lead := p.takeAny("within the", "within", "in the", "during the", "over the", "for the", "less than", "<", "<=", "within a", "any time within", "at any time within", "within the prior", "fewer than", "up to", "in", "during", "any time in the")
	switch lead {
	case "":
		return nil, true
	case "less than", "<", "fewer than":
		open = true
	}
	past := p.takeAny("last", "past", "previous", "preceding", "prior", "recent")
	switch lead {
	case "within", "within the", "within a", "any time within", "at any time within", "less than", "<", "<=", "fewer than", "within the prior", "up to":
	default:
		if past == "" {
			implied = true // "during the 4 weeks" must go on with "before"
		}
	}
	d, ok := p.duration()
	if !ok {
		return nil, true // no window: the caller finds what is left
	}
	if open {
		if d.unit != "days" && d.unit != "weeks" {
			return nil, false
		}
		d = duration{map[string]int{"days": 1, "weeks": 7}[d.unit]*d.n - 1, "days"}
	}
	w := &window{rule: "within(" + d.rule() + ")", said: "in the " + d.said() + " before screening", days: days(d)}
	link := p.takeAny("prior to", "before", "preceding", "of", "from", "immediately prior to", "previous to", "prior")
	if link == "" {
		if implied || open || lead == "up to" || lead == "<=" {
			return nil, false
		}
		return w, true
	}
	if a, ok := p.anchor(); ok {
		if link == "of" && a.name == "surgery" {
			return nil, false
		}
		if a.name != "" {
			w = &window{"within(" + d.rule() + ", " + a.name + ")", "in the " + d.said() + " before " + a.said, a.name, days(d)}
		}
		return w, true
	}
	return nil, false
}
