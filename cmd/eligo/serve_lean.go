// SPDX-License-Identifier: Apache-2.0

//go:build lean

package main

import "github.com/urfave/cli/v2"

var messageFormats = []string{"text", "json"}

func (p *program) serveCommand() *cli.Command {
	return &cli.Command{
		Name:            "serve",
		Usage:           "answer requests over HTTP (left out: built with -tags lean)",
		UsageText:       "eligo serve",
		Description:     helpLead("serve"),
		SkipFlagParsing: true,
		Action: func(*cli.Context) error {
			return usageError{"serve", []string{"this eligo was built with -tags lean, which leaves out the server; build it without the tag"}}
		},
	}
}
