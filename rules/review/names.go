// SPDX-License-Identifier: Apache-2.0

package review

import (
	"regexp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// names looks for what the study defines and nobody uses, and for concepts that
// recognise nothing.
func (f *finder) names() {
	used := map[*terminology.Concept]string{} // by which criterion first
	asked, dated := map[string]bool{}, map[string]bool{}
	f.criteria(func(c *rules.Criterion) {
		calls(c, func(k *language.Call) {
			if k.Concept != nil {
				use(used, k.Concept, c.ID)
			}
			if k.Question != nil {
				asked[k.Question.ID] = true
			}
			if dated[k.Anchor] = true; k.Window != nil {
				dated[k.Window.Anchor] = true
			}
		})
		for _, concept := range c.Show {
			use(used, concept, c.ID)
		}
	})
	for _, c := range f.study.Concepts() {
		at := f.study.Place(c.Name)
		by, ok := used[c]
		switch {
		case !ok && at.File == f.study.File():
			f.add("unused-concept", at, c.Name, "no rule, no show and no class that a rule names uses the concept").
				hint("name it in a rule, or take it away")
		case ok && isStub(c):
			if strings.HasPrefix(at.File, "builtin:") {
				at = f.criterion(by).Pos
			}
			f.stub(c, at, by)
		}
	}
	for _, q := range f.study.Questions {
		if !asked[q.ID] {
			f.add("unused-question", f.study.Place(q.ID), q.ID, "no rule asks the question").hint("write answer(%s) in a rule, or take the question away", q.ID)
		}
	}
	for _, a := range f.study.Anchors {
		if !dated[a] {
			f.add("unused-date", f.study.Place(a), a, "no rule counts from the date").
				hint("name it in a window, as in within(weeks(4), %s), or take it away", a)
		}
	}
}

// isStub reports whether a concept can recognise nothing.
func isStub(c *terminology.Concept) bool { return c.Terms.IsZero() && len(c.Any) == 0 }

func (f *finder) stub(c *terminology.Concept, at rules.Position, by string) {
	f.add("concept-without-codes", at, c.Name, "the concept has no codes and no names, so it can read nothing: %s stays unknown", by).
		hint("give it codes or names, or class members under any")
}

// Concepts gives what is found in a concept file by itself. Places says where
// each concept is defined, by its name.
func Concepts(concepts []*terminology.Concept, places map[string]rules.Position) []Finding {
	f := &finder{}
	for _, c := range concepts {
		if isStub(c) {
			f.stub(c, places[c.Name], "what names it")
		}
	}
	return sorted("", f.found)
}

// use marks a concept and all that its class holds.
func use(used map[*terminology.Concept]string, c *terminology.Concept, by string) {
	if _, ok := used[c]; ok {
		return
	}
	used[c] = by
	for _, member := range c.Any {
		use(used, member, by)
	}
}

func (f *finder) criterion(id string) *rules.Criterion {
	i := slices.IndexFunc(f.study.Criteria, func(c rules.Criterion) bool { return c.ID == id })
	return &f.study.Criteria[i]
}

// otherDate finds words of a protocol that count from another day than that of
// the screening. "History of surgery" is none of them, "before surgery" is.
var otherDate = regexp.MustCompile(`(?i)\b(?:` +
	`(?:prior to|before|of|from|preceding|after)\s+(?:(?:the|their|study|planned)\s+)*` +
	`((?:first|initial)\s+(?:\w+\s+){0,3}(?:dose|treatment|administration|infusion|injection)\b|randomi[sz]ation|baseline|enroll?ment|day\s+[01]\b` +
	`|(?:start|initiation)\s+of\s+(?:\w+\s+){0,2}(?:treatment|drug|therapy|medication)|(?:dosing|drug administration)\b)` +
	`|(?:prior to|before|preceding)\s+(?:(?:the|their|study|planned)\s+)*(surgery|transplant(?:ation)?|treatment|therapy)\b)`)

// windows looks for windows that end on the screening day although the quote
// counts from another.
func (f *finder) windows() {
	f.criteria(func(c *rules.Criterion) {
		said := otherDate.FindStringSubmatch(c.Quote)
		if said == nil || strings.Contains(strings.ToLower(c.Quote), "screening") {
			return
		}
		var first *language.Call
		elsewhere := false
		calls(c, func(k *language.Call) {
			switch {
			case k.Anchor != "" || k.Window != nil && k.Window.Anchor != language.Screening:
				elsewhere = true
			case k.Window != nil && first == nil:
				first = k
			}
		})
		if elsewhere || first == nil {
			return
		}
		found := f.add("window-without-date", c.RuleAt(first.Offset), c.ID, "the quote counts from %q, and %s from the screening day", said[1]+said[2], first.Window)
		if len(f.study.Anchors) == 0 {
			found.hint("declare the date under dates: and name it in the window: within(..., first_dose)")
			return
		}
		found.hint("name the date in the window, if it is one of %s", strings.Join(f.study.Anchors, ", "))
	})
}
