// SPDX-License-Identifier: Apache-2.0

package resource

import (
	"math"
	"strconv"

	"github.com/eligo-trials/eligo/patient"
)

// age is an Age: https://hl7.org/fhir/R4/datatypes.html#Age
type age struct {
	low, high  int // completed units, high at least low
	unit       byte
	comparator string
}

// ageUnits gives 'y', 'm', 'w' or 'd' for the UCUM units of time that R4 allows
// (https://hl7.org/fhir/R4/valueset-age-units.html) and for the plain words.
var ageUnits = map[string]byte{
	"a": 'y', "year": 'y', "years": 'y', "yr": 'y', "yrs": 'y',
	"mo": 'm', "month": 'm', "months": 'm',
	"wk": 'w', "week": 'w', "weeks": 'w',
	"d": 'd', "day": 'd', "days": 'd',
	"h": 'h', "hour": 'h', "hours": 'h', "min": 'n', "minute": 'n', "minutes": 'n',
}

// maxAge is 150 years, in each unit.
var maxAge = map[byte]float64{'y': 150, 'm': 1800, 'w': 7830, 'd': 54800, 'h': 54800 * 24, 'n': 54800 * 24 * 60}

// readAge reads an Age, or a Quantity that is one; nil where it has no value.
func (r *Reader) readAge() *age {
	q := r.readQuantity()
	if q.number == "" {
		return nil
	}
	unit, known := ageUnits[q.code]
	if !known {
		unit, known = ageUnits[q.unit]
	}
	v, err := strconv.ParseFloat(q.number, 64)
	if err != nil || !known || v < 0 || v > maxAge[unit] {
		r.addFault("is not an age")
		return nil
	}
	switch unit {
	case 'h':
		v, unit = v/24, 'd'
	case 'n':
		v, unit = v/(24*60), 'd'
	}
	return &age{int(math.Floor(v)), int(math.Ceil(v)), unit, q.comparator}
}

// possibleDays gives the first and the last day at which someone of that birth date can
// have been that old. An age is that of the completed unit: "5 years" lasts
// until the day before the sixth birthday.
func (a *age) possibleDays(birth patient.Date) (first, last patient.Day) {
	first = a.addAge(birth.First(), a.low)
	last = a.addAge(birth.Last(), a.high+1).AddDays(-1)
	switch a.comparator {
	case "<":
		first, last = birth.First(), max(a.addAge(birth.Last(), a.high).AddDays(-1), birth.Last())
	case "<=":
		first = birth.First()
	case ">", ">=":
		last = patient.MaxDay
	}
	return first, last
}

func (a *age) addAge(from patient.Day, n int) patient.Day {
	switch a.unit {
	case 'y':
		return from.AddYears(n)
	case 'm':
		return from.AddMonths(n)
	case 'w':
		return from.AddDays(7 * n)
	}
	return from.AddDays(n)
}
