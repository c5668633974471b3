// SPDX-License-Identifier: Apache-2.0

// Command eligo-registry writes an invented registry, to try screening with:
//
//	go run ./cmd/eligo-registry --patients 1000000 --seed 1 --out registry.ndjson
//
// Each line is a profile of an invented person, in eligo's own JSON. The mix is
// made for the reference study (testdata/studies/nct00506831.yaml): one person in
// five has systemic sclerosis, biologic agents end around the ends of their
// washouts, and records have the usual gaps: dates known in part, domains that
// were not supplied, unconfirmed diagnoses, local codes, laboratory values in
// several units.
//
// The same seed gives the same file on every machine. With --bad, so many of the
// lines are no profiles (cut short, an unknown field, an impossible date, …);
// --bad-lines names a file for a list of them: the number of the line, a tab and
// the fault. A file named *.gz is gzipped.
package main

import (
	"bufio"
	"compress/gzip"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/patient"
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
		if err := writeFile(*badLines, stdout, r.writeBadLines); err != nil {
			return err
		}
	}
	return writeFile(*out, stdout, r.writeLines)
}

func (r *registry) writeBadLines(w io.Writer) error {
	for _, line := range slices.Sorted(maps.Keys(r.bad)) {
		if _, err := fmt.Fprintf(w, "%d\t%s\n", line, r.bad[line]); err != nil {
			return err
		}
	}
	return nil
}

func (r *registry) writeLines(w io.Writer) error {
	var line []byte
	for n := 1; n <= r.lines; n++ {
		line = r.appendLine(line[:0], n)
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

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

// today is the day of the invented records. Screen for it, or for a day near it.
var today = patient.NewDay(2026, 11, 22)

// registry is an invented registry. It is safe for concurrent use.
type registry struct {
	seed  uint64
	lines int
	bad   map[int]fault
}

// newRegistry invents a registry of so many lines, of which bad are no profiles.
func newRegistry(lines, bad int, seed uint64) *registry {
	r := &registry{seed: seed, lines: lines, bad: make(map[int]fault, bad)}
	rng := rand.New(rand.NewPCG(seed, 0))
	for len(r.bad) < min(bad, lines) {
		line := 1 + rng.IntN(lines)
		if _, taken := r.bad[line]; !taken {
			r.bad[line] = faults[len(r.bad)%len(faults)]
		}
	}
	return r
}

// appendLine appends line n, counting from 1, with its line end.
func (r *registry) appendLine(b []byte, n int) []byte {
	w := personWriter{b: b, rng: rand.New(rand.NewPCG(r.seed, uint64(n))), fault: r.bad[n]}
	from := len(b)
	w.writePerson("r" + strconv.Itoa(1_000_000_000 + n)[1:])
	b = w.b
	if w.fault == cutShort {
		b = b[:from+(len(b)-from)/2]
	}
	return append(b, '\n')
}

// fault is a kind of line that is no profile.
type fault string

const (
	cutShort       fault = "cut short"
	unknownField   fault = "unknown field"
	fieldTwice     fault = "field given twice"
	impossibleDate fault = "impossible date"
	endBeforeStart fault = "end before start"
	wrongType      fault = "wrong type"
	notUTF8        fault = "not UTF-8"
)

var faults = []fault{cutShort, unknownField, fieldTwice, impossibleDate, endBeforeStart, wrongType, notUTF8}

//go:embed entries.tsv
var entriesFile string

// entries are the rows of entries.tsv by their kind, without it.
var entries = readEntries(entriesFile)

func readEntries(file string) map[string][]string {
	all := map[string][]string{}
	for line := range strings.Lines(file) {
		if kind, rest, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t"); ok {
			all[kind] = append(all[kind], rest)
		} else if !strings.HasPrefix(line, "#") {
			panic("entries.tsv: a row without a tab: " + line)
		}
	}
	return all
}
