// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
)

// deliver writes the result to where it was asked for.
func (p *program) deliver(o *screenOptions, studies []string, data []byte) error {
	if o.out == "" {
		_, err := p.stdout.Write(data)
		return err
	}
	if err := o.mayReplace(studies); err != nil {
		return inputError{summary: fmt.Sprintf("%s: %s; nothing was written", o.out, fileio.Cause(err))}
	}
	if err := fileio.Replace(o.out, data, ownerOnly); err != nil {
		return inputError{summary: fmt.Sprintf("%s: cannot be written: %s", o.out, fileio.Cause(err))}
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

// ownerOnly is the mode of files that hold patient data.
const ownerOnly fs.FileMode = 0o600
