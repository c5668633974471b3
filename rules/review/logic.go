// SPDX-License-Identifier: Apache-2.0

package review

import (
	"github.com/eligo-trials/eligo/rules/language"
)

// node is a rule over variables that have few values each. It is what
// [rules.Form] says, with every atom turned into the values that satisfy it.
type node struct {
	op   language.Op
	n    int // of at_least
	kids []*node

	variable int    // of an atom
	holds    []bool // by value of the variable
	alone    bool   // the atom is one word that is true or false
	source   string
	offset   int // in the rule
}

func not(n *node) *node { return &node{op: language.Not, kids: []*node{n}} }

// free is the value of a variable that is not decided yet.
const free = -1

// truth is Kleene's logic over what is decided so far. Where the outcome is
// open, open is a variable that it hangs on.
func (s *search) truth(n *node) (t language.Truth, open int) {
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
		t, open = s.truth(n.kids[0])
		return t.Not(), open
	}
	yes, unknown, need := 0, 0, n.n
	switch n.op {
	case language.And:
		need = len(n.kids)
	case language.Or:
		need = 1
	}
	open = free
	for i, kid := range n.kids {
		t, at := s.truth(kid)
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
		if yes+unknown+len(n.kids)-i-1 < need {
			return language.False, free
		}
	}
	return language.Unknown, open
}

// search looks for values that satisfy every goal.
type search struct {
	universe *universe
	values   []int // of each variable: an index, or free
	goals    []*node
	work     int
}

// mostWork bounds one search, in atoms and operators visited; mostWorkInAll
// all searches of a study. Beyond them nothing is claimed.
const (
	mostWork      = 100_000
	mostWorkInAll = 20_000_000
)

// impossible reports whether surely no values satisfy all goals at once.
func (u *universe) impossible(goals ...*node) bool {
	s := &search{universe: u, values: make([]int, len(u.variables)), goals: goals, work: len(u.variables)/4 + 1}
	for i := range s.values {
		s.values[i] = free
	}
	s.goals = append(s.goals, u.lawsAbout(goals)...)
	found, gaveUp := s.satisfy()
	u.work += s.work
	return !found && !gaveUp
}

// never reports whether a rule is surely never true, always whether it is
// surely never false, and implies whether whatever satisfies a satisfies b.
func (u *universe) never(n *node) bool      { return u.impossible(n) }
func (u *universe) always(n *node) bool     { return u.impossible(not(n)) }
func (u *universe) implies(a, b *node) bool { return u.impossible(a, not(b)) }

func (s *search) satisfy() (found, gaveUp bool) {
	if s.work > mostWork || s.universe.work+s.work > mostWorkInAll {
		return false, true
	}
	open := free
	for _, g := range s.goals {
		t, at := s.truth(g)
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
		if found, gaveUp = s.satisfy(); found || gaveUp {
			return found, gaveUp
		}
	}
	return false, false
}
