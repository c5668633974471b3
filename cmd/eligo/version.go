// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/matcher"
)

func (p *program) versionCommand() *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "print the version",
		Description: `Prints the version that results name as their engine, and how the program was built.

Example:
  eligo version`,
		Action: func(c *cli.Context) error {
			m := flagProblems{command: "version"}
			m.refuseArguments(c, "")
			if err := m.asError(); err != nil {
				return err
			}
			return p.printVersion()
		},
	}
}

func (p *program) printVersion() error {
	built := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				built = ", commit " + s.Value[:min(len(s.Value), 12)]
			}
		}
	}
	_, err := fmt.Fprintf(p.stdout, "%s %s (%s %s/%s%s)\n", programName, matcher.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH, built)
	return err
}
