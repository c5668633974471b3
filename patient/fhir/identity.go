// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"net/url"
	"strings"
)

// address is where a resource lives: "https://host/base/Patient/1", or
// "Patient/1" under a base that is not known, or a urn.
type address struct {
	base string // without scheme and closing slash; empty is not known
	kind string // resource type
	id   string
	urn  string
}

// parseAddress reads a fullUrl or a literal reference. The version is left out,
// and so is the difference between http and https.
// https://hl7.org/fhir/R4/references.html#literal
func parseAddress(s string) (a address) {
	if len(s) > 4 && strings.EqualFold(s[:4], "urn:") {
		return address{urn: strings.ToLower(s)}
	}
	_, rest, absolute := strings.Cut(s, "://")
	if a.base = rest; !absolute {
		a.base = "/" + strings.TrimPrefix(s, "/")
	}
	if before, _, versioned := strings.Cut(a.base, "/_history/"); versioned {
		a.base = before
	}
	a.base, a.id = cutLast(a.base)
	a.base, a.kind = cutLast(a.base)
	if a.kind == "" || a.base == "" == absolute || strings.ContainsAny(a.id, "?#") || strings.ContainsAny(a.kind, "?#") {
		return address{} // neither Type/id nor base/Type/id
	}
	return a
}

func cutLast(s string) (before, last string) {
	i := strings.LastIndexByte(s, '/')
	if i < 0 {
		return "", s
	}
	return s[:i], s[i+1:]
}

// containedID gives the id of a reference to a contained resource.
func containedID(literal string) (id string, ok bool) { return strings.CutPrefix(literal, "#") }

// version tells versions of one resource apart.
type version struct {
	updated string // meta.lastUpdated
	number  string // meta.versionId
	order   int    // place in the document
	history bool   // of a history Bundle, where newer versions come first
	subset  bool   // tagged SUBSETTED
}

// identity says which resource something is.
type identity struct {
	at      address // kind, id, and the base of the fullUrl if that ends in both
	home    address // the fullUrl
	record  string  // as evidence cites it
	version version
}

// locate completes an identity whose id and meta are read.
func (d *identity) locate(e entry, kind string, order int) {
	d.home = parseAddress(e.home)
	d.at.kind, d.at.base = kind, e.base
	if d.home.kind == kind {
		d.at.base = d.home.base
		if d.at.id == "" {
			d.at.id = d.home.id
		}
	}
	d.version.order = order
	switch {
	case d.at.id != "":
		d.record = cite(kind + "/" + d.at.id)
	case e.home != "":
		d.record = cite(e.home)
	default:
		d.record = kind
	}
}

// cite cuts the name of a record to what a profile takes.
func cite(record string) string {
	record = clean(record)
	if len(record) > maxURI {
		return strings.ToValidUTF8(record[:maxURI], "")
	}
	return record
}

// match says whether a reference means a resource.
type match int

const (
	other     match = iota // surely another
	uncertain              // may be
	same
)

// key finds candidates: resources of one type and id, or one urn.
func (a address) key() [2]string { return [2]string{a.kind + a.urn, a.id} }

// refersTo says whether a reference that stands in the resource at from means
// the resource to.
func (a address) refersTo(from address, to identity) match {
	switch {
	case a.urn != "":
		if a.urn == to.home.urn || to.home == (address{}) && to.at.id != "" && a.urn == "urn:uuid:"+strings.ToLower(to.at.id) {
			return same
		}
		return other
	case a == address{}: // not a reference as FHIR writes it
		return uncertain
	case a.base != "" && a == to.home:
		return same
	case a.kind != to.at.kind || a.id != to.at.id:
		return other
	case a.base == "": // relative: the base is that of the entry that it stands in
		if from.base != "" && to.at.base != "" && from.base != to.at.base {
			return other
		}
		return same
	case a.base == to.at.base, to.at.base == "" && a.base == from.base:
		return same
	case to.at.base == "":
		return uncertain
	}
	return other
}

// about says whether the statement is about the person.
func (s *statement) about(p *person) match {
	literal := s.subject.literal
	if _, contained := containedID(literal); contained {
		return uncertain
	}
	if query, conditional := strings.CutPrefix(literal, "Patient?"); conditional {
		values, err := url.ParseQuery(query)
		system, value, both := strings.Cut(values.Get("identifier"), "|")
		if err == nil && both && len(values) == 1 {
			return p.hasIdentifier(system, value)
		}
		return uncertain
	}
	if literal == "" {
		return p.hasIdentifier(s.subject.system, s.subject.value)
	}
	return parseAddress(literal).refersTo(s.at, p.identity)
}

// hasIdentifier reads a logical reference. A value that the Patient does not
// have in a system where it has one is that of another; in any other system the
// Patient may have it: a person has more numbers than a record lists.
func (p *person) hasIdentifier(system, value string) match {
	found := uncertain
	for _, i := range p.identifiers {
		switch {
		case i[0] != system:
		case i[1] == value:
			return same
		default:
			found = other
		}
	}
	return found
}

// uuid gives the id of a resource that has only a urn.
func (a address) uuid() string {
	id, _ := strings.CutPrefix(a.urn, "urn:uuid:")
	return id
}
