// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/review"
)

// signStudies signs each study that has no errors. A file that cannot be signed gets
// a finding that says why.
func (p *program) signStudies(o *checkOptions, list []*checkedFile) {
	today := patient.DayOf(p.clock())
	for _, c := range list {
		if c.holds == "" {
			continue // it does not load, and that is said
		}
		if err := c.signStudy(o, today); err != nil {
			c.findings = append(c.findings, review.Finding{
				Code: "not-signed", Severity: review.Error, Pos: rules.Position{File: c.file, Line: 1, Column: 1}, Message: "it is not signed: " + fileio.Cause(err).Error(),
				Hint: "sign what is as it should be: --sign NAME",
			})
		}
	}
}

func (c *checkedFile) signStudy(o *checkOptions, today patient.Day) error {
	drafts := slices.ContainsFunc(c.findings, func(f review.Finding) bool { return f.Code == "draft" })
	switch {
	case c.study == nil:
		return fmt.Errorf("a study is signed, with the concepts that it names, and not a concept file")
	case drafts:
		return fmt.Errorf("it has drafts that nobody has read")
	case c.countFindings(review.Error) > 0 || o.strict && c.countFindings(review.Warning) > c.outdated():
		return fmt.Errorf("mend what is found first")
	}
	return c.writeReview(o.sign, today)
}

// outdated is how many findings signing mends.
func (c *checkedFile) outdated() (n int) {
	for i := range c.findings {
		if c.findings[i].Code == "review-outdated" {
			n++
		}
	}
	return n
}

// writeReview puts the review into the file.
func (c *checkedFile) writeReview(by string, today patient.Day) error {
	// A link stays a link.
	path, err := filepath.EvalSymlinks(c.file)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	src, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text, err := c.study.Sign(src, by, today)
	if err != nil {
		return err
	}
	if err := fileio.Replace(path, text, info.Mode().Perm()); err != nil {
		return err
	}
	signed, err := rules.Load(c.file)
	if err != nil {
		return err
	}
	c.study, c.signed = signed, true
	c.findings = slices.DeleteFunc(c.findings, func(f review.Finding) bool { return f.Code == "review-outdated" })
	return nil
}
