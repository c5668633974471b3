// SPDX-License-Identifier: Apache-2.0

package review

import (
	"github.com/eligo-trials/eligo/rules/language"
)

// node is a rule over variables with few values each: a [language.Form] in
// which each atom lists the values that satisfy it.
type node struct {
	op       language.Op
	n        int // the number of an at_least
	operands []*node

	variable int    // of an atom
	holds    []bool // by value of the variable
	single   bool   // the atom is one word with a truth
	source   string
	offset   int // in the rule
}

func negate(n *node) *node { return &node{op: language.Not, operands: []*node{n}} }

// free is the value of an undecided variable.
const free = -1

// evaluate evaluates a rule by Kleene's logic over the decided variables. If
// the truth is unknown, open is a variable that it depends on.
func (s *search) evaluate(n *node) (t language.Truth, open int) {
	s.work++
	switch n.op {
	case language.Atom:
		switch v := s.values[n.variable]; {
		case v == free:
			return language.Unknown, n.variable
		case n.holds[v]:
			return language.True, free
		}
		return language.False, free
	case language.Not:
		t, open = s.evaluate(n.operands[0])
		return t.Not(), open
	}
	yes, unknown, need := 0, 0, n.n
	switch n.op {
	case language.And:
		need = len(n.operands)
	case language.Or:
		need = 1
	}
	open = free
	for i, kid := range n.operands {
		t, at := s.evaluate(kid)
		switch t {
		case language.True:
			yes++
		case language.Unknown:
			unknown++
			if open == free {
				open = at
			}
		}
		if yes >= need {
			return language.True, free
		}
		if yes+unknown+len(n.operands)-i-1 < need {
			return language.False, free
		}
	}
	return language.Unknown, open
}

// search looks for values that satisfy each goal.
type search struct {
	universe *universe
	values   []int // of each variable: an index, or free
	goals    []*node
	work     int
}

// mostWork bounds one search, and mostWorkInAll all searches of a study, in nodes
// visited. Beyond them there is no finding.
const (
	mostWork      = 100_000
	mostWorkInAll = 20_000_000
)

// impossible reports whether certainly no values satisfy all goals.
func (u *universe) impossible(goals ...*node) bool {
	s := &search{universe: u, values: make([]int, len(u.variables)), goals: goals, work: len(u.variables)/4 + 1}
	for i := range s.values {
		s.values[i] = free
	}
	s.goals = append(s.goals, u.lawsAbout(goals)...)
	found, gaveUp := s.findValues()
	u.work += s.work
	return !found && !gaveUp
}

// neverTrue reports whether a rule is certainly never true, alwaysTrue whether it
// is certainly always true, and implies whether b is true wherever a is.
func (u *universe) neverTrue(n *node) bool  { return u.impossible(n) }
func (u *universe) alwaysTrue(n *node) bool { return u.impossible(negate(n)) }
func (u *universe) implies(a, b *node) bool { return u.impossible(a, negate(b)) }

func (s *search) findValues() (found, gaveUp bool) {
	if s.work > mostWork || s.universe.work+s.work > mostWorkInAll {
		return false, true
	}
	open := free
	for _, g := range s.goals {
		t, at := s.evaluate(g)
		if t == language.False {
			return false, false
		}
		if t == language.Unknown && open == free {
			open = at
		}
	}
	if open == free {
		return true, false
	}
	defer func() { s.values[open] = free }()
	for v := range s.universe.variables[open].values {
		s.values[open] = v
		if found, gaveUp = s.findValues(); found || gaveUp {
			return found, gaveUp
		}
	}
	return false, false
}
