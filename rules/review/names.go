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

func (f *finder) checkNames() {
	used := map[*terminology.Concept]string{} // by which criterion first
	asked, dated := map[string]bool{}, map[string]bool{}
	f.eachCriterion(func(c *rules.Criterion) {
		for _, k := range c.Form().AllCalls() {
			if k.Concept != nil {
				markUsed(used, k.Concept, c.ID)
			}
			if k.Question != nil {
				asked[k.Question.ID] = true
			}
			if dated[k.Anchor] = true; k.Window != nil {
				dated[k.Window.Anchor] = true
			}
		}
		for _, concept := range c.Show {
			markUsed(used, concept, c.ID)
		}
	})
	for _, c := range f.study.Concepts() {
		at := f.study.Place(c.Name)
		by, ok := used[c]
		switch {
		case !ok && at.File == f.study.File():
			f.addFinding("unused-concept", at, c.Name, "no rule, no show and no class that a rule names uses the concept").
				setHint("name it in a rule, or take it away")
		case ok && c.Stub():
			if strings.HasPrefix(at.File, "builtin:") {
				at = f.criterionByID(by).Pos
			}
			f.addStubFinding(c, at, by)
		}
	}
	for _, q := range f.study.Questions {
		if !asked[q.ID] {
			f.addFinding("unused-question", f.study.Place(q.ID), q.ID, "no rule asks the question").setHint("write answer(%s) in a rule, or take the question away", q.ID)
		}
	}
	for _, a := range f.study.Anchors {
		if !dated[a] {
			f.addFinding("unused-date", f.study.Place(a), a, "no rule counts from the date").
				setHint("name it in a window, as in within(weeks(4), %s), or take it away", a)
		}
	}
}

func (f *finder) addStubFinding(c *terminology.Concept, at rules.Position, by string) {
	f.addFinding("concept-without-codes", at, c.Name, "the concept has no codes and no names, so it can read nothing: %s stays unknown", by).
		setHint("give it codes or names, or class members under any")
}

// CheckConcepts gives the findings of a concept file. places maps each concept
// to its definition.
func CheckConcepts(concepts []*terminology.Concept, places map[string]rules.Position) []Finding {
	f := &finder{}
	for _, c := range concepts {
		if c.Stub() {
			f.addStubFinding(c, places[c.Name], "what names it")
		}
	}
	return sortFindings("", f.found)
}

func markUsed(used map[*terminology.Concept]string, c *terminology.Concept, by string) {
	for m := range c.Members() {
		if _, ok := used[m]; !ok {
			used[m] = by
		}
	}
}

func (f *finder) criterionByID(id string) *rules.Criterion {
	i := slices.IndexFunc(f.study.Criteria, func(c rules.Criterion) bool { return c.ID == id })
	return &f.study.Criteria[i]
}

// otherDate matches words of a protocol that count from another day than the
// screening day: "before surgery", but not "history of surgery".
var otherDate = regexp.MustCompile(`(?i)\b(?:` +
	`(?:prior to|before|of|from|preceding|after)\s+(?:(?:the|their|study|planned)\s+)*` +
	`((?:first|initial)\s+(?:\w+\s+){0,3}(?:dose|treatment|administration|infusion|injection)\b|randomi[sz]ation|baseline|enroll?ment|day\s+[01]\b` +
	`|(?:start|initiation)\s+of\s+(?:\w+\s+){0,2}(?:treatment|drug|therapy|medication)|(?:dosing|drug administration)\b)` +
	`|(?:prior to|before|preceding)\s+(?:(?:the|their|study|planned)\s+)*(surgery|transplant(?:ation)?|treatment|therapy)\b)`)

// checkWindows finds windows that end on the screening day although the quote
// counts from another day.
func (f *finder) checkWindows() {
	f.eachCriterion(func(c *rules.Criterion) {
		said := otherDate.FindStringSubmatch(c.Quote)
		if said == nil || strings.Contains(strings.ToLower(c.Quote), "screening") {
			return
		}
		var first *language.Call
		elsewhere := false
		for _, k := range c.Form().AllCalls() {
			switch {
			case k.Anchor != "" || k.Window != nil && k.Window.Anchor != language.Screening:
				elsewhere = true
			case k.Window != nil && first == nil:
				first = k
			}
		}
		if elsewhere || first == nil {
			return
		}
		found := f.addFinding("window-without-date", c.RuleAt(first.Offset), c.ID, "the quote counts from %q, and %s from the screening day", said[1]+said[2], first.Window)
		if len(f.study.Anchors) == 0 {
			found.setHint("declare the date under dates: and name it in the window: within(..., first_dose)")
			return
		}
		found.setHint("name the date in the window, if it is one of %s", strings.Join(f.study.Anchors, ", "))
	})
}
