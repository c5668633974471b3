// SPDX-License-Identifier: Apache-2.0

package review

import (
	"strings"

	"github.com/eligo-trials/eligo/rules"
)

// checkPairs compares the conditions to pass two criteria.
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

// passText describes the condition to pass a criterion.
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
