// SPDX-License-Identifier: Apache-2.0

package resource

// procedureElement reads Procedure: https://hl7.org/fhir/R4/procedure.html
func procedureElement(r *Reader, s *statement, name []byte) {
	switch string(name) {
	case "code":
		s.setConcept(r.readConcept())
	case "status":
		s.status = r.readCode("preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "entered-in-error", "unknown")
	default:
		suffix, ok := choiceSuffix(name, "performed")
		if !ok {
			r.SkipValue()
			return
		}
		known := suffix != "Instant" && r.readTimeChoice(suffix, &s.start, &s.end)
		r.checkChoice(&s.startChoices, known)
		if suffix != "Period" {
			s.pointInTime = true
		}
	}
}

func settleProcedure(r *Reader, s *statement) {
	if s.status == "" {
		r.inElement("status").addNote("is missing: the procedure may or may not have been done")
		s.status = "unknown"
	}
	s.endWhereItStarted()
}

// endWhereItStarted makes a single time the end as well, unless it goes on.
func (s *statement) endWhereItStarted() {
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
func immunizationElement(r *Reader, s *statement, name []byte) {
	switch string(name) {
	case "vaccineCode":
		s.setConcept(r.readConcept())
	case "status":
		s.status = r.readCode("completed", "entered-in-error", "not-done")
	case "recorded":
		s.recorded = r.ReadDate()
	case "isSubpotent": // a modifier: a dose was given and may not count
		if r.readBool() {
			r.addFault("says that the dose may not count")
		}
	default:
		suffix, ok := choiceSuffix(name, "occurrence")
		if !ok {
			r.SkipValue()
			return
		}
		known := (suffix == "DateTime" || suffix == "String") && r.readTimeChoice(suffix, &s.start, &s.end)
		r.checkChoice(&s.startChoices, known)
	}
}

func settleImmunization(r *Reader, s *statement) {
	if s.status == "" && len(r.Faults) == 0 {
		r.inElement("status").addFault("is missing")
	}
}
