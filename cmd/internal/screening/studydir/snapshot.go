// SPDX-License-Identifier: Apache-2.0

package studydir

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Options of a Folder. The zero value is good.
type Options struct {
	Interval time.Duration   // between two looks at the folder; 0 is two seconds
	OnChange func(*Snapshot) // is called by Open and Watch with each new snapshot
	// Terminology is what is known about codes and wordings; nil is what the program
	// itself knows.
	Terminology *terminology.Knowledge
}

// Folder is a folder of study files that may change. It is safe for concurrent
// use.
type Folder struct {
	dir       string
	options   Options
	signature string // of the files at Open
	current   atomic.Pointer[Snapshot]
}

// Snapshot is the studies in use at one time.
type Snapshot struct {
	All     *matcher.Matcher // for every study in use, in the order of Studies; nil if there is none
	Studies []Study          // sorted by file
	Loaded  time.Time        // when the snapshot was made
	Problem string           // why the folder could not be read the last time; "" if it could

	mu       sync.Mutex
	matchers map[string]*matcher.Matcher // by the ids of their studies
}

// Study is one file of the folder.
type Study struct {
	File string // its name in the folder
	// Study is the version in use: the newest one without errors. It is nil if
	// there was none.
	Study *rules.Study
	// Errors says why the newest version of the file is not used, a line for each
	// reason; empty if it is the version in use.
	Errors []string
	// Duplicate says that the newest version loads, and that another file holds a
	// study with the same id.
	Duplicate bool
	Since     time.Time // when Study was taken into use; zero if it is nil
}

// Find gives the study in use that has this id, or nil.
func (s *Snapshot) Find(id string) *Study {
	for i := range s.Studies {
		if have := s.Studies[i].Study; have != nil && have.ID == id {
			return &s.Studies[i]
		}
	}
	return nil
}

// InUse gives the studies with the ids, in this order; without ids all that are
// in use. It leaves out ids of which no study is in use.
func (s *Snapshot) InUse(ids ...string) []*rules.Study {
	var studies []*rules.Study
	if len(ids) == 0 {
		for i := range s.Studies {
			if have := s.Studies[i].Study; have != nil {
				studies = append(studies, have)
			}
		}
	}
	for _, id := range ids {
		if have := s.Find(id); have != nil {
			studies = append(studies, have.Study)
		}
	}
	return studies
}

const maxMatchers = 64 // that a snapshot keeps

// Matcher gives a matcher for the studies of [Snapshot.InUse]. A snapshot keeps
// the matchers that it made.
func (s *Snapshot) Matcher(ids ...string) (*matcher.Matcher, error) {
	if len(ids) == 0 && s.All != nil {
		return s.All, nil
	}
	key := strings.Join(ids, "\x00")
	s.mu.Lock()
	have := s.matchers[key]
	s.mu.Unlock()
	if have != nil {
		return have, nil
	}
	made, err := matcher.New(s.InUse(ids...)...)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.matchers == nil || len(s.matchers) >= maxMatchers {
		s.matchers = map[string]*matcher.Matcher{}
	}
	s.matchers[key] = made
	return made, nil
}

// OpenFolder loads the study files of a folder, see [ReadStudies]. It fails if the folder
// cannot be read. A file that is not used is in the snapshot with its errors.
func OpenFolder(dir string, o Options) (*Folder, error) {
	if o.Interval <= 0 {
		o.Interval = 2 * time.Second
	}
	f := &Folder{dir: dir, options: o}
	files, err := f.readFiles()
	if err != nil {
		return nil, err
	}
	f.signature = signatureOf(files)
	f.publish(newVersions(files, nil, time.Now()), "")
	return f, nil
}

// Current gives the studies in use.
func (f *Folder) Current() *Snapshot { return f.current.Load() }

// readFiles gives each file that holds a study or has errors, sorted by name.
func (f *Folder) readFiles() ([]Study, error) {
	contents := newContents(filepath.Base)
	if err := contents.readFolder(f.dir); err != nil {
		return nil, err
	}
	contents.UseTerminology(f.options.Terminology)
	var files []Study
	for _, s := range contents.Studies {
		files = append(files, Study{File: filepath.Base(s.File()), Study: s})
	}
	prefix := filepath.Clean(f.dir) + string(filepath.Separator)
	for _, p := range contents.Problems {
		file := Study{File: filepath.Base(p.File), Duplicate: p.Duplicate}
		for i := range p.Errors {
			file.Errors = append(file.Errors, strings.TrimPrefix(p.Errors[i].Error(), prefix))
		}
		files = append(files, file)
	}
	slices.SortFunc(files, func(a, b Study) int { return cmp.Compare(a.File, b.File) })
	return files, nil
}

// signatureOf gives the same text for files that read the same.
func signatureOf(files []Study) string {
	var b strings.Builder
	for i := range files {
		f := &files[i]
		fmt.Fprintf(&b, "%q %q", f.File, f.Errors)
		if f.Study != nil {
			b.WriteString(f.Study.SHA256)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// newVersions gives the studies to use after files were read. A file with errors
// keeps the version that was in use before, unless another file now has its id.
func newVersions(files, old []Study, now time.Time) []Study {
	taken := map[string]bool{}
	for i := range files {
		if s := files[i].Study; s != nil {
			taken[s.ID] = true
		}
	}
	studies := slices.Clone(files)
	for i := range studies {
		s := &studies[i]
		before := slices.IndexFunc(old, func(o Study) bool { return o.File == s.File && o.Study != nil })
		switch {
		case s.Study == nil && before >= 0 && !taken[old[before].Study.ID],
			s.Study != nil && before >= 0 && old[before].Study.SHA256 == s.Study.SHA256:
			s.Study, s.Since = old[before].Study, old[before].Since
		case s.Study != nil:
			s.Since = now
		}
	}
	return studies
}

func (f *Folder) publish(studies []Study, problem string) {
	now := &Snapshot{Studies: studies, Loaded: time.Now(), Problem: problem}
	if use := now.InUse(); len(use) > 0 {
		m, err := matcher.New(use...)
		if err != nil {
			now.Problem = err.Error()
		}
		now.All = m
	}
	f.current.Store(now)
	if f.options.OnChange != nil {
		f.options.OnChange(now)
	}
}
