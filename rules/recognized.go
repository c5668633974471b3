// SPDX-License-Identifier: Apache-2.0

package rules

import "github.com/eligo-trials/eligo/patient"

// Recognition is how surely a fact is an instance of a concept.
type Recognition string

// The recognitions. A fact that is surely no instance has none.
const (
	ByCode     Recognition = "code"       // a code says so
	ByName     Recognition = "name"       // a text says so
	MayBe      Recognition = "may be"     // it looks like it; a person must look
	Unreadable Recognition = "unreadable" // the concept cannot read the fact
)

// Recognized is what a concept makes of a fact.
type Recognized struct {
	Concept *Concept
	Index   int // of the fact in its domain of the profile
	How     Recognition
}

// Recognized gives what a concept, which a rule or a show of the reader's
// studies names, makes of the profile's facts of its kind: those that are, or
// may be, instances of it.
func (c *Chart) Recognized(concept *Concept) []Recognized {
	hits := c.hitsOf(concept)
	list := make([]Recognized, len(hits))
	for i, h := range hits {
		list[i] = Recognized{concept, int(h.fact), [...]Recognition{unreadable: Unreadable, maybe: MayBe, byName: ByName, byCode: ByCode}[h.grade]}
	}
	return list
}

// Facts gives the entries of a profile that concepts of a kind read.
func (k Kind) Facts(p *patient.Profile) []*patient.Fact {
	list := make([]*patient.Fact, factCount(p, k))
	for i := range list {
		list[i] = factOf(p, k, int32(i))
	}
	return list
}

// Converts reports whether rules can compare a result in a unit, as recorded,
// with numbers in the concept's unit. "" is a result without unit.
func (c *Concept) Converts(unit string) bool {
	return unit == c.Unit || conversionTo(c, unit).scale != nil
}
