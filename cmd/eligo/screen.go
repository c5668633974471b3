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

const screenHelp = `Says whether one person may join, and why. The patient is a profile (see "eligo schema profile") or a FHIR R4
Bundle or Patient, gzipped or not; eligo tells which by its content.

Several studies, each given with --study or all those of a folder with --studies, are ranked: first those that the
person may join now, then those from a later day on (the earliest first), then the undetermined (the fewest facts to
find out first), then near misses, then the rest. As text, the table comes first, and in full those given with --study;
as JSON, {"ranking": [...], "results": [...]}, both in this order; as FHIR, one R4
Bundle of ResearchStudy. A file of the folder that cannot be used is named on standard error and in the ranking, the
others are ranked, and the exit code is 1. Files of concepts and *.cases.yaml are passed over.

A date of the study that is not given falls on the screening day, and the result says so. What the record does not
hold is never taken as a no: it is listed as not known, with what to find out. An answer holds for every study that
asks the question; STUDY:QUESTION=REPLY answers one study alone.

The result also says when the person becomes eligible and until when, if nothing new happens: it looks ahead as far as
--horizon. A date given with --date keeps its distance from the screening day, unless --fixed names it.

Examples:
  eligo screen --study study.yaml --patient patient.json
  eligo screen --study study.yaml --patient bundle.json.gz --on 2026-11-22 --date first_dose=2026-12-06 \
      --answer refractory=yes --complete conditions,medications --format json --out result.json
  eligo screen --studies registry/ --patient patient.json --format html --out patient.html

` + exitCodes

func (p *program) screenCommand() *cli.Command {
	return &cli.Command{
		Name:        "screen",
		Usage:       "screen one person for one or more studies",
		UsageText:   "eligo screen --study FILE...|--studies FOLDER --patient FILE|- [FLAGS]",
		Description: screenHelp,
		Flags: []cli.Flag{
			several("study", "`FILE` of the study; again for a further study (this or --studies is required)"),
			several("studies", "`FOLDER` of study files, to be ranked; again for a further one"),
			single("patient", "`FILE` of the patient, or - for standard input (required)", ""),
			single("patient-id", "`ID` of the patient to take from a Bundle that holds several", ""),
			single("on", "screening `DAY`, YYYY-MM-DD (default: today)", ""),
			several("date", "`NAME=DAY`, a further date of the study; again for others"),
			several("answer", "`QUESTION=REPLY`, where the reply is yes, no or unknown; again for others"),
			several("complete", "`DOMAINS`, joined by commas, whose record is complete: what it does not list is not there"),
			several("system", "`URL=NAME`, a local code system and the known one that it stands for; again for others"),
			single("horizon", "`TIME` to look ahead for the day on which the verdict changes: 2y, 18m, 8w, 90d", "2y"),
			several("fixed", "`NAME` of a date that stays on its day; others keep their distance from the screening day; again for others"),
			&cli.BoolFlag{Name: "no-dates", Usage: "do not look ahead", DisableDefaultText: true},
			single("format", "`FORMAT` of the result: "+output.Usage(), "text"),
			&cli.BoolFlag{Name: "brief", Usage: "of the text, leave out the list of every criterion and what the result rests on", DisableDefaultText: true},
			single("out", "`FILE` to write to, whole or not at all, for its owner's eyes only", ""),
			single("log", "`URL` of the screening log to append the result to: a file or postgres://... (see \"eligo help log\")", ""),
			&cli.BoolFlag{Name: "keep-profiles", Usage: "keep the profile and the result in the log too, for \"eligo log replay\"", DisableDefaultText: true},
			&cli.BoolFlag{Name: "no-color", Usage: "no colour, even on a terminal", DisableDefaultText: true},
		},
		Action: func(c *cli.Context) error {
			o, err := p.screenOptions(c)
			if err != nil {
				return err
			}
			return p.screen(c.Context, o)
		},
	}
}

// screen screens one patient for the studies.
func (p *program) screen(ctx context.Context, o *screenOptions) error {
	contents, err := o.studies.load(false)
	if err != nil {
		return err
	}
	if err := o.fit(contents.Studies); err != nil {
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
	if err := output.Named(o.format).Write(&b, page); err != nil {
		return err
	}
	if err := p.deliver(o, contents.Files, b.Bytes()); err != nil {
		return err
	}
	return incompleteRanking(contents)
}
