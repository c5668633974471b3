// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/cmd/internal/screening"
	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/cmd/internal/screening/output"
	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
	"github.com/eligo-trials/eligo/rules"
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
			termsFlag(),
			terminologyFlag(),
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
	if err := p.deliver(o.out, b.Bytes(), slices.Concat([]string{o.patient, o.log}, o.studies.site.terms, contents.Files)...); err != nil {
		return err
	}
	return incompleteRanking(contents)
}

type screenOptions struct {
	studies  studySelection
	patient  string
	document document.Options
	dates    matcher.Dates
	when     *matcher.LookAhead // nil: no dates ahead
	answers  []patient.Answer
	format   string
	out      string
	noColour bool
	log      string // URL of the screening log
	keep     bool   // the profile in it
	brief    bool
}

func (p *program) screenOptions(c *cli.Context) (*screenOptions, error) {
	m := flagProblems{command: "screen"}
	m.refuseArguments(c, "; a patient is given with --patient, a study with --study")
	o := &screenOptions{
		studies: m.readStudySelection(c, "patient", "patient"), patient: flagValue(c, "patient"),
		format: flagValue(c, "format"), out: flagValue(c, "out"), noColour: c.Bool("no-color"), brief: c.Bool("brief"),
		log: flagValue(c, "log"), keep: c.Bool("keep-profiles"),
	}
	m.checkValues(c, "patient", "patient-id", "on", "out", "log")
	m.checkChoice("--format", o.format, output.FormatNames())
	if o.brief && o.format != "text" {
		m.addProblem("--brief is for text; leave it out with --format %s", o.format)
	}
	o.document = m.readDocumentOptions(c)
	o.dates = m.readDates(c, patient.DayOf(p.clock()))
	when := m.readWhen(c, o.dates)
	if !c.Bool("no-dates") {
		o.when = &when
	} else if c.IsSet("horizon") || c.IsSet("fixed") {
		m.addProblem("--no-dates looks at no dates; leave --horizon and --fixed out")
	}
	if o.keep && o.log == "" {
		m.addProblem("--keep-profiles keeps them in a log; name it with --log")
	}
	o.answers = m.readAnswers(listValue(c, "answer"))
	return o, m.asError()
}

func (o *screenOptions) checkAgainst(studies []*rules.Study) error {
	m := flagProblems{command: "screen"}
	m.checkDates(o.dates, studies)
	for _, a := range o.answers {
		m.checkAnswer(a, studies)
	}
	return m.asError()
}

// logAtURL opens the screening log when a decision is to be appended, and not
// before.
type logAtURL struct {
	url     string
	options screenlog.Options
}

func (l logAtURL) Append(ctx context.Context, entries ...screenlog.Entry) ([]screenlog.Receipt, error) {
	log, err := screenlog.Open(ctx, l.url, l.options)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	return log.Append(ctx, entries...)
}

// userName is the name of the user who runs the program; "" is not known.
func userName() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}

func (p *program) readPatient(o *screenOptions) (*patient.Profile, error) {
	in := p.stdin
	if o.patient != "-" {
		f, err := os.Open(o.patient)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	person, err := document.Read(in, o.document)
	if err != nil || len(o.answers) == 0 {
		return person, err
	}
	person.Answers = append(person.Answers, o.answers...)
	return person, person.Validate()
}

// screeningError says why nothing was screened, or why nothing may be shown.
func screeningError(file string, err error) error {
	var unread *screening.PatientError
	switch {
	case errors.As(err, &unread):
		return patientError(file, unread.Err)
	case errors.As(err, new(*screening.LogError)):
		return inputError{summary: err.Error() + "; no result is given that is not logged"}
	}
	return inputError{summary: err.Error()}
}

// patientError names the file and, for a profile, the JSON path of each
// problem. It repeats of the patient no more than the decoder's own messages,
// which may quote a short value.
func patientError(file string, err error) error {
	if file == "-" {
		file = "standard input"
	}
	var problems patient.Errors
	if !errors.As(err, &problems) {
		why := fileio.Cause(err).Error()
		if _, several := errors.AsType[*fhir.SeveralPatientsError](err); several {
			why += " (--patient-id ID)"
		}
		return inputError{summary: fmt.Sprintf("%s: %s; nothing was screened", file, why)}
	}
	e := inputError{summary: fmt.Sprintf("%s in %s; nothing was screened", plural.Count(len(problems), "problem"), file)}
	for _, problem := range problems {
		e.lines = append(e.lines, file+": "+problem.Error())
	}
	return e
}
