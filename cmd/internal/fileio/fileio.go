// SPDX-License-Identifier: Apache-2.0

// Package fileio reads documents of bounded size and replaces files
// atomically. It imports the standard library only.
package fileio

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrTooLarge is the error for a document of more bytes than the limit.
var ErrTooLarge = errors.New("the document is too large")

// ReadDocument reads r to its end and unpacks the text if it is gzipped. The
// limit, in bytes, applies to the packed and to the unpacked text; the error for
// a longer one is [ErrTooLarge].
func ReadDocument(r io.Reader, limit int64) ([]byte, error) {
	raw, err := readBounded(r, limit)
	if err != nil {
		return nil, err
	}
	return Unpack(raw, limit)
}

// Unpack returns a document as it is, or unpacked if it is gzipped. Its error is
// [ErrTooLarge] or says that the gzip file is damaged.
func Unpack(document []byte, limit int64) ([]byte, error) {
	if !IsGzip(document) {
		return document, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(document))
	if err == nil {
		document, err = readBounded(z, limit)
	}
	if err != nil && !errors.Is(err, ErrTooLarge) {
		err = fmt.Errorf("the gzip file is damaged: %w", err)
	}
	if err != nil {
		return nil, err
	}
	return document, nil
}

// IsGzip reports whether a text begins as a gzip file does.
func IsGzip(head []byte) bool { return bytes.HasPrefix(head, []byte{0x1f, 0x8b}) }

// TrimBOM removes the UTF-8 byte order mark from the start of a text.
func TrimBOM(text []byte) []byte { return bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")) }

// ErrNotRegular is the error for a folder, a pipe or a device.
var ErrNotRegular = errors.New("it is not a regular file")

// ReadStart reads at most limit bytes from the start of a regular file.
func ReadStart(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path) // opening a pipe could wait for ever
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, ErrNotRegular
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit))
}

func readBounded(r io.Reader, limit int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(text)) > limit {
		return nil, ErrTooLarge
	}
	return text, err
}

// IsSame reports whether two names are of one file or folder that exists.
func IsSame(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

// Cause returns the reason of an error of package os without its operation and
// path, and every other error as it is.
func Cause(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

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
