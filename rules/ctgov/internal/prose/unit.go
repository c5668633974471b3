// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	per       = `(?:cells?|platelets?|neutrophils?)?\s*(?:/|per)\s*`
	volume    = `(L|litre|liter|uL|mcL|mm\s*\^?\(?3\)?|cu\.?\s*mm|cumm|microlitres?|microliters?|mL|cubic millimeter|cubic mm)`
	powers    = regexp.MustCompile(`(?i)^\s*(?:x|\*|,)\s*10\s*(?:\^|\*\*?|e)?\s*\(?(3|6|9|12)\)?\s*` + per + volume)
	thousands = regexp.MustCompile(`(?i)^\s*(?:x\s*1,?000\s*|k\s*|thousand\s*|th\s*)` + per + volume)
	counts    = regexp.MustCompile(`(?i)^\s*` + per + volume)
	spelled   = regexp.MustCompile(`(?i)^\s*(?:(mL\s*/\s*min(?:ute)?(?:utes)?\s*(?:/|per)\s*1\.73\s*(?:m\s*\^?2|m\^2|sq\.? ?m))|([a-zµ%][a-z%/*.\s]{0,24}))`)
)

// unitWords are the units as protocols write them, in lower case and without
// spaces, but for counts.
var unitWords = map[string]string{
	"g/dl": "g/dL", "gm/dl": "g/dL", "gr/dl": "g/dL", "grams/dl": "g/dL", "g/l": "g/L", "gm/l": "g/L", "g/100ml": "g/dL", "mg/dl": "mg/dL", "mg/l": "mg/L", "ug/l": "ug/L", "ng/ml": "ng/mL", "ng/dl": "ng/dL", "ng/l": "ng/L", "pg/ml": "pg/mL",
	"ug/ml": "ug/mL", "ug/dl": "ug/dL", "mcg/dl": "ug/dL", "mcg/l": "ug/L", "umol/l": "umol/L", "mmol/l": "mmol/L", "nmol/l": "nmol/L", "micromol/l": "umol/L", "mmole/l": "mmol/L", "umol/liter": "umol/L", "mmol/liter": "mmol/L", "meq/l": "meq/L",
	"iu/l": "[IU]/L", "u/l": "U/L", "iu/ml": "[IU]/mL", "miu/ml": "m[IU]/mL", "copies/ml": "{copies}/mL", "ml/min": "mL/min", "ml/minute": "mL/min", "ml/min/1.73m2": "mL/min/{1.73_m2}",
	"kg/m2": "kg/m2", "kg/m^2": "kg/m2", "kg/sqm": "kg/m2", "mmhg": "mm[Hg]", "%": "%", "percent": "%", "ms": "ms", "msec": "ms", "milliseconds": "ms", "msecs": "ms", "bpm": "/min", "beats/min": "/min", "beatsperminute": "/min", "beats/minute": "/min",
	"kg": "kg", "kilograms": "kg", "cm": "cm", "mm/h": "mm/h", "mm/hr": "mm/h", "mm/hour": "mm/h", "°c": "Cel", "lb": "[lb_av]", "lbs": "[lb_av]", "pounds": "[lb_av]", "sec": "s", "seconds": "s", "mg/g": "mg/g",
}

// unit reads a unit, and the power of ten that is written before it.
func (p *parser) unit() (unit string, power int, ok bool) {
	if p.i == 0 {
		return "", 0, false
	}
	at := p.toks[p.i-1].end
	rest := p.text[at:]
	if m := powers.FindStringSubmatch(rest); m != nil {
		power, _ = strconv.Atoi(m[1])
		return volumeUnit(m[2]), power, p.skipTo(at + len(m[0]))
	}
	if m := thousands.FindStringSubmatch(rest); m != nil {
		return volumeUnit(m[1]), 3, p.skipTo(at + len(m[0]))
	}
	if m := counts.FindStringSubmatch(rest); m != nil {
		return volumeUnit(m[1]), 0, p.skipTo(at + len(m[0]))
	}
	m := spelled.FindStringSubmatch(rest)
	if m == nil {
		return "", 0, false
	}
	if m[1] != "" {
		return "mL/min/{1.73_m2}", 0, p.skipTo(at + len(m[0]))
	}
	// The longest beginning of what stands here that is a unit.
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
	return unit, 0, p.wholeUnit()
}

// wholeUnit reports whether the unit ends here: "/" or "^" would go on.
func (p *parser) wholeUnit() bool {
	if p.done() || !p.toks[p.i].glued {
		return !p.is("/")
	}
	return p.is(",", ";", ".", ")", "(", "-") || p.boundary() && !p.is("/")
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

// skipTo goes on at the token that begins at a byte of the sentence.
func (p *parser) skipTo(at int) bool {
	i := p.i
	for i < len(p.toks) && p.toks[i].start < at {
		if p.toks[i].end > at {
			return false
		}
		i++
	}
	p.i = i
	return p.wholeUnit()
}
