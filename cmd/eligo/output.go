// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/fatih/color"
	"github.com/rivo/uniseg"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/rules"
)

// deliver writes to a file, which must be none of the inputs, or to standard output
// where none is named.
func (p *program) deliver(out string, data []byte, inputs ...string) error {
	if out == "" {
		_, err := p.stdout.Write(data)
		return err
	}
	if err := mayReplace(out, inputs...); err != nil {
		return inputError{summary: fmt.Sprintf("%s: %s; nothing was written", out, fileio.Cause(err))}
	}
	if err := fileio.Replace(out, data, ownerOnly); err != nil {
		return inputError{summary: fmt.Sprintf("%s: cannot be written: %s", out, fileio.Cause(err))}
	}
	return nil
}

func mayReplace(file string, inputs ...string) error {
	have, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !have.Mode().IsRegular():
		return errors.New("it is not a regular file; leave --out away to write to standard output")
	case slices.ContainsFunc(inputs, func(input string) bool { return fileio.IsSame(file, input) }):
		return errors.New("it is one of the files that were read")
	}
	return nil
}

const ownerOnly fs.FileMode = 0o600 // of files that hold patient data

// painter gives the colours of a text report, or nil where there are to be
// none: colour is for a terminal that wants it (NO_COLOR, TERM=dumb).
func (p *program) painter(o *screenOptions) func(report.Style, string) string {
	if o.noColour || o.out != "" || p.stdout != os.Stdout || color.NoColor {
		return nil
	}
	return paintText
}

var colours = map[report.Style][]color.Attribute{
	report.Heading:    {color.Bold},
	report.Favourable: {color.FgGreen},
	report.Adverse:    {color.FgRed, color.Bold},
	report.Open:       {color.FgYellow},
}

func paintText(s report.Style, text string) string {
	c := color.New(colours[s]...)
	c.EnableColor()
	return c.Sprint(text)
}

// sourceLines shows the line of a file that a problem is about. It reads each
// file once.
type sourceLines map[string][]string

// The part of a long line that is shown, in characters.
const (
	shownBefore = 70 // the place
	shownAfter  = 30
)

// excerpt gives the line at a place and, under it, a caret at the column; "" for
// a place without line or column, on an empty line or in a file that cannot be read.
func (s sourceLines) excerpt(at rules.Position) string {
	if at.Line < 1 || at.Column < 1 || strings.HasPrefix(at.File, "builtin:") {
		return ""
	}
	lines, read := s[at.File]
	if !read {
		if data, err := os.ReadFile(at.File); err == nil {
			lines = strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
		}
		s[at.File] = lines
	}
	if at.Line > len(lines) || strings.TrimSpace(lines[at.Line-1]) == "" {
		return ""
	}
	line := []rune(lines[at.Line-1])
	place := min(at.Column-1, len(line))
	before, after := string(line[:place]), string(line[place:])
	if place > shownBefore {
		before = "…" + string(line[place-shownBefore:place])
	} else {
		before = strings.TrimLeft(before, " \t")
	}
	if len(line)-place > shownAfter && len([]rune(before))+len(line)-place > shownBefore+shownAfter {
		after = string(line[place:place+shownAfter]) + "…"
	}
	before, after = terminalSafe(before), terminalSafe(after)
	return "    " + before + after + "\n    " + strings.Repeat(" ", uniseg.StringWidth(before)) + "^\n"
}

func (p *program) printErrors(list rules.Errors) {
	lines := sourceLines{}
	for i := range list {
		fmt.Fprint(p.stderr, report.Plain(list[i].Error())+"\n"+lines.excerpt(list[i].Pos))
	}
}

// terminalSafe makes a part of a line safe for a terminal and as wide as it looks.
func terminalSafe(s string) string { return report.Plain(strings.ReplaceAll(s, "\t", " ")) }
