// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"regexp"
	"slices"

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
