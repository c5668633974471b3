// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/rules/terminology/build"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

func (p *program) termsBuildCommand() *cli.Command {
	out := singleFlag("out", "`FILE` to write to, whole or not at all (required)", "")
	out.Aliases = []string{"o"}
	return &cli.Command{
		Name:        "build",
		Usage:       "compile what your site is licensed for",
		UsageText:   "eligo terms build -o FILE SOURCE...",
		Description: `"eligo help terms" says more.`,
		Flags:       []cli.Flag{out},
		Action: func(c *cli.Context) error {
			m := flagProblems{command: "terms"}
			sources := m.readArguments(c)
			file := flagValue(c, "out")
			if file == "" {
				m.addProblem("--out is missing")
			} else {
				m.checkValue("out", file)
			}
			if len(sources) == 0 {
				m.addProblem("say what to build from: files or folders of a vocabulary download")
			}
			if err := m.asError(); err != nil {
				return err
			}
			return p.buildTerminology(file, sources)
		},
	}
}

func (p *program) buildTerminology(file string, sources []string) error {
	if err := mayReplace(file, sources...); err != nil {
		return inputError{summary: fmt.Sprintf("%s: %s; nothing was written", file, fileio.Cause(err))}
	}
	made, err := build.Read(sources...)
	if err != nil {
		return inputError{lines: errorLines(err), summary: "no terminology was built"}
	}
	w := bufio.NewWriter(p.stdout)
	for _, part := range made.Parts {
		writePart(w, part)
	}
	size, err := writeTerminology(file, made)
	if err != nil {
		return inputError{summary: fmt.Sprintf("%s: cannot be written: %s", file, fileio.Cause(err))}
	}
	fmt.Fprintf(w, "%s: %d MB. Use it with --terminology %s\n", file, (size+1<<20-1)>>20, file)
	return w.Flush()
}

// errorLines gives a line for each of several errors that are joined.
func errorLines(err error) []string {
	var lines []string
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range joined.Unwrap() {
			lines = append(lines, errorLines(one)...)
		}
		return lines
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return []string{path.Path + ": " + path.Err.Error()}
	}
	return []string{err.Error()}
}

// writeTerminology writes the file beside its place and then gives it its name: a
// program that uses an older one goes on with that.
func writeTerminology(file string, made *build.Terminology) (size int64, err error) {
	temp, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*")
	if err != nil {
		return 0, err
	}
	_ = temp.Chmod(0o644) // it holds nothing about patients
	w := bufio.NewWriterSize(temp, 1<<20)
	size, err = made.WriteTo(w)
	if err == nil {
		err = w.Flush()
	}
	if err = fileio.SyncAndClose(temp, err); err == nil {
		err = os.Rename(temp.Name(), file)
	}
	if err != nil {
		os.Remove(temp.Name())
		return 0, err
	}
	_ = fileio.SyncFolder(filepath.Dir(file)) // the file is complete
	return size, nil
}

// relationWords are the links as "terms build" counts them.
var relationWords = []struct {
	relation lexicon.Relation
	words    string
}{
	{lexicon.Parent, "wider code"}, {lexicon.Child, "narrower code"}, {lexicon.Same, "equal code"}, {lexicon.MapsTo, "map"}, {lexicon.HasIngredient, "ingredient"},
}

// writePart says what was taken from a source and what was not.
func writePart(w io.Writer, part *build.Part) {
	fmt.Fprintf(w, "%s: %s (%s)\n", part.Place, part.Kind, plural.Join(firstNames(part.Files), ", "))
	var taken []string
	for _, system := range slices.Sorted(maps.Keys(part.Codes)) {
		taken = append(taken, fmt.Sprintf("%s %d", system, part.Codes[system]))
	}
	if len(taken) == 0 {
		taken = []string{"none that is new"}
	}
	fmt.Fprintf(w, "  codes: %s\n", strings.Join(taken, ", "))
	fmt.Fprintf(w, "  names: %d\n", part.Names)
	var links []string
	for _, r := range relationWords {
		if n := part.Links[r.relation]; n > 0 {
			links = append(links, plural.Count(n, r.words))
		}
	}
	if len(links) > 0 {
		fmt.Fprintf(w, "  links: %s\n", strings.Join(links, ", "))
	}
	for _, s := range part.Skipped {
		fmt.Fprintf(w, "  left out: %d × %s (first: %s)\n", s.Rows, s.Reason, s.First)
	}
}

// firstNames shortens a long list of file names.
func firstNames(names []string) []string {
	const most = 6
	if len(names) <= most {
		return names
	}
	return append(slices.Clone(names[:most]), fmt.Sprintf("%d more", len(names)-most))
}
