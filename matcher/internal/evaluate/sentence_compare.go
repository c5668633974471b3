// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"fmt"
	"strings"

	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// comparisonSentence explains a comparison: the value of each call, and how it
// compares.
func (v *evaluator) comparisonSentence(leaf *nodeResult) string {
	var parts []string
	for _, s := range leaf.calls {
		parts = appendNew(parts, v.valueSentence(s))
	}
	found := capital(strings.Join(parts, ", "))
	a := leaf.form
	if sex := leaf.calls[0]; len(parts) == 1 && sex.text != nil && sex.text.known {
		return found + "."
	}
	if a.Compare == nil {
		switch leaf.truth {
		case language.True:
			return found + ": " + a.Source + "."
		case language.False:
			return found + ": not " + a.Source + "."
		}
		return v.undecided(leaf, found, a.Source)
	}
	required := comparisonPhrase(a.Compare, leaf.calls[0].call)
	switch leaf.truth {
	case language.True:
		return found + ": " + required + "."
	case language.False:
		return found + ": not " + required + "."
	}
	return v.undecided(leaf, found, required)
}

// undecided says why a comparison cannot be decided.
func (v *evaluator) undecided(leaf *nodeResult, found, required string) string {
	for _, s := range leaf.calls {
		if len(s.gaps) == 0 || s.number != nil && s.number.isExact() {
			continue
		}
		gap := s.gaps[len(s.gaps)-1]
		switch {
		case s.call.Concept != nil && gap.Why == WhyNotSupplied:
			return v.gapSentence(s, &gap)
		case s.call.Concept != nil && (gap.Why == WhyNoResult || gap.Why == WhyTooOld) && len(s.facts) == 0:
			return v.gapSentence(s, &gap)
		case gap.Why == WhyNotSupplied:
			return fmt.Sprintf("The %s is not recorded.", gap.What)
		case gap.Why == WhyUnit:
			return fmt.Sprintf("%s: the unit cannot be compared.", found)
		case s.call.Concept == nil && gap.Why == WhyConflict:
			return fmt.Sprintf("The %s recorded may lie after the day asked about.", gap.What)
		case gap.Why == WhyConflict:
			return fmt.Sprintf("%s: results of one day differ, so whether it is %s is not known.", found, required)
		case gap.Why == WhyUnconfirmed:
			return fmt.Sprintf("%s: not final, so whether it is %s is not known.", found, required)
		case gap.Why == WhyUnreadable && len(s.facts) > 0 && s.facts[0].hit.Grade < terminology.ByName:
			return v.openSentence(s, WhyUnreadable, s.facts[:1])
		case gap.Why == WhyUnreadable:
			return fmt.Sprintf("%s: cannot be read as a number.", found)
		}
	}
	return fmt.Sprintf("%s: whether that is %s cannot be told.", found, required)
}

// comparisonPhrase writes the values that a comparison requires, in words.
func comparisonPhrase(b *language.Comparison, c *language.Call) string {
	value := strings.Join(b.Values, ", ")
	if len(b.Values) > 1 {
		value = strings.Join(b.Values[:len(b.Values)-1], ", ") + " or " + b.Values[len(b.Values)-1]
	}
	if c.Word.Measured && c.Concept.Unit != "" {
		value += " " + c.Concept.Unit
	}
	switch b.Op {
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

// valueSentence gives the value of a number or text word.
func (v *evaluator) valueSentence(s *callResult) string {
	word := s.call.Word
	switch {
	case s.text != nil && s.text.known:
		return "sex " + s.text.value
	case s.text != nil:
		return "sex not recorded"
	case word.AgeIn != "":
		return v.ageSentence(s)
	case word.Counts:
		return strings.TrimSpace(fmt.Sprintf("%s recorded %s%s", s.call.Concept.Label, s.number.timesPhrase(), v.citeRecords(s.facts, s.omitted)))
	case len(s.facts) == 0:
		return "no " + s.call.Concept.Label + " on record"
	}
	text := v.resultText(s.call.Concept, &s.facts[0])
	switch {
	case word.Limit != "":
		text = s.call.Concept.Label + " " + word.Limit + " limit of normal " + s.number.describe()
	case word.Extreme != 0:
		text = word.Name + " " + text
	default:
		results := []string{text}
		for i := range s.facts[1:] {
			results = append(results, v.resultText(s.call.Concept, &s.facts[i+1]))
		}
		text = strings.Join(results, " and ")
	}
	if q := v.chart.patient.Observations[s.facts[0].hit.Fact].Value.Quantity; q != nil && word.Limit == "" &&
		q.Unit != s.call.Concept.Unit && s.number.known && len(s.facts) == 1 {
		text += " = " + s.number.describe() + " " + s.call.Concept.Unit
	}
	return text + v.citeRecords(s.facts, s.omitted)
}

func (v *evaluator) ageSentence(s *callResult) string {
	unit := ""
	if in := s.call.Word.AgeIn; in != "years" {
		unit = " " + in
	}
	if !s.number.known {
		return "age not known"
	}
	on := ""
	if s.call.Anchor != "" {
		on = " on " + v.anchorName(s.call.Anchor)
	}
	return "age " + s.number.describe() + unit + on + " (born " + v.chart.patient.BirthDate.String() + ")"
}

// describe writes a number as a person would: "17", "17 or 18", "17 to 20",
// "less than 20".
func (n *number) describe() string {
	switch {
	case !n.known:
		return "not known"
	case n.isExact():
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

func (n *number) timesPhrase() string {
	if d := n.describe(); d != "1" {
		return d + " times"
	}
	return "once"
}
