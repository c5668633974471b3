// SPDX-License-Identifier: Apache-2.0

// Command eligo-registry writes an invented registry, to try screening with:
//
//	go run ./cmd/eligo-registry --patients 1000000 --seed 1 --out registry.ndjson
//
// Each line is a profile of somebody who does not exist, in eligo's own JSON.
// The same seed gives the same file. With --bad, so many of the lines are no
// profiles (cut short, an unknown field, an impossible date, …); --bad-lines
// names the file that says which, one a line: its number, a tab, what is wrong.
// A file named *.gz is gzipped.
package main

import (
	"bufio"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "eligo-registry:", err)
			os.Exit(1)
		}
	}
}

func run(args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("eligo-registry", flag.ContinueOnError)
	flags.SetOutput(stderr)
	patients := flags.Int("patients", 1000, "`lines` to write, the bad ones included")
	seed := flags.Uint64("seed", 1, "another `number` invents other people")
	bad := flags.Int("bad", 0, "`lines` that are no profiles")
	out := flags.String("out", "", "write to this `file`, not to the standard output")
	badLines := flags.String("bad-lines", "", "write to this `file` which lines are bad")
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case *patients < 0, *bad < 0, *bad > *patients:
		return errors.New("--patients and --bad must not be negative, and --bad not above --patients")
	}
	r := newRegistry(*patients, *bad, *seed)
	if *badLines != "" {
		if err := writeFile(*badLines, stdout, func(w io.Writer) error { return writeBad(w, r) }); err != nil {
			return err
		}
	}
	return writeFile(*out, stdout, func(w io.Writer) error { return writeAll(w, r) })
}

func writeBad(w io.Writer, r *registry) error {
	for _, b := range r.badLines() {
		if _, err := fmt.Fprintf(w, "%d\t%s\n", b.Line, b.Fault); err != nil {
			return err
		}
	}
	return nil
}

func writeAll(w io.Writer, r *registry) error {
	var line []byte
	for n := 1; n <= r.Lines(); n++ {
		line = r.appendLine(line[:0], n)
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// writeFile writes to the file of that name, or to stdout where it has none.
func writeFile(name string, stdout io.Writer, write func(io.Writer) error) (err error) {
	to := stdout
	if name != "" {
		file, err := os.Create(name)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		to = file
	}
	buffered := bufio.NewWriterSize(to, 1<<20)
	if !strings.HasSuffix(name, ".gz") {
		return errors.Join(write(buffered), buffered.Flush())
	}
	z, err := gzip.NewWriterLevel(buffered, gzip.BestSpeed)
	if err != nil {
		return err
	}
	return errors.Join(write(z), z.Close(), buffered.Flush())
}
