// SPDX-License-Identifier: Apache-2.0

package resource

import (
	"bytes"
	"cmp"
	"math"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// codedConcept is a CodeableConcept: https://hl7.org/fhir/R4/datatypes.html#CodeableConcept
type codedConcept struct {
	codes []patient.Coding
	text  string
}

// certaintyExtension is the extension of HL7 Germany for the certainty mark of a diagnosis, without scheme:
// https://simplifier.net/basisprofil-de-r4/icd10gmdiagnosesicherheit
const certaintyExtension = "fhir.de/StructureDefinition/icd-10-gm-diagnosesicherheit"

// readCertaintyMarks reads a list of extensions and adds the certainty marks among them to those of the resource. Other
// extensions are passed over, whatever they hold.
func (r *Reader) readCertaintyMarks() {
	text := r.ReadValue()
	if !bytes.Contains(text, []byte(certaintyExtension)) {
		return
	}
	inner := NewReader(text)
	inner.ReadList(func() {
		var url, code string
		inner.ReadObject(func(name []byte) {
			switch string(name) {
			case "url":
				url = inner.ReadText()
			case "valueCoding":
				code = inner.readCoding().Code
			case "valueCode", "valueString":
				code = inner.ReadText()
			}
		})
		if !strings.HasSuffix(url, certaintyExtension) {
			return
		}
		mark, known := patient.ParseMark(code)
		if known {
			r.marks = append(r.marks, mark)
		}
		r.markUnclear = r.markUnclear || !known
	})
}

func (c codedConcept) isZero() bool { return len(c.codes) == 0 && c.text == "" }

// readConcept reads a CodeableConcept. A Coding that has a display and no code is
// the text where there is none.
func (r *Reader) readConcept() (c codedConcept) {
	var spare string
	r.ReadObject(func(name []byte) {
		switch string(name) {
		case "coding":
			r.ReadList(func() {
				code := r.readCoding()
				if code.Code != "" {
					c.codes = append(c.codes, code)
				} else if spare == "" {
					spare = code.Display
				}
			})
		case "text":
			c.text = r.readProse(maxText)
		case "extension":
			r.readCertaintyMarks()
		}
	})
	c.text = cmp.Or(c.text, spare)
	return c
}

func (r *Reader) readCoding() (c patient.Coding) {
	r.ReadObject(func(name []byte) {
		switch string(name) {
		case "system":
			if c.System = r.readSystem(); len(c.System) > maxURI {
				r.addFault("has a code system that is too long")
			}
		case "code":
			c.Code = r.readProse(maxCode)
		case "display":
			c.Display = r.readProse(maxText)
		case "extension":
			r.readCertaintyMarks()
		}
	})
	return c
}

// reference is a Reference: https://hl7.org/fhir/R4/references.html
type reference struct {
	literal       string // Reference.reference
	system, value string // Reference.identifier
	display       string
}

func (r *Reader) readReference() (ref reference) {
	r.ReadObject(func(name []byte) {
		switch string(name) {
		case "reference":
			ref.literal = r.ReadText()
		case "display":
			ref.display = r.readProse(maxText)
		case "identifier":
			ref.system, ref.value = readPair(r, "system", "value", (*Reader).ReadText)
		}
	})
	return ref
}

// periodElement is a Period: https://hl7.org/fhir/R4/datatypes.html#Period
type periodElement struct{ start, end patient.Date }

func (r *Reader) readPeriod() (p periodElement) {
	p.start, p.end = readPair(r, "start", "end", (*Reader).ReadDate)
	if p.end.Last() < p.start.First() {
		r.addFault("ends before it starts")
		return periodElement{}
	}
	return p
}

// anyDay is some day of the period: a bound that is missing is no bound.
func (p periodElement) anyDay() patient.Date {
	if p.start.IsZero() && p.end.IsZero() {
		return patient.Date{}
	}
	return patient.Between(p.start.First(), p.end.Last())
}

// moment is a point in time that may hang on the birth date.
type moment struct {
	date     patient.Date
	from, to *age
}

func (m moment) isZero() bool { return m.date.IsZero() && m.from == nil && m.to == nil }

// datesFor gives the days that the moment can mean; zero where it hangs on a birth
// date that is not known.
func (m moment) datesFor(birth patient.Date) patient.Date {
	if m.from == nil && m.to == nil {
		return m.date
	}
	if birth.IsZero() {
		return patient.Date{}
	}
	first, last := birth.First(), patient.MaxDay
	if m.from != nil {
		first, _ = m.from.possibleDays(birth)
	}
	if m.to != nil {
		_, last = m.to.possibleDays(birth)
	}
	return patient.Between(first, last)
}

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
