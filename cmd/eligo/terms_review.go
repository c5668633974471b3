// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/batch"
	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/cmd/internal/worklist"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology"
)

func (p *program) termsReviewCommand() *cli.Command {
	return &cli.Command{
		Name:        "review",
		Usage:       "write a worklist of what is not recognised in real records",
		UsageText:   "eligo terms review --study FILE...|--studies FOLDER --from SOURCE [--out FILE.csv] [FLAGS]",
		Description: `"eligo help terms" says more.`,
		Flags: []cli.Flag{
			listFlag("study", "`FILE` of the study; again for a further study (this or --studies is required)"),
			listFlag("studies", "`FOLDER` of study files, all of which must be right; again for a further one"),
			singleFlag("from", "`SOURCE` as for batch, a file or folder, or - for standard input (required)", ""),
			singleFlag("out", "`FILE` to write to, whole or not at all, for its owner's eyes only", ""),
			singleFlag("on", "screening `DAY`, YYYY-MM-DD (default: today)", ""),
			listFlag("date", "`NAME=DAY`, a further date of the studies; again for others"),
			listFlag("complete", "`DOMAINS`, joined by commas, whose records are complete: what they do not list is not there"),
			listFlag("system", "`URL=NAME`, a local code system and the known one that it stands for; again for others"),
			terminologyFlag(), termsFlag(),
		},
		Action: func(c *cli.Context) error {
			o, err := p.reviewOptions(c)
			if err != nil {
				return err
			}
			return p.runTermsReview(c.Context, o)
		},
	}
}

type termsReviewOptions struct {
	studies   studySelection
	from, out string
	document  document.Options
	dates     matcher.Dates
}

func (p *program) reviewOptions(c *cli.Context) (*termsReviewOptions, error) {
	m := flagProblems{command: "terms"}
	m.refuseArguments(c, "; a source is given with --from, a study with --study")
	o := &termsReviewOptions{studies: m.readStudySelection(c, "source", "from"), from: flagValue(c, "from"), out: flagValue(c, "out")}
	m.checkValues(c, "from", "on", "out")
	o.document, o.dates = m.readDocumentOptions(c), m.readDates(c, patient.DayOf(p.clock()))
	return o, m.asError()
}

func (p *program) runTermsReview(ctx context.Context, o *termsReviewOptions) error {
	contents, err := o.studies.loadStudies(true)
	if err != nil {
		return err
	}
	m := flagProblems{command: "terms"}
	m.checkDates(o.dates, contents.Studies)
	if err := m.asError(); err != nil {
		return err
	}
	list, err := worklist.New(contents.Studies, o.dates)
	if err != nil {
		return inputError{summary: err.Error()}
	}
	ctx, stop := untilInterrupted(ctx)
	defer stop()
	source, err := batch.Open(ctx, o.from, p.stdin, o.document, func(string) {})
	if errors.As(err, new(*batch.StoppedError)) {
		return err
	}
	if err != nil {
		return inputError{summary: fmt.Sprintf("%s: %s; nothing was reviewed", sourceName(o.from), fileio.Cause(err))}
	}
	rejected := 0
	for person, err := range source.People(ctx) {
		if errors.As(err, new(*patient.RecordError)) {
			rejected++
			continue
		}
		if err == nil {
			err = list.AddPerson(person)
		}
		if err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return &batch.StoppedError{Cause: context.Cause(ctx)}
	}
	rows := list.Rows()
	data := worklist.AppendCSV(nil, rows, terminology.NewSuggester(contents.Studies[0].Terminology))
	if err := p.deliver(o.out, data, append([]string{o.from}, o.studies.site.terms...)...); err != nil {
		return err
	}
	p.summarizeReview(o, list, len(rows), rejected)
	return nil
}

// summarizeReview says on standard error what the list holds and what to do with it.
func (p *program) summarizeReview(o *termsReviewOptions, list *worklist.List, rows, rejected int) {
	fmt.Fprintf(p.stderr, "%s: looked at %s; %s cannot be used\n", sourceName(o.from), plural.Count(list.People, "person"), plural.Count(rejected, "record"))
	if rows == 0 {
		fmt.Fprintln(p.stderr, "everything that could decide a criterion was recognised")
		return
	}
	fmt.Fprintf(p.stderr, "%d %s that may decide an open criterion of %s\n", rows, plural.Choose(rows, "code or wording", "codes or wordings"), plural.Count(list.Open, "person"))
	if list.Long > 0 {
		fmt.Fprintf(p.stderr, "%s with a text of more than %d characters are not listed\n", plural.Count(list.Long, "entry"), worklist.MostWording)
	}
	if list.Dropped > 0 {
		fmt.Fprintf(p.stderr, "%s are not listed: the list is full\n", plural.Count(list.Dropped, "entry"))
	}
	name := o.out
	if name == "" {
		name = "FILE"
	}
	fmt.Fprintf(p.stderr, "fill in the column “is” (a code as icd10cm:I50.9, the name of a concept, or “none of these”) and use it with --terms %s\n", name)
}
