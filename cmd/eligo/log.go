// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/cmd/internal/screening/studydir"
	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/rules"
)

func (p *program) logCommands() []*cli.Command {
	since := singleFlag("since", "only entries from this `DAY` (YYYY-MM-DD, UTC) or time (RFC 3339) on", "")
	study := singleFlag("study", "only entries of the study with this `ID`", "")
	return []*cli.Command{
		p.logSubcommand("verify", "prove that no entry was changed or removed", p.logVerify,
			listFlag("head", "`SEQ:HASH` that \"eligo log head\" printed once; again for others")),
		p.logSubcommand("head", "print the number and the hash of the last entry", p.logHead),
		p.logSubcommand("replay", "decide again and compare the results", p.logReplay,
			singleFlag("studies", "`FOLDER` with the study files (required)", ""), since, study, terminologyFlag(), termsFlag()),
		p.logSubcommand("export", "print the entries as CSV", p.logExport, since, study),
	}
}

func (p *program) logCommand() *cli.Command {
	return &cli.Command{
		Name:        "log",
		Usage:       "verify, replay or export a screening log",
		UsageText:   "eligo log verify URL [--head SEQ:HASH]...\neligo log head URL\neligo log replay URL --studies FOLDER [--since DAY] [--study ID] [--terminology FILE] [--terms FILE]\neligo log export URL [--since DAY] [--study ID]",
		Description: helpLead("log"),
		Subcommands: p.logCommands(),
		BashComplete: func(c *cli.Context) {
			if _, last := p.typedWords(); strings.HasPrefix(last, "-") {
				p.printWords("--help")
				return
			}
			p.printWords(commandNames(c.Command.Subcommands)...)
		},
		Action: func(c *cli.Context) error {
			names := commandNames(c.Command.Subcommands)
			m := flagProblems{command: "log"}
			if c.Args().Present() {
				m.checkChoice("log", c.Args().First(), names)
			} else {
				m.addProblem("say what to do with a log: %s", strings.Join(names, ", "))
			}
			return m.asError()
		},
	}
}

// logSubcommand makes one command of "eligo log", which takes the log and
// flags, before it or behind it.
func (p *program) logSubcommand(name, usage string, run func(context.Context, *screenlog.Log, logOptions) error, flags ...cli.Flag) *cli.Command {
	c := &cli.Command{
		Name: name, Usage: usage, ArgsUsage: "URL", Flags: flags, HideHelpCommand: true,
		Description: `"eligo help log" says more.`,
		OnUsageError: func(c *cli.Context, err error, isSubcommand bool) error {
			u := onUsageError(c, err, isSubcommand).(usageError) //nolint:errorlint // it always is one
			u.command = "log"
			return u
		},
		Action: func(c *cli.Context) error {
			o, err := logOptionsOf(c)
			if err != nil {
				return err
			}
			l, err := screenlog.Open(c.Context, o.url, screenlog.Options{ReadOnly: true})
			if err != nil {
				return inputError{summary: err.Error()}
			}
			defer l.Close()
			return run(c.Context, l, o)
		},
	}
	c.BashComplete = p.completeFlags(c)
	return c
}

type logOptions struct {
	url     string
	heads   []screenlog.Head
	studies string
	site    siteFiles
	query   screenlog.Query
}

func logOptionsOf(c *cli.Context) (o logOptions, err error) {
	m := flagProblems{command: "log"}
	urls := m.readArguments(c)
	switch {
	case len(urls) == 0:
		m.addProblem("say which log: a file or postgres://...")
	case len(urls) > 1:
		m.addProblem("unexpected argument %q; give one log", urls[1])
	case strings.TrimSpace(urls[0]) == "":
		m.addProblem("the name of the log is empty")
	default:
		o.url = urls[0]
	}
	for _, text := range listValue(c, "head") {
		h, err := screenlog.ParseHead(text)
		if err != nil {
			m.addProblem("--head: %v", err)
		}
		o.heads = append(o.heads, h)
	}
	o.studies, o.site = flagValue(c, "studies"), m.readSiteFiles(c)
	if c.Command.Name == "replay" && o.studies == "" {
		m.addProblem("--studies is missing")
	}
	o.query = screenlog.Query{Study: flagValue(c, "study"), Since: m.readSince(flagValue(c, "since")), OldestFirst: true}
	return o, m.asError()
}

func (m *flagProblems) readSince(text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		at, err = time.Parse(time.DateOnly, text)
	}
	if err != nil {
		m.addProblem("--since %q is neither a day (YYYY-MM-DD) nor a time (2026-11-22T08:00:00Z)", text)
	}
	return at
}

// readArguments gives the arguments that are no flags, and reads the flags that stand
// behind them, which cli leaves over.
func (m *flagProblems) readArguments(c *cli.Context) (words []string) {
	set := flag.NewFlagSet("", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	for _, f := range c.Command.Flags {
		if err := f.Apply(set); err != nil {
			m.addProblem("%v", err)
		}
	}
	for args := c.Args().Slice(); len(args) > 0; {
		if len(args[0]) < 2 || args[0][0] != '-' {
			words, args = append(words, args[0]), args[1:]
			continue
		}
		if args[0] == "--help" || args[0] == "-h" {
			m.addProblem("%s stands behind an argument; flags for help come first", args[0])
			return words
		}
		if err := set.Parse(args); err != nil {
			m.problems = append(m.problems, onUsageError(c, err, true).(usageError).problems...) //nolint:errorlint // it always is one
		}
		args = set.Args()
	}
	return words
}

func (p *program) logVerify(ctx context.Context, l *screenlog.Log, o logOptions) error {
	found, err := l.Verify(ctx, o.heads...)
	if err != nil {
		return inputError{summary: err.Error()}
	}
	if found.Broken != nil {
		return inputError{
			lines:   []string{found.Broken.String()},
			summary: "the log does not hold; before that, " + plural.Count(found.Entries, "entry") + " did",
		}
	}
	_, err = fmt.Fprintf(p.stdout, "The log holds: %s, the last of them %s.\n", plural.Count(found.Entries, "entry"), found.Head)
	return err
}

func (p *program) logHead(ctx context.Context, l *screenlog.Log, _ logOptions) error {
	h, err := l.Head(ctx)
	if err != nil {
		return inputError{summary: err.Error()}
	}
	_, err = fmt.Fprintln(p.stdout, h)
	return err
}

func (p *program) logExport(ctx context.Context, l *screenlog.Log, o logOptions) error {
	w := bufio.NewWriter(p.stdout)
	if err := screenlog.WriteCSV(w, l.Entries(ctx, o.query)); err != nil {
		return inputError{summary: err.Error() + "; the export is not complete"}
	}
	return w.Flush()
}

func (p *program) logReplay(ctx context.Context, l *screenlog.Log, o logOptions) error {
	studies, err := p.replayStudies(o.studies)
	if err != nil {
		return err
	}
	known, err := o.site.open("nothing was replayed", studies...)
	if err != nil {
		return err
	}
	for i, s := range studies {
		studies[i] = s.WithTerminology(known)
	}
	w := bufio.NewWriter(p.stdout)
	outcomes := map[screenlog.ReplayOutcome]int{}
	total := 0
	for r, err := range l.Replay(ctx, studies, o.query) {
		if err != nil {
			return inputError{summary: err.Error()}
		}
		total++
		outcomes[r.Outcome]++
		if r.Outcome != screenlog.Same {
			fmt.Fprintf(w, "entry %d: %s: %s\n", r.Seq, r.Outcome, r.Why)
		}
	}
	same, differ := outcomes[screenlog.Same], outcomes[screenlog.Differs]
	fmt.Fprintf(w, "%s: %d gave the same bytes again, %d did not, %d could not be replayed.\n", plural.Count(total, "decision"), same, differ, outcomes[screenlog.NotReplayed])
	if err := w.Flush(); err != nil {
		return err
	}
	switch {
	case differ > 0:
		return inputError{summary: plural.Count(differ, "decision") + " differ from what was logged"}
	case total > 0 && same == 0:
		return inputError{summary: "no decision could be replayed, so nothing is proved"}
	}
	return nil
}

// replayStudies compiles the study files of a folder, of which several may be
// of one study. One that is wrong is named and left out: the log says which are
// needed.
func (p *program) replayStudies(dir string) ([]*rules.Study, error) {
	files, err := studydir.Candidates(dir)
	if err != nil {
		return nil, inputError{summary: dir + ": " + fileio.Cause(err).Error()}
	}
	var studies []*rules.Study
	for _, file := range files {
		if studydir.HoldsConcepts(file) {
			continue
		}
		s, err := rules.Load(file)
		if err != nil {
			p.printErrors(studydir.FileErrors(file, err))
			p.complain(file + " is left out")
			continue
		}
		studies = append(studies, s)
	}
	if len(studies) == 0 {
		return nil, inputError{summary: dir + " holds no study file (*.yaml, *.yml) that can be used"}
	}
	return studies, nil
}
