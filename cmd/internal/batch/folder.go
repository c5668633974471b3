// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
	"github.com/eligo-trials/eligo/rules/language"
)

const headSize = 64 << 10 // bytes that a format is recognised by

// readHead returns the beginning of a text, unpacked, and a reader of the whole
// text as it came. It waits for no more of a slow source than its first line.
func readHead(r io.Reader) (head []byte, all io.Reader, err error) {
	in := bufio.NewReaderSize(r, headSize)
	for size := 1; ; size = in.Buffered() + 1 {
		_, err := in.Peek(size)
		ended := err == io.EOF
		if err != nil && !ended {
			return nil, nil, err
		}
		raw, _ := in.Peek(in.Buffered())
		head = unpackHead(raw)
		if ended || in.Buffered() == headSize || fhir.Sniff(head) || bytes.IndexByte(bytes.TrimLeft(head, " \t\r\n"), '\n') >= 0 {
			return head, in, nil
		}
	}
}

// unpackHead unpacks the beginning of a text if it is gzipped. A damaged gzip
// file has an empty beginning; the reader of the records reports the damage.
func unpackHead(raw []byte) []byte {
	if !fileio.IsGzip(raw) {
		return raw
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil
	}
	plain := make([]byte, headSize)
	n, _ := io.ReadFull(z, plain) // it may end anywhere
	return plain[:n]
}

func filesIn(dir string) (files []string, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, path)
		}
		return err
	})
	return files, err
}

// identify computes the identity of a source from the names, sizes and times of
// its files.
func (s *Source) identify(path string, files []string) error {
	whole, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	s.Name, s.Files = filepath.Base(whole), len(files)
	digest := sha256.New()
	for _, f := range files {
		info, err := os.Stat(f)
		if errors.Is(err, fs.ErrNotExist) {
			fmt.Fprintf(digest, "%q is not there\n", relativePath(path, f)) // a link to nothing; the reader reports it
			continue
		}
		if err != nil {
			return err
		}
		s.Bytes += info.Size()
		fmt.Fprintf(digest, "%q %d %d\n", relativePath(path, f), info.Size(), info.ModTime().UnixNano())
	}
	s.Modified = hex.EncodeToString(digest.Sum(nil))
	return nil
}

func relativePath(dir, file string) string {
	if rel, err := filepath.Rel(dir, file); err == nil {
		return filepath.ToSlash(rel)
	}
	return file
}

// newPipe returns a reader of in that can be closed while in still waits for
// input. The goroutine that waits then stays until the process ends.
func newPipe(in io.Reader) *io.PipeReader {
	r, w := io.Pipe()
	go func() {
		_, err := io.CopyBuffer(w, struct{ io.Reader }{in}, make([]byte, 256<<10))
		w.CloseWithError(err)
	}()
	return r
}

// endWith closes the reader when ctx ends, and returns the function that closes
// it earlier.
func endWith(ctx context.Context, r *io.PipeReader) (end func()) {
	stop := context.AfterFunc(ctx, func() { r.CloseWithError(context.Cause(ctx)) })
	return func() {
		stop()
		r.Close()
	}
}

// ManifestSchema names the JSON form of [Manifest]. It changes when the form does.
const ManifestSchema = "eligo.run/2"

// Manifest is run.json: the inputs of a finished run and the counts that are
// not in its summary. The same inputs give the same bytes.
type Manifest struct {
	Schema     string     `json:"schema"`
	Inputs     Inputs     `json:"inputs"`
	Source     int64      `json:"source_records"`    // records of the source
	Records    int64      `json:"records"`           // records of the shard
	Written    int64      `json:"written"`           // results
	Clearing   int64      `json:"clearing,omitzero"` // rows of clearing.csv
	Rejected   int64      `json:"rejected"`
	Cut        int64      `json:"cut"` // rejects behind which records may be lost
	Duplicates Duplicates `json:"duplicates"`
}

func (r *Manifest) encode() ([]byte, error) {
	text, err := json.MarshalIndent(r, "", "  ")
	return append(text, '\n'), err
}

func readRun(dir string) (*Manifest, error) {
	r := &Manifest{}
	return r, readJSON(filepath.Join(dir, RunFile), r, &r.Schema, ManifestSchema)
}

// readJSON decodes a file into v, whose member schema must then be want.
func readJSON(path string, v any, schema *string, want string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fileError(path, "cannot be read", err)
	}
	err = json.Unmarshal(text, v)
	if *schema != want && (err == nil || *schema != "") {
		err = fmt.Errorf("it was made by another version of eligo: its form is %q, not %q", *schema, want)
	}
	if err != nil {
		return fileError(path, "cannot be used", err)
	}
	return nil
}

type folderState struct {
	checkpoint *checkpoint // of a run that is not complete
	complete   bool        // the folder holds a finished run
	present    string      // name of a file that a run would replace, or ""
}

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

// ResumedDay returns the screening day of the run in a folder, for a command
// that resumes it without one.
func ResumedDay(dir string) (patient.Day, bool) {
	if c, err := readCheckpoint(dir); err == nil && c != nil {
		return c.Inputs.Dates[language.Screening], true
	}
	if r, err := readRun(dir); err == nil {
		return r.Inputs.Dates[language.Screening], true
	}
	return 0, false
}

// publishFiles moves the files of a complete run to their names. It can be
// called again after an interruption.
func publishFiles(dir string, in *Inputs) error {
	from := filepath.Join(dir, partialDir)
	// The files of an earlier run are complete until its summary is removed.
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
			if err := syncFolder(dir); err != nil {
				return err
			}
		}
	}
	if err := syncFolder(dir); err != nil {
		return err
	}
	return discardPartial(dir)
}

func discardPartial(dir string) error {
	path := filepath.Join(dir, partialDir)
	// The checkpoint goes first: no run is resumed without it.
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
