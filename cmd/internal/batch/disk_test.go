// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
)

// failing is a disk on which the n-th thing that is done fails.
type failing struct {
	left atomic.Int64
	path atomic.Value // of the file that it was
}

func (d *failing) fails(path string) bool {
	if d.left.Add(-1) == 0 {
		d.path.Store(path)
		return true
	}
	return false
}

type failingFile struct {
	fileio.File
	path string
	disk *failing
}

func (d *failing) open(path string, size int64) (fileio.File, error) {
	if d.fails(path) {
		return nil, &os.PathError{Op: "open", Path: path, Err: syscall.ENOSPC}
	}
	f, err := openOutput(path, size)
	return &failingFile{f, path, d}, err
}

func (f *failingFile) Write(b []byte) (int, error) {
	if f.disk.fails(f.path) {
		n, _ := f.File.Write(b[:len(b)/2]) // as a full disk does
		return n, &os.PathError{Op: "write", Path: f.path, Err: syscall.ENOSPC}
	}
	return f.File.Write(b)
}

func (f *failingFile) Sync() error {
	if f.disk.fails(f.path) {
		return &os.PathError{Op: "sync", Path: f.path, Err: syscall.ENOSPC}
	}
	return f.File.Sync()
}

func (f *failingFile) Close() error {
	err := f.File.Close()
	if f.disk.fails(f.path) {
		return &os.PathError{Op: "close", Path: f.path, Err: syscall.ENOSPC}
	}
	return err
}

// Wherever the disk is full, the error names a file, no file has its final name,
// and the run goes on to the same end.
func TestFullDisk(t *testing.T) {
	from := put(t, people(150), t.TempDir(), "r.ndjson")
	alone := job(t, from)
	start(t, alone)
	want := written(t, alone.Out)
	for n := int64(1); ; n++ {
		j := job(t, from)
		disk := &failing{}
		disk.left.Store(n)
		j.open, j.Every = disk.open, time.Nanosecond
		_, err := Run(context.Background(), j)
		if disk.left.Load() > 0 {
			if err != nil {
				t.Fatal(err)
			}
			if n < 40 {
				t.Errorf("the run did only %d things", n)
			}
			return
		}
		var f *FileError
		if !errors.As(err, &f) || !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("at %d: %v", n, err)
		}
		if failed, ok := disk.path.Load().(string); ok && strings.TrimSuffix(failed, ".new") != f.Path {
			t.Errorf("at %d: the error names %s, not %s", n, f.Path, failed)
		}
		for _, name := range names(j.Out) {
			if name != partialDir {
				t.Errorf("at %d: %s is there", n, name)
			}
		}
		j.open, j.Resume = nil, true
		start(t, j)
		sameFiles(t, written(t, j.Out), want)
	}
}

func TestFolderThatCannotBeMade(t *testing.T) {
	from := put(t, people(5), t.TempDir(), "r.ndjson")
	j := job(t, from)
	j.Out = filepath.Join(from, "out") // a file is in the way
	var f *FileError
	if _, err := Run(context.Background(), j); !errors.As(err, &f) || f.Path != j.Out {
		t.Errorf("%v", err)
	}
}

func TestLock(t *testing.T) {
	j := job(t, put(t, people(5), t.TempDir(), "r.ndjson"))
	if err := os.MkdirAll(j.Out, 0o700); err != nil {
		t.Fatal(err)
	}
	l, err := lockFolder(j.Out)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Run(context.Background(), j); err == nil || !strings.Contains(err.Error(), "in use by another eligo (process ") {
		t.Errorf("%v", err)
	}
	l.unlock()
	start(t, j)
	if got := names(j.Out); len(got) != 6 {
		t.Errorf("the files are %v", got)
	}
}
