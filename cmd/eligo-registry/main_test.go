// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
)

// The list of bad lines is exactly what a reader of the registry refuses.
func TestBadLinesFile(t *testing.T) {
	dir := t.TempDir()
	plain, zipped, list := filepath.Join(dir, "r.ndjson"), filepath.Join(dir, "r.ndjson.gz"), filepath.Join(dir, "bad.tsv")
	for _, out := range []string{plain, zipped} {
		args := []string{"--patients", "2000", "--bad", "50", "--seed", "3", "--out", out, "--bad-lines", list}
		if err := run(args, io.Discard, io.Discard); err != nil {
			t.Fatal(err)
		}
		planted, err := os.ReadFile(list)
		if err != nil {
			t.Fatal(err)
		}
		file, err := os.Open(out)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		good, refused := 0, ""
		for _, err := range patient.Records(file, "r") {
			var e *patient.RecordError
			if errors.As(err, &e) {
				refused += fmt.Sprintln(e.Line)
				continue
			}
			good++
		}
		want := ""
		for line := range strings.Lines(string(planted)) {
			number, _, _ := strings.Cut(line, "\t")
			want += number + "\n"
		}
		if good != 1950 || refused != want {
			t.Errorf("%s: %d good, refused %q, want %q", out, good, refused, want)
		}
	}
}

func TestStandardOutputIsTheSame(t *testing.T) {
	var out bytes.Buffer
	file := filepath.Join(t.TempDir(), "r")
	for _, args := range [][]string{{"--patients=30"}, {"--patients=30", "--out=" + file}} {
		if err := run(args, &out, io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(written, out.Bytes()) || bytes.Count(written, []byte("\n")) != 30 {
		t.Errorf("%v: %d and %d bytes", err, len(written), out.Len())
	}
}

func TestUsageErrors(t *testing.T) {
	for _, args := range [][]string{{"more"}, {"--patients=-1"}, {"--patients=1", "--bad=2"}, {"--patients=x"}, {"--out=/"}} {
		if err := run(args, io.Discard, io.Discard); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}
