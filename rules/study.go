// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"bytes"
	_ "embed"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
	"github.com/eligo-trials/eligo/rules/yamlwalk"
)

// Study is a protocol's criteria, compiled. It is immutable.
type Study struct {
	ID      string // the registry's identifier, such as NCT00506831
	Title   string
	Version string // protocol version, or the registry's date of update
	Source  string // where the criteria come from: a URL
	// SHA256 is the hex digest of the study file and of every concept file
	// that it imports, in order.
	SHA256 string
	// Digest is the hex digest of the meaning of the study, which a reviewer signs:
	// everything that its file says but for the review itself, and every
	// concept that its rules and shows name, with their members, wherever it is
	// defined. Comments, the order of keys, quotation marks and white space do
	// not change it, nor do concepts of other files that no rule names.
	Digest string
	// Reviewed says who has reviewed the study; nil if nobody has.
	Reviewed *Review
	// Text is the path of the file with the official text, as written.
	Text string
	// Anchors are the dates that rules may count from, besides "screening".
	Anchors []string
	// Questions that a person must answer, in the order of the file.
	Questions []language.Question
	// Criteria, the inclusions first, each in the order of the file.
	Criteria []Criterion
	// NotCriteria are sentences of the official text that restrict nobody.
	NotCriteria []NotCriterion
	// Systems names local code systems as known ones: URL to short name.
	Systems map[string]string
	// Terminology is what is known about the codes and wordings of facts; nil is what
	// the program itself knows. See [Study.WithTerminology].
	Terminology *terminology.Knowledge

	concepts []*terminology.Concept // all that the study can name, by name
	reads    []*terminology.Concept // those that its rules name
	file     string                 // the study's own path
	places   *places                // where its names and quotes stand
}

// WithTerminology gives the study with the terminologies of a site added to what is known
// about codes and wordings ([terminology.Open]). The results of the study name them.
func (s *Study) WithTerminology(known *terminology.Knowledge) *Study {
	changed := *s
	changed.Terminology = known
	return &changed
}

// TextPath is the path of the file with the official text, which the study
// names relative to its own folder; "" if it names none.
func (s *Study) TextPath() string {
	if s.Text == "" {
		return ""
	}
	return filepath.Join(filepath.Dir(s.file), filepath.FromSlash(s.Text))
}

// Concepts lists every concept that the study can name, sorted by name.
func (s *Study) Concepts() []*terminology.Concept { return s.concepts }

// Reads lists the domains that the study's rules read, in the order of the
// profile. Answers are not among them: a question is its own missing fact.
func (s *Study) Reads() []patient.Domain {
	reads := map[patient.Domain]bool{}
	for i := range s.Criteria {
		for _, c := range s.Criteria[i].rule.Concepts() {
			reads[c.Kind.Domain()] = true
		}
	}
	return slices.DeleteFunc(patient.Domains(), func(d patient.Domain) bool { return !reads[d] })
}

// ReadConcepts lists the concepts that the study's rules name, each once.
func (s *Study) ReadConcepts() []*terminology.Concept { return s.reads }

// Drafts counts the criteria whose rule a program drafted and nobody has
// reviewed.
func (s *Study) Drafts() (n int) {
	for i := range s.Criteria {
		if s.Criteria[i].Draft {
			n++
		}
	}
	return n
}

// Side says whether a criterion lets people in or keeps them out.
type Side string

// The two sides of a study.
const (
	Inclusion Side = "inclusion"
	Exclusion Side = "exclusion"
)

// Criterion is one line of the protocol and the rule that encodes it.
type Criterion struct {
	ID    string
	Side  Side
	Quote string // the protocol's own words
	Rule  string // as written
	// BuiltIn marks the criterion that is added to every study.
	BuiltIn bool
	// Draft says that no person has reviewed the rule.
	Draft bool
	// Understood says in plain words how the quote was read.
	Understood string
	// Show names observations, conditions, ... that are laid beside a question.
	Show []*terminology.Concept
	Pos  Position

	rule                *language.Form
	src                 *yamlwalk.File // that ruleNode and quoteNode stand in; nil of a built-in criterion
	ruleNode, quoteNode *yamlwalk.Node
}

// Form gives the compiled rule as a tree; offsets in it count from the start of
// Rule.
func (c *Criterion) Form() *language.Form { return c.rule }

// NotCriterion is a sentence of the official text that is no criterion.
type NotCriterion struct{ Quote, Reason string }

// Position is a place in a study or concept file.
type Position = yamlwalk.Position

// Error is one problem in a study or concept file.
type Error = yamlwalk.Error

// Errors is every problem of a file and of its imports, in order.
type Errors = yamlwalk.Errors //nolint:errname // a list of errors

type places struct {
	names       map[string]meaning
	src         *yamlwalk.File // the study file
	notCriteria *yamlwalk.Node
	text        *yamlwalk.Node
}

// Place is where a concept, question or date that the study can name is
// defined; the zero Position if there is none of that name.
func (s *Study) Place(name string) Position {
	if s.places == nil {
		return Position{}
	}
	return s.places.names[name].where
}

// File is the path of the study file, as it was given to [Load].
func (s *Study) File() string { return s.file }

// TextPlace is where the study names the file with the official text.
func (s *Study) TextPlace() Position {
	if s.places == nil || s.places.text == nil {
		return Position{File: s.file, Line: 1, Column: 1}
	}
	return s.places.src.PositionOf(s.places.text)
}

// RuleAt is where a byte of Rule stands in the file. Of a built-in criterion it
// is the zero Position.
func (c *Criterion) RuleAt(offset int) Position { return valueAt(c.src, c.ruleNode, offset) }

// QuoteAt is where a byte of Quote stands in the file.
func (c *Criterion) QuoteAt(offset int) Position { return valueAt(c.src, c.quoteNode, offset) }

// NotCriterionAt is where a byte of the quote of NotCriteria[i] stands in the
// file.
func (s *Study) NotCriterionAt(i, offset int) Position {
	if s.places == nil || s.places.notCriteria == nil || i >= len(s.places.notCriteria.Content) {
		return Position{File: s.file}
	}
	entry := s.places.notCriteria.Content[i]
	if quote := yamlwalk.ValueOf(entry, "quote"); quote != nil {
		return valueAt(s.places.src, quote, offset)
	}
	return s.places.src.PositionOf(entry)
}

// valueAt is where a byte of a scalar, without the white space around it,
// stands.
func valueAt(src *yamlwalk.File, n *yamlwalk.Node, offset int) Position {
	if src == nil || n == nil {
		return Position{}
	}
	return src.Within(n, blankBefore(n)+offset)
}

// blankBefore is how many bytes of white space a scalar starts with.
func blankBefore(n *yamlwalk.Node) int {
	return len(n.Value) - len(strings.TrimLeftFunc(n.Value, unicode.IsSpace))
}

// AliveID is the id of the criterion that every study has.
const AliveID = "alive"

// aliveCriterion is the built-in first criterion: nobody who is recorded dead can join.
func aliveCriterion() Criterion {
	rule, errs := language.Compile(AliveID, &language.Scope{})
	if len(errs) > 0 {
		panic(errs[0]) // a word of the vocabulary is a rule by itself
	}
	return Criterion{
		ID: AliveID, Side: Inclusion, Rule: AliveID, rule: rule, BuiltIn: true,
		Quote: "A person who is recorded dead cannot join.",
	}
}

// complete collects the concepts that the study's rules name.
func (s *Study) complete() {
	for i := range s.Criteria {
		for _, c := range s.Criteria[i].rule.Concepts() {
			if !slices.Contains(s.reads, c) {
				s.reads = append(s.reads, c)
			}
		}
	}
}

// With gives the study with other criteria in the place of its own. It compiles
// their rules; the error is that of the first wrong rule, without a place.
func (s *Study) With(criteria ...Criterion) (*Study, error) {
	scope := &language.Scope{Concepts: map[string]*terminology.Concept{}, Questions: map[string]*language.Question{}, Anchors: map[string]bool{language.Screening: true}}
	for _, c := range s.concepts {
		scope.Concepts[c.Name] = c
	}
	for i := range s.Questions {
		scope.Questions[s.Questions[i].ID] = &s.Questions[i]
	}
	for _, name := range s.Anchors {
		scope.Anchors[name] = true
	}
	other := *s
	other.Criteria, other.reads = slices.Clone(criteria), nil
	for i := range other.Criteria {
		c := &other.Criteria[i]
		var errs []language.Error
		if c.rule, errs = language.Compile(c.Rule, scope); len(errs) > 0 {
			return nil, errs[0]
		}
	}
	other.complete()
	return &other, nil
}

//go:embed study.schema.json
var studySchema []byte

// StudySchema gives the JSON Schema (draft 2020-12) of a study file, for
// editors. [Load] refuses every file that the schema refuses; it also checks the
// rules and the names.
func StudySchema() []byte { return bytes.Clone(studySchema) }
