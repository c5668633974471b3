// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/cmd/internal/screening/studydir"
	"github.com/eligo-trials/eligo/matcher/cases"
	"github.com/eligo-trials/eligo/matcher/cases/boundaries"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

var testFormats = []string{"text", "json", "junit"}

type testOptions struct {
	files                               []string
	run                                 *regexp.Regexp
	format, out                         string
	coverage, require, bounds, mutating bool
	on                                  patient.Day
	site                                siteFiles
}

func (p *program) testCommand() *cli.Command {
	yes := func(name, usage string) cli.Flag {
		return &cli.BoolFlag{Name: name, Usage: usage, DisableDefaultText: true}
	}
	return &cli.Command{
		Name:        "test",
		Usage:       "run the cases of a study",
		UsageText:   "eligo test [FLAGS] STUDY|CASES|FOLDER...",
		Description: helpLead("test"),
		Flags: []cli.Flag{
			singleFlag("run", "`REGEXP`: only the cases whose name it matches", ""),
			singleFlag("format", "`FORMAT` of the report: text, json or junit", "text"),
			singleFlag("out", "`FILE` to write to, whole or not at all", ""),
			yes("coverage", "tell what of the rules the cases have not reached"),
			yes("require-coverage", "the same, and fail below 100 %"),
			yes("mutate", "tell which changes of a rule no case would notice, and fail if there are any"),
			yes("boundaries", "print cases for every edge of the rules instead"),
			termsFlag(),
			terminologyFlag(),
			singleFlag("on", "screening `DAY` of the cases of --boundaries (default: today)", ""),
		},
		Action: func(c *cli.Context) error {
			o, err := p.testOptions(c)
			if err != nil {
				return err
			}
			if o.bounds {
				return p.boundaries(o)
			}
			return p.runTest(o)
		},
	}
}

func (p *program) testOptions(c *cli.Context) (*testOptions, error) {
	m := flagProblems{command: "test"}
	o := &testOptions{
		format: flagValue(c, "format"), out: flagValue(c, "out"), require: c.Bool("require-coverage"),
		coverage: c.Bool("coverage") || c.Bool("require-coverage"), bounds: c.Bool("boundaries"), mutating: c.Bool("mutate"),
		on: patient.DayOf(p.clock()), site: m.readSiteFiles(c),
	}
	if o.files = m.readFiles(c); len(o.files) == 0 {
		m.addProblem("say which studies to test")
	}
	m.checkChoice("--format", o.format, testFormats)
	m.checkValues(c, "run", "out", "on")
	var err error
	if text := flagValue(c, "run"); text != "" {
		if o.run, err = regexp.Compile(text); err != nil {
			m.addProblem("--run: %s", err)
		}
	}
	if text := flagValue(c, "on"); text != "" {
		if o.on, err = patient.ParseDay(text); err != nil {
			m.addProblem("--on: %s", err)
		}
	}
	switch {
	case o.bounds && (o.run != nil || o.coverage || o.mutating || c.IsSet("format") || len(o.site.terms) > 0):
		m.addProblem("--boundaries prints cases and runs none: it takes --on and --out only")
	case o.bounds && len(o.files) != 1:
		m.addProblem("--boundaries takes one study")
	case o.bounds && exists(o.out):
		m.addProblem("--out: %s is there already, and may have been reviewed; move it away or give another name", o.out)
	case !o.bounds && c.IsSet("on"):
		m.addProblem("--on goes with --boundaries; cases have their own days")
	case o.run != nil && (o.coverage || o.mutating):
		m.addProblem("--run leaves cases out, so --coverage and --mutate would say nothing")
	}
	return o, m.asError()
}

func (p *program) runTest(o *testOptions) error {
	files, bare, err := caseFiles(o.files)
	if err != nil {
		return err
	}
	r := &testReport{Bare: bare, require: o.require}
	var wrong rules.Errors
	for _, path := range files {
		f, err := cases.LoadFile(path)
		if err != nil {
			for _, one := range studydir.FileErrors(path, err) {
				if !slices.Contains(wrong, one) {
					wrong = append(wrong, one)
				}
			}
			continue
		}
		known, err := o.site.open("no report was made", f.Study)
		if err != nil {
			return err
		}
		f.Study = f.Study.WithTerminology(known)
		if err := r.runCases(f, o); err != nil {
			return inputError{summary: err.Error()}
		}
	}
	if len(wrong) > 0 {
		return inputError{errors: wrong, summary: plural.Count(len(wrong), "problem") + "; no report was made"}
	}
	if err := r.finish(o); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := r.writeFormat(&b, o); err != nil {
		return err
	}
	if err := p.deliver(o.out, b.Bytes(), r.inputs()...); err != nil {
		return err
	}
	return r.failure(o)
}

// caseFiles finds the files of cases of studies and folders, and the studies of
// the folders that have none.
func caseFiles(args []string) (files, bare []string, err error) {
	add := func(path string) {
		if !slices.Contains(files, path) {
			files = append(files, path)
		}
	}
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return nil, nil, inputError{summary: arg + ": " + fileio.Cause(err).Error()}
		}
		folder := arg
		if !info.IsDir() {
			folder = filepath.Dir(arg)
		}
		beside, studies, err := casesIn(folder)
		if err != nil {
			return nil, nil, inputError{summary: arg + ": " + fileio.Cause(err).Error()}
		}
		found := false
		for _, path := range beside {
			if info.IsDir() || fileio.IsSame(path, arg) || fileio.IsSame(cases.StudyPath(path), arg) {
				add(path)
				found = true
			}
		}
		switch {
		case !found && strings.HasSuffix(arg, cases.Suffix):
			add(arg)
		case !found && !info.IsDir():
			return nil, nil, inputError{summary: fmt.Sprintf("%s: no file *%s beside it names it as its study", arg, cases.Suffix)}
		case info.IsDir():
			bare = append(bare, withoutCases(studies, beside)...)
		}
	}
	if len(files) == 0 {
		return nil, nil, inputError{summary: fmt.Sprintf("there is no file *%s in %s", cases.Suffix, strings.Join(args, ", "))}
	}
	return files, bare, nil
}

func casesIn(folder string) (files, studies []string, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), cases.Suffix) {
			files = append(files, filepath.Join(folder, e.Name()))
		}
	}
	studies, err = studydir.Candidates(folder)
	return files, slices.DeleteFunc(studies, func(path string) bool { return !isStudy(path) }), err
}

func isStudy(path string) bool {
	src, err := os.ReadFile(path)
	return err == nil && rules.IsStudy(src)
}

func withoutCases(studies, files []string) []string {
	return slices.DeleteFunc(studies, func(study string) bool {
		return slices.ContainsFunc(files, func(f string) bool { return fileio.IsSame(cases.StudyPath(f), study) })
	})
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

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
	if err := p.deliver(o.out, data); err != nil {
		return err
	}
	for _, n := range notes {
		fmt.Fprintln(p.stderr, report.Plain(n))
	}
	if lines := disagreements(list); len(lines) > 0 {
		return inputError{lines: lines, summary: fmt.Sprintf("arithmetic and the rules disagree on %d of %s", len(lines), plural.Count(len(list), "case"))}
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
	return strings.ReplaceAll(way, "\\", "/"), err
}
