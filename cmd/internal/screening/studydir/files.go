// SPDX-License-Identifier: Apache-2.0

// Package studydir reads the study files of a folder, once ([ReadStudies]) or again when
// they change ([Folder]). Every command that takes a folder of studies uses it, so
// that they agree on the studies that a folder holds.
//
// It may import rules and matcher.
package studydir

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Contents are the studies that [ReadStudies] found in files and folders.
type Contents struct {
	// Studies are those to use: of the files first, then of the folders, in the
	// order of the arguments and, within a folder, of the file names.
	Studies  []*rules.Study
	Named    map[string]bool // ids of the studies of the files
	Files    []string        // every file that was read
	Problems []Problem       // the files of the folders that are not used, and why

	fileOf map[string]string        // by study id, also of ids that several files claim
	shown  func(path string) string // the name of a file of a folder in a problem
}

// Problem is a file that is not used.
type Problem struct {
	File      string
	Errors    rules.Errors // one for each reason
	Duplicate bool         // the file loads, and another file holds a study with the same id
}

// FolderError says that a folder cannot be read.
type FolderError struct {
	Dir string
	Err error
}

// Error names the folder.
func (e *FolderError) Error() string { return e.Dir + ": " + fileio.Cause(e.Err).Error() }

// Unwrap gives the error of the file system.
func (e *FolderError) Unwrap() error { return e.Err }

// FilesError lists the problems of study files that were named one by one.
type FilesError struct {
	Errors rules.Errors
	Files  int // that have errors
}

// Error counts the problems.
func (e *FilesError) Error() string {
	return fmt.Sprintf("%d problems in %d study files", len(e.Errors), e.Files)
}

// ReadStudies loads study files, all of which must load, and the studies of folders.
//
// The study files of a folder are those named *.yaml or *.yml, but no hidden file
// (.*), no file of cases (*.cases.yaml, *.cases.yml), no concept file that loads,
// and none of the files. If two files of the folders hold studies with the same
// id, neither is used. The error is a [*FilesError] or a [*FolderError].
func ReadStudies(files, folders []string) (*Contents, error) {
	c := newContents(func(path string) string { return path })
	if err := c.readFiles(files); err != nil {
		return nil, err
	}
	for _, dir := range folders {
		if err := c.readFolder(dir); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// UseTerminology reads the facts of all studies with the terminologies of a site; nil
// changes nothing.
func (c *Contents) UseTerminology(known *terminology.Knowledge) {
	for i, s := range c.Studies {
		if known != nil {
			c.Studies[i] = s.WithTerminology(known)
		}
	}
}

func newContents(shown func(path string) string) *Contents {
	return &Contents{Named: map[string]bool{}, fileOf: map[string]string{}, shown: shown}
}

func (c *Contents) readFiles(files []string) error {
	problems := &FilesError{}
	for _, path := range files {
		c.Files = append(c.Files, path)
		study, err := rules.Load(path)
		if err != nil {
			problems.Files++
			problems.addErrors(FileErrors(path, err)...)
			continue
		}
		if other, twice := c.fileOf[study.ID]; twice {
			problems.Files++
			problems.addErrors(errorAbout(path, "study "+study.ID+" is in "+other+" already"))
		}
		c.fileOf[study.ID], c.Named[study.ID] = path, true
		c.Studies = append(c.Studies, study)
	}
	if problems.Files > 0 {
		return problems
	}
	return nil
}

func (e *FilesError) addErrors(list ...rules.Error) {
	for _, one := range list {
		if !slices.Contains(e.Errors, one) {
			e.Errors = append(e.Errors, one)
		}
	}
}

func errorAbout(file, message string) rules.Error {
	return rules.Error{Pos: rules.Position{File: file}, Message: message}
}

// readFolder loads the study files of a folder that were not read before.
func (c *Contents) readFolder(dir string) error {
	candidates, err := Candidates(dir)
	if err != nil {
		return &FolderError{dir, err}
	}
	for _, path := range candidates {
		if !isAmong(path, c.Files) {
			c.readCandidate(path)
		}
	}
	return nil
}

func (c *Contents) readCandidate(path string) {
	c.Files = append(c.Files, path)
	if HoldsConcepts(path) {
		switch concepts, err := rules.LoadConcepts(path); {
		case err != nil:
			c.refuse(path, FileErrors(path, err)...)
		case len(concepts) == 0:
			c.refuse(path, errorAbout(c.shown(path), "holds no study"))
		}
		return
	}
	study, err := rules.Load(path)
	if err != nil {
		c.refuse(path, FileErrors(path, err)...)
		return
	}
	other, twice := c.fileOf[study.ID]
	name, otherName := c.shown(path), c.shown(other)
	switch {
	case !twice:
		c.fileOf[study.ID] = path
		c.Studies = append(c.Studies, study)
	case c.Named[study.ID]:
		c.refuse(path, errorAbout(name, "study "+study.ID+" is given with --study already")).Duplicate = true
	default: // nobody can tell which of the two is meant
		c.Studies = slices.DeleteFunc(c.Studies, func(s *rules.Study) bool { return s.ID == study.ID })
		c.refuse(path, errorAbout(name, "study "+study.ID+" is in "+otherName+" as well")).Duplicate = true
		c.refuse(other, errorAbout(otherName, "study "+study.ID+" is in "+name+" as well")).Duplicate = true
	}
}

func (c *Contents) refuse(path string, list ...rules.Error) *Problem {
	i := slices.IndexFunc(c.Problems, func(p Problem) bool { return p.File == path })
	if i < 0 {
		i, c.Problems = len(c.Problems), append(c.Problems, Problem{File: path})
	}
	c.Problems[i].Errors = append(c.Problems[i].Errors, list...)
	return &c.Problems[i]
}

// Errors gives the errors of all problems, each once: two studies that import one
// concept file share its errors.
func (c *Contents) Errors() rules.Errors {
	all := &FilesError{}
	for _, p := range c.Problems {
		all.addErrors(p.Errors...)
	}
	return all.Errors
}

// NotUsed gives the names of the files that have problems.
func (c *Contents) NotUsed() []string {
	var files []string
	for _, p := range c.Problems {
		files = append(files, p.File)
	}
	return files
}

// Candidates lists the files of a folder that may hold a study or concepts, in
// the order of their names.
func Candidates(dir string) (paths []string, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		name := e.Name()
		ext := filepath.Ext(name)
		if e.IsDir() || ext != ".yaml" && ext != ".yml" || isHidden(name) || strings.HasSuffix(name, ".cases"+ext) {
			continue
		}
		paths = append(paths, filepath.Join(dir, name))
	}
	return paths, err
}

func isHidden(name string) bool { return strings.HasPrefix(name, ".") }

// isAmong reports whether a file is one of the others, perhaps under another
// name.
func isAmong(path string, others []string) bool {
	info, err := os.Stat(path)
	return err == nil && slices.ContainsFunc(others, func(f string) bool {
		other, err := os.Stat(f)
		return err == nil && os.SameFile(info, other)
	})
}

// HoldsConcepts reports whether a file can be read and is no study. The loader of
// studies says why a file cannot be read.
func HoldsConcepts(path string) bool {
	const maxSize = 1 << 20 // bytes; no study or concept file may be as large
	start, err := fileio.ReadStart(path, maxSize)
	return err == nil && !rules.IsStudy(start)
}

// FileErrors gives the errors of a file that does not load.
func FileErrors(path string, err error) rules.Errors {
	var problems rules.Errors
	if !errors.As(err, &problems) {
		return rules.Errors{errorAbout(path, fileio.Cause(err).Error())}
	}
	return problems
}
