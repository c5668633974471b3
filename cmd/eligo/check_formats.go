// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/review"
)

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

// The parts of SARIF 2.1.0 (OASIS, errata 01) that check writes.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver struct {
				Name           string      `json:"name"`
				Version        string      `json:"version"`
				InformationURI string      `json:"informationUri"`
				Rules          []sarifRule `json:"rules"`
			} `json:"driver"`
		} `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifRule struct {
		ID               string    `json:"id"`
		ShortDescription sarifText `json:"shortDescription"`
		Help             sarifText `json:"help"`
		Default          struct {
			Level string `json:"level"`
		} `json:"defaultConfiguration"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"` // note, warning and error are SARIF's own words
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
		Related   []sarifLocation `json:"relatedLocations,omitempty"`
	}
	sarifLocation struct {
		ID       int           `json:"id,omitzero"`
		Message  *sarifText    `json:"message,omitempty"`
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact struct {
			URI string `json:"uri"`
		} `json:"artifactLocation"`
		Region struct {
			StartLine   int `json:"startLine"`
			StartColumn int `json:"startColumn,omitzero"`
		} `json:"region,omitzero"`
	}
)

func checkSARIF(w io.Writer, all *checkReport) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	driver := &run.Tool.Driver
	driver.Name, driver.Version, driver.InformationURI = programName, matcher.Version, "https://github.com/eligo-trials/eligo"
	index := map[string]int{}
	for i, c := range review.ListCodes() {
		page, _ := review.ExplainCode(c.Name)
		rule := sarifRule{ID: c.Name, ShortDescription: sarifText{Text: c.Title}, Help: sarifText{page, page}}
		rule.Default.Level = string(c.Severity)
		driver.Rules = append(driver.Rules, rule)
		index[c.Name] = i
	}
	for _, f := range all.findings {
		text := f.Message
		if f.Subject != "" {
			text = f.Subject + ": " + text
		}
		if f.Hint != "" {
			text += "; " + f.Hint
		}
		r := sarifResult{
			RuleID: f.Code, RuleIndex: index[f.Code], Level: string(f.Severity), Message: sarifText{Text: text},
			Locations: []sarifLocation{{Physical: physical(f.Pos, 1)}},
		}
		for _, related := range f.Related {
			if !strings.HasPrefix(related.Pos.File, "builtin:") { // no file that a reader could open
				r.Related = append(r.Related, sarifLocation{len(r.Related) + 1, &sarifText{Text: related.Message}, physical(related.Pos, 0)})
			}
		}
		run.Results = append(run.Results, r)
	}
	return writeIndented(w, sarifLog{"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", "2.1.0", []sarifRun{run}})
}

// physical gives a place for SARIF. Code review shows nothing that has no line:
// least is the line of what has none.
func physical(pos rules.Position, least int) (p sarifPhysical) {
	u := url.URL{Path: filepath.ToSlash(pos.File)}
	if filepath.IsAbs(pos.File) {
		u.Scheme = "file"
		if !strings.HasPrefix(u.Path, "/") {
			u.Path = "/" + u.Path // C:/studies
		}
	}
	p.Artifact.URI = u.String()
	if line := max(pos.Line, least); line > 0 {
		p.Region.StartLine, p.Region.StartColumn = line, pos.Column
	}
	return p
}
