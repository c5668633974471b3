// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"errors"
	"fmt"
	"strings"
)

// document is a Bundle or a bare Patient, whose text is valid JSON, and what it
// says of itself.
type document struct {
	reader
	resources []span // where the resources stand, as far as is known
	kind      string // resourceType
	bundle    string // Bundle.type
	total     string // Bundle.total, as written
	paged     bool   // a link to a next or previous page
	rules     bool   // implicitRules
	count     int    // entries
	matching  int    // entries that count towards the total
}

// document reads a Bundle or a Patient.
func (g *gathering) document(text []byte, resources []span, home string, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("a Bundle stands in a Bundle more than %d deep", maxDepth)
	}
	d := document{reader: *g.reader(text), resources: resources}
	if err := g.members(&d, depth); err != nil {
		return err
	}
	switch {
	case d.kind == "Bundle" && len(d.faults) > 0:
		return fmt.Errorf("Bundle.%s", d.faults[0])
	case d.kind == "Bundle":
		return d.check()
	case d.kind == "Patient" && d.count == 0:
		g.resource(text, entry{home: home}, d.kind)
		return nil
	case d.kind == "":
		return errors.New(`not FHIR: the JSON object has no "resourceType"`)
	}
	return fmt.Errorf("a %s: a Bundle or a Patient is needed", typeName(d.kind))
}

// resource passes over a resource, in one step where its end is known.
func (d *document) resource() []byte {
	d.next()
	for len(d.resources) > 0 && d.resources[0].start < d.at {
		d.resources = d.resources[1:]
	}
	if len(d.resources) > 0 && d.resources[0].start == d.at {
		start := d.at
		d.at = d.resources[0].end
		return d.text[start:d.at]
	}
	return d.value()
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
	if !d.enter('{') {
		return errors.New("not FHIR: a JSON object is needed")
	}
	first, gone := len(g.statements), len(g.deletions)
	for name, ok := d.key(); ok; name, ok = d.key() {
		d.reader.element = name
		switch string(name) {
		case "resourceType":
			d.kind = d.word()
		case "type":
			d.bundle = d.word()
		case "total":
			d.total = d.numeral()
		case "implicitRules":
			d.rules = d.filled()
		case "link":
			d.paged = hasPages(cursor{text: d.value()})
		case "entry":
			if err := g.entries(d, depth); err != nil {
				return err
			}
		default:
			d.skip()
		}
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
	if !d.enter('[') {
		return errors.New("Bundle.entry is not an array")
	}
	for d.cursor.element() {
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
	return nil
}

// entry is one entry of a Bundle.
type entry struct {
	home     string // fullUrl
	base     string // where it is known though there is no fullUrl
	resource []byte
	mode     string // search.mode
	method   string // request.method
	url      string // request.url
	status   string // response.status
	modified string // response.lastModified
	modifier bool   // has a modifierExtension
}

// entry reads one entry. Its resource is passed over and then part of the text.
func (d *document) entry() (e entry, err error) {
	if !d.enter('{') {
		return e, errors.New("not an object")
	}
	before := len(d.faults)
	for name, ok := d.key(); ok; name, ok = d.key() {
		switch string(name) {
		case "fullUrl":
			e.home = d.word()
		case "resource":
			if !d.absent() {
				e.resource = d.resource()
			}
		case "search":
			d.object(func(name []byte) { d.only(name, "mode", &e.mode) })
		case "request":
			d.object(func(name []byte) {
				if string(name) == "url" {
					e.url = d.word()
					return
				}
				d.only(name, "method", &e.method)
			})
		case "response":
			d.object(func(name []byte) {
				if string(name) == "status" {
					e.status = d.word()
					return
				}
				d.only(name, "lastModified", &e.modified)
			})
		case "modifierExtension":
			e.modifier = d.filled()
		default:
			d.skip()
		}
		if len(d.faults) > before {
			return e, fmt.Errorf("%s has the wrong JSON type", typeName(string(name)))
		}
	}
	return e, nil
}
