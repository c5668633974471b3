// SPDX-License-Identifier: Apache-2.0

package fhir

// procedureElement reads Procedure: https://hl7.org/fhir/R4/procedure.html
func procedureElement(r *reader, s *statement, name []byte) {
	switch string(name) {
	case "code":
		s.name(r.concept())
	case "status":
		s.status = r.code("preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "entered-in-error", "unknown")
	default:
		suffix, ok := after(name, "performed")
		if !ok {
			r.skip()
			return
		}
		known := suffix != "Instant" && r.time(suffix, &s.start, &s.end)
		r.choice(&s.startChoices, known)
		if suffix != "Period" {
			s.pointInTime = true
		}
	}
}

func settleProcedure(r *reader, s *statement) {
	if s.status == "" {
		r.in("status").note("is missing: the procedure may or may not have been done")
		s.status = "unknown"
	}
	s.endAtOnce()
}

// endAtOnce makes a single time the end as well, unless it goes on.
func (s *statement) endAtOnce() {
	switch s.status {
	case "in-progress", "on-hold", "preparation":
		return
	}
	if s.pointInTime {
		s.end = s.start
	}
}

// immunizationElement reads Immunization:
// https://hl7.org/fhir/R4/immunization.html
func immunizationElement(r *reader, s *statement, name []byte) {
	switch string(name) {
	case "vaccineCode":
		s.name(r.concept())
	case "status":
		s.status = r.code("completed", "entered-in-error", "not-done")
	case "recorded":
		s.recorded = r.date()
	case "isSubpotent": // a modifier: a dose was given and may not count
		if r.flag() {
			r.fault("says that the dose may not count")
		}
	default:
		suffix, ok := after(name, "occurrence")
		if !ok {
			r.skip()
			return
		}
		known := (suffix == "DateTime" || suffix == "String") && r.time(suffix, &s.start, &s.end)
		r.choice(&s.startChoices, known)
	}
}

func settleImmunization(r *reader, s *statement) {
	if s.status == "" && len(r.faults) == 0 {
		r.in("status").fault("is missing")
	}
}
