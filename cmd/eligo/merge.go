// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/batch"
)

func (p *program) mergeCommand() *cli.Command {
	o := &mergeOptions{}
	return &cli.Command{
		Name:        "merge",
		Usage:       "put the shards of a batch together",
		UsageText:   "eligo merge --out FOLDER [--force] SHARD...",
		Description: helpLead("shards"),
		Flags: []cli.Flag{
			singleFlag("out", "`FOLDER` to write to (required)", ""),
			&cli.BoolFlag{Name: "force", Usage: "replace what the folder holds", DisableDefaultText: true, Destination: &o.force},
		},
		Action: func(c *cli.Context) error {
			if err := o.readFlags(c); err != nil {
				return err
			}
			return p.runMerge(c.Context, o)
		},
	}
}

// mergeOptions is the command line of merge, read.
type mergeOptions struct {
	shards []string
	out    string
	force  bool
}

// readFlags reads the flags, which here may stand behind the folders too.
func (o *mergeOptions) readFlags(c *cli.Context) error {
	m := flagProblems{command: "merge"}
	force := o.force
	o.shards = m.readArguments(c)
	o.out, o.force = flagValue(c, "out"), o.force || force
	switch {
	case len(m.problems) > 0:
	case o.out == "":
		m.addProblem("--out is missing")
	default:
		m.checkValue("out", o.out)
	}
	if len(o.shards) == 0 {
		m.addProblem("say which shards to merge")
	}
	if slices.Contains(o.shards, "") {
		m.addProblem("the name of a folder is empty")
	}
	return m.asError()
}

func (p *program) runMerge(ctx context.Context, o *mergeOptions) error {
	ctx, stop := untilInterrupted(ctx)
	defer stop()
	done, err := batch.Merge(ctx, o.shards, o.out, o.force)
	if err != nil {
		var stopped *batch.StoppedError
		if errors.As(err, &stopped) {
			return err
		}
		return inputError{summary: err.Error() + "; nothing was merged"}
	}
	return p.batchTotals(done, o.out)
}
