// SPDX-License-Identifier: Apache-2.0

package language

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Form is a compiled rule, or a part of one, as a tree. It is not changed once
// made.
type Form struct {
	Op   Op
	N    int     // of AtLeast: how many of Kids must be true
	Kids []*Form // of And, Or, Not (one) and AtLeast

	// Of an Atom: a part that is true, false or unknown as a whole.
	Source  string      // as written, but for white space
	Offset  int         // of its first byte in the text that was compiled
	Calls   []*Call     // one or more, in the order of the text
	Compare *Comparison // where it compares its only call with constants; nil otherwise
	Expr    *Expr       // the atom as an expression that gives a truth
}

// Op is the operator of a [Form].
type Op string

// The operators of a [Form].
const (
	Atom    Op = "atom"
	And     Op = "and"
	Or      Op = "or"
	Not     Op = "not"
	AtLeast Op = "at_least"
)

// Call is a word of the rule language with its arguments.
type Call struct {
	Word     *Word
	Text     string               // the call as rules write it: equal calls have equal texts
	Offset   int                  // of its first byte in the text that was compiled
	Concept  *terminology.Concept // nil where the word takes none
	Window   *Window              // nil where none is given: ever
	Anchor   string               // of age_at
	Question *Question            // of answer
}

// Question is a fact that no record holds, so that a person must answer it.
type Question struct {
	ID  string
	Ask string // the words to ask
	Who string // who can answer: investigator, patient, ...; may be empty
}

// Comparison compares a call, which stands on the left, with constants.
type Comparison struct {
	Op     string   // < <= > >= == != or in
	Values []string // one, but for in; decimal numbers, or texts without quotation marks
}

// Expr is an expression inside an atom.
type Expr struct {
	Op     ExprOp
	Call   *Call           // of CallExpr
	Number patient.Decimal // of NumberExpr
	Text   string          // of TextExpr
	Args   []*Expr         // the operands, in the order in which they are evaluated
}

// ExprOp is the operator of an [Expr].
type ExprOp uint8

// The operators of an [Expr]. The operands of Equal, NotEqual and OneOf are
// numbers or texts, those of the others numbers. OneOf compares its first
// operand with the others, which are constants. a > b is b < a.
const (
	CallExpr ExprOp = iota
	NumberExpr
	TextExpr
	Negate
	Add
	Subtract
	Multiply
	Divide
	Less
	LessOrEqual
	Equal
	NotEqual
	OneOf
)

// IsText reports whether the expression gives a text.
func (x *Expr) IsText() bool {
	return x.Op == TextExpr || x.Op == CallExpr && x.Call.Word.Answer == TextAnswer
}

// Atoms lists the atoms of the rule from the left; none for nil.
func (f *Form) Atoms() []*Form {
	switch {
	case f == nil:
		return nil
	case f.Op == Atom:
		return []*Form{f}
	}
	var atoms []*Form
	for _, kid := range f.Kids {
		atoms = append(atoms, kid.Atoms()...)
	}
	return atoms
}

// AllCalls lists the calls of the rule, in the order of the rule.
func (f *Form) AllCalls() []*Call {
	var calls []*Call
	for _, atom := range f.Atoms() {
		calls = append(calls, atom.Calls...)
	}
	return calls
}

// Concepts lists the concepts that the rule names, each once, in the order of
// the rule.
func (f *Form) Concepts() []*terminology.Concept {
	var list []*terminology.Concept
	for _, c := range f.AllCalls() {
		if c.Concept != nil && !slices.Contains(list, c.Concept) {
			list = append(list, c.Concept)
		}
	}
	return list
}

// Operator gives the operator with which an atom compares one call with
// constants, or "".
func (f *Form) Operator() string {
	if f.Compare == nil {
		return ""
	}
	return f.Compare.Op
}

func (c *Call) sourceText() string {
	var args []string
	switch {
	case c.Concept != nil:
		args = append(args, c.Concept.Name)
	case c.Question != nil:
		args = append(args, c.Question.ID)
	case c.Anchor != "":
		args = append(args, c.Anchor)
	}
	if c.Window != nil {
		args = append(args, c.Window.String())
	}
	if len(args) == 0 {
		return c.Word.Name
	}
	return c.Word.Name + "(" + strings.Join(args, ", ") + ")"
}

// String writes the window as a rule does.
func (w *Window) String() string {
	length := w.Unit + "(" + strconv.Itoa(w.N) + ")"
	if w.Anchor == Screening {
		return "within(" + length + ")"
	}
	return "within(" + length + ", " + w.Anchor + ")"
}

// Truth is an answer that may not be known: Kleene's three values, ordered
// False < Unknown < True. AND is min, OR is max, NOT is minus.
type Truth int8

// The three values. The zero Truth is Unknown.
const (
	False   Truth = -1
	Unknown Truth = 0
	True    Truth = 1
)

// Not turns True into False and back, and leaves Unknown.
func (t Truth) Not() Truth { return -t }

// String gives "true", "false" or "unknown".
func (t Truth) String() string {
	switch t {
	case True:
		return "true"
	case False:
		return "false"
	}
	return "unknown"
}

// MarshalText gives [Truth.String].
func (t Truth) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads the text of [Truth.String].
func (t *Truth) UnmarshalText(b []byte) error {
	for _, v := range []Truth{False, Unknown, True} {
		if string(b) == v.String() {
			*t = v
			return nil
		}
	}
	return fmt.Errorf("%q is not true, false or unknown", b)
}
