// SPDX-License-Identifier: Apache-2.0

package resource

import (
	"cmp"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Address is where a resource lives: "https://host/base/Patient/1", or
// "Patient/1" under a base that is not known, or a urn.
type Address struct {
	Base string // without scheme and closing slash; empty is not known
	Kind string // resource type
	ID   string
	URN  string
}

// ParseAddress reads a fullUrl or a literal reference. The version is left out,
// and so is the difference between http and https.
// https://hl7.org/fhir/R4/references.html#literal
func ParseAddress(s string) (a Address) {
	if len(s) > 4 && strings.EqualFold(s[:4], "urn:") {
		return Address{URN: strings.ToLower(s)}
	}
	_, rest, absolute := strings.Cut(s, "://")
	if a.Base = rest; !absolute {
		a.Base = "/" + strings.TrimPrefix(s, "/")
	}
	if before, _, versioned := strings.Cut(a.Base, "/_history/"); versioned {
		a.Base = before
	}
	a.Base, a.ID = cutLastSegment(a.Base)
	a.Base, a.Kind = cutLastSegment(a.Base)
	if a.Kind == "" || a.Base == "" == absolute || strings.ContainsAny(a.ID, "?#") || strings.ContainsAny(a.Kind, "?#") {
		return Address{} // neither Type/id nor base/Type/id
	}
	return a
}

func cutLastSegment(s string) (before, last string) {
	i := strings.LastIndexByte(s, '/')
	if i < 0 {
		return "", s
	}
	return s[:i], s[i+1:]
}

func containedID(literal string) (id string, ok bool) { return strings.CutPrefix(literal, "#") }

// Version tells versions of one resource apart.
type Version struct {
	Updated string // meta.lastUpdated
	number  string // meta.versionId
	order   int    // place in the document
	history bool   // of a history Bundle, where newer versions come first
	subset  bool   // tagged SUBSETTED
}

// identity says which resource something is.
type identity struct {
	address Address // kind, id, and the base of the fullUrl if that ends in both
	fullURL Address // the fullUrl
	record  string  // as evidence cites it
	version Version
}

// setAddress completes an identity whose id and meta are read.
func (d *identity) setAddress(e entry, kind string, order int) {
	d.fullURL = ParseAddress(e.fullURL)
	d.address.Kind, d.address.Base = kind, e.base
	if d.fullURL.Kind == kind {
		d.address.Base = d.fullURL.Base
		if d.address.ID == "" {
			d.address.ID = d.fullURL.ID
		}
	}
	d.version.order = order
	switch {
	case d.address.ID != "":
		d.record = Cite(kind + "/" + d.address.ID)
	case e.fullURL != "":
		d.record = Cite(e.fullURL)
	default:
		d.record = kind
	}
}

// Cite cuts the name of a record to the limit of a profile.
func Cite(record string) string {
	record = normalizeText(record)
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

// lookupKey finds candidates: resources of one type and id, or one urn.
func (a Address) lookupKey() [2]string { return [2]string{a.Kind + a.URN, a.ID} }

// refersTo says whether a reference that stands in the resource at from means
// the resource to.
func (a Address) refersTo(from Address, to identity) match {
	switch {
	case a.URN != "":
		if a.URN == to.fullURL.URN || to.fullURL == (Address{}) && to.address.ID != "" && a.URN == "urn:uuid:"+strings.ToLower(to.address.ID) {
			return same
		}
		return other
	case a == Address{}: // not a reference as FHIR writes it
		return uncertain
	case a.Base != "" && a == to.fullURL:
		return same
	case a.Kind != to.address.Kind || a.ID != to.address.ID:
		return other
	case a.Base == "": // relative: the base is that of the entry that it stands in
		if from.Base != "" && to.address.Base != "" && from.Base != to.address.Base {
			return other
		}
		return same
	case a.Base == to.address.Base, to.address.Base == "" && a.Base == from.Base:
		return same
	case to.address.Base == "":
		return uncertain
	}
	return other
}

// matchPatient says whether the statement is about the person.
func (s *statement) matchPatient(p *patientResource) match {
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
	return ParseAddress(literal).refersTo(s.address, p.identity)
}

// hasIdentifier reads a logical reference. A value that the Patient does not
// have in a system where it has one is that of another; in any other system the
// Patient may have it: a person has more numbers than a record lists.
func (p *patientResource) hasIdentifier(system, value string) match {
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

// UUID gives the id of a resource that has only a urn.
func (a Address) UUID() string { return strings.TrimPrefix(a.URN, "urn:uuid:") }

// keepNewest leaves one version of every resource: the one last updated, else of
// the highest version number, else the first of a history Bundle, which lists
// the newest first (https://hl7.org/fhir/R4/http.html#history). Where none of
// this decides and the two differ, neither may be read.
func (g *Collection) keepNewest() {
	deletions := map[[2]string][]identity{}
	for _, d := range g.deletions {
		deletions[d.address.lookupKey()] = append(deletions[d.address.lookupKey()], d)
	}
	g.patients = keepNewestOf(g.patients, deletions,
		func(p *patientResource) *identity { return &p.identity },
		func(p *patientResource) {
			p.addRefusal("the Patient is there twice, and which is newer cannot be told")
		})
	g.drugs = keepNewestOf(g.drugs, deletions,
		func(d *drug) *identity { return &d.identity },
		func(d *drug) { d.faults = append(d.faults, twice) })
	g.statements = keepNewestOf(g.statements, deletions,
		func(s **statement) *identity { return &(*s).identity },
		func(s **statement) { (*s).faults = append((*s).faults, twice) })
}

const twice = "the resource is there twice, and which is newer cannot be told"

func keepNewestOf[T any](all []T, deletions map[[2]string][]identity, of func(*T) *identity, clash func(*T)) []T {
	type place struct{ at, home Address }
	seen := make(map[place]int, len(all))
	kept := all[:0]
	for i := range all {
		id := of(&all[i])
		where := place{at: id.address}
		if id.fullURL.URN != "" {
			where.home = id.fullURL
		}
		j, again := seen[where]
		if id.address.ID == "" && where.home == (Address{}) || !again {
			seen[where] = len(kept)
			kept = append(kept, all[i])
			continue
		}
		switch earlier := of(&kept[j]); Newer(id.version, earlier.version) {
		case 1:
			kept[j] = all[i]
		case 0:
			order := earlier.version.order
			earlier.version.order = id.version.order
			if !reflect.DeepEqual(kept[j], all[i]) {
				clash(&kept[j])
			}
			earlier.version.order = order
		}
	}
	if len(deletions) == 0 {
		return kept
	}
	left := kept[:0]
	for i := range kept {
		switch id := of(&kept[i]); compareDeletions(id, deletions[id.address.lookupKey()]) {
		case 1:
			continue
		case 0:
			clash(&kept[i])
		}
		left = append(left, kept[i])
	}
	return left
}

// compareDeletions says whether a deletion is newer (1), surely is not (-1), or may be (0).
func compareDeletions(id *identity, deletions []identity) int {
	found := -1
	for _, d := range deletions {
		if d.address.Base == "" || id.address.Base == "" || d.address.Base == id.address.Base {
			found = max(found, Newer(d.version, id.version))
		}
	}
	return found
}

// Newer says whether a is newer than b (1), older (-1), or cannot be told (0).
func Newer(a, b Version) int {
	at, errA := time.Parse(time.RFC3339, a.Updated)
	bt, errB := time.Parse(time.RFC3339, b.Updated)
	if errA == nil && errB == nil && !at.Equal(bt) {
		return at.Compare(bt)
	}
	an, errA := strconv.ParseUint(a.number, 10, 63)
	bn, errB := strconv.ParseUint(b.number, 10, 63)
	if errA == nil && errB == nil && an != bn {
		return cmp.Compare(an, bn)
	}
	if a.history && b.history {
		return cmp.Compare(b.order, a.order)
	}
	return 0
}
