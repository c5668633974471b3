// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/rules"
)

// logReplay decides again what can be, and says of everything else why not.
func (p *program) logReplay(ctx context.Context, l *screenlog.Log, o logOptions) error {
	studies, err := p.studiesIn(o.studies)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(p.stdout)
	outcomes := map[screenlog.ReplayOutcome]int{}
	total := 0
	for r, err := range l.Replay(ctx, studies, o.query) {
		if err != nil {
			return inputError{summary: err.Error()}
		}
		total++
		outcomes[r.Outcome]++
		if r.Outcome != screenlog.Same {
			fmt.Fprintf(w, "entry %d: %s: %s\n", r.Seq, r.Outcome, r.Why)
		}
	}
	same, differ := outcomes[screenlog.Same], outcomes[screenlog.Differs]
	fmt.Fprintf(w, "%s: %d gave the same bytes again, %d did not, %d could not be replayed.\n", count(total, "decision"), same, differ, outcomes[screenlog.NotReplayed])
	if err := w.Flush(); err != nil {
		return err
	}
	switch {
	case differ > 0:
		return inputError{summary: count(differ, "decision") + " differ from what was logged"}
	case total > 0 && same == 0:
		return inputError{summary: "no decision could be replayed, so nothing is proved"}
	}
	return nil
}

// studiesIn compiles the study files of a folder. One that is wrong is named
// and left out: the log says which are needed.
func (p *program) studiesIn(dir string) ([]*rules.Study, error) {
	entries, err := os.ReadDir(dir) // sorted by name
	if err != nil {
		return nil, inputError{summary: fmt.Sprintf("%s: %s", dir, cause(err))}
	}
	var studies []*rules.Study
	for _, e := range entries {
		file := filepath.Join(dir, e.Name())
		if e.IsDir() || !strings.HasSuffix(file, ".yaml") || strings.HasSuffix(file, ".cases.yaml") {
			continue
		}
		if text, err := os.ReadFile(file); err == nil && !rules.IsStudy(text) {
			continue // a file of concepts
		}
		s, err := rules.Load(file)
		if err != nil {
			for _, line := range errorLines(file, err) {
				fmt.Fprintln(p.stderr, line)
			}
			p.complain(file + " is left out")
			continue
		}
		studies = append(studies, s)
	}
	if len(studies) == 0 {
		return nil, inputError{summary: dir + " holds no study file (*.yaml) that can be used"}
	}
	return studies, nil
}
