// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/cases"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// schemas are the JSON Schemas that the program holds.
var schemas = []struct {
	name string
	make func() []byte
}{
	{"study", rules.StudySchema},
	{"profile", patient.Schema},
	{"result", matcher.ResultSchema},
	{"ranking", matcher.RankingSchema},
	{"cases", cases.Schema},
}

func (p *program) schemaCommand() *cli.Command {
	var names []string
	for _, s := range schemas {
		names = append(names, s.name)
	}
	return &cli.Command{
		Name:      "schema",
		Usage:     "print the JSON Schema of a study file, a profile, a result, a ranking or a file of cases",
		ArgsUsage: strings.Join(names, "|"),
		Description: `Prints a JSON Schema (draft 2020-12), for editors and for programs that write profiles or read results.

Example:
  eligo schema study > study.schema.json`,
		BashComplete: p.completeWords(names...),
		Action: func(c *cli.Context) error {
			m := flagProblems{command: "schema"}
			switch {
			case c.NArg() == 0:
				m.addProblem("say which schema: %s", strings.Join(names, ", "))
			case c.NArg() > 1:
				m.addProblem("schema takes one name: %s", strings.Join(names, ", "))
			default:
				m.checkChoice("schema", c.Args().First(), names)
			}
			if err := m.asError(); err != nil {
				return err
			}
			for _, s := range schemas {
				if s.name == c.Args().First() {
					_, err := p.stdout.Write(s.make())
					return err
				}
			}
			return nil
		},
	}
}
