// SPDX-License-Identifier: Apache-2.0

package review

import "github.com/eligo-trials/eligo/rules"

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

// studyStart is the position of a finding about the study as a whole.
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
