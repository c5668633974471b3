// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// gathering is what was read so far, of whomever it may be.
type gathering struct {
	local      map[string]string // Options.Systems
	systems    map[string]string // the names of those met so far
	persons    []person
	statements []*statement
	blank      []statement // allocated and not used yet
	drugs      []drug
	deletions  []identity
	skipped    map[string]int      // resources that are not read, by type
	outcomes   int                 // OperationOutcomes
	failed     int                 // entries that the server answered with an error
	count      int                 // entries so far, over every Bundle
	shelf      map[[2]string][]int // drugs, by the keys of their addresses
}

// document is a JSON document and what it says of itself.
type document struct {
	*jsontext.Decoder
	text     []byte
	kind     string // resourceType
	bundle   string // Bundle.type
	total    string // Bundle.total, as written
	paged    bool   // a link to a next or previous page
	rules    bool   // implicitRules
	count    int    // entries
	matching int    // entries that count towards the total
}

// value passes over one value and gives its text, which stays valid.
func (d *document) value() ([]byte, error) {
	v, err := d.ReadValue()
	if err != nil {
		return nil, err
	}
	end := d.InputOffset()
	return d.text[end-int64(len(v)) : end], nil
}

// name reads the name of a member.
func (d *document) name() ([]byte, error) {
	v, err := d.value()
	c := cursor{text: v}
	return c.str(), err
}

// check refuses a Bundle that is not the whole answer: the domains that it
// holds would look complete. https://hl7.org/fhir/R4/http.html#paging
func (d *document) check() error {
	switch {
	case d.rules:
		return errors.New("the Bundle has implicitRules, which are not known: it must not be interpreted")
	case d.paged:
		return errors.New("the Bundle is one page of several (link next or previous): gather every page into one Bundle first")
	case d.bundle == "searchset" && isCount(d.total) && moreThan(d.total, d.matching):
		return fmt.Errorf("the Bundle holds %d of %s resources found: gather every page into one Bundle first", d.matching, d.total)
	}
	return nil
}

func isCount(s string) bool {
	return s != "" && len(s) < 10 && strings.Trim(s, "0123456789") == ""
}

func moreThan(count string, n int) bool {
	var total int
	_, err := fmt.Sscan(count, &total)
	return err == nil && total > n
}

// members reads the members of the document's object. Those of a Bundle are
// taken whatever its type turns out to be, since their order is free.
func (g *gathering) members(d *document, depth int) error {
	if d.PeekKind() != '{' {
		if err := d.SkipValue(); err != nil {
			return err
		}
		return errors.New("not FHIR: a JSON object is needed")
	}
	first, gone := len(g.statements), len(g.deletions)
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() == '"' {
		name, err := d.name()
		if err != nil {
			return err
		}
		if err := g.member(d, name, depth); err != nil {
			return err
		}
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	if d.bundle == "history" {
		for i := range g.statements[first:] {
			g.statements[first+i].version.history = true
		}
		for i := range g.deletions[gone:] {
			g.deletions[gone+i].version.history = true
		}
	}
	return nil
}

func (g *gathering) member(d *document, name []byte, depth int) error {
	if string(name) == "entry" && d.PeekKind() == '[' {
		return g.entries(d, depth)
	}
	text, err := d.value()
	if err != nil {
		return err
	}
	c := cursor{text: text}
	isText := c.next() == '"'
	switch string(name) {
	case "resourceType":
		if isText {
			d.kind = string(c.str())
		}
	case "type":
		if isText {
			d.bundle = string(c.str())
		}
	case "total":
		d.total = string(c.number())
	case "implicitRules":
		d.rules = isText
	case "link":
		d.paged = hasPages(c)
	case "entry":
		return errors.New("Bundle.entry is not an array")
	}
	return nil
}

func hasPages(c cursor) bool {
	if !c.enter('[') {
		return false
	}
	for c.element() {
		link := cursor{text: c.value()}
		if !link.enter('{') {
			continue
		}
		for name, ok := link.key(); ok; name, ok = link.key() {
			if string(name) == "relation" && link.next() == '"' {
				switch string(link.str()) {
				case "next", "prev", "previous":
					return true
				}
				continue
			}
			link.skip()
		}
	}
	return false
}

func (g *gathering) entries(d *document, depth int) error {
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() != ']' {
		e, err := d.entry()
		if err == nil {
			if e.resource != nil && e.mode != "outcome" {
				d.matching++
			}
			err = g.entry(e, depth)
		}
		if err != nil {
			return fmt.Errorf("Bundle.entry[%d]: %w", d.count, err)
		}
		d.count++
	}
	_, err := d.ReadToken()
	return err
}

// entry is one entry of a Bundle.
type entry struct {
	home     string // fullUrl
	resource []byte
	mode     string // search.mode
	method   string // request.method
	url      string // request.url
	status   string // response.status
	modified string // response.lastModified
	modifier bool   // has a modifierExtension
}

// entry reads one entry. Its resource is passed over by the tokenizer and then
// part of the text.
func (d *document) entry() (e entry, err error) {
	if d.PeekKind() != '{' {
		if err := d.SkipValue(); err != nil {
			return e, err
		}
		return e, errors.New("not an object")
	}
	if _, err := d.ReadToken(); err != nil {
		return e, err
	}
	for d.PeekKind() == '"' {
		name, err := d.name()
		if err != nil {
			return e, err
		}
		text, err := d.value()
		if err != nil {
			return e, err
		}
		r := reader{cursor: cursor{text: text}}
		e.member(&r, name)
		if len(r.faults) > 0 {
			return e, fmt.Errorf("%s has the wrong JSON type", name)
		}
	}
	_, err = d.ReadToken()
	return e, err
}

func (e *entry) member(r *reader, name []byte) {
	switch string(name) {
	case "fullUrl":
		e.home = r.word()
	case "resource":
		if r.next() != 'n' {
			e.resource = r.text
		}
	case "search":
		r.object(func(name []byte) { r.only(name, "mode", &e.mode) })
	case "request":
		r.object(func(name []byte) {
			if string(name) == "url" {
				e.url = r.word()
				return
			}
			r.only(name, "method", &e.method)
		})
	case "response":
		r.object(func(name []byte) {
			if string(name) == "status" {
				e.status = r.word()
				return
			}
			r.only(name, "lastModified", &e.modified)
		})
	case "modifierExtension":
		e.modifier = r.filled()
	}
}

// entry takes one entry of a Bundle. Whatever outlives it is copied.
func (g *gathering) entry(e entry, depth int) error {
	g.count++
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
		return g.document(e.resource, e.home, depth+1)
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
		if g.skipped == nil {
			g.skipped = map[string]int{}
		}
		g.skipped[typeName(kind)]++
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

func (g *gathering) reader(text []byte) *reader {
	return &reader{cursor: cursor{text: text}, local: g.local, systems: g.systems}
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
