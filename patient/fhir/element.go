// SPDX-License-Identifier: Apache-2.0

package fhir

import "github.com/eligo-trials/eligo/patient"

// concept is a CodeableConcept: https://hl7.org/fhir/R4/datatypes.html#CodeableConcept
type concept struct {
	codes []patient.Coding
	text  string
}

func (c concept) isZero() bool { return len(c.codes) == 0 && c.text == "" }

// concept reads a CodeableConcept. A Coding that has a display and no code is
// the text where there is none.
func (r *reader) concept() (c concept) {
	var spare string
	r.object(func(name []byte) {
		switch string(name) {
		case "coding":
			r.list(func() {
				code := r.coding()
				if code.Code != "" {
					c.codes = append(c.codes, code)
				} else if spare == "" {
					spare = code.Display
				}
			})
		case "text":
			c.text = r.prose(maxText)
		default:
			r.skip()
		}
	})
	if c.text == "" {
		c.text = spare
	}
	return c
}

// concepts reads an array of CodeableConcepts.
func (r *reader) concepts() (all []concept) {
	r.list(func() { all = append(all, r.concept()) })
	return all
}

func (r *reader) coding() (c patient.Coding) {
	r.object(func(name []byte) {
		switch string(name) {
		case "system":
			if c.System = r.system(); len(c.System) > maxURI {
				r.fault("has a code system that is too long")
			}
		case "code":
			c.Code = r.prose(maxCode)
		case "display":
			c.Display = r.prose(maxText)
		default:
			r.skip()
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

func (r *reader) reference() (ref reference) {
	r.object(func(name []byte) {
		switch string(name) {
		case "reference":
			ref.literal = r.word()
		case "display":
			ref.display = r.prose(maxText)
		case "identifier":
			ref.system, ref.value = r.identifier()
		default:
			r.skip()
		}
	})
	return ref
}

func (r *reader) identifier() (system, value string) {
	r.object(func(name []byte) {
		if string(name) == "system" {
			system = r.word()
			return
		}
		r.only(name, "value", &value)
	})
	return system, value
}

// period is a Period: https://hl7.org/fhir/R4/datatypes.html#Period
type period struct{ start, end patient.Date }

func (r *reader) period() (p period) {
	r.object(func(name []byte) {
		switch string(name) {
		case "start":
			p.start = r.date()
		case "end":
			p.end = r.date()
		default:
			r.skip()
		}
	})
	if p.end.Last() < p.start.First() {
		r.fault("ends before it starts")
		return period{}
	}
	return p
}

// within is some day of the period: a bound that is missing is no bound.
func (p period) within() patient.Date {
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

// on gives the days that the moment can mean; zero where it hangs on a birth
// date that is not known.
func (m moment) on(birth patient.Date) patient.Date {
	if m.from == nil && m.to == nil {
		return m.date
	}
	if birth.IsZero() {
		return patient.Date{}
	}
	first, last := birth.First(), patient.MaxDay
	if m.from != nil {
		first, _ = m.from.days(birth)
	}
	if m.to != nil {
		_, last = m.to.days(birth)
	}
	return patient.Between(first, last)
}

// ages reads a Range of ages.
func (r *reader) ages() (m moment) {
	r.object(func(name []byte) {
		switch string(name) {
		case "low":
			m.from = r.age()
		case "high":
			m.to = r.age()
		default:
			r.skip()
		}
	})
	return m
}
