// SPDX-License-Identifier: Apache-2.0

package fhir

import "fmt"

// gathering is what was read so far, of whomever it may be.
type gathering struct {
	local      map[string]string // Options.Systems
	systems    map[string]string // the names of those met so far
	persons    []person
	statements []*statement
	blank      []statement // allocated and not used yet
	scratch    reader      // the one in use
	drugs      []drug
	deletions  []identity
	skipped    map[string]int      // resources that are not read, by type
	outcomes   int                 // OperationOutcomes
	failed     int                 // entries that the server answered with an error
	count      int                 // entries so far, over every Bundle
	shelf      map[[2]string][]int // drugs, by the keys of their addresses
	doubts     doubts              // of a Bulk Data export
}

// entry takes one entry of a Bundle. Whatever outlives it is copied.
func (g *gathering) entry(e entry, depth int) error {
	if g.count++; g.count > maxEntries {
		return fmt.Errorf("the document holds more than %d entries", maxEntries)
	}
	if e.method == "DELETE" {
		at := parseAddress(e.url)
		if at.id == "" {
			at = parseAddress(e.home)
		} else if at.base == "" {
			at.base = parseAddress(e.home).base
		}
		g.deletions = append(g.deletions, identity{at: at, version: version{updated: e.modified, order: g.count}})
		return nil
	}
	if e.status != "" && e.status[0] != '2' {
		g.failed++
	}
	if e.resource == nil {
		return nil
	}
	kind := resourceType(e.resource)
	switch {
	case e.mode == "outcome", kind == "OperationOutcome":
		g.outcomes++
		return nil
	case kind == "Bundle":
		return g.document(e.resource, nil, e.home, depth+1)
	}
	g.resource(e.resource, e, kind)
	return nil
}

// resource takes one resource whose JSON is known to be valid.
func (g *gathering) resource(text []byte, e entry, kind string) {
	switch kind {
	case "Patient":
		g.persons = append(g.persons, readPerson(text, e, g.count))
		return
	case "Medication":
		d := g.reader(text).readDrug()
		d.locate(e, kind, g.count)
		g.drugs = append(g.drugs, d)
		return
	}
	how, known := readings[kind]
	if !known {
		g.skip(kind)
		return
	}
	s := g.newStatement()
	s.read(g.reader(text), how)
	s.locate(e, kind, g.count)
	if e.modifier {
		s.faults = append(s.faults, "entry.modifierExtension is not known")
	}
	g.statements = append(g.statements, s)
}

// skip counts a resource that is not read.
func (g *gathering) skip(kind string) {
	if g.skipped == nil {
		g.skipped = map[string]int{}
	}
	g.skipped[typeName(kind)]++
}

// unread takes a resource of the patient that cannot be read.
func (g *gathering) unread(kind, why, record, patientID string) {
	s := g.newStatement()
	s.domain, s.basis = readings[kind].domain, readings[kind].basis
	s.record, s.version.order = record, g.count
	s.subject.literal = "Patient/" + patientID
	s.faults = []string{why}
	g.statements = append(g.statements, s)
}

// reader gives the one reader, set to text; it serves one resource at a time.
func (g *gathering) reader(text []byte) *reader {
	g.scratch = reader{cursor: cursor{text: text}, local: g.local, systems: g.systems}
	return &g.scratch
}

// newStatement allocates many at once.
func (g *gathering) newStatement() *statement {
	const many = 32
	if len(g.blank) == 0 {
		g.blank = make([]statement, many)
	}
	s := &g.blank[0]
	g.blank = g.blank[1:]
	return s
}

// typeName gives a resource type as it may be shown: a word of letters.
func typeName(kind string) string {
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
