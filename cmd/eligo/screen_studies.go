// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/cmd/internal/screening/studydir"
	"github.com/eligo-trials/eligo/rules"
)

// studySelection is the studies that a command line names.
type studySelection struct {
	files, folders []string
}

// readStudySelection reads --study and --studies, of which one must be given, and
// names every other required flag that is missing. The flag named by stdinFlag may
// be -.
func (m *flagProblems) readStudySelection(c *cli.Context, stdinFlag string, required ...string) studySelection {
	if !c.IsSet("studies") {
		required = append([]string{"study"}, required...)
	}
	m.checkRequired(c, required...)
	s := studySelection{listValue(c, "study"), listValue(c, "studies")}
	for _, f := range s.files {
		m.checkValue("study", f)
		if f == "-" {
			m.addProblem("--study must be a file, because studies name other files; only the %s may be -", stdinFlag)
		}
	}
	for _, f := range s.folders {
		m.checkValue("studies", f)
	}
	return s
}

// several reports whether the studies are to be ranked.
func (s studySelection) several() bool { return len(s.folders) > 0 || len(s.files) > 1 }

// loadStudies loads the studies. The files must be right; those of the folders too if all
// must be.
func (s studySelection) loadStudies(all bool) (*studydir.Contents, error) {
	contents, err := studydir.ReadStudies(s.files, s.folders)
	var files *studydir.FilesError
	switch {
	case errors.As(err, &files):
		return nil, studyFilesError(files.Errors, files.Files)
	case err != nil:
		return nil, inputError{summary: err.Error() + "; nothing was screened"}
	case all && len(contents.Problems) > 0:
		return nil, studyFilesError(contents.Errors(), len(contents.Problems))
	case len(contents.Studies) == 0:
		return nil, inputError{
			errors: contents.Errors(), summary: "there is no study that can be used in " + strings.Join(s.folders, ", ") + "; nothing was screened",
		}
	}
	return contents, nil
}

func studyFilesError(list rules.Errors, files int) error {
	return inputError{errors: list, summary: plural.Count(len(list), "problem") + " in " + plural.Count(files, "study file") + "; nothing was screened"}
}

// incompleteRanking is an error if a ranking lacks files of folders.
func incompleteRanking(contents *studydir.Contents) error {
	if len(contents.Problems) == 0 {
		return nil
	}
	return inputError{
		errors:  contents.Errors(),
		summary: "the ranking is not complete: " + plural.Count(len(contents.Problems), "study file") + " could not be used; the others were screened",
	}
}
