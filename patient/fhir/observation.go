// SPDX-License-Identifier: Apache-2.0

package fhir

import "github.com/eligo-trials/eligo/patient"

// result is what an Observation and each of its components have alike.
type result struct {
	value          patient.Value
	valueChoices   int
	noValue        bool // dataAbsentReason
	interpretation []patient.Coding
	low, high      *patient.Quantity
	ranges         int // reference ranges that apply
}

// part is a component of an Observation.
type part struct {
	concept
	result
	faults []string
}

// observationElement reads Observation: https://hl7.org/fhir/R4/observation.html
func observationElement(r *reader, s *statement, name []byte) {
	switch string(name) {
	case "code":
		s.name(r.concept())
	case "status":
		s.status = r.code("final", "registered", "preliminary", "amended", "corrected", "cancelled", "entered-in-error", "unknown")
	case "issued":
		s.recorded = r.date()
	case "focus":
		s.elsewhere = r.filled()
	case "component":
		r.list(func() {
			if p := r.component(); len(p.faults) > 0 || !p.value.IsZero() {
				s.parts = append(s.parts, p)
			}
		})
	default:
		if suffix, ok := after(name, "effective"); ok {
			r.effective(s, suffix)
		} else if !r.resultElement(&s.result, name) {
			r.skip()
		}
	}
}

// effective reads effective[x]: a Period is some day of it, a Timing some day
// from its first to its last event.
func (r *reader) effective(s *statement, suffix string) {
	if suffix == "Timing" {
		s.start.date = r.events()
		r.choice(&s.startChoices, true)
		return
	}
	var end moment
	known := (suffix == "DateTime" || suffix == "Instant" || suffix == "Period") && r.time(suffix, &s.start, &end)
	r.choice(&s.startChoices, known)
	if suffix == "Period" {
		s.start.date = period{s.start.date, end.date}.within()
	}
}

func (r *reader) events() (span patient.Date) {
	r.object(func(name []byte) {
		switch string(name) {
		case "event":
			r.list(func() {
				switch d := r.date(); {
				case d.IsZero():
				case span.IsZero():
					span = d
				default:
					span = patient.Between(min(span.First(), d.First()), max(span.Last(), d.Last()))
				}
			})
		case "modifierExtension":
			r.modifier()
		default:
			r.skip()
		}
	})
	return span
}

// resultElement reads an element that Observation and component share; it
// reports false for any other, which is then still to be read.
func (r *reader) resultElement(into *result, name []byte) bool {
	switch string(name) {
	case "dataAbsentReason":
		into.noValue = r.filled()
	case "interpretation":
		for _, c := range r.concepts() {
			into.interpretation = append(into.interpretation, c.codes...)
		}
	case "referenceRange":
		r.list(func() { r.referenceRange(into) })
	default:
		suffix, ok := after(name, "value")
		if !ok {
			return false
		}
		r.choice(&into.valueChoices, r.resultValue(&into.value, suffix))
	}
	return true
}

// component reads one component. What cannot be read of it makes only it
// unreadable.
func (r *reader) component() (p part) {
	before := len(r.faults)
	r.object(func(name []byte) {
		switch string(name) {
		case "code":
			p.concept = r.concept()
		case "modifierExtension":
			r.modifier()
		default:
			if !r.resultElement(&p.result, name) {
				r.skip()
			}
		}
	})
	p.result.settle(r)
	p.faults = append(p.faults, r.faults[before:]...)
	r.faults = r.faults[:before]
	return p
}

// referenceRange takes the limits of a range that applies to this very result:
// its type is normal or left out. https://hl7.org/fhir/R4/observation-definitions.html#Observation.referenceRange
func (r *reader) referenceRange(into *result) {
	var low, high quantity
	normal := true
	r.object(func(name []byte) {
		switch string(name) {
		case "low":
			low = r.quantity()
		case "high":
			high = r.quantity()
		case "type":
			code, _ := r.statusCode(rangeMeaning, "normal")
			normal = code == "normal"
		case "modifierExtension":
			if r.filled() {
				normal = false
				r.note("has a modifierExtension that is not known: left out")
			}
		default:
			r.skip()
		}
	})
	if !normal {
		return
	}
	into.ranges++
	into.low, into.high = r.limit(low), r.limit(high)
	if l, h := into.low, into.high; l != nil && h != nil && l.Unit == h.Unit && l.Value.Cmp(h.Value) > 0 {
		r.note("is upside down: left out")
		into.low, into.high = nil, nil
	}
}

const rangeMeaning = "http://terminology.hl7.org/CodeSystem/referencerange-meaning"

func (r *reader) limit(q quantity) *patient.Quantity {
	if q.number == "" {
		return nil
	}
	exact, ok := q.exact()
	if !ok || q.comparator != "" {
		r.note("has a limit that is not a plain number: left out")
		return nil
	}
	return exact
}

// settle weighs what a result says against itself.
func (v *result) settle(r *reader) {
	if v.ranges > 1 {
		v.low, v.high = nil, nil
	}
	if v.noValue && !v.value.IsZero() {
		r.note("has a value and dataAbsentReason: the value is left out")
		v.value = patient.Value{}
	}
}

func settleObservation(r *reader, s *statement) {
	if s.status == "" {
		r.in("status").note("is missing: the result may or may not count")
		s.status = "unknown"
	}
	s.result.settle(r.in("value"))
}
