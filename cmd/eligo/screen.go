// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/screening"
	"github.com/eligo-trials/eligo/cmd/internal/screening/output"
	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/patient"
)

func (p *program) screenCommand() *cli.Command {
	return &cli.Command{
		Name:        "screen",
		Usage:       "screen one person for one or more studies",
		UsageText:   "eligo screen --study FILE...|--studies FOLDER --patient FILE|- [FLAGS]",
		Description: helpLead("screening"),
		Flags: []cli.Flag{
			listFlag("study", "`FILE` of the study; again for a further study (this or --studies is required)"),
			listFlag("studies", "`FOLDER` of study files, to be ranked; again for a further one"),
			singleFlag("patient", "`FILE` of the patient, or - for standard input (required)", ""),
			singleFlag("patient-id", "`ID` of the patient to take from a Bundle that holds several", ""),
			singleFlag("on", "screening `DAY`, YYYY-MM-DD (default: today)", ""),
			listFlag("date", "`NAME=DAY`, a further date of the study; again for others"),
			listFlag("answer", "`QUESTION=REPLY`, where the reply is yes, no or unknown; again for others"),
			listFlag("complete", "`DOMAINS`, joined by commas, whose record is complete: what it does not list is not there"),
			listFlag("system", "`URL=NAME`, a local code system and the known one that it stands for; again for others"),
			singleFlag("horizon", "`TIME` to look ahead for the day on which the verdict changes: 2y, 18m, 8w, 90d", "2y"),
			listFlag("fixed", "`NAME` of a date that stays on its day; others keep their distance from the screening day; again for others"),
			&cli.BoolFlag{Name: "no-dates", Usage: "do not look ahead", DisableDefaultText: true},
			singleFlag("format", "`FORMAT` of the result: "+output.FormatUsage(), "text"),
			&cli.BoolFlag{Name: "brief", Usage: "of the text, leave out the list of every criterion and what the result rests on", DisableDefaultText: true},
			singleFlag("out", "`FILE` to write to, whole or not at all, for its owner's eyes only", ""),
			singleFlag("log", "`URL` of the screening log to append the result to: a file or postgres://... (see \"eligo help log\")", ""),
			&cli.BoolFlag{Name: "keep-profiles", Usage: "keep the profile and the result in the log too, for \"eligo log replay\"", DisableDefaultText: true},
			&cli.BoolFlag{Name: "no-color", Usage: "no colour, even on a terminal", DisableDefaultText: true},
		},
		Action: func(c *cli.Context) error {
			o, err := p.screenOptions(c)
			if err != nil {
				return err
			}
			return p.runScreen(c.Context, o)
		},
	}
}

// runScreen screens one patient for the studies.
func (p *program) runScreen(ctx context.Context, o *screenOptions) error {
	contents, err := o.studies.loadStudies(false)
	if err != nil {
		return err
	}
	if err := o.checkAgainst(contents.Studies); err != nil {
		return err
	}
	m, err := matcher.New(contents.Studies...)
	if err != nil {
		return inputError{summary: err.Error()}
	}
	service := screening.Service{}
	if o.log != "" {
		service.Log = logAtURL{o.log, screenlog.Options{Now: p.clock, KeepProfiles: o.keep}}
	}
	done, err := service.Screen(ctx, func() (*patient.Profile, error) { return p.readPatient(o) },
		&screening.Request{Matcher: m, Dates: o.dates, When: o.when, By: userName(), Channel: screenlog.CLI})
	if err != nil {
		return screeningError(o.patient, err)
	}
	page := &output.Page{Results: done.Results, Text: report.TextOptions{Paint: p.painter(o), Brief: o.brief}}
	if o.studies.several() {
		page.Ranking = matcher.NewRanking(done.Results, contents.NotUsed())
		page.Results = page.Ranking.Results
		page.InFull = func(studyID string) bool { return contents.Named[studyID] }
	}
	var b bytes.Buffer
	if err := output.FormatNamed(o.format).Write(&b, page); err != nil {
		return err
	}
	if err := p.deliver(o, contents.Files, b.Bytes()); err != nil {
		return err
	}
	return incompleteRanking(contents)
}
