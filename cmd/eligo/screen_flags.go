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
	when     *matcher.When // nil: no dates ahead
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
	m := misuse{command: "screen"}
	m.leftovers(c, "; a patient is given with --patient, a study with --study")
	o := &screenOptions{
		studies: m.studySelection(c, "patient", "patient"), patient: get(c, "patient"),
		format: get(c, "format"), out: get(c, "out"), noColour: c.Bool("no-color"), brief: c.Bool("brief"),
		log: get(c, "log"), keep: c.Bool("keep-profiles"),
	}
	m.values(c, "patient", "patient-id", "on", "out", "log")
	m.choice("--format", o.format, output.Names())
	if o.brief && o.format != "text" {
		m.add("--brief is for text; leave it out with --format %s", o.format)
	}
	o.document = m.documentOptions(c)
	o.dates = m.dates(c, patient.DayOf(p.clock()))
	when := m.ahead(c, o.dates)
	if !c.Bool("no-dates") {
		o.when = &when
	} else if c.IsSet("horizon") || c.IsSet("fixed") {
		m.add("--no-dates looks at no dates; leave --horizon and --fixed out")
	}
	if o.keep && o.log == "" {
		m.add("--keep-profiles keeps them in a log; name it with --log")
	}
	o.answers = m.answers(getAll(c, "answer"))
	return o, m.err()
}

// fit checks that the studies declare what the command line speaks of.
func (o *screenOptions) fit(studies []*rules.Study) error {
	m := misuse{command: "screen"}
	m.fit(o.dates, studies)
	for _, a := range o.answers {
		m.answer(a, studies)
	}
	return m.err()
}
