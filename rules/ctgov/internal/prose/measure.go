// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"regexp"
	"strconv"
	"strings"

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
		if op == "=" {
			return ""
		}
		p.i++
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

type measured struct {
	concept *terminology.Concept
	words   string
}

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
	return &item{build: n.withoutWindow, dated: w != nil, measured: true}, true
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
	if p.i > mark && (p.takeLongest(":", "-", "i . e .") != "" || last == "by" || last == "as" || last == "with" || last == "following") && p.measurementNameAhead() {
		return
	}
	p.i = mark
}

func (p *parser) measurementNameAhead() bool {
	mark := p.i
	_, ok := p.readMeasurementName()
	p.i = mark
	return ok
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

func (p *parser) compareNodes(list []measured, limits []limit, w *window) (node, bool) {
	parts, ok := buildNodes(list, func(m measured) (node, bool) { return p.compareNode(m, limits, w) })
	if !ok {
		return node{}, false
	}
	n := allOf(parts...)
	if p.exclusion {
		n = anyOf(parts...)
	}
	n.form = parts[0].form
	if n, ok = p.readSexLimits(n, list, limits, w); !ok {
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

var (
	per       = `(?:cells?|platelets?|neutrophils?)?\s*(?:/|per)\s*`
	volume    = `(L|litre|liter|uL|mcL|mm\s*\^?\(?3\)?|cu\.?\s*mm|cumm|microlitres?|microliters?|mL|cubic millimeter|cubic mm)`
	powers    = regexp.MustCompile(`(?i)^\s*(?:x|\*|,)\s*10\s*(?:\^|\*\*?|e)?\s*\(?(3|6|9|12)\)?\s*` + per + volume)
	thousands = regexp.MustCompile(`(?i)^\s*(?:x\s*1,?000\s*|k\s*|thousand\s*|th\s*)` + per + volume)
	counts    = regexp.MustCompile(`(?i)^\s*` + per + volume)
	spelled   = regexp.MustCompile(`(?i)^\s*(?:(mL\s*/\s*min(?:ute)?(?:utes)?\s*(?:/|per)\s*1\.73\s*(?:m\s*\^?2|m\^2|sq\.? ?m))|([a-zµ%][a-z%/*.\s]{0,24}))`)
)

// unitWords are the units in protocols, in lower case and without spaces,
// except counts.
var unitWords = map[string]string{
	"g/dl": "g/dL", "gm/dl": "g/dL", "gr/dl": "g/dL", "grams/dl": "g/dL", "g/l": "g/L", "gm/l": "g/L", "g/100ml": "g/dL", "mg/dl": "mg/dL", "mg/l": "mg/L", "ug/l": "ug/L", "ng/ml": "ng/mL", "ng/dl": "ng/dL", "ng/l": "ng/L", "pg/ml": "pg/mL",
	"ug/ml": "ug/mL", "ug/dl": "ug/dL", "mcg/dl": "ug/dL", "mcg/l": "ug/L", "umol/l": "umol/L", "mmol/l": "mmol/L", "nmol/l": "nmol/L", "micromol/l": "umol/L", "mmole/l": "mmol/L", "umol/liter": "umol/L", "mmol/liter": "mmol/L", "meq/l": "meq/L",
	"iu/l": "[IU]/L", "u/l": "U/L", "iu/ml": "[IU]/mL", "miu/ml": "m[IU]/mL", "copies/ml": "{copies}/mL", "ml/min": "mL/min", "ml/minute": "mL/min", "ml/min/1.73m2": "mL/min/{1.73_m2}",
	"kg/m2": "kg/m2", "kg/m^2": "kg/m2", "kg/sqm": "kg/m2", "mmhg": "mm[Hg]", "%": "%", "percent": "%", "ms": "ms", "msec": "ms", "milliseconds": "ms", "msecs": "ms", "bpm": "/min", "beats/min": "/min", "beatsperminute": "/min", "beats/minute": "/min",
	"kg": "kg", "kilograms": "kg", "cm": "cm", "mm/h": "mm/h", "mm/hr": "mm/h", "mm/hour": "mm/h", "°c": "Cel", "lb": "[lb_av]", "lbs": "[lb_av]", "pounds": "[lb_av]", "sec": "s", "seconds": "s", "mg/g": "mg/g",
}

// readUnit reads a unit, and the power of ten before it.
func (p *parser) readUnit() (unit string, power int, ok bool) {
	if p.i == 0 {
		return "", 0, false
	}
	at := p.toks[p.i-1].end
	rest := p.text[at:]
	if m := powers.FindStringSubmatch(rest); m != nil {
		power, _ = strconv.Atoi(m[1])
		return volumeUnit(m[2]), power, p.skipToByte(at + len(m[0]))
	}
	if m := thousands.FindStringSubmatch(rest); m != nil {
		return volumeUnit(m[1]), 3, p.skipToByte(at + len(m[0]))
	}
	if m := counts.FindStringSubmatch(rest); m != nil {
		return volumeUnit(m[1]), 0, p.skipToByte(at + len(m[0]))
	}
	m := spelled.FindStringSubmatch(rest)
	if m == nil {
		return "", 0, false
	}
	if m[1] != "" {
		return "mL/min/{1.73_m2}", 0, p.skipToByte(at + len(m[0]))
	}
	// The longest prefix of the rest that is a unit.
	best := -1
	for j := p.i; j < len(p.toks) && j < p.i+6; j++ {
		text := strings.ToLower(strings.ReplaceAll(p.text[at:p.toks[j].end], " ", ""))
		if u, known := unitWords[text]; known && u != "" {
			unit, best = u, j+1
		}
	}
	if best < 0 {
		return "", 0, false
	}
	p.i = best
	return unit, 0, p.unitEnds()
}

// unitEnds reports whether the unit ends here: "/" or "^" would continue it.
func (p *parser) unitEnds() bool {
	if p.atEnd() || !p.toks[p.i].glued {
		return !p.isNext("/")
	}
	return p.isNext(",", ";", ".", ")", "(", "-") || p.atBoundary() && !p.isNext("/")
}

func volumeUnit(s string) string {
	switch s = strings.ToLower(strings.ReplaceAll(s, " ", "")); s {
	case "l", "litre", "liter":
		return "/L"
	case "ml":
		return "/mL"
	}
	return "/uL"
}

func (p *parser) skipToByte(at int) bool {
	i := p.i
	for i < len(p.toks) && p.toks[i].start < at {
		if p.toks[i].end > at {
			return false
		}
		i++
	}
	p.i = i
	return p.unitEnds()
}
