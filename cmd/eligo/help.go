// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/urfave/cli/v2"
)

func (p *program) helpCommand() *cli.Command {
	return &cli.Command{
		Name:      "help",
		Usage:     "explain a command",
		ArgsUsage: "[COMMAND]",
		Description: `Without a command, lists them all.

Example:
  eligo help screen`,
		BashComplete: p.completeCommands,
		Action: func(c *cli.Context) error {
			switch name := c.Args().First(); {
			case c.NArg() == 0:
				return cli.ShowAppHelp(c)
			case c.NArg() > 1:
				return usageError{"help", []string{"help takes one command"}}
			case c.App.Command(name) == nil:
				return unknownCommand(c.App, name)
			default:
				return cli.ShowCommandHelp(c, name)
			}
		},
	}
}
