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

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/patient/fhir"
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
