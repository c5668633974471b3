// SPDX-License-Identifier: Apache-2.0

package fhir

import "fmt"

// Collection is what was read so far, of whomever it may be.
type Collection struct {
	Systems         map[string]string // Options.Systems
	systemNames     map[string]string // the names of those met so far
	patients        []patientResource
	statements      []*statement
	spareStatements []statement // allocated and not used yet
	sharedReader    reader      // the one in use
	drugs           []drug
	deletions       []identity
	skippedTypes    map[string]int      // resources that are not read, by type
	outcomeCount    int                 // OperationOutcomes
	failedRequests  int                 // entries that the server answered with an error
	count           int                 // entries so far, over every Bundle
	drugsByKey      map[[2]string][]int // drugs, by the keys of their addresses
	Doubts          Doubts              // of a Bulk Data export
}

// addEntry takes one entry of a Bundle. Whatever outlives it is copied.
func (g *Collection) addEntry(e Entry, depth int) error {
	if g.count++; g.count > maxEntries {
		return fmt.Errorf("the document holds more than %d entries", maxEntries)
	}
	if e.Method == "DELETE" {
		at := ParseAddress(e.URL)
		if at.ID == "" {
			at = ParseAddress(e.FullURL)
		} else if at.Base == "" {
			at.Base = ParseAddress(e.FullURL).Base
		}
		g.deletions = append(g.deletions, identity{address: at, version: Version{Updated: e.Modified, order: g.count}})
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
		return g.addDocument(e.resource, nil, e.FullURL, depth+1)
	}
	g.AddResource(e.resource, e, kind)
	return nil
}

// AddResource takes one resource whose JSON is known to be valid.
func (g *Collection) AddResource(text []byte, e Entry, kind string) {
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
	s := g.newStatement()
	s.domain, s.basis = readings[kind].domain, readings[kind].basis
	s.record, s.version.order = record, g.count
	s.subject.literal = "Patient/" + patientID
	s.faults = []string{why}
	g.statements = append(g.statements, s)
}

// readerOf gives the one reader, set to text; it serves one resource at a time.
func (g *Collection) readerOf(text []byte) *reader {
	g.sharedReader = reader{cursor: cursor{Text: text}, localSystems: g.Systems, systemNames: g.systemNames}
	return &g.sharedReader
}

// newStatement allocates many at once.
func (g *Collection) newStatement() *statement {
	const many = 32
	if len(g.spareStatements) == 0 {
		g.spareStatements = make([]statement, many)
	}
	s := &g.spareStatements[0]
	g.spareStatements = g.spareStatements[1:]
	return s
}

// TypeName gives a resource type as it may be shown: a word of letters.
func TypeName(kind string) string {
	for i := range len(kind) {
		if b := kind[i] | 0x20; b < 'a' || b > 'z' {
			return "resource of no known type"
		}
	}
	if kind == "" || len(kind) > 64 {
		return "resource of no known type"
	}
	return kind
}
