// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/ucum"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// customary are the measurements that are given in one unit only, so that a
// number needs none.
var customary = words("bmi systolic_blood_pressure diastolic_blood_pressure heart_rate lvef oxygen_saturation hba1c qtc qtcf")

// span is the range of numbers, in the concept's unit, that a protocol may
// well compare a measurement with.
type span struct{ lo, hi float64 }

func (s span) holds(number string) bool {
	x, err := strconv.ParseFloat(number, 64)
	return err == nil && s.lo <= x && x <= s.hi
}

var plausible = map[string]span{
	"hemoglobin": {4, 22}, "platelets": {5, 1500}, "neutrophils": {0.1, 50}, "leukocytes": {0.5, 200}, "lymphocytes": {0.05, 200},
	"creatinine": {0.3, 12}, "bilirubin": {0.2, 30}, "albumin": {1, 6}, "alt": {5, 3000}, "ast": {5, 3000}, "alkaline_phosphatase": {20, 3000},
	"egfr": {5, 150}, "creatinine_clearance": {5, 200}, "hba1c": {4, 16}, "bmi": {10, 80}, "lvef": {10, 80}, "systolic_blood_pressure": {60, 260},
	"diastolic_blood_pressure": {30, 160}, "heart_rate": {30, 200}, "oxygen_saturation": {60, 100}, "qtc": {300, 600}, "potassium": {1.5, 8}, "sodium": {100, 180},
	"calcium": {4, 18}, "glucose": {30, 700}, "fasting_glucose": {30, 500}, "inr": {0.5, 10}, "ecog": {0, 5}, "karnofsky": {0, 100}, "triglycerides": {30, 3000},
	"qtcf": {300, 600}, "magnesium": {0.5, 6}, "lansky": {0, 100}, "weight": {1, 300}, "hematocrit": {10, 70}, "mmse": {0, 30}, "temperature": {30, 43}, "psa": {0.01, 500}, "urea_nitrogen": {3, 200},
}

// convert gives a number in the unit of a concept, exactly.
func convert(number, unit string, c *terminology.Concept) (string, bool) {
	conversion, ok := conversionOf(unit, c)
	if !ok {
		return "", false
	}
	d, err := patient.ParseDecimal(number)
	if err != nil {
		return "", false
	}
	if conversion.IsIdentity() {
		return d.String(), true
	}
	exact := conversion.Apply(d.Rat())
	out, exactly := decimal(exact)
	if !exactly {
		return "", false
	}
	return out, true
}

func conversionOf(unit string, c *terminology.Concept) (ucum.Conversion, bool) {
	from, err := ucum.Lookup(unit)
	if err != nil || c.Unit == "" {
		return ucum.Conversion{}, false
	}
	to, err := ucum.Lookup(c.Unit)
	if err != nil {
		return ucum.Conversion{}, false
	}
	analyte := ucum.Analyte{Valence: c.Valence}
	if c.MolarMass.Sign() > 0 {
		analyte.MolarMass = c.MolarMass.Rat()
	}
	conversion, err := from.ToViaAnalyte(to, analyte)
	return conversion, err == nil
}

// decimal writes a number that has a finite decimal of at most 12 places.
func decimal(x *big.Rat) (string, bool) {
	s := x.FloatString(12)
	back, ok := new(big.Rat).SetString(s)
	if !ok || back.Cmp(x) != 0 {
		return "", false
	}
	if strings.Contains(s, ".") {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return s, true
}

// again reads the same number once more, in another unit: "9 g/dL (90 g/L)".
func (p *parser) again(l limit) {
	start := p.i
	if p.measuring == nil || !p.take("(") {
		p.i = start
		return
	}
	p.takeAny("or", "=", "i.e", "equivalent to", "corresponding to")
	p.comparator()
	if p.done() || p.toks[p.i].kind != numberToken {
		p.i = start
		return
	}
	number := plainNumber(p.word(0))
	p.i++
	unit, power, ok := p.unit()
	if !ok || !p.take(")") || !closeTo(l, limit{number: shift(number, power), unit: unit}, p.measuring) {
		p.i = start
	}
}

// closeTo reports whether two numbers are the same but for rounding.
func closeTo(a, b limit, c *terminology.Concept) bool {
	x, ok1 := inUnit(a, c)
	y, ok2 := inUnit(b, c)
	return ok1 && ok2 && x > 0 && y/x > 0.97 && y/x < 1.03
}

func inUnit(l limit, c *terminology.Concept) (float64, bool) {
	conversion, ok := conversionOf(l.unit, c)
	d, err := patient.ParseDecimal(l.number)
	if !ok || err != nil {
		return 0, false
	}
	x, _ := conversion.Apply(d.Rat()).Float64()
	return x, true
}

// shift multiplies a decimal by a power of ten.
func shift(number string, power int) string {
	d, err := patient.ParseDecimal(number)
	if err != nil || power == 0 {
		return number
	}
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(power)), nil))
	out, _ := decimal(scale.Mul(scale, d.Rat()))
	return out
}
