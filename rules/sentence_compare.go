// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"github.com/eligo-trials/eligo/rules/terminology"
	"strings"
)

// comparisonSentence explains a comparison: what each word found, and how that
// compares.
func (v *view) comparisonSentence(leaf *judgement) string {
	var parts []string
	for _, s := range leaf.found {
		parts = appendNew(parts, v.valueSentence(s))
	}
	found := capital(strings.Join(parts, ", "))
	a := leaf.branch.atom
	if sex := leaf.found[0]; len(parts) == 1 && sex.text != nil && sex.text.known {
		return found + "."
	}
	if a.bound == nil {
		switch leaf.truth {
		case True:
			return found + ": " + a.source + "."
		case False:
			return found + ": not " + a.source + "."
		}
		return v.undecided(leaf, found, a.source)
	}
	required := a.bound.phrase(leaf.found[0].call)
	switch leaf.truth {
	case True:
		return found + ": " + required + "."
	case False:
		return found + ": not " + required + "."
	}
	return v.undecided(leaf, found, required)
}

// undecided says why a comparison cannot be decided.
func (v *view) undecided(leaf *judgement, found, required string) string {
	for _, s := range leaf.found {
		if len(s.gaps) == 0 || s.number != nil && s.number.point() {
			continue
		}
		gap := s.gaps[len(s.gaps)-1]
		switch {
		case s.call.concept != nil && gap.Why == WhyNotSupplied:
			return v.gapSentence(s, &gap)
		case s.call.concept != nil && (gap.Why == WhyNoResult || gap.Why == WhyTooOld) && len(s.seen) == 0:
			return v.gapSentence(s, &gap)
		case gap.Why == WhyNotSupplied:
			return fmt.Sprintf("The %s is not recorded.", gap.What)
		case gap.Why == WhyUnit:
			return fmt.Sprintf("%s: the unit cannot be compared.", found)
		case s.call.concept == nil && gap.Why == WhyConflict:
			return fmt.Sprintf("The %s recorded may lie after the day asked about.", gap.What)
		case gap.Why == WhyConflict:
			return fmt.Sprintf("%s: results of one day differ, so whether it is %s is not known.", found, required)
		case gap.Why == WhyUnconfirmed:
			return fmt.Sprintf("%s: not final, so whether it is %s is not known.", found, required)
		case gap.Why == WhyUnreadable && len(s.seen) > 0 && s.seen[0].hit.Grade < terminology.ByName:
			return v.openSentence(s, WhyUnreadable, s.seen[:1])
		case gap.Why == WhyUnreadable:
			return fmt.Sprintf("%s: cannot be read as a number.", found)
		}
	}
	return fmt.Sprintf("%s: whether that is %s cannot be told.", found, required)
}

// phrase says what a comparison asks for, in words.
func (b *bounds) phrase(c *call) string {
	value := strings.Join(b.values, ", ")
	if len(b.values) > 1 {
		value = strings.Join(b.values[:len(b.values)-1], ", ") + " or " + b.values[len(b.values)-1]
	}
	if c.concept != nil && c.concept.Unit != "" && c.word.name != "times" {
		value += " " + c.concept.Unit
	}
	switch b.op {
	case "<":
		return "less than " + value
	case "<=":
		return value + " or less"
	case ">":
		return "more than " + value
	case ">=":
		return value + " or more"
	case "!=":
		return "other than " + value
	}
	return value
}

// valueSentence says what a number or text word found.
func (v *view) valueSentence(s *sighting) string {
	name := s.call.word.name
	switch {
	case name == "sex" && s.text.known:
		return "sex " + s.text.value
	case name == "sex":
		return "sex not recorded"
	case strings.HasPrefix(name, "age"):
		return v.ageSentence(s)
	case name == "times":
		return strings.TrimSpace(fmt.Sprintf("%s recorded %s%s", s.call.concept.Label, s.number.times(), v.cited(s.seen, s.more)))
	case len(s.seen) == 0:
		return "no " + s.call.concept.Label + " on record"
	}
	text := v.resultText(s.call.concept, &s.seen[0])
	switch name {
	case "uln", "lln":
		limit := map[string]string{"uln": "upper", "lln": "lower"}[name]
		text = s.call.concept.Label + " " + limit + " limit of normal " + s.number.describe()
	case "highest", "lowest":
		text = name + " " + text
	default:
		results := []string{text}
		for i := range s.seen[1:] {
			results = append(results, v.resultText(s.call.concept, &s.seen[i+1]))
		}
		text = strings.Join(results, " and ")
	}
	if q := v.chart.patient.Observations[s.seen[0].hit.Fact].Value.Quantity; q != nil && name != "uln" && name != "lln" &&
		q.Unit != s.call.concept.Unit && s.number.known && len(s.seen) == 1 {
		text += " = " + s.number.describe() + " " + s.call.concept.Unit
	}
	return text + v.cited(s.seen, s.more)
}

func (v *view) ageSentence(s *sighting) string {
	unit := map[string]string{"age_months": " months", "age_days": " days"}[s.call.word.name]
	if !s.number.known {
		return "age not known"
	}
	on := ""
	if s.call.anchor != "" {
		on = " on " + v.anchorName(s.call.anchor)
	}
	return "age " + s.number.describe() + unit + on + " (born " + v.chart.patient.BirthDate.String() + ")"
}

// describe writes a number as a person would: "17", "17 or 18", "17 to 20",
// "less than 20".
func (n *number) describe() string {
	switch {
	case !n.known:
		return "not known"
	case n.point():
		return n.lo.value.Rounded(6)
	case n.lo.inf && n.hi.inf:
		return "of any size"
	case n.hi.inf && n.lo.open:
		return "more than " + n.lo.value.Rounded(6)
	case n.hi.inf:
		return n.lo.value.Rounded(6) + " or more"
	case n.hi.open:
		return "less than " + n.hi.value.Rounded(6)
	case n.lo.inf:
		return n.hi.value.Rounded(6) + " or less"
	}
	join := " to "
	if n.hi.value.Sub(n.lo.value).String() == "1" {
		join = " or "
	}
	return n.lo.value.Rounded(6) + join + n.hi.value.Rounded(6)
}

func (n *number) times() string {
	if d := n.describe(); d != "1" {
		return d + " times"
	}
	return "once"
}
