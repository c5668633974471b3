// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/matcher/report"
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

// partialDir is the folder, within that of the run, of the files that are not
// complete.
const partialDir = ".partial"

// finalFiles are all files in the order in which they get their names. The
// summary is the last: if it is there, all are.
var finalFiles = []string{ResultsFile, TableFile, RejectsFile, PositionsFile, ClearingFile, ReportFile, RunFile, SummaryFile}

var growingFiles = []string{ResultsFile, TableFile, RejectsFile, PositionsFile}

func filesOfRun(ahead bool) []string {
	if ahead {
		return append(slices.Clone(growingFiles), clearingRaw)
	}
	return growingFiles
}

// openFunc opens a file for writing behind its first size bytes.
type openFunc func(path string, size int64) (fileio.File, error)

type output struct {
	name string
	path string
	f    fileio.File
	w    *bufio.Writer
	size int64 // in bytes, with those that are still in w
}

const outputBuffer = 1 << 20

type outputs struct {
	dir   string // of the run
	files []*output
	open  func(path string, size int64) (fileio.File, error)
}

// openOutput opens a file for appending behind its first size bytes and cuts
// the rest off.
func openOutput(path string, size int64) (fileio.File, error) {
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

// openOutputs opens the files of a run, each to go on behind its size; a file
// without a size is new.
func openOutputs(dir string, names []string, sizes map[string]int64, open openFunc) (*outputs, error) {
	o := &outputs{dir: dir, open: open}
	for _, name := range names {
		path := filepath.Join(dir, partialDir, name)
		f, err := open(path, sizes[name])
		if err != nil {
			_ = o.closeAll()
			return nil, fileError(path, "cannot be written", err)
		}
		o.files = append(o.files, &output{name: name, path: path, f: f, w: bufio.NewWriterSize(f, outputBuffer), size: sizes[name]})
	}
	return o, nil
}

// appendTo appends to a file; which is its index.
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

// The indexes of the files in outputs.
const (
	toResults = iota
	toTable
	toRejects
	toPositions
	toClearing
	outputCount
)

// flushAll hands the buffers to the system and returns the sizes by name.
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

// syncAll waits until everything that was flushed is on the disk. It may run
// while other goroutines append.
func (o *outputs) syncAll() error {
	for _, out := range o.files {
		if err := out.f.Sync(); err != nil {
			return fileError(out.path, "cannot be written", err)
		}
	}
	return nil
}

// closeAll closes the files. Bytes that are not flushed are lost.
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
	Path    string
	Problem string // "cannot be written"
	Err     error
}

// Error names the file and the reason.
func (e *FileError) Error() string { return fmt.Sprintf("%s %s: %v", e.Path, e.Problem, e.Err) }

// Unwrap gives the reason.
func (e *FileError) Unwrap() error { return e.Err }

// fileError makes a FileError that names the file once.
func fileError(path, problem string, err error) error {
	return &FileError{path, problem, fileio.Cause(err)}
}

func replaceFile(path string, data []byte, open openFunc) error {
	temp := path + ".new"
	f, err := open(temp, 0)
	if err == nil {
		err = fileio.Commit(f, temp, path, data)
	}
	if err != nil {
		return fileError(path, "cannot be written", err)
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(dir string) error {
	if err := fileio.SyncFolder(dir); err != nil {
		return fileError(dir, "cannot be read", err)
	}
	return nil
}

// finalize checks the totals, writes the reports and gives the files their names.
// The files must have been flushed.
func (o *Outcome) finalize(out *outputs, c *checkpoint) error {
	if err := o.reconcile(); err != nil {
		return err
	}
	if err := out.syncAll(); err != nil {
		return err
	}
	if o.Manifest.Inputs.Horizon != "" && len(out.files) > toClearing { // not a merged run, whose file is sorted already
		if err := sortClearing(out.dir); err != nil {
			return err
		}
	}
	if err := o.writeReports(out.dir, out.open); err != nil {
		return err
	}
	text, err := c.encode()
	if err != nil {
		return err
	}
	if err := replaceFile(checkpointPath(out.dir), text, out.open); err != nil {
		return err
	}
	if err := out.closeAll(); err != nil {
		return err
	}
	return publishFiles(out.dir, &c.Inputs)
}

func (o *Outcome) writeReports(dir string, open openFunc) error {
	var summary, page bytes.Buffer
	if err := report.SummaryJSON(&summary, o.Summary); err != nil {
		return err
	}
	if err := report.CohortPage(&page, o.Summary); err != nil {
		return err
	}
	run, err := o.Manifest.encode()
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		text []byte
	}{{ReportFile, page.Bytes()}, {RunFile, run}, {SummaryFile, summary.Bytes()}} {
		if err := replaceFile(filepath.Join(dir, partialDir, f.name), f.text, open); err != nil {
			return err
		}
	}
	return nil
}

// reconcile checks that no record is lost: for every study the records read are
// the sum of the eligible, the ineligible, the undetermined and the rejected.
func (o *Outcome) reconcile() error {
	var all []error
	var clearing int64
	for i := range o.Summary.Studies {
		s := &o.Summary.Studies[i]
		t := s.Totals
		if sum := t.Eligible + t.Ineligible + t.Undetermined + t.Rejected; sum != o.Manifest.Records || t.Records != o.Manifest.Records || t.Rejected != o.Manifest.Rejected {
			all = append(all, fmt.Errorf("study %s: %d records were read and %d rejected, but %d eligible + %d ineligible + %d undetermined + %d rejected = %d",
				s.Study.ID, o.Manifest.Records, o.Manifest.Rejected, t.Eligible, t.Ineligible, t.Undetermined, t.Rejected, sum))
		}
		if err := s.Check(); err != nil {
			all = append(all, err)
		}
		sure, best := s.Calendar.Rows()
		clearing += sure + best
	}
	if clearing != o.Manifest.Clearing {
		all = append(all, fmt.Errorf("%s has %d rows, and the calendars count %d", ClearingFile, o.Manifest.Clearing, clearing))
	}
	if len(all) > 0 {
		return fmt.Errorf("the totals do not reconcile, which is a mistake of this program:\n%w", errors.Join(all...))
	}
	return nil
}
