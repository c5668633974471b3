// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/rivo/uniseg"

	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/rules"
)

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
	before, after = printable(before), printable(after)
	return "    " + before + after + "\n    " + strings.Repeat(" ", uniseg.StringWidth(before)) + "^\n"
}

// printErrors prints errors with the lines that they are about to standard error.
func (p *program) printErrors(list rules.Errors) {
	lines := sourceLines{}
	for i := range list {
		fmt.Fprint(p.stderr, report.Plain(list[i].Error())+"\n"+lines.excerpt(list[i].Pos))
	}
}

// printable makes a part of a line safe for a terminal and as wide as it looks.
func printable(s string) string { return report.Plain(strings.ReplaceAll(s, "\t", " ")) }
