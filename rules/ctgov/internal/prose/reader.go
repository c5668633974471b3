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

// NewReader gives a reader whose rules may name these concepts, as a rule those
// of the library.
func NewReader(concepts []*terminology.Concept) *Reader {
	r := &Reader{index: newIndex(concepts), names: map[string]*terminology.Concept{}}
	for _, c := range concepts {
		r.names[c.Name] = c
	}
	return r
}

// Context is where a criterion stands.
type Context struct {
	Side   rules.Side
	Parent string // the line that leads in the list that the criterion is part of, or ""
}

// Reading is what was understood of a criterion.
type Reading struct {
	// Rule is a whole rule: true where the sentence holds, so that of an
	// exclusion it is true of whoever is excluded.
	Rule string
	// Understood is the same in plain words, for the reviewer.
	Understood string
	// Form is what kind of criterion it is: age, sex, condition, washout,
	// medication, measurement, score, pregnancy, infection, procedure, allergy,
	// vaccination, or one of those that ask a person the whole sentence (see
	// IsVerbatimQuestion): consent, judgement, participation, assessment.
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

// Read gives the rule for one criterion, a bullet or a sentence, or false where
// it did not understand every word of it.
func (r *Reader) Read(sentence string, c Context) (Reading, bool) {
	text := tidy(sentence)
	if text == "" || len(text) > maxSentence {
		return Reading{}, false
	}
	p := &parser{r: r, text: text, toks: tokens(text), exclusion: c.Side == rules.Exclusion, budget: maxSteps}
	if !r.parentIsPlain(c) && !p.parentFrame(c) {
		return Reading{}, false
	}
	n, ok := p.criterion()
	if !ok || len(n.rule) > maxRule || anchorsMixed(n.rule) {
		return Reading{}, false
	}
	return Reading{
		Rule: n.rule, Understood: n.said, Form: n.form,
		Stubs: n.stubs, Anchors: n.anchors, Questions: n.questions,
	}, true
}

// windowPattern finds the windows of a rule, with the comma before their date.
var windowPattern = regexp.MustCompile(`within\(\w+\(\d+\)(,?)`)

// anchorsMixed reports whether some windows of a rule name a date and others do
// not: in "A within 6 months or B within 8 weeks before first dose" the date may
// belong to both.
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
	maxSteps = 20_000 // items that are tried
)

// taken reports whether a name is that of a concept of the library, a word of
// the rule language or the name of a date.
func (r *Reader) taken(name string) bool {
	return r.names[name] != nil || language.IsReserved(name) || name == language.Screening ||
		slices.ContainsFunc(anchors, func(a anchor) bool { return a.name == name })
}
