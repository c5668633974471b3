// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"github.com/eligo-trials/eligo/rules/terminology"
)

// scores are measurements that count points: their numbers need no unit.
var scores = words("ecog karnofsky mmse mrss inr fev1_fvc moca phq_9 lansky glasgow_coma_scale panss hamd madrs nihss modified_rankin das28 meld child_pugh_score apgar")

// comparator reads "at least" and the like. worded tells it from a sign.
func (p *parser) comparator() (op string, worded bool) {
	if !p.done() && p.toks[p.i].kind == compareToken {
		op = p.word(0)
		p.i++
		if op == "=" {
			p.i--
			return "", false
		}
		if (op == ">" || op == "<") && p.takeAny("or equal to", "or equal") != "" {
			op += "="
		}
		return op, false
	}
	table := []struct {
		op   string
		says []string
	}{
		{">=", []string{"greater than or equal to", "more than or equal to", "equal to or older than", "older than or equal to", "equal to or greater than", "equal or greater than", "at least", "not less than", "no less than", "minimum of", "a minimum of", "equal to or more than", "higher than or equal to", "above or equal to", "greater or equal to", "greater than or equal", "superior or equal to", "equal or more than", "equal or superior to", "not lower than", "equal or above", "of at least", "minimum age of", "minimum age", "no lower than", "no younger than", "not younger than", "more or equal to", "minimum"}},
		{"<=", []string{"less than or equal to", "lower than or equal to", "equal to or less than", "equal or less than", "at most", "no more than", "not more than", "no greater than", "not greater than", "up to", "maximum of", "a maximum of", "not exceeding", "below or equal to", "not exceed", "less or equal to", "inferior or equal to", "not to exceed", "no higher than", "not higher than", "equal to or lower than", "equal to or below", "no older than", "not older than", "smaller than or equal to", "less than or equal", "fewer than or equal to", "maximum"}},
		{">", []string{"greater than", "more than", "above", "over", "higher than", "exceeding", "older than", "in excess of", "exceeds", "larger than", "superior to", "exceed", "greater then", "bigger than"}},
		{"<", []string{"less than", "below", "under", "lower than", "younger than", "inferior to", "fewer than", "smaller than", "less then"}},
	}
	start, end := p.i, p.i
	for _, row := range table {
		for _, phrase := range row.says {
			p.i = start
			if p.take(phrase) && p.i > end {
				op, end = row.op, p.i
			}
		}
	}
	p.i = end
	return op, op != ""
}

// measured is what a comparison is about.
type measured struct {
	concept *terminology.Concept
	words   string
}

// quantity reads the name of a measurement.
func (p *parser) quantity() (measured, bool) {
	start := p.i
	p.takeAny("a", "an", "the")
	from := p.i
	c, end := p.find(p.i, terminology.ObservationKind)
	if c == nil {
		p.takeAny("serum", "plasma", "blood", "baseline-none", "patient's")
		c, end = p.find(p.i, terminology.ObservationKind)
	}
	if c == nil {
		p.i = start
		return measured{}, false
	}
	p.i = end
	m := measured{c, p.words(from, p.i)}
	for p.word(0) == "(" {
		mark := p.i
		p.i++
		other, end := p.find(p.i, terminology.ObservationKind)
		switch {
		case other == c && end < len(p.toks) && p.toks[end].text == ")":
			p.i = end + 1
		case p.i+1 < len(p.toks) && p.toks[p.i+1].text == ")" && p.initials(p.toks[p.i], from, mark):
			p.i += 2
		default:
			p.i = mark
			return m, true
		}
		if c2, end2 := p.find(p.i, terminology.ObservationKind); c2 == c && p.i > mark {
			p.i = end2 // "(ECOG) performance status"
		}
		p.takeAny("performance status", "performance status score", "performance score", "score", "performance scale", "scale", "ps")
	}
	return m, true
}

// measurement reads a comparison of one or more measurements.
func (p *parser) measurement() (*item, bool) {
	start := p.i
	fail := func() (*item, bool) { p.i = start; return nil, false }
	p.organLeadIn()
	if it, ok := p.performance(); ok {
		return it, true
	}
	list, ok := p.quantities()
	if !ok {
		return fail()
	}
	p.copula()
	w, ok := p.window()
	if !ok {
		return fail()
	}
	p.measuring = list[0].concept
	limits, ok := p.limits(list)
	p.measuring = nil
	if !ok {
		return fail()
	}
	if w == nil {
		if w, ok = p.window(); !ok {
			return fail()
		}
	}
	p.takeAny("at screening", "at the time of screening", "at the screening visit", "at time of screening", "at screening visit")
	n, ok := p.compareAll(list, limits, w)
	if !ok || !p.loosely && !p.boundary() {
		return fail()
	}
	it := fixed(n)
	it.dated = w != nil
	it.measured = true
	return it, true
}

// organWords only group measurements: "adequate renal function:".
var organWords = words(`adequate acceptable sufficient inadequate impaired abnormal normal satisfactory insufficient good poor have has having bone marrow renal hepatic liver kidney hematologic hematological hematology cardiac organ end coagulation and or
	heart hematopoietic metabolic pulmonary lung performance status baseline function reserve test laboratory value blood count parameter lab as defined by evidenced indicated follow below with demonstrated determined measured assessed documented including
	shown is routine examination biochemistry biochemical index system systems chemistry hemogram must severe moderate significant dysfunction impairment an the result required following criteria patient subject participant electrolyte electrolytes that`)

// organLeadIn reads such words up to the mark or the word that ends them.
func (p *parser) organLeadIn() {
	mark := p.i
	if p.later && p.is("defined", "as", "with", "by", "that", "is", "and", "or", "the", "an", "must", "have", "has", "having") {
		return
	}
	for !p.done() && p.i-mark < 16 && (organWords[p.word(0)] || organWords[p.stemAt(0)] || (p.word(0) == "-" || p.word(0) == "/" || p.word(0) == ",") && p.i > mark && organWords[p.stemAt(1)]) {
		p.i++
	}
	last := p.word(-1)
	if p.i > mark {
		if p.takeAny(":", "-", "i . e .") != "" {
			if _, ok := p.quantityAhead(); ok {
				return
			}
		}
		if last == "by" || last == "as" || last == "with" || last == "following" {
			if _, ok := p.quantityAhead(); ok {
				return
			}
		}
	}
	p.i = mark
}

func (p *parser) quantityAhead() (measured, bool) {
	mark := p.i
	m, ok := p.quantity()
	p.i = mark
	return m, ok
}

// copula reads what ties a measurement to its limit.
func (p *parser) copula() {
	for range 5 {
		if p.takeAny(":", "of", "is", "are", "must be", "should be", "level", "value", "count", "concentration", "was", "were", "be", "score", "levels of", "at", "score of", "scale", "that is", "must have", "which is", "result", "has", "within", "has to be", "=", "with", "being", "a score of", "grade", "in the range of", "ranging", "measurement", "index of", "shall be", "index", "scores of", "rating of", "status of", "total score", "total score of", "equal to") == "" {
			return
		}
		if p.word(-1) == "within" || p.word(-1) == "at" || p.word(-1) == "with" {
			if !p.is("normal") && !p.is("a", "the range") && p.word(-1) == "within" || p.is("least", "most", "screening") || p.word(-1) == "with" {
				p.i--
				return
			}
		}
	}
}

// compareAll writes the comparisons of all measurements, with what is left out.
func (p *parser) compareAll(list []measured, limits []limit, w *window) (node, bool) {
	parts := make([]node, len(list))
	for i, m := range list {
		var ok bool
		if parts[i], ok = p.compare(m, limits, w); !ok {
			return node{}, false
		}
	}
	n := allOf(parts...)
	if p.exclusion {
		n = anyOf(parts...)
	}
	n.form = parts[0].form
	n, ok := p.bySex(n, list, limits, w)
	if !ok {
		return node{}, false
	}
	return p.exempted(n, list, w)
}

// quantities reads one name of a measurement, or several: "ALT and AST". All of
// them must be within the limits to be included, one beyond is enough to be
// excluded; where the sentence says the contrary, it is not understood.
func (p *parser) quantities() ([]measured, bool) {
	both := p.takeAny("both", "either")
	first, ok := p.quantity()
	if !ok {
		return nil, false
	}
	list := []measured{first}
	join := ""
	for {
		mark := p.i
		sep, ok := andWord, true
		if slash := p.word(0) == "/"; p.word(0) == "&" || slash && !p.exclusion {
			p.i++
		} else {
			sep, ok = p.separator()
		}
		if !ok {
			break
		}
		next, ok := p.quantity()
		if !ok {
			p.i = mark
			break
		}
		if sep == commaOnly {
			sep = join
		} else if join != "" && join != sep {
			return nil, false
		}
		join = sep
		list = append(list, next)
	}
	contrary := join == "" || join == orWord && !p.exclusion || join == andWord && p.exclusion && both != "either"
	if len(list) > 1 && contrary || both != "" && len(list) != 2 {
		return nil, false
	}
	return list, true
}
