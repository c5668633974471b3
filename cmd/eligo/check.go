// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/rules"
)

func (p *program) checkCommand() *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "check study and concept files",
		UsageText: "eligo check FILE...",
		Description: `Compiles study files and concept files, with all that they import, and prints everything that is wrong as
FILE:LINE:COLUMN: CRITERION: MESSAGE. Exits with 1 if anything is.

Example:
  eligo check studies/*.yaml`,
		Action: func(c *cli.Context) error {
			m := misuse{command: "check"}
			files := m.files(c)
			if len(files) == 0 {
				m.add("say which files to check")
			}
			if err := m.err(); err != nil {
				return err
			}
			return p.check(files)
		},
	}
}

// check prints what is wrong with the files, or that nothing is.
func (p *program) check(files []string) error {
	var out strings.Builder
	wrong := 0
	said := map[string]bool{} // a file that two studies import has its faults once
	for _, file := range files {
		found, err := checkFile(file)
		if err == nil {
			fmt.Fprintf(&out, "%s: ok (%s)\n", report.Plain(file), found)
			continue
		}
		wrong++
		for _, line := range errorLines(file, err) {
			if !said[line] {
				fmt.Fprintln(&out, report.Plain(line))
			}
			said[line] = true
		}
	}
	if _, err := io.WriteString(p.stdout, out.String()); err != nil || wrong == 0 {
		return err
	}
	return inputError{summary: fmt.Sprintf("%s in %d of %s", count(len(said), "problem"), wrong, count(len(files), "file"))}
}

// checkFile compiles a file and says what it holds.
func checkFile(file string) (string, error) {
	if !strings.HasPrefix(file, "builtin:") && !holdsConcepts(file) {
		study, err := rules.Load(file)
		if err != nil {
			return "", err
		}
		criteria, drafts := 0, 0
		for i := range study.Criteria {
			if study.Criteria[i].Pos.Line > 0 { // not built in
				criteria++
			}
			if study.Criteria[i].Draft {
				drafts++
			}
		}
		found := count(criteria, "criterion") + ", " + count(len(study.Questions), "question")
		if drafts > 0 {
			found += ", " + count(drafts, "draft") + " to review"
		}
		return found, nil
	}
	concepts, err := rules.LoadConcepts(file)
	if err != nil {
		return "", err
	}
	return count(len(concepts), "concept"), nil
}

// holdsConcepts reports whether a file that can be read is no study. A file
// that cannot be read gets its error from whoever loads it.
func holdsConcepts(file string) bool {
	const enough = 1 << 20 // no study or concept file may be as large
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, enough))
	return err == nil && !rules.IsStudy(src)
}

// errorLines gives a line for each problem of a file.
func errorLines(file string, err error) []string {
	var problems rules.Errors
	if !errors.As(err, &problems) {
		return []string{file + ": " + cause(err)}
	}
	lines := make([]string, len(problems))
	for i := range problems {
		lines[i] = problems[i].Error()
	}
	return lines
}

// cause says why a file cannot be read or written, without naming it again.
func cause(err error) string {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err.Error()
	case errors.As(err, &link):
		return link.Err.Error()
	}
	return err.Error()
}

// count gives "1 problem" and "2 problems".
func count(n int, what string) string {
	switch {
	case n == 1:
	case what == "criterion":
		what = "criteria"
	case what == "entry":
		what = "entries"
	default:
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
