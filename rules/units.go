// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"math/big"
	"sync"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/patient/ucum"
)

// units remembers how units convert. It holds no more than maxConversions, for
// the spellings come from records.
type units struct {
	mu    sync.RWMutex
	known map[unitPair]conversion
}

const maxConversions = 4096

type unitPair struct {
	from    string
	concept *Concept
}

// conversion is y = x·scale + offset; both nil where there is none.
type conversion struct{ scale, offset *big.Rat }

// quantityOf gives a recorded quantity in the concept's unit, as a range where
// it has a comparator, or says why it cannot.
func (v *view) quantityOf(concept *Concept, q *patient.Quantity) (*number, Missing) {
	value, ok := q.Value, true
	if q.Unit != concept.Unit {
		value, ok = v.chart.reader.units.convert(concept, q)
	}
	if !ok {
		ask := "What is the " + concept.Label
		if concept.Unit != "" {
			ask += " in " + concept.Unit
		}
		if q.Unit == "" {
			return notKnown, Missing{Why: WhyUnit, Ask: ask + "? The record gives no unit."}
		}
		return notKnown, Missing{Why: WhyUnit, Ask: ask + "? The record gives it in " + q.Unit + ", which cannot be converted."}
	}
	n := exactly(value)
	switch q.Comparator {
	case "<", "<=":
		n.hi.open = q.Comparator == "<"
		n.lo = bound{inf: true}
		if !concept.Signed && value.Sign() > 0 {
			n.lo = bound{}
		}
	case ">", ">=":
		n.lo.open = q.Comparator == ">"
		n.hi = bound{inf: true}
	}
	return n, Missing{}
}

func (u *units) convert(concept *Concept, q *patient.Quantity) (patient.Decimal, bool) {
	key := unitPair{q.Unit, concept}
	u.mu.RLock()
	c, ok := u.known[key]
	u.mu.RUnlock()
	if !ok {
		c = conversionTo(concept, q.Unit)
		u.mu.Lock()
		if len(u.known) < maxConversions {
			u.known[key] = c
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
