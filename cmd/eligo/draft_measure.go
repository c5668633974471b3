// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/rules/ctgov"
)

// draftMeasure counts the drafts of many records.
type draftMeasure struct {
	*ctgov.Drafter
	tally  ctgov.Tally
	failed []string
}

// measure prints the counts of the drafts of the records in files and folders.
func (p *program) measure(d *ctgov.Drafter, paths []string) error {
	m := &draftMeasure{Drafter: d}
	for _, path := range paths {
		if err := m.addPath(path); err != nil {
			return inputError{summary: fmt.Sprintf("%s: %s", path, fileio.Cause(err))}
		}
	}
	for _, line := range m.failed {
		fmt.Fprintln(p.stderr, report.Plain(line))
	}
	if _, err := io.WriteString(p.stdout, m.table()); err != nil {
		return err
	}
	if len(m.failed) > 0 {
		return inputError{summary: "no draft of " + plural.Count(len(m.failed), "record")}
	}
	return nil
}

func (m *draftMeasure) addPath(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return m.addFile(path)
	}
	return filepath.WalkDir(path, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		return m.addFile(path)
	})
}

// addFile counts the records of a file: one a line in NDJSON, otherwise one.
func (m *draftMeasure) addFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	var r io.Reader = f
	name, packed := strings.CutSuffix(path, ".gz")
	if packed {
		if r, err = gzip.NewReader(f); err != nil {
			return err
		}
	}
	if !strings.HasSuffix(name, ".ndjson") && !strings.HasSuffix(name, ".jsonl") {
		m.record(path, r)
		return nil
	}
	const longest = 32 << 20 // bytes of a record
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, longest)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) > 0 {
			m.record(fmt.Sprintf("%s:%d", path, n), bytes.NewReader(lines.Bytes()))
		}
	}
	return lines.Err()
}

func (m *draftMeasure) record(where string, r io.Reader) {
	rec, err := ctgov.ReadRecord(r)
	if err == nil {
		var draft *ctgov.Draft
		if draft, err = m.DraftStudy(rec); err == nil {
			m.tally.AddDraft(draft)
			return
		}
	}
	m.failed = append(m.failed, fmt.Sprintf("%s: %v", where, err))
}

func (m *draftMeasure) table() string {
	var b strings.Builder
	t := &m.tally
	fmt.Fprintf(&b, "records           %d, drafted and compiled %d\n", t.Records+len(m.failed), t.Records)
	share := 100.0
	if t.Sentences > 0 {
		share = 100 * float64(t.Covered) / float64(t.Sentences)
	}
	fmt.Fprintf(&b, "sentences quoted  %d of %d (%.1f %%)\n", t.Covered, t.Sentences, share)
	fmt.Fprintf(&b, "criteria          %d of the texts, %d of the records' fields\n", t.Criteria, t.Structure)
	fmt.Fprintf(&b, "side not told     %d\n\n", t.Unclear)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "whole rules by form\t\tdecidable\tasking\twith a stub\t")
	row := func(f ctgov.FormTally) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t\n", f.Form, f.Rules, f.Decidable, f.Asking, f.Stubbed)
	}
	for _, f := range t.FormTallies() {
		row(f)
	}
	row(ctgov.FormTally{Form: "all", Rules: t.Rules, Decidable: t.Decidable, Asking: t.Asking, Stubbed: t.Stubbed})
	w.Flush()
	b.WriteString("\nDecidable: names only concepts of the library and asks nobody. A stub is a concept that the library lacks.\n")
	return b.String()
}
