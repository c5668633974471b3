// SPDX-License-Identifier: Apache-2.0

// Package prose reads one criterion of a trial, a bullet or a sentence in
// English, and gives its rule. It gives a rule only if it understood each word of
// the sentence. A part that it understood with doubt becomes a question.
//
// It may import rules with its packages language and terminology, and patient.
//
// # How a sentence is read
//
// A recursive descent parser reads the tokens of the sentence. A token that it
// cannot read makes the whole reading fail. A name must mean the concept exactly:
// [Reader] does not take the names that records use, because a record of
// "emphysema" shows COPD, and a protocol that says emphysema does not mean COPD.
// The phrases are in tables/*.txt.
//
//	"history of", "prior"          had(x): now or ever
//	"active", "current", "known"   has(x): on the screening day
//	a bare condition               has(x); with a window had(x, window)
//	HIV, hepatitis, tuberculosis   or answer(q): no diagnosis on record is no proof
//	"severe", "uncontrolled", ...  and answer(q): asked of those who have it
//	"x requiring ...", "x except"  and answer(q), q being the whole sentence: it holds
//	                               of nobody who has not x
//	a list that can be read in     the widest reading, and answer(q), q being the
//	two ways                       whole sentence
//	"women who are pregnant"       sex != "male" and (has(pregnancy) or answer(q))
//	"over 18 years"                age > 18, and a question for people of 18
//	"within 4 weeks"               of the day named; of screening if none is
//	"less than 4 weeks before"     within(days(27))
//	consent, ability, judgement    answer(q), q being the whole sentence (see [IsVerbatimQuestion])
//
// A term that the library lacks becomes a [Stub] if its last word tells its kind.
// The reader refuses, among others, an exclusion that denies, an inclusion that
// ends with "or", numbers without unit, numbers out of the range of the
// measurement, windows in half-lives, and items that a parent line changes.
package prose

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Reader reads criteria. It is immutable and safe for concurrent use.
type Reader struct {
	index nameIndex
	names map[string]*terminology.Concept
}

// NewReader makes a reader whose rules may name these concepts, usually those
// of the library.
func NewReader(concepts []*terminology.Concept) *Reader {
	r := &Reader{index: newIndex(concepts), names: map[string]*terminology.Concept{}}
	for _, c := range concepts {
		r.names[c.Name] = c
	}
	return r
}

// Context is the place of a criterion in the text.
type Context struct {
	Side   rules.Side
	Parent string // the line that introduces the list of the criterion, or ""
}

// Reading is the rule of a criterion.
type Reading struct {
	// Rule is true if the sentence holds: the rule of an exclusion is true of
	// the people whom it excludes.
	Rule string
	// Understood states the rule in plain words for the reviewer.
	Understood string
	// Form is the kind of criterion: age, sex, condition, washout, medication,
	// measurement, score, pregnancy, infection, procedure, allergy,
	// vaccination, or one of those that ask a person the whole sentence (see
	// [IsVerbatimQuestion]): consent, judgement, participation, assessment.
	Form      string
	Stubs     []Stub     // concepts that the rule names and the library lacks
	Anchors   []string   // dates named besides screening, such as first_dose
	Questions []Question // questions that the rule asks
}

// IsVerbatimQuestion reports whether a rule of this form only asks a person the
// quoted sentence. Statistics count these rules separately.
func IsVerbatimQuestion(form string) bool {
	switch form {
	case "consent", "judgement", "participation", "assessment":
		return true
	}
	return false
}

// Stub is a concept without codes, which a person has to complete.
type Stub struct{ Name, Kind, Label, Unit string }

// Question is a question that a rule asks.
type Question struct{ ID, Ask, Who string }

// ReadCriterion gives the rule for one criterion, a bullet or a sentence, or
// false if it did not understand each word of it.
func (r *Reader) ReadCriterion(sentence string, c Context) (Reading, bool) {
	text := normalizeText(sentence)
	if text == "" || len(text) > maxSentence {
		return Reading{}, false
	}
	p := &parser{r: r, text: text, toks: tokenize(text), exclusion: c.Side == rules.Exclusion, budget: maxSteps}
	if !r.parentIsPlain(c) && !p.readParentFrame(c) {
		return Reading{}, false
	}
	n, ok := p.readCriterion()
	if !ok || len(n.rule) > maxRule || anchorsMixed(n.rule) {
		return Reading{}, false
	}
	return Reading{
		Rule: n.rule, Understood: n.said, Form: n.form,
		Stubs: n.stubs, Anchors: n.anchors, Questions: n.questions,
	}, true
}

// windowPattern matches the windows of a rule, with the comma before their
// date.
var windowPattern = regexp.MustCompile(`within\(\w+\(\d+\)(,?)`)

// anchorsMixed reports whether some windows of a rule name a date and others do
// not: in "A within 6 months or B within 8 weeks before first dose" the date
// may belong to both.
func anchorsMixed(rule string) bool {
	var named, unnamed bool
	for _, found := range windowPattern.FindAllStringSubmatch(rule, -1) {
		named, unnamed = named || found[1] != "", unnamed || found[1] == ""
	}
	return named && unnamed
}

// Limits of one reading.
const (
	maxRule  = 4000   // bytes of a rule
	maxSteps = 20_000 // attempts to read an item
)

// isNameTaken reports whether a name is that of a concept of the library, a word of
// the rule language or the name of a date.
func (r *Reader) isNameTaken(name string) bool {
	return r.names[name] != nil || language.IsReserved(name) || name == language.Screening ||
		slices.ContainsFunc(anchors, func(a anchor) bool { return a.name == name })
}

// customary are the measurements that have one unit only, so that a number
// needs none.
var customary = WordSet("bmi systolic_blood_pressure diastolic_blood_pressure heart_rate lvef oxygen_saturation hba1c qtc qtcf")

// numberRange is the range of numbers, in the unit of the concept, that a
// protocol may compare a measurement with.
type numberRange struct{ lo, hi float64 }

func (s numberRange) holdsNumber(number string) bool {
	x, err := strconv.ParseFloat(number, 64)
	return err == nil && s.lo <= x && x <= s.hi
}

var plausible = map[string]numberRange{
	"hemoglobin": {4, 22}, "platelets": {5, 1500}, "neutrophils": {0.1, 50}, "leukocytes": {0.5, 200}, "lymphocytes": {0.05, 200},
	"creatinine": {0.3, 12}, "bilirubin": {0.2, 30}, "albumin": {1, 6}, "alt": {5, 3000}, "ast": {5, 3000}, "alkaline_phosphatase": {20, 3000},
	"egfr": {5, 150}, "creatinine_clearance": {5, 200}, "hba1c": {4, 16}, "bmi": {10, 80}, "lvef": {10, 80}, "systolic_blood_pressure": {60, 260},
	"diastolic_blood_pressure": {30, 160}, "heart_rate": {30, 200}, "oxygen_saturation": {60, 100}, "qtc": {300, 600}, "potassium": {1.5, 8}, "sodium": {100, 180},
	"calcium": {4, 18}, "glucose": {30, 700}, "fasting_glucose": {30, 500}, "inr": {0.5, 10}, "ecog": {0, 5}, "karnofsky": {0, 100}, "triglycerides": {30, 3000},
	"qtcf": {300, 600}, "magnesium": {0.5, 6}, "lansky": {0, 100}, "weight": {1, 300}, "hematocrit": {10, 70}, "mmse": {0, 30}, "temperature": {30, 43}, "psa": {0.01, 500}, "urea_nitrogen": {3, 200},
}

func convertNumber(number, unit string, c *terminology.Concept) (string, bool) {
	conversion, ok := c.ConversionFrom(unit)
	d, err := patient.ParseDecimal(number)
	if !ok || err != nil || c.Unit == "" {
		return "", false
	}
	if conversion.IsIdentity() {
		return d.String(), true
	}
	return finiteDecimal(conversion.Apply(d.Rat()))
}

// finiteDecimal formats a number that has at most 12 decimal places.
func finiteDecimal(x *big.Rat) (string, bool) {
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

// readRepeatedValue reads the same number in another unit: "9 g/dL (90 g/L)".
func (p *parser) readRepeatedValue(l limit) {
	start := p.i
	if p.measuring == nil || !p.takePhrase("(") {
		p.i = start
		return
	}
	p.takeLongest("or", "=", "i.e", "equivalent to", "corresponding to")
	p.readComparator()
	if p.atEnd() || p.toks[p.i].kind != numberToken {
		p.i = start
		return
	}
	number := plainNumber(p.textAt(0))
	p.i++
	unit, power, ok := p.readUnit()
	if !ok || !p.takePhrase(")") || !nearlyEqual(l, limit{number: timesPowerOfTen(number, power), unit: unit}, p.measuring) {
		p.i = start
	}
}

// nearlyEqual reports whether two numbers differ by rounding only.
func nearlyEqual(a, b limit, c *terminology.Concept) bool {
	x, ok1 := valueInUnit(a, c)
	y, ok2 := valueInUnit(b, c)
	return ok1 && ok2 && x > 0 && y/x > 0.97 && y/x < 1.03
}

func valueInUnit(l limit, c *terminology.Concept) (float64, bool) {
	conversion, ok := c.ConversionFrom(l.unit)
	d, err := patient.ParseDecimal(l.number)
	if !ok || err != nil || c.Unit == "" {
		return 0, false
	}
	x, _ := conversion.Apply(d.Rat()).Float64()
	return x, true
}

func timesPowerOfTen(number string, power int) string {
	d, err := patient.ParseDecimal(number)
	if err != nil || power == 0 {
		return number
	}
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(power)), nil))
	out, _ := finiteDecimal(scale.Mul(scale, d.Rat()))
	return out
}
