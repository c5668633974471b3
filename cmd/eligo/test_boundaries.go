// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/matcher/cases/boundaries"
	"github.com/eligo-trials/eligo/matcher/report"
)

// boundaries prints the cases at the edges of a study's rules. Where the
// generator and the rules disagree, it says so and fails: one of them is wrong.
func (p *program) boundaries(o *testOptions) error {
	contents, err := studySelection{files: o.files}.loadStudies(true)
	if err != nil {
		return err
	}
	s := contents.Studies[0]
	list, notes, err := boundaries.Generate(s, o.on)
	if err != nil {
		return inputError{summary: err.Error()}
	}
	name := filepath.Base(o.files[0])
	if o.out != "" {
		if name, err = relative(filepath.Dir(o.out), o.files[0]); err != nil {
			return inputError{summary: err.Error()}
		}
	}
	what := s.ID
	if s.Version != "" {
		what += ", version " + s.Version
	}
	comment := "Made by eligo test --boundaries for " + what + ": an invented person for every edge of a rule.\n" +
		"What each case expects was worked out by plain arithmetic, not by the rules. Review it, then keep it beside the study."
	data, err := boundaries.WriteFile(name, comment, o.on, list)
	if err != nil {
		return err
	}
	if err := p.deliverFile(o.out, data); err != nil {
		return err
	}
	for _, n := range notes {
		fmt.Fprintln(p.stderr, report.Plain(n))
	}
	if lines := disagreements(list); len(lines) > 0 {
		return inputError{lines, fmt.Sprintf("arithmetic and the rules disagree on %d of %s", len(lines), plural.Count(len(list), "case"))}
	}
	p.complain(plural.Count(len(list), "case") + "; arithmetic and the rules agree on all of them")
	return nil
}

// disagreements gives a line for each case of which the rules say something
// else than the arithmetic.
func disagreements(list []boundaries.Boundary) []string {
	var lines []string
	for _, b := range list {
		if b.Want != b.Got {
			lines = append(lines, fmt.Sprintf("%s: DISAGREE: %s: arithmetic says %s, the rules say %s: %s", b.Pos, b.Words, b.Want, b.Got, b.Reason))
		}
	}
	return lines
}

// relative is the way from a folder to a file, as a file of cases names it.
func relative(folder, file string) (string, error) {
	from, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	to, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	way, err := filepath.Rel(from, to)
	if err != nil {
		return "", err
	}
	return strings.ReplaceAll(way, "\\", "/"), nil
}
