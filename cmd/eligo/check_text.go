// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/eligo-trials/eligo/cmd/internal/batch"
	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/review"
)

type checkReport struct {
	files    []*checkedFile
	findings []review.Finding // those that several files share once
	failing  int              // findings that make the check fail
	wrong    int              // files with such
}

// newCheckReport puts the findings of all files together. A file that two studies
// import has its faults once.
func newCheckReport(files []*checkedFile, strict bool) *checkReport {
	all := &checkReport{files: files}
	said := map[string]bool{}
	for _, c := range files {
		wrong := false
		for i := range c.findings {
			f := &c.findings[i]
			fails := f.Severity == review.Error || strict && f.Severity == review.Warning
			wrong = wrong || fails
			if line := findingLine(f); !said[line] {
				said[line] = true
				all.findings = append(all.findings, *f)
				if fails {
					all.failing++
				}
			}
		}
		if wrong {
			all.wrong++
		}
	}
	return all
}

func findingLine(f *review.Finding) string {
	var b strings.Builder
	b.WriteString(f.Pos.String() + ": ")
	if f.Code != review.Load {
		b.WriteString(string(f.Severity) + ": ")
	}
	if f.Subject != "" {
		b.WriteString(f.Subject + ": ")
	}
	b.WriteString(f.Message)
	if f.Code == review.Load {
		return b.String()
	}
	if f.Hint != "" {
		b.WriteString("; " + f.Hint)
	}
	return b.String() + " [" + f.Code + "]"
}

func checkText(w io.Writer, all *checkReport) error {
	var out strings.Builder
	said, lines := map[string]bool{}, sourceLines{}
	for _, c := range all.files {
		for i := range c.findings {
			if line := findingLine(&c.findings[i]); !said[line] {
				said[line] = true
				fmt.Fprintln(&out, report.Plain(line))
				if c.findings[i].Severity != review.Note {
					out.WriteString(lines.excerpt(c.findings[i].Pos))
				}
			}
		}
		if c.skipped != "" {
			fmt.Fprintf(&out, "%s: skipped (%s)\n", report.Plain(c.file), c.skipped)
		}
		if c.holds == "" {
			continue
		}
		state := "ok"
		var parts []string
		for _, s := range []review.Severity{review.Error, review.Warning} {
			if n := c.countFindings(s); n > 0 {
				parts = append(parts, plural.Count(n, string(s)))
			}
		}
		if len(parts) > 0 {
			state = strings.Join(parts, ", ")
		}
		fmt.Fprintf(&out, "%s: %s (%s%s)\n", report.Plain(c.file), state, c.holds, c.reviewed())
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func (c *checkedFile) reviewed() string {
	if c.study == nil || c.study.Reviewed == nil {
		return ""
	}
	r := c.study.Reviewed
	words := fmt.Sprintf("; reviewed by %s on %s", report.Plain(r.By), r.On)
	switch {
	case c.signed:
		return words + ", signed now"
	case !r.Current:
		return words + ", changed since"
	}
	return words
}

func codeNames() []string {
	var names []string
	for _, c := range review.ListCodes() {
		names = append(names, c.Name)
	}
	return names
}

func (p *program) explain(code string) error {
	page, _ := review.ExplainCode(code)
	if code == "all" {
		var b strings.Builder
		for _, c := range review.ListCodes() {
			fmt.Fprintf(&b, "%-23s %-8s %s\n", c.Name, c.Severity, c.Title)
		}
		page = b.String()
	}
	_, err := io.WriteString(p.stdout, page)
	return err
}

// surveySource tries the concepts of the studies on the people of a source, which is
// read once.
func (p *program) surveySource(ctx context.Context, o *checkOptions, list []*checkedFile) error {
	surveys := map[*checkedFile]*review.Survey{}
	for _, c := range list {
		if c.study == nil {
			continue
		}
		known, err := o.site.open("nothing was tried on the source", c.study)
		if err != nil {
			return err
		}
		surveys[c] = review.NewSurvey(c.study.WithTerminology(known))
	}
	if len(surveys) == 0 {
		return nil // nothing loads, or all are concept files
	}
	ctx, stop := untilInterrupted(ctx)
	defer stop()
	name := sourceName(o.against)
	source, err := batch.Open(ctx, o.against, p.stdin, document.Options{Systems: o.systems}, func(string) {})
	if errors.As(err, new(*batch.StoppedError)) {
		return err
	}
	if err != nil {
		return inputError{summary: fmt.Sprintf("%s: %s; nothing was checked", name, fileio.Cause(err))}
	}
	people, rejected := 0, 0
	for person, err := range source.People(ctx) {
		var record *patient.RecordError
		switch {
		case errors.As(err, &record):
			rejected++
			continue
		case err != nil:
			return err
		}
		people++
		for _, s := range surveys {
			s.AddPerson(person)
		}
	}
	if ctx.Err() != nil {
		return &batch.StoppedError{Cause: context.Cause(ctx)}
	}
	for c, s := range surveys {
		c.findings = append(c.findings, s.Findings()...)
	}
	fmt.Fprintf(p.stderr, "%s: looked at %s; %s cannot be used\n", name, plural.Count(people, "person"), plural.Count(rejected, "record"))
	return nil
}
