// SPDX-License-Identifier: Apache-2.0

package httpapi

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"github.com/eligo-trials/eligo/cmd/internal/screening/output"
	"github.com/eligo-trials/eligo/cmd/internal/screening/studydir"
	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

type studyLine struct {
	File     string            `json:"file"`
	ID       string            `json:"id,omitempty"` // and all down to Since only of a study in use
	Title    string            `json:"title,omitempty"`
	Version  string            `json:"version,omitempty"`
	Source   string            `json:"source,omitempty"`
	SHA256   string            `json:"sha256,omitempty"`
	Since    *time.Time        `json:"since,omitempty"` // in use
	Drafts   int               `json:"drafts,omitempty"`
	Reviewed *matcher.Reviewed `json:"reviewed,omitempty"` // left out where nobody has signed the study
	// Errors are the problems of the newest version of the file; the version in
	// use, if any, is then an older one.
	Errors []string `json:"errors"`
}

func newStudyLine(s *studydir.Study) studyLine {
	line := studyLine{File: s.File, Errors: s.Errors}
	if line.Errors == nil {
		line.Errors = []string{}
	}
	if s.Study != nil {
		since := s.Since.UTC()
		line.ID, line.Title, line.Version, line.Source = s.Study.ID, s.Study.Title, s.Study.Version, s.Study.Source
		line.SHA256, line.Since, line.Drafts = s.Study.SHA256, &since, s.Study.Drafts()
		if r := s.Study.Reviewed; r != nil {
			line.Reviewed = &matcher.Reviewed{By: r.By, On: r.On, Current: r.Current}
		}
	}
	return line
}

func (s *Server) listStudies(w http.ResponseWriter, _ *http.Request) {
	now := s.Studies.Current()
	list := struct {
		Loaded  time.Time   `json:"loaded"`
		Problem string      `json:"problem,omitempty"` // with the folder
		Studies []studyLine `json:"studies"`
	}{now.Loaded.UTC(), now.Problem, make([]studyLine, len(now.Studies))}
	for i := range now.Studies {
		list.Studies[i] = newStudyLine(&now.Studies[i])
	}
	writeJSON(w, http.StatusOK, "application/json", list)
}

type studyDetail struct {
	studyLine
	Dates     []string          `json:"dates"` // that rules count from, besides screening
	Questions []question        `json:"questions"`
	Criteria  []criterion       `json:"criteria"`
	Reads     []patient.Domain  `json:"reads"`    // domains
	Concepts  []concept         `json:"concepts"` // that its rules read
	Systems   map[string]string `json:"systems"`  // local code systems, by URL
}

type question struct {
	ID  string `json:"id"`
	Ask string `json:"ask"`
	Who string `json:"who,omitempty"`
}

type criterion struct {
	ID         string     `json:"id"`
	Kind       rules.Side `json:"kind"`
	Quote      string     `json:"quote"`
	Rule       string     `json:"rule"`
	Draft      bool       `json:"draft,omitempty"`      // a program wrote the rule and nobody has reviewed it
	Understood string     `json:"understood,omitempty"` // how that program read the quote
}

type concept struct {
	Name  string              `json:"name"`
	Kind  terminology.Kind    `json:"kind"`
	Label string              `json:"label"`
	Unit  string              `json:"unit,omitempty"`
	Codes map[string][]string `json:"codes,omitempty"`
	Names []string            `json:"names,omitempty"`
	Any   []string            `json:"any,omitempty"` // concepts of which it is a class
}

func (s *Server) showStudy(w http.ResponseWriter, r *http.Request) {
	have := s.Studies.Current().Find(r.PathValue("id"))
	if have == nil {
		newProblem("unknown-study", "").writeTo(w)
		return
	}
	study := have.Study
	d := studyDetail{
		studyLine: newStudyLine(have), Dates: study.Anchors, Reads: study.Reads(), Systems: study.Systems,
		Questions: []question{}, Criteria: []criterion{}, Concepts: []concept{},
	}
	if d.Dates == nil {
		d.Dates = []string{}
	}
	if d.Systems == nil {
		d.Systems = map[string]string{}
	}
	for _, q := range study.Questions {
		d.Questions = append(d.Questions, question(q))
	}
	for i := range study.Criteria {
		c := &study.Criteria[i]
		d.Criteria = append(d.Criteria, criterion{c.ID, c.Side, c.Quote, c.Rule, c.Draft, c.Understood})
	}
	for _, c := range study.ReadConcepts() {
		one := concept{Name: c.Name, Kind: c.Kind, Label: c.Label, Unit: c.Unit, Codes: c.Codes, Names: c.Names}
		for _, member := range c.Any {
			one.Any = append(one.Any, member.Name)
		}
		d.Concepts = append(d.Concepts, one)
	}
	writeJSON(w, http.StatusOK, "application/json", d)
}

func (s *Server) vocabulary(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, "application/json", language.Vocabulary())
}

//go:embed openapi.json
var openAPIFile []byte

// openAPIDocument gives the description of the API (OpenAPI 3.1), whole: with
// the schemas of results and profiles and the formats of results put in, so that it
// names nothing outside of itself.
var openAPIDocument = sync.OnceValues(func() ([]byte, error) {
	var doc map[string]any
	if err := json.Unmarshal(openAPIFile, &doc); err != nil {
		return nil, err
	}
	components, _ := doc["components"].(map[string]any)
	schemas, _ := components["schemas"].(map[string]any)
	schemas["Result"], schemas["Profile"] = json.RawMessage(matcher.ResultSchema()), json.RawMessage(patient.Schema())
	addFormats(doc)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	err := enc.Encode(doc)
	return b.Bytes(), err
})

// addFormats describes as text each format of results that the file does not
// describe.
func addFormats(doc any) {
	for _, name := range []string{"paths", "/api/v1/screen", "post", "responses", "200", "content"} {
		object, _ := doc.(map[string]any)
		doc = object[name]
	}
	content, _ := doc.(map[string]any)
	for _, mediaType := range output.MediaTypes() {
		if content[mediaType] == nil {
			content[mediaType] = map[string]any{"schema": map[string]any{"type": "string"}}
		}
	}
}

func openAPI(w http.ResponseWriter, _ *http.Request) {
	doc, err := openAPIDocument()
	if err != nil {
		newProblem("internal", "").writeTo(w)
		return
	}
	writeBody(w, http.StatusOK, "application/json", doc)
}
