// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/eligo-trials/eligo/patient"
)

// ManifestSchema names the JSON form of [Manifest]. It changes when the form does.
const ManifestSchema = "eligo.run/1"

// Manifest is run.json: what a finished run was made from and what it came to
// besides the summary. The same inputs give the same bytes.
type Manifest struct {
	Schema     string     `json:"schema"`
	Inputs     Inputs     `json:"inputs"`
	Source     int64      `json:"source_records"`    // in the source
	Records    int64      `json:"records"`           // of them, those of the shard
	Written    int64      `json:"written"`           // results
	Clearing   int64      `json:"clearing,omitzero"` // rows of clearing.csv
	Rejected   int64      `json:"rejected"`
	Cut        int64      `json:"cut"` // rejects behind which something is lost
	Duplicates Duplicates `json:"duplicates"`
}

// encode gives the run as it is written.
func (r *Manifest) encode() ([]byte, error) {
	text, err := json.MarshalIndent(r, "", "  ")
	return append(text, '\n'), err
}

// readRun reads run.json of a folder.
func readRun(dir string) (*Manifest, error) {
	path := filepath.Join(dir, RunFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fileError(path, "cannot be read", err)
	}
	r := &Manifest{}
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fileError(path, "cannot be used", err)
	}
	if r.Schema != ManifestSchema {
		return nil, fileError(path, "cannot be used", fmt.Errorf("schema is %q, not %q", r.Schema, ManifestSchema))
	}
	return r, nil
}

// folderState is what a folder holds before a run.
type folderState struct {
	checkpoint *checkpoint // of a run that is not complete
	complete   bool        // a finished run
	present    string      // the name of a file that a run would replace, or ""
}

// inspectFolder finds out what a folder holds.
func inspectFolder(dir string) (s folderState, err error) {
	if s.checkpoint, err = readCheckpoint(dir); err != nil {
		return s, err
	}
	for _, name := range finalFiles {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			s.present = name
		} else if !errors.Is(err, fs.ErrNotExist) {
			return s, fileError(filepath.Join(dir, name), "cannot be read", err)
		}
	}
	s.complete = s.present == SummaryFile && s.checkpoint == nil
	return s, nil
}

// ResumedDay gives the screening day of the run in a folder, for a command that
// resumes it and was given none.
func ResumedDay(dir string) (patient.Day, bool) {
	if c, err := readCheckpoint(dir); err == nil && c != nil {
		return c.Inputs.Dates["screening"], true
	}
	if r, err := readRun(dir); err == nil {
		return r.Inputs.Dates["screening"], true
	}
	return 0, false
}

// publishFiles moves the files of a complete run to their names. It may be called
// again after it was interrupted.
func publishFiles(dir string, in *Inputs) error {
	from := filepath.Join(dir, partialDir)
	// What an earlier run left is complete until here and gone from here on.
	if _, err := os.Lstat(filepath.Join(from, SummaryFile)); err == nil {
		if err := removeFile(filepath.Join(dir, SummaryFile)); err != nil {
			return err
		}
	}
	for _, name := range finalFiles {
		path := filepath.Join(dir, name)
		if name == PositionsFile && in.Shard == "" || name == ClearingFile && in.Horizon == "" {
			if err := removeFile(path); err != nil {
				return err
			}
			continue
		}
		err := os.Rename(filepath.Join(from, name), path)
		if errors.Is(err, fs.ErrNotExist) {
			_, err = os.Lstat(path) // it has its name already
		}
		if err != nil {
			return fileError(path, "cannot be written", err)
		}
		if name == RunFile { // all but the summary
			if err := syncDir(dir); err != nil {
				return err
			}
		}
	}
	if err := syncDir(dir); err != nil {
		return err
	}
	return discardPartial(dir)
}

// discardPartial removes what is not complete.
func discardPartial(dir string) error {
	path := filepath.Join(dir, partialDir)
	// The checkpoint goes first: without it nothing of the rest counts.
	if err := removeFile(filepath.Join(path, checkpointFile)); err != nil {
		return err
	}
	if err := os.RemoveAll(path); err != nil {
		return fileError(path, "cannot be removed", err)
	}
	return nil
}

func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fileError(path, "cannot be removed", err)
	}
	return nil
}
