// SPDX-License-Identifier: Apache-2.0

package review

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// encoded is a criterion with its rule over the study's variables.
type encoded struct {
	*rules.Criterion
	rule     *node
	need     *node // what a person who passes it has: the rule, or not the rule
	constant bool  // the rule has one truth
}

// logic looks for rules that cannot be, or cannot be otherwise, alone and
// together.
func (f *finder) logic() {
	var forms []*language.Form
	for i := range f.study.Criteria {
		forms = append(forms, f.study.Criteria[i].Form())
	}
	u := newUniverse(forms)
	list := make([]*encoded, len(forms))
	for i, form := range forms {
		c := &encoded{Criterion: &f.study.Criteria[i], rule: u.compile(form)}
		c.need = c.rule
		if c.Side == rules.Exclusion {
			c.need = not(c.rule)
		}
		if list[i] = c; c.Pos.File != "" {
			f.constant(u, c)
		}
	}
	f.pairs(u, list)
}

// constant looks at one rule.
func (f *finder) constant(u *universe, c *encoded) {
	never, always := u.never(c.rule), u.always(c.rule)
	c.constant = never || always
	if !c.constant {
		f.parts(u, c, c.rule)
		return
	}
	at, why := c.RuleAt(c.rule.offset), u.why(c.rule, never)
	switch {
	case never && c.Side == rules.Inclusion:
		f.add("excludes-everyone", at, c.ID, "the rule is never true, so nobody can be included%s", why).hint("read the quote again: is an and meant as an or, or a comparison turned round?")
	case always && c.Side == rules.Exclusion:
		f.add("excludes-everyone", at, c.ID, "the rule is always true, so everybody is excluded%s", why).hint("read the quote again: is an or meant as an and, or a comparison turned round?")
	case never:
		f.add("never-true", at, c.ID, "the rule is never true, so it excludes nobody%s", why).hint("read the quote again: is an and meant as an or, or a comparison turned round?")
	default:
		f.add("always-true", at, c.ID, "the rule is always true, so it restricts nobody%s", why).hint("read the quote again; a sentence that restricts nobody belongs under not_criteria")
	}
}

// why names two parts that make a rule constant.
func (u *universe) why(n *node, never bool) string {
	op, words := language.And, "are never both true"
	if !never {
		op, words = language.Or, "are never both false"
	}
	if n.op != op {
		return ""
	}
	for i, a := range n.kids {
		for _, b := range n.kids[:i] {
			x, y := a, b
			if !never {
				x, y = not(a), not(b)
			}
			if u.work < mostWorkInAll/2 && u.impossible(x, y) && !u.impossible(x) && !u.impossible(y) {
				return ": " + b.text() + " and " + a.text() + " " + words
			}
		}
	}
	return ""
}

// parts looks at the parts of a rule that is not constant.
func (f *finder) parts(u *universe, c *encoded, n *node) {
	constant := false
	for _, kid := range n.kids {
		at := c.RuleAt(kid.offset)
		switch {
		case n.op == language.Not: // what is constant below it is so above it
			f.parts(u, c, kid)
		case u.never(kid):
			constant = true
			f.add("part-never-true", at, c.ID, "%s is never true%s", kid.text(), u.why(kid, true)).hint("read the quote again, or take the part away")
		case u.always(kid):
			constant = true
			f.add("part-always-true", at, c.ID, "%s is always true%s", kid.text(), u.why(kid, false)).hint("read the quote again, or take the part away")
		default:
			f.parts(u, c, kid)
		}
	}
	if !constant && (n.op == language.And || n.op == language.Or) {
		f.redundant(u, c, n)
	}
}

// redundant finds operands of an and or an or that another operand makes
// superfluous. Of two that say the same, the later is.
func (f *finder) redundant(u *universe, c *encoded, n *node) {
	gone := make([]bool, len(n.kids))
	for i, kid := range n.kids {
		about := u.reach(kid)
		for k, other := range n.kids {
			if i == k || gone[k] || gone[i] || u.work > mostWorkInAll/2 || !meet(about, variablesOf(other)) {
				continue
			}
			stronger, weaker := other, kid
			if n.op == language.Or {
				stronger, weaker = kid, other
			}
			if !u.implies(stronger, weaker) || i < k && u.implies(weaker, stronger) {
				continue
			}
			gone[i] = true
			f.add("part-redundant", c.RuleAt(kid.offset), c.ID, "%s adds nothing: whenever %s is true, so is %s", kid.text(), stronger.text(), weaker.text()).
				hint("read the quote again: is a threshold, a window or a name wrong? If not, take the part away").
				relate(c.RuleAt(other.offset), "the other part")
		}
	}
}

// reach lists the variables of a rule and those that a law ties to them.
func (u *universe) reach(n *node) []int {
	list := variablesOf(n)
	for _, v := range slices.Clone(list) {
		list = append(list, u.tied[v]...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// meet reports whether two sorted lists share something.
func meet(a, b []int) bool {
	return slices.ContainsFunc(a, func(v int) bool {
		_, ok := slices.BinarySearch(b, v)
		return ok
	})
}

// text gives the words of a part for a message, shortened.
func (n *node) text() string {
	const most = 80
	text := n.words()
	if r := []rune(text); len(r) > most {
		text = string(r[:most-1]) + "…"
	}
	return text
}

func (n *node) words() string {
	parts := make([]string, len(n.kids))
	for i, kid := range n.kids {
		parts[i] = kid.words()
		if kid.op == language.And || kid.op == language.Or {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	switch n.op {
	case language.Atom:
		return n.source
	case language.Not:
		if kid := n.kids[0]; kid.op == language.Atom && !kid.alone {
			return "not (" + parts[0] + ")"
		}
		return "not " + parts[0]
	case language.AtLeast:
		return "at_least(…, " + strings.Join(parts, ", ") + ")"
	}
	return strings.Join(parts, " "+string(n.op)+" ")
}
