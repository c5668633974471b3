// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gofrs/flock"
)

const lockName = ".lock"

// lock is held by the one run that may write to a folder. It ends with the
// process, however the process ends.
type lock struct{ file *flock.Flock }

// lockFolder takes the lock of a folder. If another process holds it, the error
// names that process, whose number the file holds.
func lockFolder(dir string) (*lock, error) {
	path := filepath.Join(dir, lockName)
	for {
		file := flock.New(path)
		locked, err := file.TryLock()
		if err != nil {
			return nil, err
		}
		if !locked {
			return nil, fmt.Errorf("%s is in use by another eligo%s", dir, readHolder(path))
		}
		if !isSameFile(file, path) {
			_ = file.Unlock() // the holder before has just removed the file
			continue
		}
		_ = os.WriteFile(path, fmt.Appendln(nil, os.Getpid()), 0o600) // for people; Windows refuses to write to a locked file
		return &lock{file}, nil
	}
}

// unlock removes the lock file and gives the lock back. The file is removed
// first, or the lock of the next holder could be removed.
func (l *lock) unlock() {
	_ = os.Remove(l.file.Path())
	_ = l.file.Unlock()
}

func isSameFile(file *flock.Flock, path string) bool {
	held, heldErr := file.Stat()
	now, nowErr := os.Stat(path)
	return heldErr == nil && nowErr == nil && os.SameFile(held, now)
}

func readHolder(path string) string {
	text, _ := os.ReadFile(path)
	if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
		return fmt.Sprintf(" (process %d)", pid)
	}
	return ""
}
