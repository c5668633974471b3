// SPDX-License-Identifier: Apache-2.0

package studydir

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/rules"
)

// file is a study file as it was read: the study, or what is wrong with it.
type file struct {
	name   string
	study  *rules.Study
	errors []string
}

// read reads every study file of the folder, in the order of their names.
func (s *Shelf) read() ([]file, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, err
	}
	var files []file
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || hidden(name) || !strings.HasSuffix(name, ".yaml") || strings.HasSuffix(name, ".cases.yaml") {
			continue
		}
		if f := s.readFile(name); f.study != nil || f.errors != nil {
			files = append(files, f)
		}
	}
	return files, nil
}

// readFile reads one file. It gives neither a study nor errors for a concept
// file without faults. One with faults may be a study that broke: it is shown.
func (s *Shelf) readFile(name string) file {
	path := filepath.Join(s.dir, name)
	if !holdsStudy(path) {
		concepts, err := rules.LoadConcepts(path)
		switch {
		case err != nil:
			return file{name: name, errors: s.lines(name, err)}
		case len(concepts) == 0:
			return file{name: name, errors: []string{name + ": holds no study"}}
		}
		return file{name: name}
	}
	study, err := rules.Load(path)
	if err != nil {
		return file{name: name, errors: s.lines(name, err)}
	}
	return file{name: name, study: study}
}

// holdsStudy reports whether a file is a study, as far as it can be read.
func holdsStudy(path string) bool {
	const enough = 1 << 20 // no study or concept file may be as large
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return true // and the loader says why not
	}
	f, err := os.Open(path)
	if err != nil {
		return true
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, enough))
	return err != nil || rules.IsStudy(src)
}

// lines gives a line for each problem of a file, and names files as they are
// called in the folder.
func (s *Shelf) lines(name string, err error) []string {
	var problems rules.Errors
	if !errors.As(err, &problems) {
		return []string{name + ": " + plain(err)}
	}
	lines := make([]string, len(problems))
	for i := range problems {
		lines[i] = strings.TrimPrefix(problems[i].Error(), filepath.Clean(s.dir)+string(filepath.Separator))
	}
	return lines
}

// plain is an error without the path that it may begin with.
func plain(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

func hidden(name string) bool { return strings.HasPrefix(name, ".") }

// signature is the same for files that read the same.
func signature(files []file) string {
	var b strings.Builder
	for i := range files {
		f := &files[i]
		fmt.Fprintf(&b, "%q %q", f.name, f.errors)
		if f.study != nil {
			b.WriteString(f.study.SHA256)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// place puts files on the shelf that held old. Of two files with one study id,
// the one that had it keeps it, and else the first one; the other has an error.
func place(files []file, old []Study, now time.Time) []Study {
	studies := make([]Study, len(files))
	owner := map[string]string{} // by study id, its file
	for i := range files {
		f := &files[i]
		studies[i] = Study{File: f.name, Errors: f.errors}
		for j := range old {
			if old[j].File == f.name {
				studies[i].Study, studies[i].Since = old[j].Study, old[j].Since
			}
		}
		if had := studies[i].Study; had != nil && (f.study == nil || f.study.ID == had.ID) {
			owner[had.ID] = f.name
		}
	}
	for i := range files {
		s, next := &studies[i], files[i].study
		if next == nil {
			continue
		}
		if other := owner[next.ID]; other != "" && other != s.File {
			s.Errors = []string{fmt.Sprintf("%s: study %s is in %s already", s.File, next.ID, other)}
			continue
		}
		owner[next.ID] = s.File
		if s.Study == nil || s.Study.SHA256 != next.SHA256 {
			s.Study, s.Since = next, now
		}
	}
	for i := range studies { // that kept a version whose id another file has now
		s := &studies[i]
		if s.Study == nil {
			continue
		}
		if other := owner[s.Study.ID]; other == "" {
			owner[s.Study.ID] = s.File
		} else if other != s.File {
			s.Study, s.Since = nil, time.Time{}
		}
	}
	return studies
}

// publish makes a snapshot the one to be seen.
func (s *Shelf) publish(studies []Study, problem string) {
	now := &Snapshot{Studies: studies, Loaded: time.Now(), Problem: problem}
	var use []*rules.Study
	for i := range studies {
		if studies[i].Study != nil {
			use = append(use, studies[i].Study)
		}
	}
	if len(use) > 0 {
		m, err := matcher.New(use...)
		if err != nil {
			now.Problem = err.Error()
		}
		now.Matcher = m
	}
	s.now.Store(now)
	if s.options.OnChange != nil {
		s.options.OnChange(now)
	}
}
