// SPDX-License-Identifier: Apache-2.0

// Package review finds faults of a study that loads: quotes that are not in the
// official text and sentences that no criterion quotes, unused names, rules that
// are never or always true, criteria that contradict or repeat each other,
// numbers without a unit, and concepts that cannot read real records.
//
// It reports certain findings only: a question that is too large to decide gives
// none.
//
// It may import rules with its packages language and terminology, and patient. It
// reads no file and has no clock.
package review

import (
	"embed"
	"regexp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Text is the official text of a study.
type Text struct {
	Name string // of the file
	Data []byte
	Err  error // of reading it
}

// CheckStudy gives all findings of a study, in the order of its files and
// lines. text is nil if the study names none.
func CheckStudy(s *rules.Study, text *Text) []Finding {
	f := &finder{study: s}
	f.checkStudy(text)
	return sortFindings(s.File(), f.found)
}

func (f *finder) checkStudy(text *Text) {
	f.checkQuotes(text)
	f.checkNames()
	f.checkWindows()
	f.checkUnits()
	f.checkDrafts()
	f.checkReview()
	f.checkLogic()
}

func (f *finder) studyStart() rules.Position {
	return rules.Position{File: f.study.File(), Line: 1, Column: 1}
}

// eachCriterion visits the criteria of the file, without the built-in ones.
func (f *finder) eachCriterion(visit func(c *rules.Criterion)) {
	for i := range f.study.Criteria {
		if c := &f.study.Criteria[i]; c.Pos.File != "" {
			visit(c)
		}
	}
}

// pages explain the findings, one page each, with a study that has it and the
// same study mended. A test checks both.
//
//go:embed explain/*.md
var pages embed.FS

// ExplainCode gives the page about a kind of finding, as Markdown; false if there
// is no such kind.
func ExplainCode(code string) (string, bool) {
	if !slices.ContainsFunc(codes, func(c Code) bool { return c.Name == code }) {
		return "", false
	}
	page, err := pages.ReadFile("explain/" + code + ".md")
	return string(page), err == nil
}

// unitlessName matches names of observations that have no unit.
var unitlessName = regexp.MustCompile(`(?i)\b(scores?|scale|index|indices|class|classification|grade|stage|staging|status|count of|number of|ratio|inr|ph|points?|sum|ecog|karnofsky|nyha|mrss|das28|sledai)\b`)

// checkUnits finds numbers of observations without a unit. Scores, which have
// none, are recognized by their names.
func (f *finder) checkUnits() {
	f.eachCriterion(func(c *rules.Criterion) {
		said := map[*terminology.Concept]bool{}
		for _, k := range c.Form().AllCalls() {
			if k.Concept == nil || !k.Word.Measured || k.Concept.Unit != "" || said[k.Concept] || isScore(k.Concept) {
				continue
			}
			said[k.Concept] = true
			f.addFinding("number-without-unit", c.RuleAt(k.Offset), c.ID, "%s is compared, and the concept %s has no unit: a result that comes with one stays unknown", k.Text, k.Concept.Name).
				setHint("give the concept the unit of the protocol, as in unit: mg/dL; what is measured in nothing says so in its label: score, index, ratio, ...").
				addRelated(f.study.Place(k.Concept.Name), "the concept")
		}
	})
}

func isScore(c *terminology.Concept) bool {
	return unitlessName.MatchString(c.Label + " " + strings.ReplaceAll(c.Name, "_", " ") + " " + strings.Join(c.Names, " "))
}

// checkDrafts counts the rules that nobody has reviewed. The position of the
// finding is that of the first.
func (f *finder) checkDrafts() {
	var drafts []*rules.Criterion
	rest := 0
	f.eachCriterion(func(c *rules.Criterion) {
		if c.Draft {
			drafts = append(drafts, c)
		} else {
			rest++
		}
	})
	if len(drafts) == 0 {
		return
	}
	found := f.addFinding("draft", drafts[0].Pos, drafts[0].ID, "%d of %d rules are drafts that nobody has read", len(drafts), len(drafts)+rest)
	found.setHint("compare each with its quote, then take draft: true away")
	for _, c := range drafts[1:] {
		found.addRelated(c.Pos, c.ID+" is a draft")
	}
}

// checkReview reports a study that was changed after its review.
func (f *finder) checkReview() {
	r := f.study.Reviewed
	if r == nil || r.Current {
		return
	}
	if r.SHA256 == "" {
		f.addFinding("review-outdated", r.Pos, "", "the review of %s on %s does not say what was reviewed", r.By, r.On).
			setHint("sign it with --sign NAME, or write sha256: %s", f.study.Digest)
		return
	}
	f.addFinding("review-outdated", r.Pos, "", "the study has changed since %s reviewed it on %s", r.By, r.On).
		setHint("review what changed, then sign it with --sign NAME, or write sha256: %s", f.study.Digest)
}
