// SPDX-License-Identifier: Apache-2.0

package fileio

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
)

func gzipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The limit holds for the packed text and for the unpacked one.
func TestReadDocument(t *testing.T) {
	bomb := gzipped(t, strings.Repeat("x", 1<<20))
	for _, c := range []struct {
		name  string
		text  []byte
		limit int64
		want  string
		err   string
	}{
		{"plain", []byte("text"), 4, "text", ""},
		{"one byte too many", []byte("texts"), 4, "", "too large"},
		{"empty", nil, 4, "", ""},
		{"gzipped", gzipped(t, "text"), 100, "text", ""},
		{"a byte order mark stays", []byte("\xef\xbb\xbfx"), 4, "\xef\xbb\xbfx", ""},
		{"unpacks to too much", bomb, int64(len(bomb)), "", "too large"},
		{"unpacks to the limit", bomb, 1 << 20, strings.Repeat("x", 1<<20), ""},
		{"damaged", []byte{0x1f, 0x8b, 1}, 100, "", "the gzip file is damaged"},
		{"cut short", bomb[:len(bomb)-4], 1 << 20, "", "the gzip file is damaged"},
	} {
		got, err := ReadDocument(iotest.OneByteReader(bytes.NewReader(c.text)), c.limit)
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) || string(got) != c.want {
			t.Errorf("%s: %d bytes, %v", c.name, len(got), err)
		}
		if c.err == "too large" && !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v is not ErrTooLarge", c.name, err)
		}
	}
	if _, err := ReadDocument(iotest.ErrReader(io.ErrClosedPipe), 9); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("%v", err)
	}
}

func TestReadStart(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	if err := os.WriteFile(path, []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadStart(path, 4); string(got) != "0123" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := ReadStart(dir, 4); !errors.Is(err, ErrNotRegular) {
		t.Errorf("%v", err)
	}
	_, err := ReadStart(filepath.Join(dir, "none"), 4)
	if cause := Cause(err); cause == nil || strings.Contains(cause.Error(), dir) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", cause)
	}
}

func TestReplace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	for _, text := range []string{"first", "second"} {
		if err := Replace(path, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		info, statErr := os.Stat(path)
		if err != nil || statErr != nil || string(got) != text || info.Mode().Perm() != 0o640 {
			t.Errorf("%q, %v, %v", got, info.Mode(), errors.Join(err, statErr))
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Replace(filepath.Join(dir, "folder"), nil, 0o600); err == nil {
		t.Error("a folder is replaced")
	}
	onlyFiles(t, dir, "a", "folder")
}

// brokenFile fails at one step.
type brokenFile struct {
	*os.File
	step string
}

func (f brokenFile) Write(b []byte) (int, error) {
	if f.step == "write" {
		return 0, syscall.ENOSPC
	}
	return f.File.Write(b)
}

func (f brokenFile) Sync() error {
	if f.step == "sync" {
		return syscall.ENOSPC
	}
	return f.File.Sync()
}

func (f brokenFile) Close() error {
	err := f.File.Close()
	if f.step == "close" {
		return syscall.ENOSPC
	}
	return err
}

// Wherever writing fails, the old file stays and no other is left.
func TestCommitThatFails(t *testing.T) {
	for _, step := range []string{"write", "sync", "close"} {
		dir := t.TempDir()
		path, temp := filepath.Join(dir, "a"), filepath.Join(dir, "a.new")
		if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Create(temp)
		if err != nil {
			t.Fatal(err)
		}
		if err := Commit(brokenFile{f, step}, temp, path, []byte("new")); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s: %v", step, err)
		}
		if got, err := os.ReadFile(path); string(got) != "old" || err != nil {
			t.Errorf("%s: %q, %v", step, got, err)
		}
		if f.Close() == nil {
			t.Errorf("%s: the file was left open", step)
		}
		onlyFiles(t, dir, "a")
	}
}

func onlyFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if strings.Join(names, " ") != strings.Join(want, " ") {
		t.Errorf("the files are %v, not %v", names, want)
	}
}
