// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

type limit struct {
	op     string
	number string // exact decimal, as written
	unit   string // UCUM; "" if none
	of     string // uln or lln: number is a multiple of it
	values []string
}

// readLimits reads one comparison, or the two of a range.
func (p *parser) readLimits(list []measured) ([]limit, bool) {
	if p.takeLongest("within normal limits", "normal limits", "within normal range", "within the normal range", "normal range", "the normal range", "within institutional normal limits", "within normal institutional limits", "within limits of normal", "within institutional limits of normal") != "" {
		return []limit{{op: ">=", number: "1", of: "lln"}, {op: "<=", number: "1", of: "uln"}}, true
	}
	score := scores[list[0].concept.Name]
	between := p.takeLongest("between", "from", "in the range", "range", "ranges from", "ranged from") != ""
	op := p.readComparator()
	if op == "" && score && !between {
		if values, ok := p.readScoreValues(); ok {
			return []limit{{values: values}}, true
		}
	}
	first, ok := p.readValue(op)
	if !ok {
		return nil, false
	}
	if op == "" && !between {
		switch {
		case p.takeLongest("or less", "or lower", "or below", "or under", "or fewer", "or smaller") != "":
			first.op = "<="
			return []limit{first}, true
		case p.takeLongest("or more", "or greater", "or higher", "or above", "or over", "and above", "and over", "or larger") != "":
			first.op = ">="
			return []limit{first}, true
		}
	}
	mark := p.i
	link := p.takeLongest("and", "to", "-", "but", ",", "through")
	op2 := p.readComparator()
	second, ok := p.readValue(op2)
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
	p.takeLongest("inclusive", ", inclusive", "( inclusive )")
	return []limit{first, second}, first.of == second.of
}

// readScoreValues reads "0, 1 or 2", "0 or 1" or "2"; "0-1" is a range.
func (p *parser) readScoreValues() ([]string, bool) {
	start := p.i
	var values []string
	for !p.atEnd() && p.toks[p.i].kind == numberToken && !strings.Contains(p.textAt(0), ".") {
		values = append(values, p.textAt(0))
		p.i++
		mark := p.i
		p.takePhrase(",")
		p.takeLongest("and / or", "or", "and", "/")
		if p.atEnd() || p.i == mark || p.toks[p.i].kind != numberToken {
			p.i = mark
			break
		}
	}
	if len(values) == 0 || len(values) == 1 && (p.isNext("-", "to", "or", "or less", "or more", "through", "x", "%", "/") || p.isNext("and")) {
		p.i = start
		return nil, false
	}
	return values, true
}

var (
	upperLimits = phraseTables.phrases("upper limits")
	lowerLimits = phraseTables.phrases("lower limits")
)

func (p *parser) readValue(op string) (_ limit, read bool) {
	defer p.backtrackUnless(&read)()
	score := p.measuring != nil && scores[p.measuring.Name]
	l := limit{op: op}
	if of := p.readNormalLimit(); of != "" {
		l.number, l.of = "1", of
		if p.textAt(0) == "x" || p.textAt(0) == "*" {
			p.i++
			if p.atEnd() || p.toks[p.i].kind != numberToken {
				return l, false
			}
			l.number = plainNumber(p.textAt(0))
			p.i++
		}
		return l, true
	}
	if n := numberWords[p.textAt(0)]; n > 0 && score && op != "" {
		p.i++
		l.number = strconv.Itoa(n)
		return l, true
	}
	if p.atEnd() || p.toks[p.i].kind != numberToken {
		return l, false
	}
	l.number = plainNumber(p.textAt(0))
	p.i++
	after := p.i
	times := p.takeLongest("x", "times", "*", "fold", "times greater than-none", "- fold", "- times") != ""
	if of := p.readNormalLimit(); of != "" {
		l.of = of
		return l, true
	}
	if p.textAt(0) == "xuln" {
		p.i++
		l.of = "uln"
		return l, true
	}
	p.i = after
	if unit, power, ok := p.readUnit(); ok {
		l.unit, l.number = unit, timesPowerOfTen(l.number, power)
		p.readRepeatedValue(l)
		return l, true
	}
	p.i = after
	return l, !times && !p.isNext("x", "*", "^", ".", "%", "fold")
}

func (p *parser) readNormalLimit() string {
	mark := p.i
	p.takeLongest("the", "of the", "of", "above the", "above")
	p.takeLongest("institutional", "laboratory", "local", "age - adjusted-none")
	of := ""
	if p.takeLongest(upperLimits...) != "" {
		of = "uln"
	} else if p.takeLongest(lowerLimits...) != "" {
		of = "lln"
	}
	if of == "" || strings.HasPrefix(p.textBetween(mark, p.i), "above") {
		p.i = mark
		return ""
	}
	p.takeLongest("( "+of+" )", "( unl )", "[ "+of+" ]", "( "+of+"s )")
	return of
}

func plainNumber(s string) string { return strings.ReplaceAll(s, ",", "") }

func (p *parser) compareNode(m measured, limits []limit, w *window) (node, bool) {
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
			parts = append(parts, comparisonNode(form, rule, "latest "+m.concept.Label+when+" is "+words))
			continue
		}
		right, said, ok := p.limitTerm(m.concept, l, arg)
		if !ok || l.op == "" {
			return node{}, false
		}
		parts = append(parts, comparisonNode(form, left+" "+l.op+" "+right, "latest "+m.concept.Label+when+" is "+operators[l.op]+" "+said))
	}
	return w.datedNode(allOf(parts...).withForm(form)), true
}

func (p *parser) limitTerm(c *terminology.Concept, l limit, arg string) (rule, said string, ok bool) {
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
		if number, ok = convertNumber(l.number, l.unit, c); !ok {
			return "", "", false
		}
	case c.Unit != "1" && !customary[c.Name]:
		return "", "", false // "platelets < 100,000" has no unit
	}
	if r, known := plausible[c.Name]; known && !r.holdsNumber(number) {
		return "", "", false // "hemoglobin < 8.5 mg/dL" is a mistake
	}
	if c.Unit == "1" {
		return number, number, true
	}
	return number, number + " " + c.Unit, true
}
