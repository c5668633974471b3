// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"fmt"

	"github.com/eligo-trials/eligo/cmd/internal/fileio"
	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/cmd/internal/screening/studydir"
	"github.com/eligo-trials/eligo/cmd/internal/screenlog"
	"github.com/eligo-trials/eligo/rules"
)

// logReplay repeats the logged decisions and says why others cannot be repeated.
func (p *program) logReplay(ctx context.Context, l *screenlog.Log, o logOptions) error {
	studies, err := p.replayStudies(o.studies)
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
	fmt.Fprintf(w, "%s: %d gave the same bytes again, %d did not, %d could not be replayed.\n", plural.Count(total, "decision"), same, differ, outcomes[screenlog.NotReplayed])
	if err := w.Flush(); err != nil {
		return err
	}
	switch {
	case differ > 0:
		return inputError{summary: plural.Count(differ, "decision") + " differ from what was logged"}
	case total > 0 && same == 0:
		return inputError{summary: "no decision could be replayed, so nothing is proved"}
	}
	return nil
}

// replayStudies compiles the study files of a folder, of which several may be
// of one study. One that is wrong is named and left out: the log says which are
// needed.
func (p *program) replayStudies(dir string) ([]*rules.Study, error) {
	files, err := studydir.Candidates(dir)
	if err != nil {
		return nil, inputError{summary: dir + ": " + fileio.Cause(err).Error()}
	}
	var studies []*rules.Study
	for _, file := range files {
		if studydir.HoldsConcepts(file) {
			continue
		}
		s, err := rules.Load(file)
		if err != nil {
			p.printErrors(studydir.FileErrors(file, err))
			p.complain(file + " is left out")
			continue
		}
		studies = append(studies, s)
	}
	if len(studies) == 0 {
		return nil, inputError{summary: dir + " holds no study file (*.yaml, *.yml) that can be used"}
	}
	return studies, nil
}
