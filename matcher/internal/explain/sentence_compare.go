// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/rules/language"
)

func (w *writer) comparisonSentence(leaf *evaluate.NodeResult) sentence {
	var parts []string
	for _, s := range leaf.Calls {
		parts = appendNew(parts, w.valueSentence(s))
	}
	found := capital(strings.Join(parts, ", "))
	if sex := leaf.Calls[0]; len(parts) == 1 && sex.Text != nil && sex.Text.Known {
		return plain(found + ".")
	}
	required := leaf.Form.Source
	if leaf.Form.Compare != nil {
		required = comparisonPhrase(leaf.Form.Compare, leaf.Calls[0].Call)
	}
	switch leaf.Truth {
	case language.True:
		return claim(found, required+".")
	case language.False:
		return claim(found, "not "+required+".")
	}
	return w.undecided(leaf, found, required)
}

func (w *writer) undecided(leaf *evaluate.NodeResult, found, required string) sentence {
	for _, s := range leaf.Calls {
		if len(s.Gaps) == 0 || s.Number != nil && s.Number.IsExact() {
			continue
		}
		gap, ofFacts := &s.Gaps[len(s.Gaps)-1], s.Call.Concept != nil
		switch {
		case ofFacts && (gap.Why == evaluate.WhyNotSupplied ||
			(gap.Why == evaluate.WhyNoResult || gap.Why == evaluate.WhyTooOld) && len(s.Facts) == 0):
			return w.gapSentence(s, gap)
		case gap.Why == evaluate.WhyNotSupplied:
			return plain("The " + gap.What + " is not recorded.")
		case gap.Why == evaluate.WhyUnit:
			return claim(found, "the unit cannot be compared.")
		case !ofFacts && gap.Why == evaluate.WhyConflict:
			return plain("The " + gap.What + " recorded may lie after the day asked about.")
		case gap.Why == evaluate.WhyConflict:
			return undecidedClaim(found, "results of one day differ, so whether it is "+required+" is not known.")
		case gap.Why == evaluate.WhyUnconfirmed:
			return undecidedClaim(found, "not final, so whether it is "+required+" is not known.")
		case gap.Why == evaluate.WhyMayBe:
			return w.mayBeSentence(s, slices.DeleteFunc(slices.Clone(s.Facts), func(f evaluate.MatchedFact) bool { return f.Why != evaluate.WhyMayBe }))
		case gap.Why == evaluate.WhyNotRecognized:
			return w.notRecognizedSentence(s)
		case gap.Why == evaluate.WhyUnreadable:
			return claim(found, "cannot be read as a number.")
		}
	}
	return undecidedClaim(found, "whether that is "+required+" cannot be told.")
}

func comparisonPhrase(b *language.Comparison, c *language.Call) string {
	value := strings.Join(b.Values, ", ")
	if len(b.Values) > 1 {
		value = strings.Join(b.Values[:len(b.Values)-1], ", ") + " or " + b.Values[len(b.Values)-1]
	}
	if c.Word.Measured && c.Concept.Unit != "" {
		value += " " + c.Concept.Unit
	}
	words := comparisonWords[b.Op]
	return words[0] + value + words[1]
}

// comparisonWords gives the words before and after the value that an operator compares
// with.
var comparisonWords = map[string][2]string{
	"<": {"less than ", ""}, "<=": {"", " or less"}, ">": {"more than ", ""}, ">=": {"", " or more"}, "!=": {"other than ", ""},
}

func (w *writer) valueSentence(s *evaluate.CallResult) string {
	word := s.Call.Word
	switch {
	case s.Text != nil && s.Text.Known:
		return "sex " + s.Text.Value
	case s.Text != nil:
		return "sex not recorded"
	case word.AgeIn != "":
		return w.ageSentence(s)
	case word.Counts:
		return strings.TrimSpace(fmt.Sprintf("%s recorded %s%s", s.Call.Concept.Label, timesPhrase(s.Number), w.citeRecords(s.Facts, s.Omitted)))
	case len(s.Facts) == 0:
		return "no " + s.Call.Concept.Label + " on record"
	}
	text := w.resultText(s.Call.Concept, &s.Facts[0])
	switch {
	case word.Limit != "":
		text = s.Call.Concept.Label + " " + word.Limit + " limit of normal " + numberText(s.Number)
	case word.Extreme != 0:
		text = word.Name + " " + text
	default:
		results := []string{text}
		for i := range s.Facts[1:] {
			results = append(results, w.resultText(s.Call.Concept, &s.Facts[i+1]))
		}
		text = strings.Join(results, " and ")
	}
	if q := w.patient.Observations[s.Facts[0].Hit.Fact].Value.Quantity; q != nil && word.Limit == "" &&
		q.Unit != s.Call.Concept.Unit && s.Number.Known && len(s.Facts) == 1 {
		text += " = " + numberText(s.Number) + " " + s.Call.Concept.Unit
	}
	return text + w.citeRecords(s.Facts, s.Omitted)
}

func (w *writer) ageSentence(s *evaluate.CallResult) string {
	unit := ""
	if in := s.Call.Word.AgeIn; in != "years" {
		unit = " " + in
	}
	if !s.Number.Known {
		return "age not known"
	}
	on := ""
	if s.Call.Anchor != "" {
		on = " on " + w.anchorName(s.Call.Anchor)
	}
	return "age " + numberText(s.Number) + unit + on + " (born " + w.patient.BirthDate.String() + ")"
}

// numberText writes a number as a person would: "17", "17 or 18", "17 to 20",
// "less than 20".
func numberText(n *evaluate.Number) string {
	switch {
	case !n.Known:
		return "not known"
	case n.IsExact():
		return n.Lo.Value.Rounded(6)
	case n.Lo.Inf && n.Hi.Inf:
		return "of any size"
	case n.Hi.Inf && n.Lo.Open:
		return "more than " + n.Lo.Value.Rounded(6)
	case n.Hi.Inf:
		return n.Lo.Value.Rounded(6) + " or more"
	case n.Hi.Open:
		return "less than " + n.Hi.Value.Rounded(6)
	case n.Lo.Inf:
		return n.Hi.Value.Rounded(6) + " or less"
	}
	join := " to "
	if n.Hi.Value.Sub(n.Lo.Value).String() == "1" {
		join = " or "
	}
	return n.Lo.Value.Rounded(6) + join + n.Hi.Value.Rounded(6)
}

func timesPhrase(n *evaluate.Number) string {
	if d := numberText(n); d != "1" {
		return d + " times"
	}
	return "once"
}
