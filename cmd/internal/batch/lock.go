// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const lockName = ".lock"

var errLocked = errors.New("locked")

// lock is held by the one run that may write to a folder.
type lock struct{ f *os.File }

// lockFolder takes the lock of a folder, or says who has it. The file names the
// process for people; what counts is a lock that goes with the process,
// however it ends.
func lockFolder(dir string) (*lock, error) {
	path := filepath.Join(dir, lockName)
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err
		}
		if err := lockFile(f); err != nil {
			holder := readHolder(f)
			f.Close()
			if errors.Is(err, errLocked) {
				return nil, fmt.Errorf("%s is in use by another eligo%s", dir, holder)
			}
			return nil, fmt.Errorf("%s cannot be locked: %w", dir, err)
		}
		if !sameFile(f, path) {
			f.Close() // the one who had it has just removed it
			continue
		}
		if err := f.Truncate(0); err == nil {
			fmt.Fprintf(f, "%d\n", os.Getpid())
		}
		return &lock{f}, nil
	}
}

// unlock gives the lock back.
func (l *lock) unlock() {
	os.Remove(l.f.Name())
	l.f.Close()
}

func sameFile(f *os.File, path string) bool {
	held, err1 := f.Stat()
	now, err2 := os.Stat(path)
	return err1 == nil && err2 == nil && os.SameFile(held, now)
}

func readHolder(f *os.File) string {
	var b [32]byte
	n, _ := f.ReadAt(b[:], 0)
	if pid, err := strconv.Atoi(strings.TrimSpace(string(b[:n]))); err == nil {
		return fmt.Sprintf(" (process %d)", pid)
	}
	return ""
}
