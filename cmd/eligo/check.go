// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/cmd/internal/screening/studydir"
	"github.com/eligo-trials/eligo/matcher/cases"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/review"
)

func (p *program) checkCommand() *cli.Command {
	return &cli.Command{
		Name:        "check",
		Usage:       "check and review study and concept files",
		UsageText:   "eligo check [FLAGS] FILE...",
		Description: helpLead("check"),
		Flags: []cli.Flag{
			singleFlag("against", "`SOURCE` of real records to try the concepts on, a file or folder as for batch, or - for standard input", ""),
			listFlag("system", "`URL=NAME`, a local code system of the source and the known one that it stands for; again for others"),
			termsFlag(),
			terminologyFlag(),
			&cli.BoolFlag{Name: "strict", Usage: "let warnings fail, as errors do", DisableDefaultText: true},
			singleFlag("format", "`FORMAT` of the findings: text, json or sarif", "text"),
			singleFlag("explain", "print the page about the findings of a `CODE`, or list all", ""),
			singleFlag("sign", "sign each study as reviewed by `NAME` today", ""),
		},
		Action: func(c *cli.Context) error {
			o, err := checkOptionsOf(c)
			if err != nil {
				return err
			}
			if o.explain != "" {
				return p.explain(o.explain)
			}
			return p.runCheck(c.Context, o)
		},
	}
}

type checkOptions struct {
	files   []string
	systems map[string]string
	strict  bool

	site                           siteFiles
	against, format, explain, sign string
}

var checkFormats = []string{"text", "json", "sarif"}

func checkOptionsOf(c *cli.Context) (*checkOptions, error) {
	m := flagProblems{command: "check"}
	o := &checkOptions{
		files: m.readFiles(c), against: flagValue(c, "against"), strict: c.Bool("strict"), format: flagValue(c, "format"),
		explain: flagValue(c, "explain"), sign: flagValue(c, "sign"), systems: m.readSystems(listValue(c, "system")),
		site: m.readSiteFiles(c),
	}
	m.checkValues(c, "against", "explain", "sign")
	m.checkChoice("--format", o.format, checkFormats)
	switch {
	case c.IsSet("explain"):
		if len(o.files) > 0 {
			m.addProblem("--explain explains a code and checks no files")
		}
		m.checkChoice("--explain", o.explain, append(codeNames(), "all"))
	case len(o.files) == 0:
		m.addProblem("say which files to check")
	}
	if len(o.systems) > 0 && o.against == "" {
		m.addProblem("--system names a code system of the source; give the source with --against")
	}
	if (len(o.site.terminologies) > 0 || len(o.site.terms) > 0) && o.against == "" {
		m.addProblem("--terminology and --terms are for the codes and wordings of the source; give the source with --against")
	}
	return o, m.asError()
}

func (p *program) runCheck(ctx context.Context, o *checkOptions) error {
	list := make([]*checkedFile, len(o.files))
	for i, file := range o.files {
		list[i] = checkFile(file)
	}
	if o.against != "" {
		if err := p.surveySource(ctx, o, list); err != nil {
			return err
		}
	}
	if o.sign != "" {
		p.signStudies(o, list)
	}
	all := newCheckReport(list, o.strict)
	write := map[string]func(io.Writer, *checkReport) error{"text": checkText, "json": checkJSON, "sarif": checkSARIF}[o.format]
	if err := write(p.stdout, all); err != nil {
		return err
	}
	if all.failing == 0 {
		return nil
	}
	return inputError{summary: fmt.Sprintf("%s in %d of %s", plural.Count(all.failing, "problem"), all.wrong, plural.Count(len(o.files), "file"))}
}

type checkedFile struct {
	file     string
	holds    string       // "3 criteria, 1 question"; empty where it did not load
	study    *rules.Study // nil of a concept file, and where it did not load
	signed   bool         // now
	skipped  string       // the contents, if the file is not for check
	findings []review.Finding
}

func (c *checkedFile) countFindings(s review.Severity) (n int) {
	for i := range c.findings {
		if c.findings[i].Severity == s {
			n++
		}
	}
	return n
}

func checkFile(file string) *checkedFile {
	c := &checkedFile{file: file}
	if strings.HasSuffix(file, cases.Suffix) {
		c.skipped = "cases, which eligo test runs"
		return c
	}
	if strings.HasPrefix(file, "builtin:") || studydir.HoldsConcepts(file) {
		concepts, places, err := rules.LocateConcepts(file)
		if err != nil {
			c.findings = loadFindings(file, err)
			return c
		}
		c.holds, c.findings = plural.Count(len(concepts), "concept"), review.CheckConcepts(concepts, places)
		return c
	}
	study, err := rules.Load(file)
	if err != nil {
		c.findings = loadFindings(file, err)
		return c
	}
	criteria := 0
	for i := range study.Criteria {
		if study.Criteria[i].Pos.Line > 0 { // not built in
			criteria++
		}
	}
	c.study, c.holds = study, plural.Count(criteria, "criterion")+", "+plural.Count(len(study.Questions), "question")
	if drafts := study.Drafts(); drafts > 0 {
		c.holds += ", " + plural.Count(drafts, "draft") + " to review"
	}
	var text *review.Text
	if path := study.TextPath(); path != "" {
		data, err := fileio.ReadStart(path, review.MostText+1)
		text = &review.Text{Name: path, Data: data, Err: fileio.Cause(err)}
	}
	c.findings = review.CheckStudy(study, text)
	return c
}

func loadFindings(file string, err error) []review.Finding {
	var problems rules.Errors
	if !errors.As(err, &problems) {
		return []review.Finding{{Code: review.Load, Severity: review.Error, Pos: rules.Position{File: file}, Message: fileio.Cause(err).Error()}}
	}
	var list []review.Finding
	for _, e := range problems {
		list = append(list, review.Finding{Code: review.Load, Severity: review.Error, Pos: e.Pos, Subject: e.Criterion, Message: e.Message})
	}
	return list
}

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
