// SPDX-License-Identifier: Apache-2.0

package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/batch"
	"github.com/eligo-trials/eligo/cmd/internal/intake"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

// batchOptions is the command line of batch, read.
type batchOptions struct {
	studies []string
	folders []string // of studies
	from    string
	out     string
	intake  intake.Options
	dates   matcher.Dates
	when    *matcher.LookAhead
	only    []matcher.Verdict
	shard   batch.Shard
	jobs    int
	resume  bool
	force   bool
	silent  bool
}

// batchOptions reads the flags, and gives everything that is wrong with them at
// once.
func (p *program) batchOptions(c *cli.Context) (*batchOptions, error) {
	m := misuse{command: "batch"}
	m.leftovers(c, "; a source is given with --from, a study with --study")
	if c.IsSet("studies") {
		m.required(c, "from", "out")
	} else {
		m.required(c, "study", "from", "out")
	}
	o := &batchOptions{
		studies: getAll(c, "study"), folders: getAll(c, "studies"), from: get(c, "from"), out: get(c, "out"),
		resume: c.Bool("resume"), force: c.Bool("force"), silent: c.Bool("no-progress"),
	}
	for _, f := range o.studies {
		m.value("study", f)
		if f == "-" {
			m.add("--study must be a file, because studies name other files; only the source may be -")
		}
	}
	for _, f := range o.folders {
		m.value("studies", f)
	}
	for _, f := range []string{"from", "on", "out", "shard", "jobs"} {
		if c.IsSet(f) {
			m.value(f, get(c, f))
		}
	}
	if o.out == "-" {
		m.add("--out must be a folder: a run writes several files")
	}
	if o.resume && o.force {
		m.add("--resume goes on with what the folder holds, and --force replaces it; choose one")
	}
	if o.resume && o.from == "-" {
		m.add("--resume reads the source again, which standard input does not allow; give a file")
	}
	o.intake = intake.Options{Complete: m.domains(getAll(c, "complete")), Systems: m.systems(getAll(c, "system"))}
	o.only = m.verdicts(getAll(c, "only"))
	m.batchNumbers(c, o)
	o.dates = matcher.Dates{Screening: patient.DayOf(p.clock()), Anchors: m.anchors(getAll(c, "date"))}
	if on := get(c, "on"); on != "" {
		o.dates.Screening = m.day("--on", on)
	} else if day, ok := batch.ResumedDay(o.out); ok && o.resume {
		o.dates.Screening = day // or a run could not go on tomorrow
	}
	if c.IsSet("horizon") {
		when := m.ahead(c, o.dates)
		o.when = &when
	} else if c.IsSet("fixed") {
		m.add("--fixed is for looking ahead: give --horizon")
	}
	return o, m.err()
}

func (m *misuse) batchNumbers(c *cli.Context, o *batchOptions) {
	if text := get(c, "shard"); text != "" {
		shard, err := batch.ParseShard(text)
		if err != nil {
			m.add("--shard %s", err)
		}
		o.shard = shard
	}
	if text := get(c, "jobs"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 1024 {
			m.add("--jobs %q is not a number from 1 to 1024", text)
		}
		o.jobs = n
	}
}

var verdictNames = []string{string(matcher.Eligible), string(matcher.Ineligible), string(matcher.Undetermined)}

// verdicts reads the verdicts that are asked for; none is all.
func (m *misuse) verdicts(lists []string) []matcher.Verdict {
	var verdicts []matcher.Verdict
	for _, list := range lists {
		for name := range strings.SplitSeq(list, ",") {
			name = strings.TrimSpace(name)
			m.choice("--only", name, verdictNames)
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
