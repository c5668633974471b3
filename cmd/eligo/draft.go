// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/ctgov"
	"github.com/eligo-trials/eligo/rules/language"
)

func (p *program) draftCommand() *cli.Command {
	return &cli.Command{
		Name:  "draft",
		Usage: "draft a study file from a record of ClinicalTrials.gov",
		UsageText: `eligo draft [--out FILE|FOLDER] [--force] RECORD|-
eligo draft --measure RECORDS...`,
		Description: helpLead("draft"),
		Flags: []cli.Flag{
			singleFlag("out", "write the study to `FILE`, or into a folder under the study's name, with its text beside it", ""),
			&cli.BoolFlag{Name: "force", Usage: "replace files that are there", DisableDefaultText: true},
			&cli.BoolFlag{Name: "measure", Usage: "count what is understood of many records", DisableDefaultText: true},
		},
		Action: func(c *cli.Context) error {
			o := draftOptions{out: flagValue(c, "out"), force: c.Bool("force"), files: c.Args().Slice()}
			if err := o.checkFlags(c); err != nil {
				return err
			}
			d, err := ctgov.NewDrafter(criterionTruths)
			if err != nil {
				return err
			}
			if c.Bool("measure") {
				return p.measure(d, o.files)
			}
			return p.runDraft(d, o)
		},
	}
}

// criterionTruths gives, for each person, the truth of each criterion of a study
// on a screening day. It is the [ctgov.Decide] of the command.
func criterionTruths(study *rules.Study, people []*patient.Profile, on patient.Day) ([][]language.Truth, error) {
	m, err := matcher.New(study)
	if err != nil {
		return nil, err
	}
	truths := make([][]language.Truth, len(people))
	for i, p := range people {
		results, err := m.Match(p, matcher.Dates{Screening: on})
		if err != nil {
			return nil, err
		}
		for n := range results[0].Criteria {
			truths[i] = append(truths[i], results[0].Criteria[n].Truth)
		}
	}
	return truths, nil
}

type draftOptions struct {
	files []string
	out   string
	force bool
}

func (o *draftOptions) checkFlags(c *cli.Context) error {
	m := flagProblems{command: "draft"}
	for _, f := range o.files {
		if f == "" || strings.HasPrefix(f, "-") && f != "-" {
			m.addProblem("%q is no file; flags come first (a file of that name is ./%s)", f, f)
		}
	}
	measure := c.Bool("measure")
	if c.IsSet("out") {
		m.checkValue("out", o.out)
	}
	switch {
	case len(o.files) == 0 && measure:
		m.addProblem("say which records to measure")
	case len(o.files) == 0:
		m.addProblem("say which record to draft a study from")
	case len(o.files) > 1 && !measure:
		m.addProblem("a study is drafted from one record; %d are given", len(o.files))
	}
	if measure && (c.IsSet("out") || o.force) {
		m.addProblem("--measure writes no file; leave --out and --force out")
	}
	if o.force && !c.IsSet("out") && !measure {
		m.addProblem("--force is for --out")
	}
	return m.asError()
}

func (p *program) runDraft(d *ctgov.Drafter, o draftOptions) error {
	name := o.files[0]
	rec, err := p.readRecord(name)
	if err != nil {
		return inputError{summary: fmt.Sprintf("%s: %s", name, fileio.Cause(err))}
	}
	draft, err := d.DraftStudy(rec)
	if err != nil {
		return inputError{summary: fmt.Sprintf("%s: %v", name, err)}
	}
	if o.out == "" {
		if _, err := p.stdout.Write(draft.Study); err != nil {
			return err
		}
	} else if err := o.writeFiles(rec, draft); err != nil {
		return err
	}
	p.summarize(rec, draft, o.out == "")
	return nil
}

func (p *program) readRecord(name string) (*ctgov.Record, error) {
	if name == "-" {
		return ctgov.ReadRecord(p.stdin)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ctgov.ReadRecord(f)
}

func (o *draftOptions) writeFiles(rec *ctgov.Record, draft *ctgov.Draft) error {
	path := o.out
	if info, err := os.Stat(path); err == nil && info.IsDir() || os.IsPathSeparator(path[len(path)-1]) {
		path = filepath.Join(path, strings.ToLower(rec.ID)+".yaml")
	}
	files := []struct {
		path string
		data []byte
	}{{filepath.Join(filepath.Dir(path), draft.TextName), draft.Official}, {path, draft.Study}}
	for _, f := range files {
		err := mayReplace(f.path, o.files[0])
		if err == nil && !o.force && exists(f.path) {
			err = errors.New("it is there already; --force replaces it")
		}
		if err != nil {
			return inputError{summary: fmt.Sprintf("%s: %s; nothing was written", f.path, fileio.Cause(err))}
		}
	}
	const readable = 0o644 // a study file holds nothing of a patient
	for _, f := range files {
		if err := fileio.Replace(f.path, f.data, readable); err != nil {
			return inputError{summary: fmt.Sprintf("%s: cannot be written: %s", f.path, fileio.Cause(err))}
		}
	}
	return nil
}

func (p *program) summarize(rec *ctgov.Record, draft *ctgov.Draft, noText bool) {
	ruled, unclear := 0, 0
	for i := range draft.Criteria {
		if draft.Criteria[i].Form != "" {
			ruled++
		}
		if draft.Criteria[i].Unclear() {
			unclear++
		}
	}
	said := fmt.Sprintf("%s: %s, %d with a draft rule, %d as a question", rec.ID, plural.Count(len(draft.Criteria), "criterion"), ruled, len(draft.Criteria)-ruled)
	if unclear > 0 {
		said += fmt.Sprintf(" (%d whose side the text does not tell)", unclear)
	}
	fmt.Fprintln(p.stderr, report.Plain(said))
	if names := draft.StubNames(); len(names) > 0 {
		fmt.Fprintln(p.stderr, plural.Count(len(names), "concept")+" without codes: "+strings.Join(names, ", "))
	}
	if noText {
		fmt.Fprintf(p.stderr, "The study names its text, %s; --out writes both.\n", draft.TextName)
	}
}

type draftMeasure struct {
	*ctgov.Drafter
	tally  ctgov.Tally
	failed []string
}

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
