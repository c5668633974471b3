// SPDX-License-Identifier: Apache-2.0

package fileio

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// File is the part of an [os.File] that writing a file needs.
type File interface {
	io.Writer
	io.Closer
	Sync() error
}

// Replace writes a file atomically: a reader sees the old content or all of the
// new one. The file gets the permissions mode whatever the
// umask is. No temporary file is left after an error.
func Replace(path string, data []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // made with mode 0600
	if err != nil {
		return err
	}
	if err := f.Chmod(mode); err != nil {
		f.Close()
		os.Remove(f.Name())
		return err
	}
	if err := Commit(f, f.Name(), path, data); err != nil {
		return err
	}
	_ = SyncFolder(filepath.Dir(path)) // the file is complete; a folder that may not be read is no failure
	return nil
}

// Commit writes data to f, an empty file that is open as temp, and renames temp
// to path once the data are on the disk. It closes f. After an error temp is
// removed and path is unchanged. The new name is on the disk after [SyncFolder].
func Commit(f File, temp, path string, data []byte) error {
	_, err := f.Write(data)
	if err = SyncAndClose(f, err); err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		os.Remove(temp)
	}
	return err
}

// SyncAndClose ends the writing of a file. It waits until the content is on the
// disk, unless err, the error of writing it, is not nil; it closes f in any case
// and returns the first error.
func SyncAndClose(f File, err error) error {
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// SyncFolder waits until new names in a folder are on the disk, on systems that
// can do so.
func SyncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	_ = d.Sync() // Windows and some file systems refuse it
	return nil
}
