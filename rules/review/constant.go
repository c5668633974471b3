// SPDX-License-Identifier: Apache-2.0

package review

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// encoded is a criterion with its rule over the variables of the study.
type encoded struct {
	*rules.Criterion
	rule     *node
	need     *node // the condition to pass the criterion: the rule, or not the rule
	constant bool  // the rule is always or never true
}

// checkLogic finds rules, and sets of rules, that are always or never true.
func (f *finder) checkLogic() {
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
			c.need = negate(c.rule)
		}
		if list[i] = c; c.Pos.File != "" {
			f.checkConstant(u, c)
		}
	}
	f.checkPairs(u, list)
	f.work = u.work
}

func (f *finder) checkConstant(u *universe, c *encoded) {
	never, always := u.neverTrue(c.rule), u.alwaysTrue(c.rule)
	c.constant = never || always
	if !c.constant {
		f.checkParts(u, c, c.rule)
		return
	}
	at, why := c.RuleAt(c.rule.offset), u.constantReason(c.rule, never)
	switch {
	case never && c.Side == rules.Inclusion:
		f.addFinding("excludes-everyone", at, c.ID, "the rule is never true, so nobody can be included%s", why).setHint("read the quote again: is an and meant as an or, or a comparison turned round?")
	case always && c.Side == rules.Exclusion:
		f.addFinding("excludes-everyone", at, c.ID, "the rule is always true, so everybody is excluded%s", why).setHint("read the quote again: is an or meant as an and, or a comparison turned round?")
	case never:
		f.addFinding("never-true", at, c.ID, "the rule is never true, so it excludes nobody%s", why).setHint("read the quote again: is an and meant as an or, or a comparison turned round?")
	default:
		f.addFinding("always-true", at, c.ID, "the rule is always true, so it restricts nobody%s", why).setHint("read the quote again; a sentence that restricts nobody belongs under not_criteria")
	}
}

// constantReason names two parts that make a rule constant.
func (u *universe) constantReason(n *node, never bool) string {
	op, words := language.And, "are never both true"
	if !never {
		op, words = language.Or, "are never both false"
	}
	if n.op != op {
		return ""
	}
	for i, a := range n.operands {
		for _, b := range n.operands[:i] {
			x, y := a, b
			if !never {
				x, y = negate(a), negate(b)
			}
			if u.work < mostWorkInAll/2 && u.impossible(x, y) && !u.impossible(x) && !u.impossible(y) {
				return ": " + b.shortText() + " and " + a.shortText() + " " + words
			}
		}
	}
	return ""
}

func (f *finder) checkParts(u *universe, c *encoded, n *node) {
	constant := false
	for _, kid := range n.operands {
		at := c.RuleAt(kid.offset)
		switch {
		case n.op == language.Not: // its operand is constant if and only if it is
			f.checkParts(u, c, kid)
		case u.neverTrue(kid):
			constant = true
			f.addFinding("part-never-true", at, c.ID, "%s is never true%s", kid.shortText(), u.constantReason(kid, true)).setHint("read the quote again, or take the part away")
		case u.alwaysTrue(kid):
			constant = true
			f.addFinding("part-always-true", at, c.ID, "%s is always true%s", kid.shortText(), u.constantReason(kid, false)).setHint("read the quote again, or take the part away")
		default:
			f.checkParts(u, c, kid)
		}
	}
	if !constant && (n.op == language.And || n.op == language.Or) {
		f.checkRedundant(u, c, n)
	}
}

// checkRedundant finds operands of an and or an or that another operand makes
// redundant. Of two equivalent operands the later one is redundant.
func (f *finder) checkRedundant(u *universe, c *encoded, n *node) {
	gone := make([]bool, len(n.operands))
	for i, kid := range n.operands {
		about := u.relatedVariables(kid)
		for k, other := range n.operands {
			if i == k || gone[k] || gone[i] || u.work > mostWorkInAll/2 || !intersects(about, variablesOf(other)) {
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
			f.addFinding("part-redundant", c.RuleAt(kid.offset), c.ID, "%s adds nothing: whenever %s is true, so is %s", kid.shortText(), stronger.shortText(), weaker.shortText()).
				setHint("read the quote again: is a threshold, a window or a name wrong? If not, take the part away").
				addRelated(c.RuleAt(other.offset), "the other part")
		}
	}
}

// relatedVariables lists the variables of a rule and those that a law ties to
// them.
func (u *universe) relatedVariables(n *node) []int {
	list := variablesOf(n)
	for _, v := range slices.Clone(list) {
		list = append(list, u.tied[v]...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// intersects reports whether two sorted lists have a common element.
func intersects(a, b []int) bool {
	return slices.ContainsFunc(a, func(v int) bool {
		_, ok := slices.BinarySearch(b, v)
		return ok
	})
}

func (n *node) shortText() string {
	const most = 80
	text := n.ruleText()
	if r := []rune(text); len(r) > most {
		text = string(r[:most-1]) + "…"
	}
	return text
}

func (n *node) ruleText() string {
	parts := make([]string, len(n.operands))
	for i, kid := range n.operands {
		parts[i] = kid.ruleText()
		if kid.op == language.And || kid.op == language.Or {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	switch n.op {
	case language.Atom:
		return n.source
	case language.Not:
		if kid := n.operands[0]; kid.op == language.Atom && !kid.single {
			return "not (" + parts[0] + ")"
		}
		return "not " + parts[0]
	case language.AtLeast:
		return "at_least(…, " + strings.Join(parts, ", ") + ")"
	}
	return strings.Join(parts, " "+string(n.op)+" ")
}

// mostPairs bounds the comparisons of truths with each other.
const mostPairs = 200_000

// makeLaws finds truths that imply others: an event within 4 weeks is within 8
// weeks, and a member of a class is an instance of the class.
func (u *universe) makeLaws() {
	u.laws, u.tied = map[int][]law{}, map[int][]int{}
	pairs := 0
	for i, a := range u.variables {
		for k, b := range u.variables {
			if pairs++; pairs > mostPairs {
				return
			}
			if i == k || a.opaque || b.opaque || !callImplies(a.call, b.call) {
				continue
			}
			yes := func(v int) *node { return &node{op: language.Atom, variable: v, holds: []bool{false, true}} }
			u.laws[i] = append(u.laws[i], law{k, &node{op: language.Or, operands: []*node{negate(yes(i)), yes(k)}}})
			u.tied[i], u.tied[k] = append(u.tied[i], k), append(u.tied[k], i)
		}
	}
}

// callImplies reports whether b is true wherever a is.
func callImplies(a, b *language.Call) bool {
	if a.Word != b.Word || a.Concept == nil || b.Concept == nil {
		return false
	}
	present := a.Word.Present
	if !present && (!a.Word.Event || a.Concept.Kind == terminology.ObservationKind) {
		return false
	}
	return classHolds(b.Concept, a.Concept, 0) && (present || windowCovers(b.Window, a.Window))
}

// mostLevels is the maximum depth of classes in a comparison.
const mostLevels = 8

// classHolds reports whether each instance of member is an instance of class. A
// class with exceptions may not hold an instance of its member.
func classHolds(class, member *terminology.Concept, level int) bool {
	if class == member {
		return true
	}
	if level == mostLevels || !class.Except.IsZero() {
		return false
	}
	return slices.ContainsFunc(class.Any, func(c *terminology.Concept) bool { return classHolds(c, member, level+1) })
}

// windowCovers reports whether the days of a window are certainly among those
// of another. A nil window is all the time up to the screening day.
func windowCovers(outer, inner *language.Window) bool {
	switch {
	case outer == nil:
		return inner == nil || inner.Anchor == language.Screening
	case inner == nil || outer.Anchor != inner.Anchor:
		return false
	}
	a, calendarA := windowLength(outer)
	b, calendarB := windowLength(inner)
	return calendarA == calendarB && a >= b
}

// windowLength gives a window in days, or in months of the calendar.
func windowLength(w *language.Window) (n int, calendar bool) {
	switch w.Unit {
	case "weeks":
		return 7 * w.N, false
	case "months":
		return w.N, true
	case "years":
		return 12 * w.N, true
	}
	return w.N, false
}

func (u *universe) lawsAbout(goals []*node) []*node {
	if len(u.laws) == 0 {
		return nil
	}
	about := variablesOf(goals...)
	var list []*node
	for _, from := range about {
		u.work += len(u.laws[from])
		for _, l := range u.laws[from] {
			if _, ok := slices.BinarySearch(about, l.to); ok {
				list = append(list, l.rule)
			}
		}
	}
	return list
}
