// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/review"
)

func (p *program) checkCommand() *cli.Command {
	return &cli.Command{
		Name:        "check",
		Usage:       "check and review study and concept files",
		UsageText:   "eligo check [FLAGS] FILE...",
		Description: helpLead("check"),
		Flags: []cli.Flag{
			single("against", "`SOURCE` of real records to try the concepts on, a file or folder as for batch, or - for standard input", ""),
			several("system", "`URL=NAME`, a local code system of the source and the known one that it stands for; again for others"),
			&cli.BoolFlag{Name: "strict", Usage: "let warnings fail, as errors do", DisableDefaultText: true},
			single("format", "`FORMAT` of the findings: text, json or sarif", "text"),
			single("explain", "print the page about the findings of a `CODE`, or list all", ""),
			single("sign", "sign each study as reviewed by `NAME` today", ""),
		},
		Action: func(c *cli.Context) error {
			o, err := checkOptionsOf(c)
			if err != nil {
				return err
			}
			if o.explain != "" {
				return p.explain(o.explain)
			}
			return p.check(c.Context, o)
		},
	}
}

// checkOptions is the command line of check, read.
type checkOptions struct {
	files   []string
	against string
	systems map[string]string
	strict  bool
	format  string
	explain string
	sign    string
}

var checkFormats = []string{"text", "json", "sarif"}

func checkOptionsOf(c *cli.Context) (*checkOptions, error) {
	m := misuse{command: "check"}
	o := &checkOptions{
		files: m.files(c), against: get(c, "against"), strict: c.Bool("strict"), format: get(c, "format"),
		explain: get(c, "explain"), sign: get(c, "sign"), systems: m.systems(getAll(c, "system")),
	}
	for _, f := range []string{"against", "explain", "sign"} {
		if c.IsSet(f) {
			m.value(f, get(c, f))
		}
	}
	m.choice("--format", o.format, checkFormats)
	switch {
	case c.IsSet("explain"):
		if len(o.files) > 0 {
			m.add("--explain explains a code and checks no files")
		}
		m.choice("--explain", o.explain, append(codeNames(), "all"))
	case len(o.files) == 0:
		m.add("say which files to check")
	}
	if len(o.systems) > 0 && o.against == "" {
		m.add("--system names a code system of the source; give the source with --against")
	}
	return o, m.err()
}

// check prints what is found in the files.
func (p *program) check(ctx context.Context, o *checkOptions) error {
	list := make([]*checked, len(o.files))
	for i, file := range o.files {
		list[i] = checkFile(file)
	}
	if o.against != "" {
		if err := p.survey(ctx, o, list); err != nil {
			return err
		}
	}
	if o.sign != "" {
		p.sign(o, list)
	}
	all := gather(list, o.strict)
	write := map[string]func(io.Writer, *checkReport) error{"text": checkText, "json": checkJSON, "sarif": checkSARIF}[o.format]
	if err := write(p.stdout, all); err != nil {
		return err
	}
	if all.failing == 0 {
		return nil
	}
	return inputError{summary: fmt.Sprintf("%s in %d of %s", count(all.failing, "problem"), all.wrong, count(len(o.files), "file"))}
}

// checked is a file with what was found in it.
type checked struct {
	file     string
	holds    string       // "3 criteria, 1 question"; empty where it did not load
	study    *rules.Study // nil of a concept file, and where it did not load
	signed   bool         // now
	skipped  string       // what it holds that is not for check
	findings []review.Finding
}

// count is how many findings are of a severity.
func (c *checked) count(s review.Severity) (n int) {
	for i := range c.findings {
		if c.findings[i].Severity == s {
			n++
		}
	}
	return n
}

// casesSuffix ends the names of files that lie beside studies and hold people
// to try them on.
const casesSuffix = ".cases.yaml"

// checkFile loads a file and reviews the study that it holds.
func checkFile(file string) *checked {
	c := &checked{file: file}
	if strings.HasSuffix(file, casesSuffix) {
		c.skipped = "cases, which eligo test runs"
		return c
	}
	if strings.HasPrefix(file, "builtin:") || holdsConcepts(file) {
		concepts, places, err := rules.LocateConcepts(file)
		if err != nil {
			c.findings = loadFindings(file, err)
			return c
		}
		c.holds, c.findings = count(len(concepts), "concept"), review.Concepts(concepts, places)
		return c
	}
	study, err := rules.Load(file)
	if err != nil {
		c.findings = loadFindings(file, err)
		return c
	}
	criteria := 0
	for i := range study.Criteria {
		if study.Criteria[i].Pos.Line > 0 { // not built in
			criteria++
		}
	}
	c.study, c.holds = study, count(criteria, "criterion")+", "+count(len(study.Questions), "question")
	if drafts := study.Drafts(); drafts > 0 {
		c.holds += ", " + count(drafts, "draft") + " to review"
	}
	var text *review.Text
	if path := study.TextPath(); path != "" {
		text = &review.Text{Name: path}
		text.Data, text.Err = readText(path)
	}
	c.findings = review.Study(study, text)
	return c
}

// readText reads an official text, but no more of it than could be used.
func readText(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errors.New(cause(err))
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.New("it is not a regular file")
	}
	return io.ReadAll(io.LimitReader(f, review.MostText+1))
}

// loadFindings puts what is wrong with a file that does not load among the
// findings.
func loadFindings(file string, err error) []review.Finding {
	var problems rules.Errors
	if !errors.As(err, &problems) {
		return []review.Finding{{Code: review.Load, Severity: review.Error, Pos: rules.Position{File: file}, Message: cause(err)}}
	}
	var list []review.Finding
	for _, e := range problems {
		list = append(list, review.Finding{Code: review.Load, Severity: review.Error, Pos: e.Pos, Subject: e.Criterion, Message: e.Message})
	}
	return list
}

// holdsConcepts reports whether a file that can be read is no study. A file
// that cannot be read gets its error from whoever loads it.
func holdsConcepts(file string) bool {
	const enough = 1 << 20 // no study or concept file may be as large
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, enough))
	return err == nil && !rules.IsStudy(src)
}

// errorLines gives a line for each problem of a file.
func errorLines(file string, err error) []string {
	var problems rules.Errors
	if !errors.As(err, &problems) {
		return []string{file + ": " + cause(err)}
	}
	lines := make([]string, len(problems))
	for i := range problems {
		lines[i] = problems[i].Error()
	}
	return lines
}

// cause says why a file cannot be read or written, without naming it again.
func cause(err error) string {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err.Error()
	case errors.As(err, &link):
		return link.Err.Error()
	}
	return err.Error()
}

// count gives "1 problem" and "2 problems".
func count(n int, what string) string {
	switch {
	case n == 1:
	case what == "criterion":
		what = "criteria"
	case what == "entry":
		what = "entries"
	default:
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}
