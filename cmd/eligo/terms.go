// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"

	"github.com/urfave/cli/v2"
)

// termsCommand is "eligo terms", whose subcommands are in files of their own.
func (p *program) termsCommand() *cli.Command {
	commands := []*cli.Command{p.termsBuildCommand(), p.termsReviewCommand(), p.termsShowCommand()}
	for _, c := range commands {
		c.HideHelpCommand = true
		c.OnUsageError = func(c *cli.Context, err error, isSubcommand bool) error {
			u := onUsageError(c, err, isSubcommand).(usageError) //nolint:errorlint // it always is one
			u.command = "terms"
			return u
		}
		if c.BashComplete == nil {
			c.BashComplete = p.completeFlags(c)
		}
	}
	return &cli.Command{
		Name:        "terms",
		Usage:       "the terminology of your site",
		UsageText:   usageOf(commands),
		Description: helpLead("terms"),
		Subcommands: commands,
		BashComplete: func(c *cli.Context) {
			if _, last := p.typedWords(); strings.HasPrefix(last, "-") {
				p.printWords("--help")
				return
			}
			p.printWords(commandNames(c.Command.Subcommands)...)
		},
		Action: func(c *cli.Context) error {
			names := commandNames(c.Command.Subcommands)
			m := flagProblems{command: "terms"}
			if c.Args().Present() {
				m.checkChoice("terms", c.Args().First(), names)
			} else {
				m.addProblem("say what to do: %s", strings.Join(names, ", "))
			}
			return m.asError()
		},
	}
}

// usageOf joins the usage of subcommands.
func usageOf(commands []*cli.Command) string {
	var lines []string
	for _, c := range commands {
		lines = append(lines, c.UsageText)
	}
	return strings.Join(lines, "\n")
}
