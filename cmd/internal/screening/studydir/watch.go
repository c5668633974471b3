// SPDX-License-Identifier: Apache-2.0

package studydir

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	// reread is after how many looks at an unchanged folder its studies are read
	// all the same: they may name files outside of it, and there are file
	// systems whose times tell nothing.
	reread = 30
	// maxMarked is how many files of the folder are looked at.
	maxMarked = 10_000
)

// Watch reads the studies again when a file of the folder, or of a folder
// below it, changes its time or size, until ctx ends. A file may be looked at
// while somebody writes it, and the first half of a study can be a good study
// that keeps nobody out. So a change counts once the files have read the same
// twice, one interval apart.
func (s *Shelf) Watch(ctx context.Context) {
	tick := time.NewTicker(s.options.Interval)
	defer tick.Stop()
	w := watch{shelf: s, current: s.opened}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			w.look()
		}
	}
}

// watch is what Watch remembers from look to look.
type watch struct {
	shelf   *Shelf
	mark    string // of the folder, when it was read the last time
	current string // signature of what is on the shelf
	pending string // signature of what was read the last time; "" if that is current
	looks   int
}

func (w *watch) look() {
	s := w.shelf
	mark := s.mark()
	w.looks++
	if mark == w.mark && w.pending == "" && w.looks%reread != 0 {
		return
	}
	w.mark = mark
	files, err := s.read()
	if err != nil {
		w.mark = "" // try again
		if old := s.Now(); old.Problem != plain(err) {
			s.publish(old.Studies, plain(err))
		}
		return
	}
	switch sign := signature(files); {
	case sign == w.current && s.Now().Problem != "":
		s.publish(s.Now().Studies, "")
		w.pending = ""
	case sign == w.current:
		w.pending = ""
	case sign == w.pending:
		s.publish(place(files, s.Now().Studies, time.Now()), "")
		w.current, w.pending = sign, ""
	default:
		w.pending = sign
	}
}

// mark tells whether a file was added, removed or written, as far as names,
// times and sizes say.
func (s *Shelf) mark() string {
	var b strings.Builder
	left := maxMarked
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if path == s.dir {
			return err
		}
		if err != nil { // gone meanwhile, or not to be read
			return nil //nolint:nilerr // the others count
		}
		if left--; left < 0 {
			return fs.SkipAll
		}
		if hidden(d.Name()) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if info, err := os.Stat(path); err == nil && !info.IsDir() { // of what a link points to
			fmt.Fprintf(&b, "%q %d %d\n", path, info.Size(), info.ModTime().UnixNano())
		}
		return nil
	})
	if err != nil {
		b.WriteString(plain(err))
	}
	return b.String()
}
