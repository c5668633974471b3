// SPDX-License-Identifier: Apache-2.0

// Package resource reads FHIR R4 resources one by one and assembles those about
// one patient to a profile. The documentation of package fhir has the rules. It
// may import package patient, its internal packages and the standard library.
package resource

import (
	"fmt"
	"strings"

	"github.com/eligo-trials/eligo/patient/internal/json"
)

// Collection holds the resources decoded so far, before they are assigned to a
// patient.
type Collection struct {
	localSystems    map[string]string // short names of local code systems, by URL
	systemNames     map[string]string // the names of those met so far
	patients        []patientResource
	statements      []*statement
	spareStatements []statement // allocated and not used yet
	sharedReader    Reader      // the one in use
	drugs           []drug
	deletions       []identity
	skippedTypes    map[string]int      // resources that are not read, by type
	outcomeCount    int                 // OperationOutcomes
	failedRequests  int                 // entries that the server answered with an error
	count           int                 // entries so far, over every Bundle
	drugsByKey      map[[2]string][]int // drugs, by the keys of their addresses
}

// NewCollection gives an empty Collection. Systems are the short names of local
// code systems, by their URL; resources is how many resources are expected, 0 if
// that is not known.
func NewCollection(systems map[string]string, resources int) *Collection {
	return &Collection{
		localSystems: systems, systemNames: map[string]string{},
		spareStatements: make([]statement, min(resources, statementsAtOnce)),
	}
}

// MaxEntries is the most entries of a document, over every Bundle in it.
const MaxEntries = 500_000

// addEntry takes one entry of a Bundle. Whatever outlives it is copied.
func (g *Collection) addEntry(e entry, depth int) error {
	if g.count++; g.count > MaxEntries {
		return fmt.Errorf("the document holds more than %d entries", MaxEntries)
	}
	if e.method == "DELETE" {
		at := ParseAddress(e.url)
		if at.ID == "" {
			at = ParseAddress(e.fullURL)
		} else if at.Base == "" {
			at.Base = ParseAddress(e.fullURL).Base
		}
		g.deletions = append(g.deletions, identity{address: at, version: Version{Updated: e.modified, order: g.count}})
		return nil
	}
	if e.status != "" && e.status[0] != '2' {
		g.failedRequests++
	}
	if e.resource == nil {
		return nil
	}
	kind := TypeOf(e.resource)
	switch {
	case e.searchMode == "outcome", kind == "OperationOutcome":
		g.outcomeCount++
		return nil
	case kind == "Bundle":
		return g.addDocument(e.resource, nil, e.fullURL, depth+1)
	}
	g.addResource(e.resource, e, kind)
	return nil
}

// AddResource takes one resource, of well-formed JSON, of a server whose base URL
// is base; "" is not known.
func (g *Collection) AddResource(text []byte, base string) {
	g.count++
	g.addResource(text, entry{base: base}, TypeOf(text))
}

func (g *Collection) addResource(text []byte, e entry, kind string) {
	switch kind {
	case "Patient":
		g.patients = append(g.patients, readPatient(text, e, g.count))
		return
	case "Medication":
		d := g.readerOf(text).readDrug()
		d.setAddress(e, kind, g.count)
		g.drugs = append(g.drugs, d)
		return
	}
	how, known := readings[kind]
	if !known {
		g.AddSkipped(kind)
		return
	}
	s := g.newStatement()
	s.readFrom(g.readerOf(text), how)
	s.setAddress(e, kind, g.count)
	if e.modifier {
		s.faults = append(s.faults, "entry.modifierExtension is not known")
	}
	g.statements = append(g.statements, s)
}

// AddSkipped counts a resource that is not read.
func (g *Collection) AddSkipped(kind string) {
	if g.skippedTypes == nil {
		g.skippedTypes = map[string]int{}
	}
	g.skippedTypes[TypeName(kind)]++
}

// AddUnreadable takes a resource of the patient that cannot be read.
func (g *Collection) AddUnreadable(kind, why, record, patientID string) {
	g.count++
	s := g.newStatement()
	s.domain, s.basis = readings[kind].domain, readings[kind].basis
	s.record, s.version.order = record, g.count
	s.subject.literal = "Patient/" + patientID
	s.faults = []string{why}
	g.statements = append(g.statements, s)
}

// PatientID gives the id of the only Patient, "" if there is none or another.
func (g *Collection) PatientID() string {
	if len(g.patients) != 1 || len(g.patients[0].address.ID) > maxCode {
		return ""
	}
	return g.patients[0].address.ID
}

// readerOf gives the one reader, set to text; it serves one resource at a time.
func (g *Collection) readerOf(text []byte) *Reader {
	g.sharedReader = Reader{Cursor: json.Cursor{Text: text}, localSystems: g.localSystems, systemNames: g.systemNames}
	return &g.sharedReader
}

const statementsAtOnce = 32

// newStatement allocates several statements at once.
func (g *Collection) newStatement() *statement {
	if len(g.spareStatements) == 0 {
		g.spareStatements = make([]statement, statementsAtOnce)
	}
	s := &g.spareStatements[0]
	g.spareStatements = g.spareStatements[1:]
	return s
}

// TypeName gives a resource type as it may be shown: a word of letters.
func TypeName(kind string) string {
	notLetter := func(c rune) bool { return c|0x20 < 'a' || c|0x20 > 'z' }
	if kind == "" || len(kind) > 64 || strings.ContainsFunc(kind, notLetter) {
		return "resource of no known type"
	}
	return kind
}

// TypeOf gives the type of the resource that text holds. The name is
// nearly always the first of the object, and is found wherever it stands.
func TypeOf(text []byte) string {
	c := json.Cursor{Text: text}
	if !c.StepInto('{') {
		return ""
	}
	for name, ok := c.NextKey(); ok; name, ok = c.NextKey() {
		switch {
		case string(name) != "resourceType":
			c.SkipValue()
		case c.PeekToken() == '"':
			return string(c.ReadString())
		default:
			return ""
		}
	}
	return ""
}
