// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/eligo-trials/eligo/cmd/internal/batch"
	"github.com/eligo-trials/eligo/cmd/internal/plural"
	"github.com/eligo-trials/eligo/matcher/report"
)

// batchTotals prints the totals of a run. A record that is cut short is a problem,
// although all that was read is in the results.
func (p *program) batchTotals(o *batch.Outcome, out string) error {
	var b strings.Builder
	if o.Already {
		fmt.Fprintf(&b, "%s is complete already.\n", out)
	}
	for i := range o.Summary.Studies {
		s := &o.Summary.Studies[i]
		t := s.Totals
		fmt.Fprintf(&b, "%s: %s read = %d eligible + %d ineligible + %d undetermined + %d rejected\n",
			s.Study.ID, plural.Count(t.Records, "record"), t.Eligible, t.Ineligible, t.Undetermined, t.Rejected)
		if t.Awaits.Answers > 0 {
			fmt.Fprintf(&b, "  of the undetermined, only questions to a person are open for %d\n", t.Awaits.Answers)
		}
	}
	r := o.Manifest
	if only := r.Inputs.Only; len(only) > 0 {
		fmt.Fprintf(&b, "%s written: those that are %s\n", plural.Count(r.Written, "result"), joined(only))
	}
	if d := r.Duplicates; d.Records > 0 {
		fmt.Fprintf(&b, "%s the id of a record before, and results of their own: %s", plural.Count(d.Records, "record")+plural.Choose(d.Records, " has", " have"), strings.Join(d.First, ", "))
		if int64(len(d.First)) < d.Records {
			b.WriteString(", ...")
		}
		b.WriteByte('\n')
	}
	if r.Duplicates.Watched >= batch.MaxWatched {
		fmt.Fprintf(&b, "ids that come again were looked for among the first %d\n", batch.MaxWatched)
	}
	if r.Rejected > 0 {
		fmt.Fprintf(&b, "why %s rejected is in %s/%s\n", plural.Count(r.Rejected, "record")+plural.Choose(r.Rejected, " was", " were"), strings.TrimRight(out, "/"), batch.RejectsFile)
	}
	if !o.Already {
		fmt.Fprintf(&b, "written to %s\n", out)
	}
	if r.Inputs.Horizon != "" {
		b.WriteString(clearingWords(o, out))
	}
	if _, err := io.WriteString(p.stdout, plainLines(b.String())); err != nil {
		return err
	}
	switch {
	case r.Cut > 0:
		return inputError{summary: fmt.Sprintf("the source is cut short in %s (\"cut\" in %s): what comes after is lost, and was not screened",
			plural.Count(r.Cut, "place"), batch.RejectsFile)}
	case r.Records == 0 && r.Inputs.Shard == "":
		p.complain("the source holds no records")
	}
	return nil
}

// clearingWords says how many become eligible.
func clearingWords(o *batch.Outcome, out string) string {
	var sure, best int64
	for i := range o.Summary.Studies {
		s, b := o.Summary.Studies[i].Calendar.Rows()
		sure, best = sure+s, best+b
	}
	return fmt.Sprintf("within %s, if nothing new happens, %d will surely become eligible and %d may: %s/%s\n", o.Manifest.Inputs.Horizon, sure, best, strings.TrimRight(out, "/"), batch.ClearingFile)
}

func joined[S ~string](all []S) string {
	texts := make([]string, len(all))
	for i := range all {
		texts[i] = string(all[i])
	}
	return strings.Join(texts, " or ")
}

// plainLines makes each line safe to print.
func plainLines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(report.Plain(strings.TrimSuffix(line, "\n")) + "\n")
	}
	return b.String()
}
