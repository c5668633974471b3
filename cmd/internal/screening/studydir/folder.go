// SPDX-License-Identifier: Apache-2.0

package studydir

import (
	"sync/atomic"
	"time"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/rules"
)

// Options of a Shelf. The zero value is good.
type Options struct {
	// Interval is how often the folder is looked at; 0 is every two seconds.
	Interval time.Duration
	// OnChange is called by Open and Watch with each new snapshot.
	OnChange func(*Snapshot)
}

// Shelf is the studies of one folder. It is safe for concurrent use.
type Shelf struct {
	dir     string
	options Options
	opened  string // signature of what was there first
	now     atomic.Pointer[Snapshot]
}

// Snapshot is what stands on the shelf at one time. It is never changed.
type Snapshot struct {
	// Matcher screens for every study in use, in the order of Studies; nil if
	// there is none.
	Matcher *matcher.Matcher
	Studies []Study   // sorted by file
	Loaded  time.Time // when the snapshot was made
	// Problem says why the folder could not be read the last time; "" if it
	// could.
	Problem string
}

// Study is one file of the folder.
type Study struct {
	File string // its name in the folder
	// Study is the version in use: the newest that was good. It is nil if none
	// ever was.
	Study *rules.Study
	// Errors says what is wrong with the newest version of the file, a line for
	// each problem; empty if that is the one in use.
	Errors []string
	Since  time.Time // when Study was taken into use; zero if it is nil
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

// Open loads every study file of a folder: each NAME.yaml in it that is a
// study, but no NAME.cases.yaml and no file whose name begins with a dot. It
// fails if the folder cannot be read. A file that does not load is on the
// shelf with its errors.
func Open(dir string, o Options) (*Shelf, error) {
	if o.Interval <= 0 {
		o.Interval = 2 * time.Second
	}
	s := &Shelf{dir: dir, options: o}
	files, err := s.read()
	if err != nil {
		return nil, err
	}
	s.opened = signature(files)
	s.publish(place(files, nil, time.Now()), "")
	return s, nil
}

// Now gives what stands on the shelf.
func (s *Shelf) Now() *Snapshot { return s.now.Load() }
