// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// limit is one side of what a measurement is compared with.
type limit struct {
	op     string
	number string // exact decimal, as written
	unit   string // UCUM; "" if none
	of     string // uln or lln: number times it
	values []string
}

// limits reads one comparison, or two that make a range.
func (p *parser) limits(list []measured) ([]limit, bool) {
	if p.takeAny("within normal limits", "normal limits", "within normal range", "within the normal range", "normal range", "the normal range", "within institutional normal limits", "within normal institutional limits", "within limits of normal", "within institutional limits of normal") != "" {
		return []limit{{op: ">=", number: "1", of: "lln"}, {op: "<=", number: "1", of: "uln"}}, true
	}
	score := scores[list[0].concept.Name]
	between := p.takeAny("between", "from", "in the range", "range", "ranges from", "ranged from") != ""
	op, _ := p.comparator()
	if op == "" && score && !between {
		if values, ok := p.scoreValues(); ok {
			return []limit{{values: values}}, true
		}
	}
	first, ok := p.value(op)
	if !ok {
		return nil, false
	}
	if op == "" && !between {
		switch {
		case p.takeAny("or less", "or lower", "or below", "or under", "or fewer", "or smaller") != "":
			first.op = "<="
			return []limit{first}, true
		case p.takeAny("or more", "or greater", "or higher", "or above", "or over", "and above", "and over", "or larger") != "":
			first.op = ">="
			return []limit{first}, true
		}
	}
	mark := p.i
	link := p.takeAny("and", "to", "-", "but", ",", "through")
	op2, _ := p.comparator()
	second, ok := p.value(op2)
	if link == "" && op2 == "" || !ok || (op == "") != (op2 == "") || link == "," && op2 == "" || link == "and" && op2 == "" && !between || op2 != "" && op2[0] == op[0] {
		p.i = mark
		return []limit{first}, op != ""
	}
	if first.op == "" {
		first.op, second.op = ">=", "<="
	}
	if first.unit == "" && first.of == "" {
		first.unit = second.unit
	}
	p.takeAny("inclusive", ", inclusive", "( inclusive )")
	return []limit{first, second}, first.of == second.of
}

// scoreValues reads "0, 1 or 2", "0 or 1" or "2"; "0-1" is a range.
func (p *parser) scoreValues() ([]string, bool) {
	start := p.i
	var values []string
	for !p.done() && p.toks[p.i].kind == numberToken && !strings.Contains(p.word(0), ".") {
		values = append(values, p.word(0))
		p.i++
		mark := p.i
		p.take(",")
		p.takeAny("and / or", "or", "and", "/")
		if p.done() || p.i == mark || p.toks[p.i].kind != numberToken {
			p.i = mark
			break
		}
	}
	if len(values) == 0 || len(values) == 1 && (p.is("-", "to", "or", "or less", "or more", "through", "x", "%", "/") || p.is("and")) {
		p.i = start
		return nil, false
	}
	return values, true
}

var upperLimits = []string{
	"uln", "upper limit of normal", "upper limits of normal", "upper limit of the normal range", "upper normal limit", "unl", "upper limit of normal range", "institutional upper limit of normal", "institutional uln",
	"upper limit of the normal", "upper limit of normal value", "upper limit of normal values", "upper limit of normal limits", "institutional upper limits of normal", "upper limit", "upper normal limits", "upper limits of the normal range", "local laboratory uln",
	"upper limit of laboratory normal", "upper limit of normal for the laboratory", "institution's uln", "local uln", "upper limit of the reference range", "upper limit of reference range", "institution's upper limit of normal", "laboratory upper limit of normal", "upper limit of normal laboratory range", "laboratory uln", "upper limit of the norm", "upper level of normal", "lab uln", "institutional normal upper limit",
}

var lowerLimits = []string{"lln", "lower limit of normal", "lower limits of normal", "lower limit of the normal range", "institutional lower limit of normal", "lower limit of normal range", "lower normal limit", "institutional lln"}

// value reads a number with its unit, or a multiple of a limit of the normal range.
func (p *parser) value(op string) (limit, bool) {
	start := p.i
	score := p.measuring != nil && scores[p.measuring.Name]
	l := limit{op: op}
	if of := p.normalLimit(); of != "" {
		l.number, l.of = "1", of
		if p.word(0) == "x" || p.word(0) == "*" {
			p.i++
			if p.done() || p.toks[p.i].kind != numberToken {
				p.i = start
				return l, false
			}
			l.number = plainNumber(p.word(0))
			p.i++
		}
		return l, true
	}
	if n := numberWords[p.word(0)]; n > 0 && score && op != "" {
		p.i++
		l.number = strconv.Itoa(n)
		return l, true
	}
	if p.done() || p.toks[p.i].kind != numberToken {
		p.i = start
		return l, false
	}
	l.number = plainNumber(p.word(0))
	p.i++
	after := p.i
	times := p.takeAny("x", "times", "*", "fold", "times greater than-none", "- fold", "- times") != ""
	if of := p.normalLimit(); of != "" {
		l.of = of
		return l, true
	}
	if p.word(0) == "xuln" {
		p.i++
		l.of = "uln"
		return l, true
	}
	p.i = after
	if unit, power, ok := p.unit(); ok {
		l.unit, l.number = unit, shift(l.number, power)
		p.again(l)
		return l, true
	}
	p.i = after
	return l, !times && !p.is("x", "*", "^", ".", "%", "fold")
}

// normalLimit reads a name of a limit of the normal range.
func (p *parser) normalLimit() string {
	mark := p.i
	p.takeAny("the", "of the", "of", "above the", "above")
	p.takeAny("institutional", "laboratory", "local", "age - adjusted-none")
	of := ""
	if p.takeAny(upperLimits...) != "" {
		of = "uln"
	} else if p.takeAny(lowerLimits...) != "" {
		of = "lln"
	}
	if of == "" || strings.HasPrefix(p.words(mark, p.i), "above") {
		p.i = mark
		return ""
	}
	if p.take("( "+of+" )") || p.take("( unl )") || p.take("[ "+of+" ]") || p.take("( "+of+"s )") {
		return of
	}
	return of
}

func plainNumber(s string) string { return strings.ReplaceAll(s, ",", "") }

// compare writes the comparison of one measurement with its limits.
func (p *parser) compare(m measured, limits []limit, w *window) (node, bool) {
	name := m.concept.Name
	arg := name
	when := ""
	if w != nil {
		arg += ", " + w.rule
		when = " " + w.said
	}
	form := "measurement"
	if scores[name] && name != "inr" && name != "fev1_fvc" {
		form = "score"
	}
	var parts []node
	for _, l := range limits {
		left := "latest(" + arg + ")"
		if len(l.values) > 0 {
			rule, words := left+" == "+l.values[0], l.values[0]
			if len(l.values) > 1 {
				rule, words = left+" in ["+strings.Join(l.values, ", ")+"]", strings.Join(l.values, ", ")
			}
			parts = append(parts, comparison(form, rule, "latest "+m.concept.Label+when+" is "+words))
			continue
		}
		right, said, ok := p.bound(m.concept, l, arg)
		if !ok || l.op == "" {
			return node{}, false
		}
		parts = append(parts, comparison(form, left+" "+l.op+" "+right, "latest "+m.concept.Label+when+" is "+operators[l.op]+" "+said))
	}
	n := allOf(parts...)
	n.form = form
	return w.on(n), true
}

// bound writes a limit in the concept's unit.
func (p *parser) bound(c *terminology.Concept, l limit, arg string) (rule, said string, ok bool) {
	if l.of != "" {
		limitOf := map[string]string{"uln": "the upper limit of normal", "lln": "the lower limit of normal"}[l.of]
		if l.number == "1" {
			return l.of + "(" + arg + ")", limitOf, true
		}
		return l.number + " * " + l.of + "(" + arg + ")", l.number + " times " + limitOf, true
	}
	if l.unit == "%" && (c.Name == "karnofsky" || c.Name == "lansky") {
		l.unit = ""
	}
	number := l.number
	switch {
	case l.unit != "":
		if number, ok = convert(l.number, l.unit, c); !ok {
			return "", "", false
		}
	case c.Unit != "1" && !customary[c.Name]:
		return "", "", false // "platelets < 100,000" of what
	}
	if r, known := plausible[c.Name]; known && !r.holds(number) {
		return "", "", false // "hemoglobin < 8.5 mg/dL" is a slip
	}
	if c.Unit == "1" {
		return number, number, true
	}
	return number, number + " " + c.Unit, true
}
