// SPDX-License-Identifier: Apache-2.0

package resource

import "github.com/eligo-trials/eligo/patient"

// result holds the elements that Observation and its components share.
type result struct {
	value          patient.Value
	valueChoices   int
	noValue        bool // dataAbsentReason
	interpretation []patient.Coding
	low, high      *patient.Quantity
	ranges         int // reference ranges that apply
}

type component struct {
	codedConcept
	result
	faults []string
}

// observationElement reads Observation: https://hl7.org/fhir/R4/observation.html
func observationElement(r *Reader, s *statement, name []byte) {
	switch string(name) {
	case "code":
		s.setConcept(r.readConcept())
	case "status":
		s.status = r.readCode("final", "registered", "preliminary", "amended", "corrected", "cancelled", "entered-in-error", "unknown")
	case "issued":
		s.recorded = r.ReadDate()
	case "focus":
		s.elsewhere = r.readFilled()
	case "component":
		r.ReadList(func() {
			if p := r.readComponent(); len(p.faults) > 0 || !p.value.IsZero() {
				s.parts = append(s.parts, p)
			}
		})
	default:
		if suffix, ok := choiceSuffix(name, "effective"); ok {
			r.readEffective(s, suffix)
		} else {
			r.readResultElement(&s.result, name)
		}
	}
}

// readEffective reads effective[x]: a Period is some day of it, a Timing some day
// from its first to its last event.
func (r *Reader) readEffective(s *statement, suffix string) {
	if suffix == "Timing" {
		s.start.date = r.readTimingEvents()
		r.checkChoice(&s.startChoices, true)
		return
	}
	var end moment
	known := (suffix == "DateTime" || suffix == "Instant" || suffix == "Period") && r.readTimeChoice(suffix, &s.start, &end)
	r.checkChoice(&s.startChoices, known)
	if suffix == "Period" {
		s.start.date = periodElement{s.start.date, end.date}.anyDay()
	}
}

func (r *Reader) readTimingEvents() (span patient.Date) {
	r.ReadObject(func(name []byte) {
		switch string(name) {
		case "event":
			r.ReadList(func() {
				switch d := r.ReadDate(); {
				case d.IsZero():
				case span.IsZero():
					span = d
				default:
					span = patient.Between(min(span.First(), d.First()), max(span.Last(), d.Last()))
				}
			})
		case "modifierExtension":
			r.readModifier()
		}
	})
	return span
}

func (r *Reader) readResultElement(into *result, name []byte) {
	switch string(name) {
	case "dataAbsentReason":
		into.noValue = r.readFilled()
	case "interpretation":
		r.ReadList(func() { into.interpretation = append(into.interpretation, r.readConcept().codes...) })
	case "referenceRange":
		r.ReadList(func() { r.readReferenceRange(into) })
	default:
		if suffix, ok := choiceSuffix(name, "value"); ok {
			r.checkChoice(&into.valueChoices, r.readResultValue(&into.value, suffix))
		}
	}
}

// readComponent reads one component. An element that cannot be read makes only the component
// unreadable.
func (r *Reader) readComponent() (p component) {
	before := len(r.Faults)
	r.ReadObject(func(name []byte) {
		switch string(name) {
		case "code":
			p.codedConcept = r.readConcept()
		case "modifierExtension":
			r.readModifier()
		default:
			r.readResultElement(&p.result, name)
		}
	})
	p.result.settleResult(r)
	p.faults = append(p.faults, r.Faults[before:]...)
	r.Faults = r.Faults[:before]
	return p
}

// readReferenceRange takes the limits of a range that applies to this very result:
// its type is normal or left out. https://hl7.org/fhir/R4/observation-definitions.html#Observation.referenceRange
func (r *Reader) readReferenceRange(into *result) {
	var low, high quantityElement
	normal := true
	r.ReadObject(func(name []byte) {
		switch string(name) {
		case "low":
			low = r.readQuantity()
		case "high":
			high = r.readQuantity()
		case "type":
			code, _ := r.readStatusCode(rangeMeaning, "normal")
			normal = code == "normal"
		case "modifierExtension":
			if r.readFilled() {
				normal = false
				r.addNote("has a modifierExtension that is not known: left out")
			}
		}
	})
	if !normal {
		return
	}
	into.ranges++
	into.low, into.high = r.plainLimit(low), r.plainLimit(high)
	if l, h := into.low, into.high; l != nil && h != nil && l.Unit == h.Unit && l.Value.Cmp(h.Value) > 0 {
		r.addNote("is upside down: left out")
		into.low, into.high = nil, nil
	}
}

const rangeMeaning = "http://terminology.hl7.org/CodeSystem/referencerange-meaning"

func (r *Reader) plainLimit(q quantityElement) *patient.Quantity {
	if q.number == "" {
		return nil
	}
	exact, ok := q.exactQuantity()
	if !ok || q.comparator != "" {
		r.addNote("has a limit that is not a plain number: left out")
		return nil
	}
	return exact
}

func (v *result) settleResult(r *Reader) {
	if v.ranges > 1 {
		v.low, v.high = nil, nil
	}
	if v.noValue && !v.value.IsZero() {
		r.addNote("has a value and dataAbsentReason: the value is left out")
		v.value = patient.Value{}
	}
}

func settleObservation(r *Reader, s *statement) {
	r.noteMissingStatus(s, "the result may or may not count")
	s.result.settleResult(r.inElement("value"))
}
