// SPDX-License-Identifier: Apache-2.0

package review

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

// universe holds the variables of the rules of a study. A number that is only
// compared with constants has one value for each constant and one for each gap
// between two: no comparison distinguishes more.
type universe struct {
	variables        []*variable
	byName           map[string]int
	tooManyConstants map[string]bool // calls whose comparisons are opaque
	laws             map[int][]law   // by their first variable
	tied             map[int][]int   // the variables in a law with each variable
	work             int             // nodes visited by all searches
}

// variable is one question about a person that has an answer by itself.
type variable struct {
	call   *language.Call // the truth, or the left side of a comparison; nil if opaque
	opaque bool           // an atom that is only true or false
	values int

	constants []*big.Rat // of the comparisons of a number
	points    []*big.Rat // values of a number
	words     []string   // values of a text
}

// law says that a variable is true wherever another one is.
type law struct {
	to   int
	rule *node
}

// mostValues is the maximum number of values of a number.
const mostValues = 200

func newUniverse(forms []*language.Form) *universe {
	u := &universe{tooManyConstants: map[string]bool{}}
	if u.makeVariables(forms); len(u.tooManyConstants) > 0 {
		u.makeVariables(forms) // anew, with these calls opaque
	}
	u.makeLaws()
	return u
}

func (u *universe) makeVariables(forms []*language.Form) {
	u.variables, u.byName = nil, map[string]int{}
	for _, f := range forms {
		u.addVariables(f)
	}
	for _, v := range u.variables {
		if v.makeValues(); v.values > mostValues {
			u.tooManyConstants[callName(v.call)] = true
		}
	}
}

func (u *universe) addVariables(f *language.Form) {
	for _, kid := range f.Kids {
		u.addVariables(kid)
	}
	if f.Op != language.Atom {
		return
	}
	i, numbers := u.variable(f)
	v := u.variables[i]
	v.constants = append(v.constants, numbers...)
}

// variable finds or makes the variable of an atom, and gives the numbers that
// the atom compares it with.
func (u *universe) variable(f *language.Form) (index int, numbers []*big.Rat) {
	name, v := "atom "+f.Source, &variable{opaque: true, values: 2}
	if len(f.Calls) == 1 {
		switch call := f.Calls[0]; {
		case u.tooManyConstants[callName(call)]:
		case call.Word.Answer == language.TruthAnswer:
			name, v = callName(call), &variable{call: call, values: 2}
		case f.Compare == nil:
		case call.Word.Answer == language.TextAnswer:
			name, v = callName(call), &variable{call: call, words: []string{string(patient.Female), string(patient.Male), string(patient.OtherSex)}}
		case call.Word.Answer == language.NumberAnswer:
			if list, ok := decimals(f.Compare.Values); ok {
				name, v, numbers = callName(call), &variable{call: call}, list
			}
		}
	}
	if i, ok := u.byName[name]; ok {
		return i, numbers
	}
	u.byName[name] = len(u.variables)
	u.variables = append(u.variables, v)
	return len(u.variables) - 1, numbers
}

// callName gives the name of a call's variable. positive and negative share
// one.
func callName(c *language.Call) string {
	if c.Word.Says != language.Unknown && !c.Word.Event {
		return "says" + c.Text[len(c.Word.Name):]
	}
	return c.Text
}

func decimals(texts []string) (numbers []*big.Rat, ok bool) {
	for _, text := range texts {
		d, err := patient.ParseDecimal(text)
		if err != nil || !d.Finite() || len(text) > 40 {
			return nil, false // such as 1e900: the atom is opaque
		}
		numbers = append(numbers, d.Rat())
	}
	return numbers, true
}

func (v *variable) makeValues() {
	switch {
	case v.opaque || v.call.Word.Answer == language.TruthAnswer:
		return
	case v.words != nil:
		v.values = len(v.words)
		return
	}
	slices.SortFunc(v.constants, (*big.Rat).Cmp)
	one := big.NewRat(1, 1)
	for i, c := range v.constants {
		below, above := new(big.Rat).Sub(c, one), new(big.Rat).Add(c, one)
		switch {
		case v.call.Word.WholeNumber:
			v.points = append(v.points, big.NewRat(0, 1), floorOf(below), floorOf(c), floorOf(above))
			continue
		case i == 0:
			v.points = append(v.points, below)
		}
		if i+1 < len(v.constants) {
			above.Add(c, v.constants[i+1]).Quo(above, big.NewRat(2, 1))
		}
		v.points = append(v.points, c, above)
	}
	slices.SortFunc(v.points, (*big.Rat).Cmp)
	v.points = slices.CompactFunc(v.points, func(a, b *big.Rat) bool { return a.Cmp(b) == 0 })
	if v.call.Word.WholeNumber {
		v.points = slices.DeleteFunc(v.points, func(p *big.Rat) bool { return p.Sign() < 0 })
	}
	v.values = len(v.points)
}

func floorOf(r *big.Rat) *big.Rat {
	n := new(big.Int).Div(r.Num(), r.Denom()) // Euclidean: the denominator is above zero
	return new(big.Rat).SetInt(n)
}

func (u *universe) compile(f *language.Form) *node {
	n := &node{op: f.Op, n: f.N, source: f.Source, offset: f.Offset}
	for i, kid := range f.Kids {
		n.operands = append(n.operands, u.compile(kid))
		if i == 0 {
			n.offset = n.operands[0].offset
		}
	}
	if f.Op != language.Atom {
		return n
	}
	i, numbers := u.variable(f)
	v := u.variables[i]
	n.single = len(f.Calls) == 1 && f.Calls[0].Word.Answer == language.TruthAnswer
	n.variable, n.holds = i, make([]bool, v.values)
	for value := range n.holds {
		switch {
		case v.words != nil:
			n.holds[value] = slices.Contains(f.Compare.Values, v.words[value]) == (f.Compare.Op != "!=")
		case v.points != nil:
			n.holds[value] = valueSatisfies(v.points[value], f.Compare.Op, numbers)
		default:
			n.holds[value] = value == 1
			if len(f.Calls) == 1 && f.Calls[0].Word.Says == language.False {
				n.holds[value] = value == 0
			}
		}
	}
	return n
}

func valueSatisfies(value *big.Rat, op string, with []*big.Rat) bool {
	if op == "in" {
		return slices.ContainsFunc(with, func(w *big.Rat) bool { return w.Cmp(value) == 0 })
	}
	c := value.Cmp(with[0])
	switch op {
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	case ">=":
		return c >= 0
	case "==":
		return c == 0
	}
	return c != 0
}

// variablesOf lists the variables of rules, sorted.
func variablesOf(nodes ...*node) []int {
	var list []int
	var visit func(n *node)
	visit = func(n *node) {
		if n.op == language.Atom {
			list = append(list, n.variable)
		}
		for _, kid := range n.operands {
			visit(kid)
		}
	}
	for _, n := range nodes {
		visit(n)
	}
	slices.SortFunc(list, cmp.Compare)
	return slices.Compact(list)
}
