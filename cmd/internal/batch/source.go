// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"context"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/patient"
)

// Source is the file or folder that a run reads its patients from.
type Source struct {
	Identity
	Stdin bool // it can be read once only, so no run over it can be resumed

	format  *document.Format
	path    string
	stdin   io.Reader
	pipe    *io.PipeReader // below stdin
	options document.Options
	read    atomic.Int64 // bytes of the file, so far
	note    func(string)
}

// Open recognises a source by its content; the kinds are tried in the order of
// [document.Formats]:
//
//   - a folder with a manifest.json that lists files, or with NDJSON files that
//     begin with a resource other than a Bundle, is a Bulk Data export;
//   - another folder with FHIR documents is a folder of Bundles;
//   - a file, or "-" for stdin, gzipped or not, whose first document is FHIR (it
//     has a "resourceType") holds Bundles or bare Patients, one a line or just
//     one;
//   - every other file holds profiles, as NDJSON, as an array or one after the
//     other.
//
// Note, if not nil, is called with messages that concern the source and no
// single record. When ctx ends, Open stops waiting for standard input.
func Open(ctx context.Context, path string, stdin io.Reader, o document.Options, note func(string)) (*Source, error) {
	s := &Source{path: path, options: o, note: note}
	if path == "-" {
		return s, s.openStdin(ctx, stdin)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return s, s.openFolder()
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // a pipe, as the shell makes of <(...)
		return s, s.openStdin(ctx, f)
	}
	defer f.Close()
	head, _, err := readHead(f)
	if err != nil {
		return nil, err
	}
	if err := s.setFileFormat(head); err != nil {
		return nil, err
	}
	return s, s.identify(path, []string{path})
}

func (s *Source) openStdin(ctx context.Context, in io.Reader) error {
	s.pipe = newPipe(in)
	defer context.AfterFunc(ctx, func() { s.pipe.CloseWithError(context.Cause(ctx)) })()
	head, in, err := readHead(s.pipe)
	if ctx.Err() != nil {
		return &StoppedError{Cause: context.Cause(ctx)}
	}
	if err != nil {
		return err
	}
	s.Stdin, s.stdin, s.Name, s.Files = true, in, "standard input", 1
	return s.setFileFormat(head)
}

func (s *Source) setFileFormat(head []byte) error {
	s.setFormat(document.FormatOf(head))
	if s.format.RefuseFile != nil {
		return s.format.RefuseFile(head)
	}
	return nil
}

func (s *Source) openFolder() error {
	format, err := document.FormatOfFolder(s.path)
	if err != nil {
		return err
	}
	s.setFormat(format)
	files, err := filesIn(s.path)
	if err != nil {
		return err
	}
	return s.identify(s.path, files)
}

func (s *Source) setFormat(f *document.Format) { s.format, s.Kind = f, f.Name }

// TotalBytes is the value that BytesRead has at the end; 0 if it is not known.
func (s *Source) TotalBytes() int64 {
	if s.format.IsFolder != nil {
		return 0
	}
	return s.Bytes
}

// BytesRead is the number of bytes of a file that have been read.
func (s *Source) BytesRead() int64 { return s.read.Load() }

// LowMemory reports whether reading the source needs memory for no more than the
// records at hand.
func (s *Source) LowMemory() bool { return s.format.LowMemory }

// records reads the source. Temporary files are made in temp. Reading ends soon
// after ctx has ended, even while it waits for input.
func (s *Source) records(ctx context.Context, temp string) (records patient.Lazy, end func(), err error) {
	o := document.RecordOptions{Options: s.options, TempDir: temp, Note: s.note}
	if s.format.IsFolder != nil {
		return s.format.ReadFolder(ctx, s.path, o), func() {}, nil
	}
	in := s.stdin
	if s.Stdin {
		end = endWith(ctx, s.pipe)
	} else {
		f, err := os.Open(s.path)
		if err != nil {
			return nil, nil, err
		}
		in, end = f, func() { f.Close() }
	}
	return s.format.ReadFile(&counted{in, &s.read}, s.Name, o), end, nil
}

// People reads the source once and decodes each profile. An error that is a
// [*patient.RecordError] is a record that cannot be used; any other error is the
// last value.
func (s *Source) People(ctx context.Context) iter.Seq2[*patient.Profile, error] {
	return func(yield func(*patient.Profile, error) bool) {
		temp, err := os.MkdirTemp("", "eligo-")
		if err != nil {
			yield(nil, err)
			return
		}
		defer os.RemoveAll(temp)
		records, end, err := s.records(ctx, temp)
		if err != nil {
			yield(nil, err)
			return
		}
		defer end()
		for r := range records {
			if err := ctx.Err(); err != nil {
				yield(nil, &StoppedError{Cause: context.Cause(ctx)})
				return
			}
			p, err := r.Decode()
			if !yield(p, err) {
				return
			}
		}
	}
}

// relativePlace gives the name of a file without the folders around the source.
func (s *Source) relativePlace(name string) string {
	if s.format.IsFolder == nil {
		return name
	}
	if rel, err := filepath.Rel(s.path, name); err == nil && !strings.HasPrefix(rel, "..") {
		return filepath.ToSlash(filepath.Join(s.Name, rel))
	}
	return name
}

type counted struct {
	io.Reader
	n *atomic.Int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n.Add(int64(n))
	return n, err
}
