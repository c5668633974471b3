// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/cmd/internal/screening/studydir"
	"github.com/eligo-trials/eligo/matcher/cases"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// testReport holds the outcomes of the cases of all files: the JSON form of the
// report.
type testReport struct {
	Schema   string          `json:"schema"`
	Files    []testFile      `json:"files"`
	Passed   int             `json:"passed"`
	Failed   int             `json:"failed"`
	Bare     []string        `json:"without_cases"` // studies of the folders
	Coverage []studyCoverage `json:"coverage,omitempty"`
	Mutation []studyMutation `json:"mutation,omitempty"`

	studies []*testedStudy
	require bool // full coverage
}

type testFile struct {
	File  string     `json:"file"`
	Study string     `json:"study"`
	Cases []testCase `json:"cases"`
}

type testCase struct {
	At    string       `json:"at"` // FILE:LINE:COLUMN
	Name  string       `json:"name"`
	Pass  bool         `json:"pass"`
	Diffs []cases.Diff `json:"diffs,omitempty"`
}

type testedStudy struct {
	study    *rules.Study
	outcomes []cases.Outcome
	same     []cases.Equivalent
}

type studyCoverage struct {
	Study   string   `json:"study"`
	Seen    int      `json:"seen"` // truths of atoms
	Of      int      `json:"of"`
	Percent int      `json:"percent"`
	Unseen  []unseen `json:"unseen"`
}

type unseen struct {
	At        string           `json:"at"`
	Criterion string           `json:"criterion"`
	Atom      string           `json:"atom"`
	Missing   []language.Truth `json:"never"`
}

type studyMutation struct {
	Study     string   `json:"study"`
	Of        int      `json:"of"` // changes
	Noticed   int      `json:"noticed"`
	Same      int      `json:"equivalent"` // listed as such by the cases
	Survivors []mutant `json:"unnoticed"`
}

type mutant struct {
	At        string `json:"at"`
	Criterion string `json:"criterion"`
	Change    string `json:"change"`
	Rule      string `json:"rule"`
}

func (r *testReport) runCases(f *cases.File, o *testOptions) error {
	outcomes, err := f.RunCases(func(c *cases.Case) bool { return o.run == nil || o.run.MatchString(c.Name()) })
	if err != nil {
		return err
	}
	file := testFile{File: f.Path, Study: f.Study.File(), Cases: []testCase{}}
	for i := range outcomes {
		one := &outcomes[i]
		file.Cases = append(file.Cases, testCase{one.Case.Pos.String(), one.Case.Name(), len(one.Diffs) == 0, one.Diffs})
		if len(one.Diffs) == 0 {
			r.Passed++
		} else {
			r.Failed++
		}
	}
	r.Files = append(r.Files, file)
	at := slices.IndexFunc(r.studies, func(t *testedStudy) bool { return fileio.IsSame(t.study.File(), f.Study.File()) })
	if at < 0 {
		at, r.studies = len(r.studies), append(r.studies, &testedStudy{study: f.Study})
	}
	t := r.studies[at]
	t.outcomes, t.same = append(t.outcomes, outcomes...), append(t.same, f.Equivalent...)
	return nil
}

func (r *testReport) inputs() []string {
	var paths []string
	for _, f := range r.Files {
		paths = append(paths, f.File, f.Study)
	}
	return paths
}

func (r *testReport) finish(o *testOptions) error {
	r.Schema, r.Bare = "eligo.test/1", append([]string{}, r.Bare...)
	if o.run != nil && r.Passed+r.Failed == 0 {
		return inputError{summary: fmt.Sprintf("no case has a name that %s matches", o.run)}
	}
	for _, t := range r.studies {
		if o.coverage {
			c := cases.MeasureCoverage(t.study, t.outcomes)
			s := studyCoverage{t.study.File(), c.Seen, c.Of, c.Percent(), []unseen{}}
			for _, u := range c.Unseen {
				s.Unseen = append(s.Unseen, unseen{u.Pos.String(), u.Criterion, u.Atom, u.Missing})
			}
			r.Coverage = append(r.Coverage, s)
		}
		if o.mutating && r.Failed == 0 {
			if err := r.mutate(t); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *testReport) mutate(t *testedStudy) error {
	mutants, err := cases.Mutate(t.study, t.outcomes, t.same)
	if err != nil {
		return inputError{errors: studydir.FileErrors(t.study.File(), err), summary: "the changes of " + t.study.File() + " cannot be told apart as its cases say"}
	}
	s := studyMutation{Study: t.study.File(), Of: len(mutants), Survivors: []mutant{}}
	for _, m := range mutants {
		switch {
		case m.Noticed != nil:
			s.Noticed++
			continue
		case m.Equivalent != "":
			s.Same++
			continue
		}
		s.Survivors = append(s.Survivors, mutant{m.Pos.String(), m.Criterion, m.Change, m.Rule})
	}
	r.Mutation = append(r.Mutation, s)
	return nil
}

func (r *testReport) failure(o *testOptions) error {
	var wrong []string
	if r.Failed > 0 {
		wrong = append(wrong, fmt.Sprintf("%d of %s", r.Failed, plural.Count(r.Passed+r.Failed, "case")+" fail"))
		if o.mutating {
			wrong = append(wrong, "changes of the rules were not tried")
		}
	}
	for _, c := range r.Coverage {
		if o.require && c.Seen < c.Of {
			wrong = append(wrong, fmt.Sprintf("the cases of %s cover %d %%", c.Study, c.Percent))
		}
	}
	if o.require && len(r.Bare) > 0 {
		wrong = append(wrong, "no cases for "+strings.Join(r.Bare, ", "))
	}
	for _, m := range r.Mutation {
		if len(m.Survivors) > 0 {
			wrong = append(wrong, fmt.Sprintf("no case notices %d of %s of %s", len(m.Survivors), plural.Count(m.Of, "change"), m.Study))
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return inputError{summary: strings.Join(wrong, "; ")}
}

func (r *testReport) writeFormat(w io.Writer, o *testOptions) error {
	switch o.format {
	case "json":
		return writeIndented(w, r)
	case "junit":
		return r.writeJUnit(w)
	}
	var b strings.Builder
	r.writeText(&b)
	_, err := io.WriteString(w, plainLines(b.String()))
	return err
}

func (r *testReport) writeText(b *strings.Builder) {
	for _, f := range r.Files {
		for _, c := range f.Cases {
			if c.Pass {
				continue
			}
			fmt.Fprintf(b, "%s: %s: FAIL\n", c.At, c.Name)
			for _, d := range c.Diffs {
				fmt.Fprintf(b, "  %s: expected %s, got %s\n", subject(d), d.Want, d.Got)
				if d.Reason != "" {
					fmt.Fprintf(b, "    %s\n", d.Reason)
				}
			}
		}
	}
	for _, f := range r.Files {
		failed := 0
		for _, c := range f.Cases {
			if !c.Pass {
				failed++
			}
		}
		fmt.Fprintf(b, "%s: %s, %d failed\n", f.File, plural.Count(len(f.Cases), "case"), failed)
	}
	for _, study := range r.Bare {
		fmt.Fprintf(b, "%s: no cases\n", study)
	}
	for _, c := range r.Coverage {
		for _, u := range c.Unseen {
			fmt.Fprintf(b, "%s: %s: %s: never %s\n", u.At, u.Criterion, u.Atom, truthWords(u.Missing))
		}
		fmt.Fprintf(b, "%s: coverage %d %% (%d of %d truths of atoms)\n", c.Study, c.Percent, c.Seen, c.Of)
	}
	for _, m := range r.Mutation {
		for _, s := range m.Survivors {
			fmt.Fprintf(b, "%s: %s: no case notices: %s\n    %s\n", s.At, s.Criterion, s.Change, s.Rule)
		}
		fmt.Fprintf(b, "%s: %d of %s of the rules noticed", m.Study, m.Noticed, plural.Count(m.Of, "change"))
		if m.Same > 0 {
			fmt.Fprintf(b, ", %d equivalent", m.Same)
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(b, "%s: %d pass, %d fail\n", plural.Count(r.Passed+r.Failed, "case"), r.Passed, r.Failed)
}

// subject names the criterion or the part of the result that differs.
func subject(d cases.Diff) string {
	if d.What == "truth" {
		return d.Criterion
	}
	return strings.TrimPrefix(d.Criterion+": "+d.What, ": ")
}

func truthWords(list []language.Truth) string {
	var words []string
	for _, t := range list {
		words = append(words, t.String())
	}
	return strings.Join(words, ", ")
}
