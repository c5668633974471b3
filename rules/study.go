// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
	"go.yaml.in/yaml/v4"
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

	concepts []*terminology.Concept // all that the study can name, by name
	reads    []*terminology.Concept // those that its rules name
	file     string                 // the study's own path
	places   *places                // where its names and quotes stand
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
	src                 *sourceFile // that ruleNode and quoteNode stand in; nil of a built-in criterion
	ruleNode, quoteNode *yaml.Node
}

// Form gives the compiled rule as a tree; offsets in it count from the start of
// Rule.
func (c *Criterion) Form() *language.Form { return c.rule }

// NotCriterion is a sentence of the official text that is no criterion.
type NotCriterion struct{ Quote, Reason string }

// Position is a place in a file. Line and Column count from 1; Column counts
// characters.
type Position struct {
	File         string
	Line, Column int
}

func (p Position) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Error is one problem in a study or concept file.
type Error struct {
	Pos Position
	// Criterion or Concept that the problem stands in; may be empty.
	Criterion string
	Message   string
}

// Error gives file:line:col: criterion: message.
func (e Error) Error() string {
	if e.Criterion == "" {
		return fmt.Sprintf("%s: %s", e.Pos, e.Message)
	}
	return fmt.Sprintf("%s: %s: %s", e.Pos, e.Criterion, e.Message)
}

// Errors is every problem of a file and of its imports, in order.
type Errors []Error

func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}
