// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// deletionSet are the resources that are gone, and when they went.
type deletionSet struct {
	at    map[string]string // by "Type/id"; the time may be empty
	size  int64
	limit int64
}

// addBundle reads a line of a file of deletions: a transaction whose entries have
// the method DELETE (https://hl7.org/fhir/uv/bulkdata/export.html, "deleted").
// Of any other Bundle nothing is read.
func (d *deletionSet) addBundle(text []byte) error {
	b := bundleDocument{reader: reader{cursor: cursor{Text: text}}}
	var at Version
	var all []Entry
	var wrong error
	b.ReadObject(func(name []byte) {
		b.reader.Element = name
		switch string(name) {
		case "meta":
			b.ReadMeta(&at)
		case "entry":
			b.ReadList(func() {
				if b.PeekToken() != '{' {
					b.SkipValue()
					return
				}
				e, err := b.readEntry()
				wrong = cmp.Or(wrong, err)
				if e.Method == "DELETE" {
					e.resource = nil
					all = append(all, e)
				}
			})
		default:
			b.SkipValue()
		}
	})
	if wrong == nil && len(b.Faults) > 0 {
		wrong = errors.New(b.Faults[0])
	}
	if wrong != nil {
		return fmt.Errorf("what was deleted cannot be told: Bundle: %w", wrong)
	}
	for _, e := range all {
		a := ParseAddress(e.URL)
		if a.ID == "" {
			return errors.New("what was deleted cannot be told: the url of a DELETE is not Type/id")
		}
		when := e.Modified
		if when == "" {
			when = at.Updated
		}
		if err := d.addDeletion(a.Kind+"/"+a.ID, when); err != nil {
			return err
		}
	}
	return nil
}

func (d *deletionSet) addDeletion(resource, when string) error {
	if d.at == nil {
		d.at = map[string]string{}
	}
	earlier, again := d.at[resource]
	if again && Newer(Version{Updated: when}, Version{Updated: earlier}) < 0 {
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

// isDeleted reports whether a resource is gone: unless it is surely newer than its
// deletion.
func (d *deletionSet) isDeleted(text []byte) bool {
	if len(d.at) == 0 {
		return false
	}
	r := reader{cursor: cursor{Text: text}}
	var kind, id string
	var v Version
	r.ReadObject(func(name []byte) {
		switch string(name) {
		case "resourceType":
			kind = r.ReadText()
		case "id":
			id = r.ReadText()
		case "meta":
			r.ReadMeta(&v)
		default:
			r.SkipValue()
		}
	})
	when, gone := d.at[kind+"/"+id]
	return gone && Newer(Version{Updated: when}, v) >= 0
}

// outcomeCounts counts what the server has to say about the export.
type outcomeCounts struct {
	errors int
	others int
	first  string // where the first error, or else the first, stands
}

// addOutcome reads an OperationOutcome: https://hl7.org/fhir/R4/operationoutcome.html
func (o *outcomeCounts) addOutcome(text []byte, at string) {
	r := reader{cursor: cursor{Text: text}}
	var severities []string
	r.ReadObject(func(name []byte) {
		if string(name) != "issue" {
			r.SkipValue()
			return
		}
		r.ReadList(func() {
			var s string
			r.ReadObject(func(name []byte) { r.ReadMember(name, "severity", &s) })
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
	o.addError(at)
}

// addError counts an outcome that is an error or may be one.
func (o *outcomeCounts) addError(at string) {
	if o.errors++; o.errors == 1 {
		o.first = at
	}
}

func (o *outcomeCounts) total() int { return o.errors + o.others }

// String words them for an issue.
func (o *outcomeCounts) String() string {
	return fmt.Sprintf("%s: the server had something to say about the export: %d errors, %d warnings or notes", o.first, o.errors, o.others)
}
