// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/batch"
)

func (p *program) mergeCommand() *cli.Command {
	return &cli.Command{
		Name:        "merge",
		Usage:       "put the shards of a batch together",
		UsageText:   "eligo merge --out FOLDER [--force] SHARD...",
		Description: helpLead("shards"),
		Flags: []cli.Flag{
			singleFlag("out", "`FOLDER` to write to (required)", ""),
			&cli.BoolFlag{Name: "force", Usage: "replace what the folder holds", DisableDefaultText: true},
		},
		Action: func(c *cli.Context) error {
			o, err := mergeOptionsOf(c)
			if err != nil {
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

// mergeOptionsOf reads the flags, which here may stand behind the folders too.
func mergeOptionsOf(c *cli.Context) (*mergeOptions, error) {
	m := flagProblems{command: "merge"}
	o := &mergeOptions{out: flagValue(c, "out"), force: c.Bool("force")}
	given := c.IsSet("out")
	setOut := func(dir string) {
		if given {
			m.addProblem("--out: given twice")
		}
		o.out, given = dir, true
	}
	args := c.Args().Slice()
	for i := 0; i < len(args); i++ {
		arg := args[i]
		value, isOut := strings.CutPrefix(arg, "--out=")
		switch {
		case isOut:
			setOut(value)
		case arg == "--out" && i+1 < len(args):
			i++
			setOut(args[i])
		case arg == "--out":
			m.addProblem("--out needs a value")
			given = true
		case arg == "--force":
			o.force = true
		case arg == "":
			m.addProblem("the name of a folder is empty")
		case strings.HasPrefix(arg, "-"):
			m.addProblem("unknown flag %s (a folder of that name is ./%s)", arg, arg)
		default:
			o.shards = append(o.shards, arg)
		}
	}
	if !given {
		m.addProblem("--out is missing")
	} else if len(m.problems) == 0 {
		m.checkValue("out", o.out)
	}
	if len(o.shards) == 0 {
		m.addProblem("say which shards to merge")
	}
	return o, m.asError()
}

func (p *program) runMerge(ctx context.Context, o *mergeOptions) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
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
