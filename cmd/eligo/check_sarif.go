// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/review"
)

// The parts of SARIF 2.1.0 (OASIS, errata 01) that check writes.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver sarifDriver `json:"driver"`
		} `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string    `json:"id"`
		ShortDescription sarifText `json:"shortDescription"`
		Help             sarifHelp `json:"help"`
		Default          struct {
			Level string `json:"level"`
		} `json:"defaultConfiguration"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifHelp struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown"`
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
		Region *sarifRegion `json:"region,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitzero"`
	}
)

// checkSARIF prints the findings for code review.
func checkSARIF(w io.Writer, all *checkReport) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: programName, Version: matcher.Version, InformationURI: "https://github.com/eligo-trials/eligo"}
	index := map[string]int{}
	for i, c := range review.ListCodes() {
		page, _ := review.ExplainCode(c.Name)
		rule := sarifRule{ID: c.Name, ShortDescription: sarifText{c.Title}, Help: sarifHelp{page, page}}
		rule.Default.Level = string(c.Severity)
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, rule)
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
			RuleID: f.Code, RuleIndex: index[f.Code], Level: string(f.Severity), Message: sarifText{text},
			Locations: []sarifLocation{{Physical: physical(f.Pos, 1)}},
		}
		for _, related := range f.Related {
			if !strings.HasPrefix(related.Pos.File, "builtin:") { // no file that a reader could open
				r.Related = append(r.Related, sarifLocation{len(r.Related) + 1, &sarifText{related.Message}, physical(related.Pos, 0)})
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
		p.Region = &sarifRegion{line, pos.Column}
	}
	return p
}
