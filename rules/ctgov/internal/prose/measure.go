// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"github.com/eligo-trials/eligo/rules/terminology"
)

// scores are measurements in points: their numbers need no unit.
var scores = WordSet("ecog karnofsky mmse mrss inr fev1_fvc moca phq_9 lansky glasgow_coma_scale panss hamd madrs nihss modified_rankin das28 meld child_pugh_score apgar")

var comparators = []string{">=", "<=", ">", "<"}

// readComparator reads a sign such as ">=" or words such as "at least", and gives
// the sign; "" if none is next.
func (p *parser) readComparator() string {
	if !p.atEnd() && p.toks[p.i].kind == compareToken {
		op := p.textAt(0)
		p.i++
		if op == "=" {
			p.i--
			return ""
		}
		if (op == ">" || op == "<") && p.takeLongest("or equal to", "or equal") != "" {
			op += "="
		}
		return op
	}
	row := takeRow(p, comparators, func(op *string) []string { return comparatorTables[*op] })
	if row == nil {
		return ""
	}
	return *row
}

// measured is the measurement of a comparison.
type measured struct {
	concept *terminology.Concept
	words   string
}

// readMeasurementName reads the name of a measurement.
func (p *parser) readMeasurementName() (measured, bool) {
	start := p.i
	p.takeLongest("a", "an", "the")
	from := p.i
	c, end := p.findConcept(p.i, terminology.ObservationKind)
	if c == nil {
		p.takeLongest("serum", "plasma", "blood", "baseline-none", "patient's")
		c, end = p.findConcept(p.i, terminology.ObservationKind)
	}
	if c == nil {
		p.i = start
		return measured{}, false
	}
	p.i = end
	m := measured{c, p.textBetween(from, p.i)}
	for p.textAt(0) == "(" {
		mark := p.i
		p.i++
		other, end := p.findConcept(p.i, terminology.ObservationKind)
		switch {
		case other == c && end < len(p.toks) && p.toks[end].text == ")":
			p.i = end + 1
		case p.i+1 < len(p.toks) && p.toks[p.i+1].text == ")" && p.areInitials(p.toks[p.i], from, mark):
			p.i += 2
		default:
			p.i = mark
			return m, true
		}
		if c2, end2 := p.findConcept(p.i, terminology.ObservationKind); c2 == c && p.i > mark {
			p.i = end2 // "(ECOG) performance status"
		}
		p.takeLongest("performance status", "performance status score", "performance score", "score", "performance scale", "scale", "ps")
	}
	return m, true
}

// readMeasurement reads a comparison of one or more measurements.
func (p *parser) readMeasurement() (_ *item, read bool) {
	defer p.backtrackUnless(&read)()
	p.readOrganWords()
	if it, ok := p.readPerformanceStatus(); ok {
		return it, true
	}
	list, ok := p.readMeasurementNames()
	if !ok {
		return nil, false
	}
	p.readCopula()
	w, ok := p.readWindow()
	if !ok {
		return nil, false
	}
	p.measuring = list[0].concept
	limits, ok := p.readLimits(list)
	p.measuring = nil
	if !ok {
		return nil, false
	}
	if w == nil {
		if w, ok = p.readWindow(); !ok {
			return nil, false
		}
	}
	p.takeLongest("at screening", "at the time of screening", "at the screening visit", "at time of screening", "at screening visit")
	n, ok := p.compareNodes(list, limits, w)
	if !ok || !p.loosely && !p.atBoundary() {
		return nil, false
	}
	it := fixedItem(n)
	it.dated = w != nil
	it.measured = true
	return it, true
}

// organWords group measurements: "adequate renal function:".
var organWords = wordTables.wordSet("organ words")

// readOrganWords reads organWords up to a mark or word that ends them.
func (p *parser) readOrganWords() {
	mark := p.i
	if p.later && p.isNext("defined", "as", "with", "by", "that", "is", "and", "or", "the", "an", "must", "have", "has", "having") {
		return
	}
	for !p.atEnd() && p.i-mark < 16 && (organWords[p.textAt(0)] || organWords[p.stemAt(0)] || (p.textAt(0) == "-" || p.textAt(0) == "/" || p.textAt(0) == ",") && p.i > mark && organWords[p.stemAt(1)]) {
		p.i++
	}
	last := p.textAt(-1)
	if p.i > mark {
		if p.takeLongest(":", "-", "i . e .") != "" {
			if _, ok := p.measurementNameAhead(); ok {
				return
			}
		}
		if last == "by" || last == "as" || last == "with" || last == "following" {
			if _, ok := p.measurementNameAhead(); ok {
				return
			}
		}
	}
	p.i = mark
}

func (p *parser) measurementNameAhead() (measured, bool) {
	mark := p.i
	m, ok := p.readMeasurementName()
	p.i = mark
	return m, ok
}

// readCopula reads the words between a measurement and its limit.
func (p *parser) readCopula() {
	for range 5 {
		if p.takeLongest(":", "of", "is", "are", "must be", "should be", "level", "value", "count", "concentration", "was", "were", "be", "score", "levels of", "at", "score of", "scale", "that is", "must have", "which is", "result", "has", "within", "has to be", "=", "with", "being", "a score of", "grade", "in the range of", "ranging", "measurement", "index of", "shall be", "index", "scores of", "rating of", "status of", "total score", "total score of", "equal to") == "" {
			return
		}
		if p.textAt(-1) == "within" || p.textAt(-1) == "at" || p.textAt(-1) == "with" {
			if !p.isNext("normal") && !p.isNext("a", "the range") && p.textAt(-1) == "within" || p.isNext("least", "most", "screening") || p.textAt(-1) == "with" {
				p.i--
				return
			}
		}
	}
}

// compareNodes gives the node that compares all measurements, with the
// exemptions from it.
func (p *parser) compareNodes(list []measured, limits []limit, w *window) (node, bool) {
	parts := make([]node, len(list))
	for i, m := range list {
		var ok bool
		if parts[i], ok = p.compareNode(m, limits, w); !ok {
			return node{}, false
		}
	}
	n := allOf(parts...)
	if p.exclusion {
		n = anyOf(parts...)
	}
	n.form = parts[0].form
	n, ok := p.readSexLimits(n, list, limits, w)
	if !ok {
		return node{}, false
	}
	return p.readExemption(n, list, w)
}

// readMeasurementNames reads one name of a measurement, or several: "ALT and
// AST". For an inclusion all of them must be within the limits, for an
// exclusion one beyond is enough. A sentence that says otherwise is not
// understood.
func (p *parser) readMeasurementNames() ([]measured, bool) {
	both := p.takeLongest("both", "either")
	first, ok := p.readMeasurementName()
	if !ok {
		return nil, false
	}
	list := []measured{first}
	join := ""
	for {
		mark := p.i
		sep, ok := andWord, true
		if slash := p.textAt(0) == "/"; p.textAt(0) == "&" || slash && !p.exclusion {
			p.i++
		} else {
			sep, ok = p.readSeparator()
		}
		if !ok {
			break
		}
		next, ok := p.readMeasurementName()
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
