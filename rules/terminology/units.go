// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"math/big"
	"sync"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/ucum"
)

// Converter converts recorded quantities into the units of concepts. It remembers
// up to maxConversions conversions, since the spellings come from records. It is
// safe for concurrent use; the zero Converter is ready.
type Converter struct {
	mu          sync.RWMutex
	conversions map[unitPair]conversion
}

const maxConversions = 4096

type unitPair struct {
	from    string
	concept *Concept
}

// conversion is y = x·scale + offset; both nil where there is none.
type conversion struct{ scale, offset *big.Rat }

// Convert gives a recorded quantity, without its comparator, in the unit of a
// concept; false if the units cannot be converted.
func (u *Converter) Convert(concept *Concept, q *patient.Quantity) (patient.Decimal, bool) {
	key := unitPair{q.Unit, concept}
	u.mu.RLock()
	c, ok := u.conversions[key]
	u.mu.RUnlock()
	if !ok {
		c = conversionTo(concept, q.Unit)
		u.mu.Lock()
		if u.conversions == nil {
			u.conversions = map[unitPair]conversion{}
		}
		if len(u.conversions) < maxConversions {
			u.conversions[key] = c
		}
		u.mu.Unlock()
	}
	if c.scale == nil {
		return patient.Decimal{}, false
	}
	value := q.Value.MulRat(c.scale)
	if c.offset.Sign() != 0 {
		value = value.AddRat(c.offset)
	}
	return value, value.Finite()
}

// conversionTo asks UCUM how a recorded unit becomes the concept's. A number
// without unit is a plain number, as scores and ratios are: it is in no unit
// but that of a concept that has none, or the unit 1.
func conversionTo(concept *Concept, unit string) conversion {
	if unit == "" && concept.Unit == "1" {
		unit = "1"
	}
	if unit == "" {
		return conversion{}
	}
	target := concept.Unit
	if target == "" {
		target = "1"
	}
	from, err := ucum.Lookup(unit)
	if err != nil {
		return conversion{}
	}
	to, err := ucum.Lookup(target)
	if err != nil {
		return conversion{}
	}
	analyte := ucum.Analyte{Valence: concept.Valence}
	if concept.MolarMass.Sign() > 0 {
		analyte.MolarMass = concept.MolarMass.Rat()
	}
	c, err := from.ToViaAnalyte(to, analyte)
	if err != nil || c.Scale.Sign() <= 0 {
		return conversion{}
	}
	return conversion{c.Scale, c.Offset}
}

// Converts reports whether rules can compare a result in a unit, as recorded,
// with numbers in the concept's unit. "" is a result without unit.
func (c *Concept) Converts(unit string) bool {
	return unit == c.Unit || conversionTo(c, unit).scale != nil
}
