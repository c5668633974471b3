// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// deletions are the resources that are gone, and when they went.
type deletions struct {
	at    map[string]string // by "Type/id"; the time may be empty
	size  int64
	limit int64
}

// bundle reads a line of a file of deletions: a transaction whose entries have
// the method DELETE (https://hl7.org/fhir/uv/bulkdata/export.html, "deleted").
// Of any other Bundle nothing is read.
func (d *deletions) bundle(text []byte) error {
	b := document{reader: reader{cursor: cursor{text: text}}}
	var at version
	var all []entry
	var wrong error
	b.object(func(name []byte) {
		b.reader.element = name
		switch string(name) {
		case "meta":
			b.meta(&at)
		case "entry":
			b.list(func() {
				if b.next() != '{' {
					b.skip()
					return
				}
				e, err := b.entry()
				wrong = cmp.Or(wrong, err)
				if e.method == "DELETE" {
					e.resource = nil
					all = append(all, e)
				}
			})
		default:
			b.skip()
		}
	})
	if wrong == nil && len(b.faults) > 0 {
		wrong = errors.New(b.faults[0])
	}
	if wrong != nil {
		return fmt.Errorf("what was deleted cannot be told: Bundle: %w", wrong)
	}
	for _, e := range all {
		a := parseAddress(e.url)
		if a.id == "" {
			return errors.New("what was deleted cannot be told: the url of a DELETE is not Type/id")
		}
		when := e.modified
		if when == "" {
			when = at.updated
		}
		if err := d.add(a.kind+"/"+a.id, when); err != nil {
			return err
		}
	}
	return nil
}

func (d *deletions) add(resource, when string) error {
	if d.at == nil {
		d.at = map[string]string{}
	}
	earlier, again := d.at[resource]
	if again && newer(version{updated: when}, version{updated: earlier}) < 0 {
		return nil
	}
	if !again {
		const overhead = 64
		if d.size += int64(len(resource) + len(when) + overhead); d.size > d.limit {
			return fmt.Errorf("more resources are named as deleted (%d) than a quarter of the memory holds; give more", len(d.at))
		}
	}
	d.at[resource] = when
	return nil
}

// has reports whether a resource is gone: unless it is surely newer than its
// deletion.
func (d *deletions) has(text []byte) bool {
	if len(d.at) == 0 {
		return false
	}
	r := reader{cursor: cursor{text: text}}
	var kind, id string
	var v version
	r.object(func(name []byte) {
		switch string(name) {
		case "resourceType":
			kind = r.word()
		case "id":
			id = r.word()
		case "meta":
			r.meta(&v)
		default:
			r.skip()
		}
	})
	when, gone := d.at[kind+"/"+id]
	return gone && newer(version{updated: when}, v) >= 0
}

// outcomes counts what the server has to say about the export.
type outcomes struct {
	errors int
	others int
	first  string // where the first error, or else the first, stands
}

// read reads an OperationOutcome: https://hl7.org/fhir/R4/operationoutcome.html
func (o *outcomes) read(text []byte, at string) {
	r := reader{cursor: cursor{text: text}}
	var severities []string
	r.object(func(name []byte) {
		if string(name) != "issue" {
			r.skip()
			return
		}
		r.list(func() {
			var s string
			r.object(func(name []byte) { r.only(name, "severity", &s) })
			severities = append(severities, s)
		})
	})
	harmless := func(s string) bool { return s == "information" || s == "warning" || s == "success" }
	if len(severities) > 0 && !slices.ContainsFunc(severities, func(s string) bool { return !harmless(s) }) {
		if o.others++; o.first == "" {
			o.first = at
		}
		return
	}
	o.unread(at)
}

// unread counts an outcome that is an error or may be one.
func (o *outcomes) unread(at string) {
	if o.errors++; o.errors == 1 {
		o.first = at
	}
}

func (o *outcomes) total() int { return o.errors + o.others }

// String words them for an issue.
func (o *outcomes) String() string {
	return fmt.Sprintf("%s: the server had something to say about the export: %d errors, %d warnings or notes", o.first, o.errors, o.others)
}
