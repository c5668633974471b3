// SPDX-License-Identifier: Apache-2.0

// Command eligo answers whether a person may join a clinical trial, and why.
//
// Run "eligo help" for its commands. It is a prescreen: an investigator
// decides.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/batch"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

func main() {
	os.Exit(run(context.Background(), os.Args, os.Stdin, os.Stdout, os.Stderr, time.Now))
}

// The exit codes of every command.
const (
	exitOK    = 0 // done: screened, whatever the verdict, or nothing wrong found
	exitInput = 1 // something is wrong with a file, or a file cannot be read or written
	exitUsage = 2 // the command line is wrong; nothing was done

	exitInterrupted = 130 // batch was stopped, by Ctrl-C or SIGTERM, and can go on
)

type program struct {
	args   []string // as given, for completion
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	clock  func() time.Time
}

// run runs the command line args, the first of which is the program's own
// name, and returns the exit code. The clock gives the present day.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, clock func() time.Time) int {
	p := &program{args: args, stdin: stdin, stdout: stdout, stderr: stderr, clock: clock}
	if len(args) == 0 {
		p.args = []string{programName}
	}
	return p.report(p.newApp().RunContext(ctx, p.args))
}

const programName = "eligo" // in messages and help, for any name of the executable

func (p *program) newApp() *cli.App {
	app := &cli.App{
		Name:     programName,
		HelpName: programName,
		Usage:    "may this person join this clinical trial, and why?",
		UsageText: `eligo COMMAND [FLAGS] [FILES]

Screen one person for a study:
  eligo screen --study study.yaml --patient patient.json
Screen a registry, a person a line:
  eligo batch --study study.yaml --from registry.ndjson --out screened
Check a study file while writing it:
  eligo check study.yaml`,
		Description: "eligo reads a study's criteria as rules and what is known about one person, and gives a verdict, a reason\n" +
			"for every criterion and what is missing. It is a prescreen: an investigator decides.\n\n" + helpExitCodes() + "\n\n" + helpTopicList(),
		Commands: []*cli.Command{
			p.screenCommand(), p.batchCommand(), p.mergeCommand(), p.serveCommand(), p.draftCommand(), p.checkCommand(),
			p.testCommand(), p.termsCommand(), p.schemaCommand(), p.vocabCommand(), p.conceptsCommand(), p.logCommand(),
			p.completionCommand(), p.versionCommand(), p.helpCommand(),
		},
		Flags:                []cli.Flag{cli.HelpFlag, &cli.BoolFlag{Name: "version", Usage: "print the version", DisableDefaultText: true}},
		Action:               p.noCommand,
		BashComplete:         p.completeCommands,
		EnableBashCompletion: true,
		HideHelpCommand:      true, // there is one of our own
		HideVersion:          true,
		OnUsageError:         onUsageError,
		ExitErrHandler:       func(*cli.Context, error) {}, // run gives the exit code
		Reader:               p.stdin,
		Writer:               p.stdout,
		ErrWriter:            p.stderr,
	}
	for _, c := range app.Commands {
		c.HideHelpCommand = true // or "check h" would be help, not the file h
		c.OnUsageError = onUsageError
		if c.BashComplete == nil {
			c.BashComplete = p.completeFlags(c)
		}
	}
	return app
}

func (p *program) noCommand(c *cli.Context) error {
	if c.Bool("version") && !c.Args().Present() {
		return p.printVersion()
	}
	if !c.Args().Present() {
		return usageError{problems: []string{"no command is given"}}
	}
	return unknownCommand(c.App, c.Args().First())
}

func unknownCommand(app *cli.App, name string, topics ...string) error {
	names := commandNames(app.Commands)
	hint := patient.DidYouMean(name, slices.Concat(names, topics))
	if hint == "" {
		hint = "; the commands are " + strings.Join(names, ", ")
		if len(topics) > 0 {
			hint += "; the topics are " + strings.Join(topics, ", ")
		}
	}
	return usageError{problems: []string{fmt.Sprintf("unknown command %q%s", name, hint)}}
}

func commandNames(commands []*cli.Command) []string {
	var names []string
	for _, c := range commands {
		names = append(names, c.Name)
	}
	return names
}

// untilInterrupted ends a context at Ctrl-C or SIGTERM. A second one ends the process
// at once.
func untilInterrupted(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// inputError lists problems of files, and has a summary that holds nothing of a
// patient.
type inputError struct {
	errors  rules.Errors // of study files and files of cases, printed with the source line
	lines   []string     // other problems
	summary string
}

func (e inputError) Error() string { return e.summary }

func (p *program) report(err error) int {
	var usage usageError
	var input inputError
	var exit cli.ExitCoder
	var stopped *batch.StoppedError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &stopped):
		p.complain(stopWords(err, stopped))
		return exitInterrupted
	case errors.As(err, &exit): // cli's own, for "screen --help nonsense"
		usage = usageError{problems: []string{err.Error()}}
		fallthrough
	case errors.As(err, &usage):
		for _, problem := range usage.problems {
			p.complain(problem)
		}
		fmt.Fprintf(p.stderr, "Run '%s' for how to use it.\n", strings.TrimSpace(programName+" help "+usage.command))
		return exitUsage
	case errors.As(err, &input):
		p.printErrors(input.errors)
		for _, line := range input.lines {
			fmt.Fprintln(p.stderr, report.Plain(line))
		}
	}
	p.complain(err.Error())
	return exitInput
}

func (p *program) complain(message string) {
	fmt.Fprintln(p.stderr, programName+": "+report.Plain(message))
}
