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
	"cmp"
	"embed"
	"fmt"
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

// Severity is the severity of a finding.
type Severity string

// The severities. An error is certain; a warning is an error unless it is
// intended; a note is for information.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
)

// Finding is one fault, or possible fault, of a study.
type Finding struct {
	Code     string // see [ListCodes]
	Severity Severity
	Pos      rules.Position
	Subject  string // criterion, concept, question or date; may be empty
	Message  string
	Hint     string    // how to correct it; may be empty
	Related  []Related // other places that it is about
}

// Related is another place of a finding.
type Related struct {
	Pos     rules.Position
	Message string
}

// Code names a kind of finding.
type Code struct {
	Name     string
	Severity Severity
	Title    string // one line
}

// Load is the code of an error of loading.
const Load = "load"

// codes are all kinds of finding, in the order in which they are listed.
var codes = []Code{
	{Load, Error, "the file cannot be loaded"},
	{"text-unreadable", Error, "the official text cannot be read"},
	{"quote-not-in-text", Error, "a quote does not stand in the official text"},
	{"sentence-not-quoted", Warning, "nobody quotes a sentence of the official text"},
	{"no-text", Note, "the study names no official text"},
	{"excludes-everyone", Error, "a criterion keeps everybody out"},
	{"never-true", Error, "the rule of an exclusion criterion is never true"},
	{"always-true", Warning, "the rule of an inclusion criterion is always true"},
	{"part-never-true", Warning, "a part of a rule is never true"},
	{"part-always-true", Warning, "a part of a rule is always true"},
	{"part-redundant", Warning, "a part of a rule adds nothing to it"},
	{"criteria-contradict", Error, "nobody can meet these criteria together"},
	{"duplicate-criterion", Warning, "two criteria ask the same"},
	{"subsumed-criterion", Note, "a criterion adds nothing to another"},
	{"unused-concept", Warning, "no rule names a concept of the study"},
	{"unused-question", Warning, "no rule asks a question of the study"},
	{"unused-date", Warning, "no rule counts from a date of the study"},
	{"window-without-date", Warning, "the quote counts from a date that the window does not name"},
	{"concept-without-codes", Warning, "a concept has no codes and no names"},
	{"number-without-unit", Warning, "a number is compared without a unit"},
	{"draft", Warning, "a rule is a draft that nobody has read"},
	{"review-outdated", Warning, "the study was changed after its review"},
	{"not-signed", Error, "the study could not be signed"},
	{"concept-matches-nobody", Note, "a concept matches nobody in the source"},
	{"concept-cannot-read", Warning, "a concept cannot read what the source holds"},
	{"concept-without-system", Note, "a concept lists no codes of a system that the source uses"},
	{"codes-unread", Warning, "no concept can read codes of the source"},
	{"unit-unread", Warning, "results of the source come in a unit that cannot be used"},
}

// ListCodes lists every kind of finding.
func ListCodes() []Code { return slices.Clone(codes) }

type finder struct {
	study *rules.Study
	found []Finding
	work  int // nodes visited by the searches of checkLogic
}

func (f *finder) addFinding(code string, pos rules.Position, subject, format string, args ...any) *Finding {
	i := slices.IndexFunc(codes, func(c Code) bool { return c.Name == code })
	f.found = append(f.found, Finding{
		Code: code, Severity: codes[i].Severity, Pos: pos, Subject: subject, Message: fmt.Sprintf(format, args...),
	})
	return &f.found[len(f.found)-1]
}

func (f *Finding) setHint(format string, args ...any) *Finding {
	f.Hint = fmt.Sprintf(format, args...)
	return f
}

func (f *Finding) addRelated(pos rules.Position, message string) {
	if pos.File != "" {
		f.Related = append(f.Related, Related{pos, message})
	}
}

// sortFindings sorts findings by file and position, the study file first, and
// removes duplicates.
func sortFindings(study string, found []Finding) []Finding {
	rank := func(file string) int { // the study itself comes first
		if file == study {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(found, func(a, b Finding) int {
		return cmp.Or(rank(a.Pos.File)-rank(b.Pos.File), cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(found, func(a, b Finding) bool {
		return a.Pos == b.Pos && a.Code == b.Code && a.Message == b.Message
	})
}
