// SPDX-License-Identifier: Apache-2.0

package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/batch"
	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// batchOptions is the command line of batch, read.
type batchOptions struct {
	studies  studySelection
	from     string
	out      string
	document document.Options
	dates    matcher.Dates
	when     *matcher.LookAhead
	only     []matcher.Verdict
	shard    batch.Shard
	jobs     int
	resume   bool
	force    bool
	silent   bool
}

// batchOptions reads the flags, and gives everything that is wrong with them at
// once.
func (p *program) batchOptions(c *cli.Context) (*batchOptions, error) {
	m := flagProblems{command: "batch"}
	m.refuseArguments(c, "; a source is given with --from, a study with --study")
	o := &batchOptions{
		studies: m.readStudySelection(c, "source", "from", "out"), from: flagValue(c, "from"), out: flagValue(c, "out"),
		resume: c.Bool("resume"), force: c.Bool("force"), silent: c.Bool("no-progress"),
	}
	m.checkValues(c, "from", "on", "out", "shard", "jobs")
	if o.out == "-" {
		m.addProblem("--out must be a folder: a run writes several files")
	}
	if o.resume && o.force {
		m.addProblem("--resume goes on with what the folder holds, and --force replaces it; choose one")
	}
	if o.resume && o.from == "-" {
		m.addProblem("--resume reads the source again, which standard input does not allow; give a file")
	}
	o.document = m.readDocumentOptions(c)
	o.only = m.readVerdicts(listValue(c, "only"))
	m.readBatchNumbers(c, o)
	screening := patient.DayOf(p.clock())
	if day, ok := batch.ResumedDay(o.out); ok && o.resume {
		screening = day // or a run could not go on tomorrow
	}
	o.dates = m.readDates(c, screening)
	if c.IsSet("horizon") {
		when := m.readWhen(c, o.dates)
		o.when = &when
	} else if c.IsSet("fixed") {
		m.addProblem("--fixed is for looking ahead: give --horizon")
	}
	return o, m.asError()
}

func (m *flagProblems) readBatchNumbers(c *cli.Context, o *batchOptions) {
	if text := flagValue(c, "shard"); text != "" {
		shard, err := batch.ParseShard(text)
		if err != nil {
			m.addProblem("--shard %s", err)
		}
		o.shard = shard
	}
	if text := flagValue(c, "jobs"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 1024 {
			m.addProblem("--jobs %q is not a number from 1 to 1024", text)
		}
		o.jobs = n
	}
}

var verdictNames = []string{string(matcher.Eligible), string(matcher.Ineligible), string(matcher.Undetermined)}

// readVerdicts reads the verdicts that are asked for; none is all.
func (m *flagProblems) readVerdicts(lists []string) []matcher.Verdict {
	var verdicts []matcher.Verdict
	for _, list := range lists {
		for name := range strings.SplitSeq(list, ",") {
			name = strings.TrimSpace(name)
			m.checkChoice("--only", name, verdictNames)
			if v := matcher.Verdict(name); !slices.Contains(verdicts, v) {
				verdicts = append(verdicts, v)
			}
		}
	}
	if len(verdicts) == len(verdictNames) {
		return nil
	}
	return verdicts
}
