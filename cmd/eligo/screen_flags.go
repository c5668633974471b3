// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/cmd/internal/screening/output"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// screenOptions is the command line of screen, read.
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

// screenOptions reads the flags, and gives everything that is wrong with them
// at once.
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

// checkAgainst checks that the studies declare the dates and questions of the command
// line.
func (o *screenOptions) checkAgainst(studies []*rules.Study) error {
	m := flagProblems{command: "screen"}
	m.checkDates(o.dates, studies)
	for _, a := range o.answers {
		m.checkAnswer(a, studies)
	}
	return m.asError()
}
