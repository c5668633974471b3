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

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
)

const (
	// rereadEvery is the number of looks at an unchanged folder after which its
	// studies are read all the same: they may import files outside of it, and some
	// file systems do not keep times.
	rereadEvery = 30
	// maxStamped is the number of files whose time and size are compared.
	maxStamped = 10_000
)

// Watch reads the studies again when a file of the folder, or of a folder
// below it, changes its time or size, until ctx ends. A file may be looked at
// while somebody writes it, and the first half of a study can be a good study
// that keeps nobody out. So a change counts once the files have read the same
// twice, one interval apart.
func (f *Folder) Watch(ctx context.Context) {
	tick := time.NewTicker(f.options.Interval)
	defer tick.Stop()
	w := watch{folder: f, current: f.signature}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			w.reread()
		}
	}
}

type watch struct {
	folder  *Folder
	stamps  string // of the folder, when it was read the last time
	current string // signature of the files of the current snapshot
	pending string // signature of the files read the last time; "" if that is current
	looks   int
}

func (w *watch) reread() {
	f := w.folder
	stamps := f.stamps()
	w.looks++
	if stamps == w.stamps && w.pending == "" && w.looks%rereadEvery != 0 {
		return
	}
	w.stamps = stamps
	files, err := f.readFiles()
	if err != nil {
		w.stamps = "" // try again
		if old := f.Current(); old.Problem != fileio.Cause(err).Error() {
			f.publish(old.Studies, fileio.Cause(err).Error())
		}
		return
	}
	switch signature := signatureOf(files); {
	case signature == w.current && f.Current().Problem != "":
		f.publish(f.Current().Studies, "")
		w.pending = ""
	case signature == w.current:
		w.pending = ""
	case signature == w.pending:
		f.publish(newVersions(files, f.Current().Studies, time.Now()), "")
		w.current, w.pending = signature, ""
	default:
		w.pending = signature
	}
}

// stamps gives the names, times and sizes of the files of the folder and of the
// folders below it.
func (f *Folder) stamps() string {
	var b strings.Builder
	left := maxStamped
	err := filepath.WalkDir(f.dir, func(path string, d fs.DirEntry, err error) error {
		if path == f.dir {
			return err
		}
		if err != nil { // gone meanwhile, or not to be read
			return nil //nolint:nilerr // the others count
		}
		if left--; left < 0 {
			return fs.SkipAll
		}
		if isHidden(d.Name()) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if info, err := os.Stat(path); err == nil && !info.IsDir() { // a link is followed
			fmt.Fprintf(&b, "%q %d %d\n", path, info.Size(), info.ModTime().UnixNano())
		}
		return nil
	})
	if err != nil {
		b.WriteString(fileio.Cause(err).Error())
	}
	return b.String()
}
