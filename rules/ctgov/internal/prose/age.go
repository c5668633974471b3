// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"strconv"
	"strings"
)

// ageUnits maps units to the words of the rule language for ages.
var ageUnits = map[string]string{
	"year": "age", "yr": "age", "y": "age", "yo": "age", "month": "age_months", "day": "age_days", "week": "age_weeks", "year-old": "age",
}

// ageBound is one end of a range of ages.
type ageBound struct {
	op   string
	n    int
	unit string // "" if the sentence gives none
}

func (p *parser) readAge() (_ *item, read bool) {
	start := p.i
	defer p.backtrackUnless(&read)()
	parens := p.i > 0 && personWords[p.stemAt(-1)] && p.takePhrase("(") // "adult patients (>= 18 years)"
	named := p.takeLongest("age :", "age", "aged", "ages", "age of", "ages of", "age between", "aged between", "age from", "aged from", "age range", "age range :", "age is", "age limit", "age limits", "age group", "patient age", "patient's age", "ages eligible for study :", "age limits :", "at age", "aged from", "the age of", "between the ages of", "between ages", "ages between", "between the age of", "between age", "at the age of", "age ranged from", "age ranging from", "age must be", "of age", "in the age of", "ages of", "age criteria :", "age ( years ) :", "age range of", "subject age", "age ( years )", "within the age range of", "from the age of", "age range between", "be aged", "age of between", "aged between the ages of", "aged :", "with age", "older", "over the age of", "above the age of", "under the age of", "below the age of", "at least the age of", "whose age is", "age should be", "age range from") != ""
	lead := ""
	if named {
		switch p.textAt(-4) + p.textAt(-3) {
		case "overthe", "abovethe":
			lead = ">"
		case "underthe", "belowthe":
			lead = "<"
		case "leastthe":
			lead = ">="
		}
		if p.textAt(-1) == "older" {
			return nil, false
		}
	}
	bounds, either, ok := p.readAgeBounds(lead != "", named && (p.textAt(-1) == "from" || strings.Contains(p.textBetween(start, p.i), "etween")))
	if !ok || lead != "" && (len(bounds) != 1 || bounds[0].op != "") {
		return nil, false
	}
	if lead != "" {
		bounds[0].op = lead
	}
	p.takeLongest("of age", "old", "years", "years of age", "years old", "of age old", "in age", "age")
	for _, t := range p.toks[start:p.i] {
		named = named || t.text == "age" || t.text == "old" || t.text == "older" || t.text == "younger" || t.text == "aged"
	}
	p.takeLongest("inclusive", ", inclusive", "( inclusive )", "inclusively", "both inclusive", "( included )", "included")
	p.takeLongest(", regardless of gender", "regardless of gender", "regardless of sex", ", regardless of sex", ", male or female", "of either sex", "of both sexes", ", both sexes", ", of either sex", ", either sex", ", both genders", ", no gender limit", ", any gender", ", irrespective of gender", ", gender not limited", ", male and female", ", of any gender", "of either gender", "of both genders", "of any gender", "of any sex", "( both sexes )", ", any sex", ", no limitation on gender", ", no gender limitation", ", all genders", ", all sexes", "male or female", "( male or female )", ", gender is not limited", ", gender not limited", ", gender is not restricted", ", gender unlimited", ", no gender restriction", ", without gender restrictions")
	if parens && !p.takePhrase(")") {
		return nil, false
	}
	if p.isNext(", at the time", ", at time", ", at the date") {
		p.i++
	}
	w := ""
	mark := p.i
	if p.takeLongest("at", "at the", "at time of", "on the day of", "on", "prior to", "at the date of", "at the start of", "at the start of the") != "" {
		p.takeLongest("time of the", "time of", "day of")
		a, ok := p.readAnchor()
		if !ok {
			p.i = mark
			return nil, false
		}
		w = a.name
	}
	n, ok := p.agesNode(bounds, either, named, w)
	if !ok || !p.atBoundary() {
		return nil, false
	}
	return &item{build: n.withoutWindow, measured: true}, true
}

// readAgeBounds reads "18 to 65 years", ">= 18 years and < 65", "at least 18
// years". either says that one of the two bounds is enough.
func (p *parser) readAgeBounds(led, between bool) (list []ageBound, either, ok bool) {
	between = p.takeLongest("between", "from", "range from", "between the ages of", "ranging from", "ranging between", "b / w") != "" || between
	op := p.readComparator()
	n, ok := p.readWholeNumber()
	if !ok {
		return nil, false, false
	}
	unit := p.readAgeUnit()
	first := ageBound{op, n, unit}
	if after := p.takeLongest("or older", "and older", "or above", "and above", "or over", "and over", "or more", "and up", "of age or older", "of age and older", "of age or above", "of age and above", "or greater", "of age or over", "of age and over", "old or older", "old and above", "old or above", "old and older", "and upwards", "of age or more", "and more", "or up", "or older than", "of age or greater", "plus", "+", "or elder", "old or more", ", or older", "old and over", "and greater", "of age and up"); after != "" {
		if first.op != "" || between {
			return nil, false, false
		}
		first.op = ">="
		if first.unit == "" {
			first.unit = p.readAgeUnit()
		}
		return []ageBound{first}, false, true
	}
	if p.takeLongest("or younger", "and younger", "or less", "or under", "and under", "and below", "or below", "of age or younger", "of age and younger", "of age or less") != "" {
		if first.op != "" || between {
			return nil, false, false
		}
		first.op = "<="
		return []ageBound{first}, false, true
	}
	mark := p.i
	p.takeLongest("of age", "old")
	link := p.takeLongest("-", "to", "and", "through", "but", ",", "up to", "until", "till", "and up to", "or", "and not", "but not", "to a maximum of")
	op2 := p.readComparator()
	m, ok := p.readWholeNumber()
	if (link == "" || link == "or") && op2 == "" || !ok || link == "or" && first.op == "" || (first.op == "") != (op2 == "") && op2 == "" && link != "to" || (link == "and not" || link == "but not") {
		p.i = mark
		if first.op == "" && !led {
			return nil, false, false
		}
		return []ageBound{first}, false, true
	}
	second := ageBound{op2, m, p.readAgeUnit()}
	if first.op == "" {
		first.op = ">="
	}
	if second.op == "" {
		if link == "and" && !between {
			return nil, false, false
		}
		second.op = "<="
	}
	if first.unit == "" {
		first.unit = second.unit
	}
	if second.unit == "" {
		second.unit = first.unit
	}
	return []ageBound{first, second}, link == "or", true
}

func (p *parser) readWholeNumber() (int, bool) {
	if p.atEnd() || p.toks[p.i].kind != numberToken {
		if n := numberWords[p.textAt(0)]; n > 0 && n != 1 {
			p.i++
			return n, true
		}
		if p.textAt(0) == "eighteen" {
			p.i++
			if p.textAt(0) == "(" && p.textAt(1) == "18" && p.textAt(2) == ")" {
				p.i += 3
			}
			return 18, true
		}
		return 0, false
	}
	n, err := strconv.Atoi(p.textAt(0))
	if err != nil || n > 40_000 {
		return 0, false
	}
	p.i++
	return n, true
}

func (p *parser) readAgeUnit() string {
	mark := p.i
	if p.textAt(0) == "-" && ageUnits[p.stemAt(1)] != "" {
		p.i++
	}
	p.takePhrase("full")
	p.takePhrase("completed")
	if p.takePhrase("y / o") || p.takePhrase("y . o .") || p.takePhrase("yrs .") {
		return "age"
	}
	u := ageUnits[p.stemAt(0)]
	if u == "" {
		p.i = mark
		return ""
	}
	p.i++
	p.takeLongest("( s )")
	if p.textAt(0) == "-" && p.textAt(1) == "old" {
		p.i += 2
	}
	return u
}

func (p *parser) agesNode(bounds []ageBound, either, named bool, anchor string) (node, bool) {
	var parts []node
	for i, b := range bounds {
		if b.unit == "" {
			if !named || bounds[len(bounds)-1].n < 14 {
				return node{}, false // years or months
			}
			b.unit = "age"
		}
		if b.unit != "age" && !named && len(bounds) == 1 || !named && b.unit == "age" && b.n > 120 {
			return node{}, false
		}
		if i == 1 && !boundsSensible(bounds[0], b, either) {
			return node{}, false
		}
		n, ok := p.ageNode(b, anchor)
		if !ok {
			return node{}, false
		}
		parts = append(parts, n)
	}
	if len(bounds) == 1 && !named {
		return node{}, false // "18 years or more" may be a duration
	}
	n := allOf(parts...)
	if either {
		n = anyOf(parts...)
	}
	n.form = "age"
	return n, true
}

// boundsSensible reports whether two bounds include some ages and exclude
// others.
func boundsSensible(a, b ageBound, either bool) bool {
	if a.op[0] == b.op[0] {
		return false
	}
	if a.op[0] == '<' {
		a, b = b, a
	}
	// a is the bound that ages must be above.
	if a.unit != b.unit {
		return !either
	}
	return either == (a.n >= b.n)
}

var operators = map[string]string{">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}

func (p *parser) ageNode(b ageBound, anchor string) (node, bool) {
	number, n := b.unit, b.n
	unit := map[string]string{"age": "years", "age_months": "months", "age_days": "days", "age_weeks": "weeks"}[b.unit]
	if b.unit == "age_weeks" {
		number, n = "age_days", b.n*7
		if b.op == "<=" {
			n += 6 // completed weeks
		}
		if b.op == ">" {
			return node{}, false
		}
	}
	said := "is " + operators[b.op] + " " + strconv.Itoa(b.n) + " " + unit + " old"
	var names []string
	if anchor != "" {
		if b.unit != "age" {
			return node{}, false
		}
		number, names = "age_at("+anchor+")", []string{anchor}
		said += " on the day of " + anchor
	}
	if b.unit == "age" && b.n >= 18 && (b.op == ">=" || b.op == ">") {
		p.adultAge = true
	}
	out := comparisonNode("age", number+" "+b.op+" "+strconv.Itoa(n), said)
	out.anchors = names
	if b.op != ">" {
		return out, true
	}
	if b.unit != "age" {
		return node{}, false
	}
	// For some protocols a person of 18 years and a month is "over 18".
	years := strconv.Itoa(b.n)
	edge := comparisonNode("age", number+" == "+years, "is "+years)
	edge.anchors = names
	q := p.r.questionNode("age", "older_than_"+years, "The protocol says older than "+years+" years. Does a person of "+years+" completed years count?")
	return anyOf(out, allOf(edge, q)).withForm("age"), true
}
