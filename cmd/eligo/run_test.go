// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/patient"
)

var update = flag.Bool("update", false, "write what the scripts compare anew")

func TestRunWithoutArguments(t *testing.T) {
	var stdout, stderr bytes.Buffer
	code := run(context.Background(), nil, nil, &stdout, &stderr, time.Now)
	if code != exitUsage || stdout.Len() > 0 || !strings.Contains(stderr.String(), "no command") {
		t.Errorf("code %d, stdout %q, stderr %q", code, stdout.String(), stderr.String())
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("the pipe is broken") }

// A result that could not be printed is no success.
func TestOutputThatCannotBeWritten(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"vocab"}, {"vocab", "--format", "json"}, {"schema", "profile"}, {"completion", "zsh"}, {"check", "builtin:common"}} {
		var stderr bytes.Buffer
		code := run(context.Background(), append([]string{"eligo"}, args...), nil, brokenWriter{}, &stderr, time.Now)
		if code != exitInput || !strings.Contains(stderr.String(), "the pipe is broken") {
			t.Errorf("%v: code %d, stderr %q", args, code, stderr.String())
		}
	}
}

// Nothing that goes wrong before the new file is complete may touch the old.
func TestWriteWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.json")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := fileio.Replace(path, []byte("new"), ownerOnly); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != "new" {
		t.Errorf("%v: %q", err, got)
	}
	if err := fileio.Replace(filepath.Join(dir, "none", "out.json"), nil, ownerOnly); err == nil {
		t.Error("a folder that is not there was written to")
	}
	if err := os.Mkdir(filepath.Join(dir, "taken"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := fileio.Replace(filepath.Join(dir, "taken"), []byte("new"), ownerOnly); err == nil {
		t.Error("a folder was replaced")
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 {
		t.Errorf("%v: temporary files are left: %v", err, left)
	}
}

func TestPaint(t *testing.T) {
	if got := paintText(report.Adverse, "NO"); !strings.HasPrefix(got, "\x1b[") || !strings.Contains(got, "NO") || !strings.Contains(got[2:], "\x1b[") {
		t.Errorf("%q", got)
	}
}

func TestNearest(t *testing.T) {
	among := []string{"screen", "check", "schema", "vocab", "completion", "version", "help"}
	for word, want := range map[string]string{
		"scren": "screen", "shema": "schema", "chekc": "check", "Vocab": "vocab", "vocabulary": "", "complet": "completion",
		"vers": "version", "hlep": "help", "xyzzy": "", "": "", strings.Repeat("x", 100): "",
	} {
		if got := patient.Nearest(word, among); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}
