// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"path/filepath"
	"slices"

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
	src                 *yamlwalk.File // that ruleNode and quoteNode stand in; nil of a built-in criterion
	ruleNode, quoteNode *yamlwalk.Node
}

// Form gives the compiled rule as a tree; offsets in it count from the start of
// Rule.
func (c *Criterion) Form() *language.Form { return c.rule }

// NotCriterion is a sentence of the official text that is no criterion.
type NotCriterion struct{ Quote, Reason string }

// The places and errors of files: see package yamlwalk.
type (
	Position = yamlwalk.Position
	Error    = yamlwalk.Error
	Errors   = yamlwalk.Errors
)
