// SPDX-License-Identifier: Apache-2.0

package screenlog

import (
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/matcher/report"
)

// csvColumns are the columns of an export, the same for every kind of entry.
var csvColumns = []string{
	"seq", "time", "kind", "patient", "study", "version", "screening", "verdict", "awaits", "answers",
	"disposition", "note", "decision", "outcome", "reasons", "comment", "by", "channel", "card",
	"engine", "study_sha256", "profile_sha256", "result_sha256", "kept", "hash",
}

// WriteCSV writes entries as comma-separated values, with a header row: RFC 4180 in
// UTF-8, one line for each entry whatever it holds, safe to open in a
// spreadsheet (see [report.AppendRow]). It stops at the first error.
func WriteCSV(w io.Writer, entries iter.Seq2[Stored, error]) error {
	if err := writeRow(w, csvColumns); err != nil {
		return err
	}
	for s, err := range entries {
		if err != nil {
			return err
		}
		if err := writeRow(w, s.csvCells()); err != nil {
			return err
		}
	}
	return nil
}

func writeRow(w io.Writer, cells []string) error {
	_, err := w.Write(report.AppendRow(nil, cells...))
	return err
}

// csvCells returns the cells of an entry in the order of csvColumns.
func (s Stored) csvCells() []string {
	patient, study, status, card := s.indexColumns()
	c := map[string]string{
		"seq": strconv.FormatInt(s.Seq, 10), "time": s.Time.UTC().Format(timeLayout), "kind": string(s.Kind()),
		"patient": patient, "study": study, "disposition": status, "card": card, "hash": s.Hash,
	}
	switch s.Kind() {
	case KindDecision:
		d := s.Decision
		c["version"], c["screening"], c["verdict"], c["awaits"] = d.Study.Version, d.Screening.String(), string(d.Verdict), string(d.Awaits)
		c["by"], c["channel"], c["engine"], c["kept"] = d.By, string(d.Channel), d.Engine, yesOrNo(d.Kept)
		c["study_sha256"], c["profile_sha256"], c["result_sha256"] = d.Study.SHA256, d.ProfileSHA256, d.ResultSHA256
		var answers []string
		for _, a := range d.Answers {
			answers = append(answers, a.Question+"="+string(a.Reply))
		}
		c["answers"] = strings.Join(answers, " ")
	case KindDisposition:
		c["note"], c["by"], c["decision"] = s.Disposition.Note, s.Disposition.By, strconv.FormatInt(s.Disposition.Decision, 10)
	case KindFeedback:
		f := s.Feedback
		c["outcome"], c["comment"], c["by"] = string(f.Outcome), f.Comment, f.By
		if f.Decision > 0 {
			c["decision"] = strconv.FormatInt(f.Decision, 10)
		}
		var reasons []string
		for _, r := range f.Reasons {
			reasons = append(reasons, strings.TrimSpace(r.Code+" "+r.Display))
		}
		c["reasons"] = strings.Join(reasons, ", ")
	}
	cells := make([]string, len(csvColumns))
	for i, name := range csvColumns {
		cells[i] = c[name]
	}
	return cells
}

func yesOrNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
