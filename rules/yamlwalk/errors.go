// SPDX-License-Identifier: Apache-2.0

package yamlwalk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// MaxErrors is the number of problems that are reported at once.
const MaxErrors = 100

// MaxName is the maximum length of an identifier in bytes.
const MaxName = 100

// Error is one problem in a file.
type Error struct {
	Pos Position
	// Criterion, concept, question or case with the problem; may be empty.
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

// Errors is every problem of a file and of the files that it names, in order.
type Errors []Error

func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Problems collects the errors of a file and of the files that it names. The zero
// Problems is empty.
type Problems struct {
	found []problem
	more  int // found after MaxErrors
}

type problem struct {
	rank int // of the file
	err  Error
}

// IsFull reports whether further problems are only counted.
func (p *Problems) IsFull() bool { return len(p.found) >= MaxErrors }

// ProblemCount is the number of problems.
func (p *Problems) ProblemCount() int { return len(p.found) + p.more }

// AddProblem adds an error of a file of the rank, once.
func (p *Problems) AddProblem(rank int, err Error) {
	one := problem{rank, err}
	switch {
	case slices.Contains(p.found, one): // of two aliases of one node
	case p.IsFull():
		p.more++
	default:
		p.found = append(p.found, one)
	}
}

// AsErrors gives the problems as [Errors], in the order of the files and their lines, or
// nil.
func (p *Problems) AsErrors() error {
	if len(p.found) == 0 {
		return nil
	}
	slices.SortStableFunc(p.found, func(a, b problem) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.err.Pos.Line, b.err.Pos.Line),
			cmp.Compare(a.err.Pos.Column, b.err.Pos.Column))
	})
	var errs Errors
	for _, one := range p.found {
		errs = append(errs, one.err)
	}
	if p.more > 0 {
		last := errs[len(errs)-1].Pos
		errs = append(errs, Error{Pos: last, Message: fmt.Sprintf("%d more problems are not listed", p.more)})
	}
	return errs
}
