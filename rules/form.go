// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/rules/terminology"
	"github.com/expr-lang/expr/ast"
)

// Form is a compiled rule as a tree, for whoever reasons about rules without
// evaluating them. Each call of [Criterion.Form] makes a new one.
type Form struct {
	Op   Op
	N    int     // of AtLeast: how many of Kids must be true
	Kids []*Form // of And, Or, Not (one) and AtLeast

	// Of an Atom: a part that is true, false or unknown as a whole.
	Source  string      // as written, but for white space
	Offset  int         // of its first byte in Criterion.Rule
	Calls   []Call      // one or more, in the order of the text
	Compare *Comparison // where it compares its only call with constants; nil otherwise
}

// Op is what a part of a rule does.
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
	Word     string               // as in [Vocabulary]
	Answer   string               // truth, number or text
	Text     string               // the call as rules write it: equal calls have equal texts
	Offset   int                  // of its first byte in Criterion.Rule
	Concept  *terminology.Concept // nil where the word takes none
	Window   *Window              // nil where none is given: ever
	Anchor   string               // of age_at
	Question *Question            // of answer
}

// Window is within(duration, anchor).
type Window struct {
	N      int
	Unit   string // days, weeks, months or years
	Anchor string // "screening" unless the rule names another
}

// Comparison compares a call, which stands on the left, with constants.
type Comparison struct {
	Op     string   // < <= > >= == != or in
	Values []string // one, but for in; decimal numbers, or texts without quotation marks
}

// Form gives the compiled rule as a tree; nil if the rule is not compiled.
func (c *Criterion) Form() *Form {
	if c.program == nil {
		return nil
	}
	return c.program.root.form(c.starts())
}

// starts gives the byte offset in Rule of each character of the rule as
// written, which may have white space around it.
func (c *Criterion) starts() []int {
	before := 0
	if c.ruleNode != nil {
		before = utf8.RuneCountInString(c.ruleNode.Value[:blankBefore(c.ruleNode)])
	}
	starts := make([]int, before, before+len(c.Rule)+1)
	for i := range c.Rule {
		starts = append(starts, i)
	}
	return append(starts, len(c.Rule))
}

func (b *branch) form(starts []int) *Form {
	f := &Form{Op: [...]Op{Atom, And, Or, Not, AtLeast}[b.op], N: b.n}
	for _, kid := range b.kids {
		f.Kids = append(f.Kids, kid.form(starts))
	}
	if b.atom == nil {
		return f
	}
	at := func(char int) int { return starts[min(max(char, 0), len(starts)-1)] }
	f.Source, f.Offset = b.atom.source, at(b.atom.at)
	for _, c := range b.atom.calls {
		f.Calls = append(f.Calls, c.form(at(c.at)))
	}
	if b.atom.bound != nil && len(f.Calls) == 1 {
		f.Compare = &Comparison{b.atom.bound.op, b.atom.bound.values}
	}
	return f
}

func (c *call) form(offset int) Call {
	f := Call{
		Word: c.word.name, Answer: strings.TrimPrefix(c.word.answer.String(), "a "), Offset: offset,
		Concept: c.concept, Anchor: c.anchor, Question: c.question,
	}
	var args []string
	switch {
	case c.concept != nil:
		args = append(args, c.concept.Name)
	case c.question != nil:
		args = append(args, c.question.ID)
	case c.anchor != "":
		args = append(args, c.anchor)
	}
	if w := c.window; w != nil {
		f.Window = &Window{w.n, w.unit, w.anchor}
		args = append(args, f.Window.String())
	}
	f.Text = f.Word
	if len(args) > 0 {
		f.Text += "(" + strings.Join(args, ", ") + ")"
	}
	return f
}

// String writes the window as a rule does.
func (w *Window) String() string {
	length := w.Unit + "(" + strconv.Itoa(w.N) + ")"
	if w.Anchor == screeningAnchor {
		return "within(" + length + ")"
	}
	return "within(" + length + ", " + w.Anchor + ")"
}

// firstRune is where the text of a node starts, in characters of the rule. The
// place of a comparison is that of its sign.
func firstRune(n ast.Node) int {
	at := n.Location().From
	switch n := n.(type) {
	case *ast.BinaryNode:
		return min(at, firstRune(n.Left), firstRune(n.Right))
	case *ast.CallNode:
		return min(at, firstRune(n.Callee))
	}
	return at
}
