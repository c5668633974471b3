// SPDX-License-Identifier: Apache-2.0

package review

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/eligo-trials/eligo/rules"
)

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

// finder gathers findings.
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
