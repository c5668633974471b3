// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"cmp"
	"sync"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/ucum"
)

// Converter converts recorded quantities into the units of concepts. It remembers
// up to maxConversions conversions, since the spellings come from records. It is
// safe for concurrent use; the zero Converter is ready.
type Converter struct {
	mu        sync.RWMutex
	relations map[unitPair]unitRelation
}

const maxConversions = 4096

// unitRelation is how a recorded unit stands to a concept's.
type unitRelation struct {
	conversion ucum.Conversion // the zero one where there is none
	other      bool            // see [Concept.HasOtherDimension]
}

type unitPair struct {
	from    string
	concept *Concept
}

// Convert gives a recorded quantity, without its comparator, in the unit of a
// concept; false if the units cannot be converted.
func (u *Converter) Convert(concept *Concept, q *patient.Quantity) (patient.Decimal, bool) {
	c := u.relate(concept, q.Unit).conversion
	if c.Scale == nil {
		return patient.Decimal{}, false
	}
	value := q.Value.MulRat(c.Scale)
	if c.Offset.Sign() != 0 {
		value = value.AddRat(c.Offset)
	}
	return value, value.Finite()
}

// HasOtherDimension is [Concept.HasOtherDimension], remembered.
func (u *Converter) HasOtherDimension(concept *Concept, unit string) bool {
	return u.relate(concept, unit).other
}

func (u *Converter) relate(concept *Concept, unit string) unitRelation {
	key := unitPair{unit, concept}
	u.mu.RLock()
	r, ok := u.relations[key]
	u.mu.RUnlock()
	if ok {
		return r
	}
	r.conversion, _ = concept.ConversionFrom(unit)
	r.other = concept.HasOtherDimension(unit)
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.relations == nil {
		u.relations = map[unitPair]unitRelation{}
	}
	if len(u.relations) < maxConversions {
		u.relations[key] = r
	}
	return r
}

// HasOtherDimension reports whether a result in a unit, as recorded, cannot be one of the
// concept: both units are known, and they measure different kinds of quantity, as kg/m2
// and kg do. It is false where either is missing or not known.
func (c *Concept) HasOtherDimension(unit string) bool {
	if unit == "" || c.Unit == "" || unit == c.Unit {
		return false
	}
	from, err := ucum.Lookup(unit)
	to, unknown := ucum.Lookup(c.Unit)
	return err == nil && unknown == nil && !from.MayMeasureSame(to)
}

// ConversionFrom gives the conversion of a recorded unit to the concept's; false
// if there is none. A number without unit is a plain number, as scores and
// ratios are: it is in no unit but that of a concept that has none, or the unit 1.
func (c *Concept) ConversionFrom(unit string) (ucum.Conversion, bool) {
	if unit == "" && c.Unit == "1" {
		unit = "1"
	}
	if unit == "" {
		return ucum.Conversion{}, false
	}
	from, err := ucum.Lookup(unit)
	to, unknown := ucum.Lookup(cmp.Or(c.Unit, "1"))
	if err != nil || unknown != nil {
		return ucum.Conversion{}, false
	}
	analyte := ucum.Analyte{Valence: c.Valence}
	if c.MolarMass.Sign() > 0 {
		analyte.MolarMass = c.MolarMass.Rat()
	}
	conversion, err := from.ToViaAnalyte(to, analyte)
	if err != nil || conversion.Scale.Sign() <= 0 {
		return ucum.Conversion{}, false
	}
	return conversion, true
}

// Converts reports whether rules can compare a result in a unit, as recorded,
// with numbers in the concept's unit. "" is a result without unit.
func (c *Concept) Converts(unit string) bool {
	if unit == c.Unit {
		return true
	}
	_, ok := c.ConversionFrom(unit)
	return ok
}
