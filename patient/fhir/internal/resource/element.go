// SPDX-License-Identifier: Apache-2.0

package resource

import "github.com/eligo-trials/eligo/patient"

// codedConcept is a CodeableConcept: https://hl7.org/fhir/R4/datatypes.html#CodeableConcept
type codedConcept struct {
	codes []patient.Coding
	text  string
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
		default:
			r.SkipValue()
		}
	})
	if c.text == "" {
		c.text = spare
	}
	return c
}

// readConcepts reads an array of CodeableConcepts.
func (r *Reader) readConcepts() (all []codedConcept) {
	r.ReadList(func() { all = append(all, r.readConcept()) })
	return all
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
		default:
			r.SkipValue()
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
			ref.system, ref.value = r.readIdentifier()
		default:
			r.SkipValue()
		}
	})
	return ref
}

func (r *Reader) readIdentifier() (system, value string) {
	r.ReadObject(func(name []byte) {
		if string(name) == "system" {
			system = r.ReadText()
			return
		}
		r.ReadMember(name, "value", &value)
	})
	return system, value
}

// periodElement is a Period: https://hl7.org/fhir/R4/datatypes.html#Period
type periodElement struct{ start, end patient.Date }

func (r *Reader) readPeriod() (p periodElement) {
	r.ReadObject(func(name []byte) {
		switch string(name) {
		case "start":
			p.start = r.ReadDate()
		case "end":
			p.end = r.ReadDate()
		default:
			r.SkipValue()
		}
	})
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

// readAgeRange reads a Range of ages.
func (r *Reader) readAgeRange() (m moment) {
	r.ReadObject(func(name []byte) {
		switch string(name) {
		case "low":
			m.from = r.readAge()
		case "high":
			m.to = r.readAge()
		default:
			r.SkipValue()
		}
	})
	return m
}
