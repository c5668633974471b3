// SPDX-License-Identifier: Apache-2.0

// Package output writes the results of one person in every format that a person or
// a program can ask for. A further format is one more file with its function, and
// one more line in the table of formats.
//
// It may import matcher and matcher/report.
package output

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/report"
)

// Page is the content that is to be written.
type Page struct {
	Results []matcher.Result          // with a Ranking in its order
	Ranking *matcher.Ranking          // of the studies, or nil
	InFull  func(studyID string) bool // whether, as text, the report of a study follows the ranking
	// Issues are the problems with the studies. The API gives a list, which may be
	// empty; the command line gives nil and says them on standard error.
	Issues []string
	Text   report.TextOptions // of the text format
}

// Format is one format of results.
type Format struct {
	Name        string // of the flag --format
	Help        string // the use of the format, if the name does not say it
	MediaType   string // without parameters
	Write       func(b *bytes.Buffer, p *Page) error
	HoldsIssues bool // the format has a place for Page.Issues
}

// formats registers the formats. The command line writes the first one unless told
// otherwise, the API JSON.
var formats = []Format{
	{"text", "", "text/plain", writeText, true},
	{"json", "", jsonType, writeJSON, true},
	{"html", "a page to print for the screening file", "text/html", writeHTML, true},
	{"fhir", "", "application/fhir+json", writeFHIR, false},
}

const jsonType = "application/json"

// FormatNames gives the names of the formats, the default one first.
func FormatNames() []string {
	names := make([]string, len(formats))
	for i := range formats {
		names[i] = formats[i].Name
	}
	return names
}

// FormatNamed gives the format of a name, or nil.
func FormatNamed(name string) *Format {
	return findFormat(func(f Format) bool { return f.Name == name })
}

// FormatOfType gives the format of a media type, or nil.
func FormatOfType(mediaType string) *Format {
	return findFormat(func(f Format) bool { return f.MediaType == mediaType })
}

func findFormat(matches func(Format) bool) *Format {
	if i := slices.IndexFunc(formats, matches); i >= 0 {
		return &formats[i]
	}
	return nil
}

// MediaTypes gives the media types of the formats, JSON first.
func MediaTypes() []string {
	types := []string{jsonType}
	for _, f := range formats {
		if f.MediaType != jsonType {
			types = append(types, f.MediaType)
		}
	}
	return types
}

// FormatUsage lists the formats with their help: "text, json, html: a page, or fhir".
func FormatUsage() string {
	items := make([]string, len(formats))
	for i, f := range formats {
		items[i] = f.Name
		if f.Help != "" {
			items[i] += ": " + f.Help
		}
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + ", or " + items[last]
}

const textWidth = 100 // of the line between two reports, in characters

func writeText(b *bytes.Buffer, p *Page) error {
	for _, issue := range p.Issues {
		fmt.Fprintf(b, "Note: %s.\n\n", report.Plain(issue))
	}
	results := p.Results
	if p.Ranking != nil {
		if err := report.RankingText(b, p.Ranking, p.Text); err != nil {
			return err
		}
		results = slices.DeleteFunc(slices.Clone(results), func(r matcher.Result) bool { return !p.InFull(r.Study.ID) })
	}
	for i := range results {
		if i > 0 || p.Ranking != nil {
			b.WriteString("\n" + strings.Repeat("=", textWidth) + "\n\n")
		}
		if err := report.Text(b, &results[i], p.Text); err != nil {
			return err
		}
	}
	return nil
}

// writeJSON writes the results with the issues for the API, and else the ranking
// or the results alone.
func writeJSON(b *bytes.Buffer, p *Page) error {
	switch {
	case p.Issues != nil:
		return json.NewEncoder(b).Encode(struct {
			Results []matcher.Result `json:"results"`
			Issues  []string         `json:"issues"`
		}{p.Results, p.Issues})
	case p.Ranking != nil:
		return report.RankingJSON(b, p.Ranking)
	}
	return report.JSON(b, p.Results...)
}

func writeHTML(b *bytes.Buffer, p *Page) error {
	if err := report.PatientPage(b, p.Results, report.PageOptions{Ranking: p.Ranking}); err != nil || len(p.Issues) == 0 {
		return err
	}
	notes := "<p>Note: " + html.EscapeString(report.Plain(strings.Join(p.Issues, "; "))) + ".</p>\n</body>"
	page := bytes.Replace(b.Bytes(), []byte("</body>"), []byte(notes), 1)
	b.Reset()
	_, err := b.Write(page)
	return err
}

// writeFHIR writes a FHIR R4 searchset of ResearchStudy. A Bundle has no place for
// issues with the studies.
func writeFHIR(b *bytes.Buffer, p *Page) error { return report.FHIR(b, p.Results...) }
