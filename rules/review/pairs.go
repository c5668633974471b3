// SPDX-License-Identifier: Apache-2.0

package review

import (
	"strings"

	"github.com/eligo-trials/eligo/rules"
)

// pairs compares criteria with each other: what a person must have to pass one
// with what it takes to pass another.
func (f *finder) pairs(u *universe, list []*encoded) {
	contradict := false
	about, near := make([][]int, len(list)), make([][]int, len(list))
	for i, c := range list {
		if c.constant && u.never(c.need) {
			contradict = true // and that was said
		}
		about[i], near[i] = variablesOf(c.rule), u.reach(c.rule)
	}
	repeats := make([]bool, len(list))
	for i, later := range list {
		for k, c := range list[:i] {
			if c.constant || later.constant || repeats[i] || repeats[k] || u.work > mostWorkInAll || !meet(near[i], about[k]) {
				continue
			}
			switch forth, back := u.implies(later.need, c.need), u.implies(c.need, later.need); {
			case u.impossible(c.need, later.need):
				contradict = true
				f.contradiction(c, later)
			case forth && back:
				repeats[i] = true
				f.duplicate(c, later)
			case forth:
				f.subsumed(c, later)
			case back:
				f.subsumed(later, c)
			}
		}
	}
	if !contradict {
		f.together(u, list)
	}
}

// passes says what a criterion asks of whoever passes it.
func passes(c *encoded) string {
	if c.Side == rules.Exclusion {
		return c.ID + " excludes whoever has: " + c.rule.text()
	}
	return c.ID + " includes only: " + c.rule.text()
}

func (f *finder) contradiction(a, b *encoded) {
	words := "nobody passes both"
	if a.Side != b.Side {
		words = "everybody whom the one includes the other excludes"
	}
	f.add("criteria-contradict", b.RuleAt(b.rule.offset), b.ID, "it contradicts %s: %s", a.ID, words).
		hint("%s; %s", passes(a), passes(b)).relate(a.RuleAt(a.rule.offset), passes(a))
}

func (f *finder) duplicate(a, b *encoded) {
	f.add("duplicate-criterion", b.RuleAt(b.rule.offset), b.ID, "it asks the same as %s: whoever passes one passes the other", a.ID).
		hint("is one of the two rules meant for another part of its quote?").relate(a.RuleAt(a.rule.offset), passes(a))
}

// subsumed says that whoever passes by passes c.
func (f *finder) subsumed(c, by *encoded) {
	if c.Pos.File == "" {
		return // a built-in criterion cannot be taken away
	}
	f.add("subsumed-criterion", c.RuleAt(c.rule.offset), c.ID, "it adds nothing to %s: whoever passes %s passes this", by.ID, by.ID).
		hint("right if the protocol says both; otherwise a threshold or a window is wrong").relate(by.RuleAt(by.rule.offset), passes(by))
}

// together looks for more than two criteria that nobody can pass together, and
// leaves out those that have no part in it.
func (f *finder) together(u *universe, list []*encoded) {
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
	found := f.add("criteria-contradict", last.RuleAt(last.rule.offset), last.ID, "nobody passes these criteria together: %s", strings.Join(names, ", "))
	found.hint("read their quotes again; %s", passes(last))
	for _, c := range core[:len(core)-1] {
		found.relate(c.RuleAt(c.rule.offset), passes(c))
	}
}
