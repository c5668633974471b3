// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/eligo-trials/eligo/cmd/internal/screening/studydir"
)

// deliver writes the result to where it was asked for.
func (p *program) deliver(o *screenOptions, studies []string, data []byte) error {
	if o.out == "" {
		_, err := p.stdout.Write(data)
		return err
	}
	if err := o.mayReplace(studies); err != nil {
		return inputError{summary: fmt.Sprintf("%s: %s; nothing was written", o.out, studydir.Cause(err))}
	}
	if err := writeWhole(o.out, data); err != nil {
		return inputError{summary: fmt.Sprintf("%s: cannot be written: %s", o.out, studydir.Cause(err))}
	}
	return nil
}

// mayReplace reports why the output file must not be replaced.
func (o *screenOptions) mayReplace(studies []string) error {
	have, err := os.Stat(o.out)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !have.Mode().IsRegular():
		return errors.New("it is not a regular file; leave --out away to write to standard output")
	}
	for _, input := range append([]string{o.patient, o.log}, studies...) {
		if info, err := os.Stat(input); err == nil && os.SameFile(have, info) {
			return errors.New("it is one of the files that were read")
		}
	}
	return nil
}

// writeWhole puts data into a file, all of it or none: a reader sees the old
// file or the new one. Only the owner can read it, since it holds patient data.
func writeWhole(path string, data []byte) error { return replaceWhole(path, data, 0o600) }

// replaceWhole is writeWhole for a file that others may read as well.
func replaceWhole(path string, data []byte, mode fs.FileMode) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // made with mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err = f.Chmod(mode); err != nil {
		return err
	}
	if _, err = f.Write(data); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
