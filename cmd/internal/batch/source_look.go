// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/eligo-trials/eligo/patient/fhir"
)

const headSize = 64 << 10 // bytes that are looked at to tell what a file holds

// readHead gives the beginning of the text, unpacked, and a reader of all of it
// as it came. It waits for no more of a slow source than its first line.
func readHead(r io.Reader) (head []byte, all io.Reader, err error) {
	in := bufio.NewReaderSize(r, headSize)
	for size := 1; ; size = in.Buffered() + 1 {
		_, err := in.Peek(size)
		ended := err == io.EOF
		if err != nil && !ended {
			return nil, nil, err
		}
		raw, _ := in.Peek(in.Buffered())
		head = unpacked(raw)
		if ended || in.Buffered() == headSize || fhir.Sniff(head) || bytes.IndexByte(bytes.TrimLeft(head, " \t\r\n"), '\n') >= 0 {
			return head, in, nil
		}
	}
}

// unpacked gives what the beginning of a text, which may be gzipped, says. What
// is damaged says nothing here: whoever reads it says what is wrong.
func unpacked(raw []byte) []byte {
	if !bytes.HasPrefix(raw, []byte{0x1f, 0x8b}) {
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

// sniffKind tells what a file holds by its beginning. What is neither is a file of
// profiles with bad lines.
func sniffKind(head []byte) (Kind, error) {
	if !fhir.Sniff(head) {
		return Profiles, nil
	}
	switch kind := resourceType(head); kind {
	case "Bundle", "Patient", "":
		return Bundles, nil
	default:
		return "", fmt.Errorf("it holds FHIR resources of type %s; of a Bulk Data export the folder is given, not one of its files", kind)
	}
}

// resourceType gives the type of the first resource.
func resourceType(head []byte) string {
	dec := jsontext.NewDecoder(bytes.NewReader(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))))
	if t, err := dec.ReadToken(); err != nil || t.Kind() != '{' {
		return ""
	}
	for {
		name, err := dec.ReadToken()
		if err != nil || name.Kind() != '"' {
			return ""
		}
		if name.String() == "resourceType" {
			kind, err := dec.ReadToken()
			if err != nil {
				return ""
			}
			return kind.String()
		}
		if dec.SkipValue() != nil {
			return ""
		}
	}
}

// filesIn lists the files of a folder and of the folders in it, in order.
func filesIn(dir string) (files []string, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, path)
		}
		return err
	})
	return files, err
}

// identify fills in the identity of a source from what its files look like.
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
			fmt.Fprintf(digest, "%q is not there\n", s.relative(path, f)) // a link to nothing; whoever reads it says so
			continue
		}
		if err != nil {
			return err
		}
		s.Bytes += info.Size()
		fmt.Fprintf(digest, "%q %d %d\n", s.relative(path, f), info.Size(), info.ModTime().UnixNano())
	}
	s.Modified = hex.EncodeToString(digest.Sum(nil))
	return nil
}

func (s *Source) relative(dir, file string) string {
	if rel, err := filepath.Rel(dir, file); err == nil {
		return filepath.ToSlash(rel)
	}
	return file
}

// newPipe makes a reader that can be closed although the one below may wait for
// ever. The goroutine that waits there is then left to the end of the process.
func newPipe(in io.Reader) *io.PipeReader {
	r, w := io.Pipe()
	go func() {
		_, err := io.CopyBuffer(w, struct{ io.Reader }{in}, make([]byte, 256<<10))
		w.CloseWithError(err)
	}()
	return r
}

// endWith closes the reader where ctx ends. It gives what to call where the
// reader is not wanted any more.
func endWith(ctx context.Context, r *io.PipeReader) (end func()) {
	stop := context.AfterFunc(ctx, func() { r.CloseWithError(context.Cause(ctx)) })
	return func() {
		stop()
		r.Close()
	}
}
