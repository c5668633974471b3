// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/patient"
)

type usageError struct {
	command  string // whose help explains it
	problems []string
}

func (e usageError) Error() string { return strings.Join(e.problems, "; ") }

type flagProblems struct {
	command  string
	problems []string
}

func (m *flagProblems) addProblem(format string, args ...any) {
	m.problems = append(m.problems, fmt.Sprintf(format, args...))
}

func (m *flagProblems) asError() error {
	if len(m.problems) == 0 {
		return nil
	}
	return usageError{m.command, m.problems}
}

// onUsageError puts the words of package flag into ours. Without it, cli
// prints help to stdout and exits with 1.
func onUsageError(c *cli.Context, err error, isSubcommand bool) error {
	u := usageError{}
	if isSubcommand {
		u.command = c.Command.Name
	}
	message := err.Error()
	if name, ok := strings.CutPrefix(message, "flag provided but not defined: -"); ok {
		name = strings.TrimLeft(name, "-")
		message = "unknown flag --" + name + patient.DidYouMean("--"+name, flagNames(c.Command))
	} else if name, ok := strings.CutPrefix(message, "flag needs an argument: -"); ok {
		message = "--" + strings.TrimLeft(name, "-") + " needs a value"
	} else if at := badValue.FindStringSubmatchIndex(message); at != nil {
		message = "--" + message[at[2]:]
	}
	u.problems = []string{message}
	return u
}

// badValue finds the flag and the reason in the message of package flag about a
// value.
var badValue = regexp.MustCompile(`(?s)^invalid .* for (?:flag )?-([a-z-]+: )`)

func flagNames(c *cli.Command) []string {
	names := []string{"--help"}
	for _, f := range c.Flags {
		if name := f.Names()[0]; name != "help" {
			names = append(names, "--"+name)
		}
	}
	return names
}

// refuseArguments refuses arguments. Package cli stops at the first argument that is
// no flag, and does not read the flags after it.
func (m *flagProblems) refuseArguments(c *cli.Context, hint string) {
	for _, arg := range c.Args().Slice() {
		if strings.HasPrefix(arg, "-") {
			m.addProblem("%s stands behind an argument that is no flag; flags come first", arg)
		} else {
			m.addProblem("unexpected argument %q%s", arg, hint)
		}
	}
}

func (m *flagProblems) readFiles(c *cli.Context) []string {
	files := c.Args().Slice()
	for _, arg := range files {
		switch {
		case arg == "":
			m.addProblem("the name of a file is empty")
		case arg == "-":
			m.addProblem("standard input cannot be checked, because files name each other; give a file")
		case strings.HasPrefix(arg, "-"):
			m.addProblem("%s stands behind a file; flags come first (a file of that name is ./%s)", arg, arg)
		}
	}
	return files
}

// checkValue checks the value of a flag that must not be empty, nor be the next
// flag because the value was forgotten.
func (m *flagProblems) checkValue(flag, value string) {
	switch {
	case strings.TrimSpace(value) == "":
		m.addProblem("--%s needs a value", flag)
	case len(value) > 1 && value[0] == '-':
		m.addProblem("--%s needs a value, and %s looks like a flag (a file of that name is ./%s)", flag, value, value)
	}
}

func (m *flagProblems) checkValues(c *cli.Context, flags ...string) {
	for _, f := range flags {
		if c.IsSet(f) {
			m.checkValue(f, flagValue(c, f))
		}
	}
}

func (m *flagProblems) checkRequired(c *cli.Context, flags ...string) {
	var missing []string
	for _, f := range flags {
		if !c.IsSet(f) {
			missing = append(missing, "--"+f)
		}
	}
	switch len(missing) {
	case 0:
	case 1:
		m.addProblem("%s is missing", missing[0])
	default:
		m.addProblem("%s and %s are missing", strings.Join(missing[:len(missing)-1], ", "), missing[len(missing)-1])
	}
}

func (m *flagProblems) cutPair(flag, text, form string) (name, value string, ok bool) {
	// The last = counts: a URL may hold one, the value does not.
	if i := strings.LastIndexByte(text, '='); i > 0 && i < len(text)-1 {
		return text[:i], text[i+1:], true
	}
	m.addProblem("--%s %s is not of the form %s", flag, text, form)
	return "", "", false
}

// singleValue is the value of a flag that may be given once: of two, package flag
// would take the last without a word.
type singleValue struct {
	value string
	given bool
}

func (o *singleValue) String() string { return o.value }

func (o *singleValue) Set(value string) error {
	if o.given {
		return errors.New("given twice")
	}
	o.value, o.given = value, true
	return nil
}

func singleFlag(name, usage, value string) *cli.GenericFlag {
	return &cli.GenericFlag{Name: name, Usage: usage, Value: &singleValue{value: value}}
}

// valueList is the values of a flag that may be given again. A comma is part of a
// value: file names may hold one.
type valueList struct{ values []string }

func (m *valueList) String() string { return "" }

func (m *valueList) Set(value string) error {
	m.values = append(m.values, value)
	return nil
}

func listFlag(name, usage string) *cli.GenericFlag {
	return &cli.GenericFlag{Name: name, Usage: usage, Value: &valueList{}}
}

func flagValue(c *cli.Context, name string) string {
	if o, ok := c.Generic(name).(*singleValue); ok {
		return o.value
	}
	return ""
}

func listValue(c *cli.Context, name string) []string {
	if o, ok := c.Generic(name).(*valueList); ok {
		return o.values
	}
	return nil
}

func (m *flagProblems) checkChoice(what, value string, among []string) {
	if slices.Contains(among, value) {
		return
	}
	hint := patient.DidYouMean(value, among)
	if hint == "" {
		hint = "; it is one of " + strings.Join(among, ", ")
	}
	m.addProblem("%s: unknown %q%s", what, value, hint)
}
