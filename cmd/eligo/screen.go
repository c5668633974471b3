// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/intake"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

func (p *program) screenCommand() *cli.Command {
	return &cli.Command{
		Name:        "screen",
		Usage:       "screen one person for one or more studies",
		UsageText:   "eligo screen --study FILE...|--studies FOLDER --patient FILE|- [FLAGS]",
		Description: helpLead("screening"),
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
			single("format", "`FORMAT` of the result: text, json, html: a page to print for the screening file, or fhir", "text"),
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
	g, err := o.gatherStudies()
	if err != nil {
		return err
	}
	if err := o.fit(g.studies); err != nil {
		return err
	}
	person, err := p.readPatient(o)
	if err != nil {
		return err
	}
	m, err := matcher.New(g.studies...)
	if err != nil {
		return inputError{summary: err.Error()}
	}
	results, err := o.match(m, person.Profile)
	if err != nil {
		return inputError{summary: err.Error()}
	}
	var b bytes.Buffer
	if len(o.folders) > 0 || len(o.studies) > 1 {
		err = p.renderRanking(&b, o, g, results)
	} else {
		err = p.render(&b, o, results)
	}
	if err == nil {
		err = p.record(ctx, o, person, results)
	}
	if err == nil {
		err = p.deliver(o, g.files, b.Bytes())
	}
	if err != nil {
		return err
	}
	return g.err()
}

// match matches with dates ahead, unless they are not wanted.
func (o *screenOptions) match(m *matcher.Matcher, p *patient.Profile) ([]matcher.Result, error) {
	if o.noDates {
		return m.Match(p, o.dates)
	}
	return m.Match(p, o.dates, o.when)
}

// loadStudies compiles the study files, and gives the problems of all of them
// at once.
func loadStudies(files []string) ([]*rules.Study, error) {
	var studies []*rules.Study
	var lines []string
	wrong := 0
	from := map[string]string{}
	for _, file := range files {
		s, err := rules.Load(file)
		if err != nil {
			wrong++
			for _, line := range errorLines(file, err) {
				if !slices.Contains(lines, line) {
					lines = append(lines, line)
				}
			}
			continue
		}
		if other, twice := from[s.ID]; twice {
			wrong++
			lines = append(lines, fmt.Sprintf("%s: study %s is in %s already", file, s.ID, other))
		}
		from[s.ID] = file
		studies = append(studies, s)
	}
	if wrong > 0 {
		return nil, inputError{lines, count(len(lines), "problem") + " in " + count(wrong, "study file") + "; nothing was screened"}
	}
	return studies, nil
}

// readPatient reads the patient and adds the answers of the command line.
func (p *program) readPatient(o *screenOptions) (*intake.Patient, error) {
	person, err := p.openPatient(o)
	if err != nil {
		return nil, patientError(o.patient, err)
	}
	if len(o.answers) == 0 {
		return person, nil
	}
	person.Answers = append(person.Answers, o.answers...)
	if err := person.Validate(); err != nil {
		return nil, patientError(o.patient, err)
	}
	return person, nil
}

// render writes the results in the format that was asked for.
func (p *program) render(b *bytes.Buffer, o *screenOptions, results []matcher.Result) error {
	switch o.format {
	case "json":
		return report.JSON(b, results...)
	case "html":
		return report.PatientPage(b, results, report.PageOptions{})
	case "fhir":
		return report.FHIR(b, results...)
	}
	text := report.TextOptions{Width: textWidth, Paint: p.painter(o), Brief: o.brief}
	for i := range results {
		if i > 0 {
			between(b)
		}
		if err := report.Text(b, &results[i], text); err != nil {
			return err
		}
	}
	return nil
}

// between divides one report from the next.
func between(b *bytes.Buffer) { b.WriteString("\n" + strings.Repeat("=", textWidth) + "\n\n") }

// textWidth is the width of text reports, in characters.
const textWidth = 100
