// SPDX-License-Identifier: Apache-2.0

package review

import (
	"strings"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

func (f *finder) checkPairs(u *universe, list []*encoded) {
	contradict := false
	about, near := make([][]int, len(list)), make([][]int, len(list))
	for i, c := range list {
		if c.constant && u.neverTrue(c.need) {
			contradict = true // it has a finding of its own
		}
		about[i], near[i] = variablesOf(c.rule), u.relatedVariables(c.rule)
	}
	repeats := make([]bool, len(list))
	for i, later := range list {
		for k, c := range list[:i] {
			if c.constant || later.constant || repeats[i] || repeats[k] || u.work > mostWorkInAll || !intersects(near[i], about[k]) {
				continue
			}
			switch forth, back := u.implies(later.need, c.need), u.implies(c.need, later.need); {
			case u.impossible(c.need, later.need):
				contradict = true
				f.addContradiction(c, later)
			case forth && back:
				repeats[i] = true
				f.addDuplicate(c, later)
			case forth:
				f.addSubsumed(c, later)
			case back:
				f.addSubsumed(later, c)
			}
		}
	}
	if !contradict {
		f.checkTogether(u, list)
	}
}

func passText(c *encoded) string {
	if c.Side == rules.Exclusion {
		return c.ID + " excludes whoever has: " + c.rule.shortText()
	}
	return c.ID + " includes only: " + c.rule.shortText()
}

func (f *finder) addContradiction(a, b *encoded) {
	words := "nobody passes both"
	if a.Side != b.Side {
		words = "everybody whom the one includes the other excludes"
	}
	f.addFinding("criteria-contradict", b.RuleAt(b.rule.offset), b.ID, "it contradicts %s: %s", a.ID, words).
		setHint("%s; %s", passText(a), passText(b)).addRelated(a.RuleAt(a.rule.offset), passText(a))
}

func (f *finder) addDuplicate(a, b *encoded) {
	f.addFinding("duplicate-criterion", b.RuleAt(b.rule.offset), b.ID, "it asks the same as %s: whoever passes one passes the other", a.ID).
		setHint("is one of the two rules meant for another part of its quote?").addRelated(a.RuleAt(a.rule.offset), passText(a))
}

// addSubsumed reports that everybody who passes by also passes c.
func (f *finder) addSubsumed(c, by *encoded) {
	if c.Pos.File == "" {
		return // a built-in criterion cannot be taken away
	}
	f.addFinding("subsumed-criterion", c.RuleAt(c.rule.offset), c.ID, "it adds nothing to %s: whoever passes %s passes this", by.ID, by.ID).
		setHint("right if the protocol says both; otherwise a threshold or a window is wrong").addRelated(by.RuleAt(by.rule.offset), passText(by))
}

// checkTogether finds more than two criteria that nobody can pass together. It
// removes those that are not needed for the contradiction.
func (f *finder) checkTogether(u *universe, list []*encoded) {
	var needs []*node
	for _, c := range list {
		needs = append(needs, c.need)
	}
	if !u.impossible(needs...) {
		return
	}
	core := list
	for i := len(core) - 1; i >= 0; i-- {
		var without []*encoded
		needs = nil
		for k, c := range core {
			if k != i {
				without, needs = append(without, c), append(needs, c.need)
			}
		}
		if u.impossible(needs...) {
			core = without
		}
	}
	var names []string
	for _, c := range core {
		names = append(names, c.ID)
	}
	last := core[len(core)-1]
	found := f.addFinding("criteria-contradict", last.RuleAt(last.rule.offset), last.ID, "nobody passes these criteria together: %s", strings.Join(names, ", "))
	found.setHint("read their quotes again; %s", passText(last))
	for _, c := range core[:len(core)-1] {
		found.addRelated(c.RuleAt(c.rule.offset), passText(c))
	}
}

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
