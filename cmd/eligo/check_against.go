// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/eligo-trials/eligo/cmd/internal/batch"
	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/review"
)

// surveySource tries the concepts of the studies on the people of a source, which is
// read once.
func (p *program) surveySource(ctx context.Context, o *checkOptions, list []*checkedFile) error {
	surveys := map[*checkedFile]*review.Survey{}
	for _, c := range list {
		if c.study != nil {
			surveys[c] = review.NewSurvey(c.study)
		}
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
