// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// The files of a finished run.
const (
	ResultsFile   = "results.ndjson"
	TableFile     = "results.csv"
	RejectsFile   = "rejects.ndjson"
	SummaryFile   = "summary.json"
	ReportFile    = "report.html"
	RunFile       = "run.json"
	PositionsFile = "positions.bin" // of a shard only
	ClearingFile  = "clearing.csv"  // where dates ahead are looked at
)

// partialDir is the folder, in that of the run, of what is not complete.
const partialDir = ".partial"

// finalFiles are all of them in the order in which they get their names. The
// summary is the last: where it is, all are.
var finalFiles = []string{ResultsFile, TableFile, RejectsFile, PositionsFile, ClearingFile, ReportFile, RunFile, SummaryFile}

// growingFiles are the files that grow while a run goes on.
var growingFiles = []string{ResultsFile, TableFile, RejectsFile, PositionsFile}

// filesOfRun are those of a run, which may look ahead.
func filesOfRun(ahead bool) []string {
	if ahead {
		return append(slices.Clone(growingFiles), clearingRaw)
	}
	return growingFiles
}

// file is what a run needs of an os.File.
type file interface {
	io.Writer
	io.Closer
	Sync() error
}

// output is a file that grows.
type output struct {
	name string
	path string
	f    file
	w    *bufio.Writer
	size int64 // with what is still in w
}

const outputBuffer = 1 << 20

// outputs are the files of a run that is not complete.
type outputs struct {
	dir   string // of the run
	files []*output
	open  func(path string, size int64) (file, error)
}

// openOutput opens a file that is to go on behind its first bytes, and cuts off
// what is behind them.
func openOutput(path string, size int64) (file, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.Size() < size {
		err = fmt.Errorf("%s is shorter than the checkpoint says: it cannot be resumed", path)
	}
	if err == nil {
		err = f.Truncate(size)
	}
	if err == nil {
		_, err = f.Seek(size, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// openOutputs opens the files to go on where they are to.
func openOutputs(dir string, names []string, sizes map[string]int64, open func(string, int64) (file, error)) (*outputs, error) {
	o := &outputs{dir: dir, open: open}
	for _, name := range names {
		path := filepath.Join(dir, partialDir, name)
		f, err := open(path, sizes[name])
		if err != nil {
			o.closeAll()
			return nil, fileError(path, "cannot be written", err)
		}
		o.files = append(o.files, &output{name: name, path: path, f: f, w: bufio.NewWriterSize(f, outputBuffer), size: sizes[name]})
	}
	return o, nil
}

// appendTo appends to a file.
func (o *outputs) appendTo(which int, b []byte) error {
	if len(b) == 0 {
		return nil
	}
	out := o.files[which]
	if _, err := out.w.Write(b); err != nil {
		return fileError(out.path, "cannot be written", err)
	}
	out.size += int64(len(b))
	return nil
}

// The places of the files in outputs.
const (
	toResults = iota
	toTable
	toRejects
	toPositions
	toClearing
	outputCount
)

// flushAll hands everything to the system and gives the sizes.
func (o *outputs) flushAll() (map[string]int64, error) {
	sizes := map[string]int64{}
	for _, out := range o.files {
		if err := out.w.Flush(); err != nil {
			return nil, fileError(out.path, "cannot be written", err)
		}
		sizes[out.name] = out.size
	}
	return sizes, nil
}

// syncAll waits until everything that was flushed is on the disk. It may run while
// more is written.
func (o *outputs) syncAll() error {
	for _, out := range o.files {
		if err := out.f.Sync(); err != nil {
			return fileError(out.path, "cannot be written", err)
		}
	}
	return nil
}

// closeAll closes the files; what is not flushed is lost.
func (o *outputs) closeAll() error {
	var all []error
	for _, out := range o.files {
		if err := out.f.Close(); err != nil {
			all = append(all, fileError(out.path, "cannot be written", err))
		}
	}
	return errors.Join(all...)
}

// FileError is a file that cannot be read or written.
type FileError struct {
	Path string
	What string // "cannot be written"
	Err  error
}

// Error names the file and the reason.
func (e *FileError) Error() string { return fmt.Sprintf("%s %s: %v", e.Path, e.What, e.Err) }

// Unwrap gives the reason.
func (e *FileError) Unwrap() error { return e.Err }

// fileError names the file once.
func fileError(path, what string, err error) error {
	var p *os.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		err = p.Err
	case errors.As(err, &l):
		err = l.Err
	}
	return &FileError{path, what, err}
}

// writeWhole puts a small file on the disk, all of it or nothing.
func writeWhole(path string, data []byte, open func(string, int64) (file, error)) error {
	temp := path + ".new"
	f, err := open(temp, 0)
	if err != nil {
		return fileError(path, "cannot be written", err)
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if err2 := f.Close(); err == nil {
		err = err2
	}
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		os.Remove(temp)
		return fileError(path, "cannot be written", err)
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes sure that new names in a folder are on the disk, where the
// system can.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fileError(dir, "cannot be read", err)
	}
	defer d.Close()
	_ = d.Sync() // some systems and file systems cannot
	return nil
}
