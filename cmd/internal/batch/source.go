// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/eligo-trials/eligo/cmd/internal/intake"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/fhir"
)

// Kind is what a source holds.
type Kind string

// The kinds of source.
const (
	Profiles Kind = "profiles"    // a file of profiles in eligo's own form
	Bundles  Kind = "bundles"     // a file of FHIR Bundles
	Folder   Kind = "folder"      // a folder of FHIR Bundles
	Export   Kind = "bulk export" // a folder with a FHIR Bulk Data export
)

// Source is where the patients of a run come from.
type Source struct {
	Identity
	Stdin bool // it can be read once only, and so not be resumed

	path   string
	stdin  io.Reader
	pipe   *io.PipeReader // under stdin
	intake intake.Options
	read   atomic.Int64 // bytes of the file, so far
	note   func(string)
}

// Open finds out, by its content, what a source is:
//
//   - a file, or "-" for stdin, gzipped or not, whose first document is FHIR (it
//     has a "resourceType") holds Bundles or bare Patients, one a line or just
//     one; every other holds profiles, as NDJSON, as an array or one after the
//     other;
//   - a folder with a manifest.json that lists files, or with NDJSON files that
//     begin with a resource that is no Bundle, is a Bulk Data export;
//   - another folder with FHIR documents is a folder of Bundles.
//
// Note, if not nil, is told what concerns the source and no one record. Where
// ctx ends, Open does not wait for standard input any more.
func Open(ctx context.Context, path string, stdin io.Reader, o intake.Options, note func(string)) (*Source, error) {
	s := &Source{path: path, intake: o, note: note}
	if path == "-" {
		return s, s.openStdin(ctx, stdin)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	switch {
	case info.IsDir():
		return s, s.openFolder()
	case !info.Mode().IsRegular(): // a pipe, as the shell makes of <(...)
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		return s, s.openStdin(ctx, f)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head, _, err := headOf(f)
	if err != nil {
		return nil, err
	}
	if s.Kind, err = kindOf(head); err != nil {
		return nil, err
	}
	return s, s.identify(path, []string{path})
}

// openStdin looks at what can be read only once.
func (s *Source) openStdin(ctx context.Context, in io.Reader) error {
	s.pipe = pump(in)
	defer context.AfterFunc(ctx, func() { s.pipe.CloseWithError(context.Cause(ctx)) })()
	head, in, err := headOf(s.pipe)
	if ctx.Err() != nil {
		return &StoppedError{Cause: context.Cause(ctx)}
	}
	if err != nil {
		return err
	}
	s.Stdin, s.stdin, s.Name, s.Files = true, in, "standard input", 1
	s.Kind, err = kindOf(head)
	return err
}

func (s *Source) openFolder() error {
	switch {
	case fhir.IsBulk(s.path):
		s.Kind = Export
	case fhir.IsFolder(s.path):
		s.Kind = Folder
	default:
		return errors.New("the folder holds no FHIR Bundles and no FHIR Bulk Data export; profiles are given as one file")
	}
	files, err := filesIn(s.path)
	if err != nil {
		return err
	}
	return s.identify(s.path, files)
}

// Size is how many bytes Read can come to; 0 where that is not known.
func (s *Source) Size() int64 {
	if s.Kind == Profiles || s.Kind == Bundles {
		return s.Bytes
	}
	return 0
}

// Read is how many bytes of the source are read.
func (s *Source) Read() int64 { return s.read.Load() }

// records reads the source. What it must hold on disk meanwhile is in temp. It
// returns soon after ctx has ended, even where it waits for input.
func (s *Source) records(ctx context.Context, temp string) (records patient.Lazy, end func(), err error) {
	o := fhir.SourceOptions{
		Options: fhir.Options{Complete: s.intake.Complete, Systems: s.intake.Systems},
		TempDir: temp, Note: s.note,
	}
	switch s.Kind {
	case Export:
		return fhir.Bulk(ctx, s.path, o), func() {}, nil
	case Folder:
		return fhir.Folder(ctx, s.path, o), func() {}, nil
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
	in = &counted{in, &s.read}
	if s.Kind == Bundles {
		return fhir.Bundles(in, s.Name, o), end, nil
	}
	return s.completing(patient.LazyRecords(in, s.Name)), end, nil
}

// place gives the name of a file without the folders around the source.
func (s *Source) place(name string) string {
	if s.Kind != Export && s.Kind != Folder {
		return name
	}
	if rel, err := filepath.Rel(s.path, name); err == nil && !strings.HasPrefix(rel, "..") {
		return filepath.ToSlash(filepath.Join(s.Name, rel))
	}
	return name
}

// completing applies the options of the source to each profile in eligo's own
// form. The FHIR reader has applied them already.
func (s *Source) completing(records patient.Lazy) patient.Lazy {
	if s.Kind != Profiles || len(s.intake.Complete) == 0 && len(s.intake.Systems) == 0 {
		return records
	}
	return func(yield func(patient.Record) bool) {
		for record := range records {
			inner := record
			record.Decode = func() (*patient.Profile, error) { return s.complete(inner) }
			if !yield(record) {
				return
			}
		}
	}
}

// complete decodes a profile and applies the options of the source to it.
func (s *Source) complete(r patient.Record) (*patient.Profile, error) {
	p, err := r.Decode()
	if err != nil {
		return nil, err
	}
	if _, err := intake.Native(p, s.intake); err != nil {
		at := r.Place
		return nil, &patient.RecordError{Source: at.Source, Line: at.Line, Entry: at.Entry, Patient: p.ID, Err: err}
	}
	return p, nil
}

// counted counts what is read.
type counted struct {
	io.Reader
	n *atomic.Int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n.Add(int64(n))
	return n, err
}
