// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"io"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/rules/review"
)

// findingJSON is a finding as check prints it.
type findingJSON struct {
	Code     string      `json:"code"`
	Severity string      `json:"severity"` // error, warning or note
	File     string      `json:"file"`
	Line     int         `json:"line,omitzero"`
	Column   int         `json:"column,omitzero"`  // in characters, from 1
	Subject  string      `json:"subject,omitzero"` // criterion, concept, question or date
	Message  string      `json:"message"`
	Hint     string      `json:"hint,omitzero"`
	Related  []placeJSON `json:"related,omitempty"`
}

type placeJSON struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitzero"`
	Column  int    `json:"column,omitzero"`
	Message string `json:"message"`
}

// fileJSON is a file that was checked.
type fileJSON struct {
	File     string            `json:"file"`
	Loads    bool              `json:"loads"`
	Holds    string            `json:"holds,omitzero"`
	Skipped  string            `json:"skipped,omitzero"` // why the file was not looked at
	Study    string            `json:"study,omitzero"`
	Digest   string            `json:"digest,omitzero"` // of the meaning of the study: the sha256 that a review names
	Review   *matcher.Reviewed `json:"reviewed,omitempty"`
	Errors   int               `json:"errors"`
	Warnings int               `json:"warnings"`
	Notes    int               `json:"notes"`
}

// checkJSON prints everything as one JSON object.
func checkJSON(w io.Writer, all *checkReport) error {
	out := struct {
		Schema   string        `json:"schema"`
		Files    []fileJSON    `json:"files"`
		Findings []findingJSON `json:"findings"`
		Engine   string        `json:"engine"`
	}{Schema: "eligo.check/1", Files: []fileJSON{}, Findings: []findingJSON{}, Engine: "eligo " + matcher.Version}
	for _, c := range all.files {
		f := fileJSON{
			File: c.file, Loads: c.holds != "", Holds: c.holds, Skipped: c.skipped,
			Errors: c.countFindings(review.Error), Warnings: c.countFindings(review.Warning), Notes: c.countFindings(review.Note),
		}
		if c.study != nil {
			f.Study, f.Digest = c.study.ID, c.study.Digest
			if r := c.study.Reviewed; r != nil {
				f.Review = &matcher.Reviewed{By: r.By, On: r.On, Current: r.Current}
			}
		}
		out.Files = append(out.Files, f)
	}
	for _, f := range all.findings {
		j := findingJSON{f.Code, string(f.Severity), f.Pos.File, f.Pos.Line, f.Pos.Column, f.Subject, f.Message, f.Hint, nil}
		for _, r := range f.Related {
			j.Related = append(j.Related, placeJSON{r.Pos.File, r.Pos.Line, r.Pos.Column, r.Message})
		}
		out.Findings = append(out.Findings, j)
	}
	return writeIndented(w, out)
}

func writeIndented(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
