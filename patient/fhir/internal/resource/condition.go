// SPDX-License-Identifier: Apache-2.0

package resource

import "github.com/eligo-trials/eligo/patient"

// problemElement reads Condition and AllergyIntolerance:
// https://hl7.org/fhir/R4/condition.html and
// https://hl7.org/fhir/R4/allergyintolerance.html
func problemElement(r *Reader, s *statement, name []byte) {
	clinical, verified, allergy := conditionClinical, conditionVerified, s.domain == patient.Allergies
	if allergy {
		clinical, verified = allergyClinical, allergyVerified
	}
	switch string(name) {
	case "code":
		s.setConcept(r.readConcept())
	case "clinicalStatus":
		r.readClinicalStatus(s, clinical)
	case "verificationStatus":
		r.readVerificationStatus(s, verified)
	case "recordedDate":
		s.recorded = r.ReadDate()
	case "extension":
		r.readCertaintyMarks()
	default:
		if suffix, ok := choiceSuffix(name, "onset"); ok {
			r.readOnset(s, suffix)
		} else if suffix, ok := choiceSuffix(name, "abatement"); ok && !allergy {
			r.readAbatement(s, suffix)
		} else if string(name) == "reaction" && allergy {
			r.ReadList(func() { r.readReaction(s) })
		}
	}
}

// readOnset reads onset[x]. A Period with an end is an imprecise onset; without one
// it is a condition that goes on, and the onset is its start.
func (r *Reader) readOnset(s *statement, suffix string) {
	var end moment
	known := suffix != "Instant" && r.readTimeChoice(suffix, &s.start, &end)
	r.checkChoice(&s.startChoices, known)
	if !end.date.IsZero() {
		s.start.date = periodElement{s.start.date, end.date}.anyDay()
	}
}

// readAbatement reads abatement[x]: a Period is some day of it, and a string says
// that it ended and not when.
func (r *Reader) readAbatement(s *statement, suffix string) {
	var start, end moment
	known := suffix != "Instant" && r.readTimeChoice(suffix, &start, &end)
	r.checkChoice(&s.endChoices, known)
	if suffix == "Period" {
		start.date = periodElement{start.date, end.date}.anyDay()
	}
	s.end, s.endInWords = start, suffix == "String"
}

func settleCondition(r *Reader, s *statement) {
	ended := s.endInWords || !s.end.isZero()
	switch {
	case s.endInWords && s.course == "":
		s.course = patient.Resolved
	case ended && (s.course == patient.Active || s.course == patient.Recurrence || s.course == patient.Relapse) && s.endInWords:
		r.inElement("abatementString").addNote("contradicts clinicalStatus: the entry counts as unconfirmed")
		s.doubtful = true
	}
	if r.markUnclear {
		r.inElement("certainty mark").addDoubt(s)
	}
	s.lowerCertainty()
	s.applyMarks(r)
}

// applyMarks applies the certainty marks of German diagnoses.
func (s *statement) applyMarks(r *Reader) {
	c := patient.Condition{Fact: patient.Fact{Codes: s.codes}, Course: s.course, Certainty: s.certainty}
	if c.ApplyMarks(r.marks...) {
		r.inElement("certainty mark").addNote("contradicts another mark, verificationStatus or clinicalStatus: the entry counts as unconfirmed")
	}
	s.codes, s.course, s.certainty = c.Codes, c.Course, c.Certainty
}

// readReaction takes the substances of the reactions, which the
// code of the allergy may leave open.
func (r *Reader) readReaction(s *statement) {
	r.ReadObject(func(name []byte) {
		switch string(name) {
		case "substance":
			c := r.readConcept()
			s.reactionTo.codes = append(s.reactionTo.codes, c.codes...)
			if s.reactionTo.text == "" {
				s.reactionTo.text = c.text
			}
		case "modifierExtension":
			r.readModifier()
		}
	})
}

func settleAllergy(_ *Reader, s *statement) {
	s.codes = append(s.codes, s.reactionTo.codes...)
	if s.text == "" {
		s.text = s.reactionTo.text
	}
	s.lowerCertainty()
}

func (s *statement) setConcept(c codedConcept) { s.codes, s.text = c.codes, c.text }

// procedureElement reads Procedure: https://hl7.org/fhir/R4/procedure.html
func procedureElement(r *Reader, s *statement, name []byte) {
	switch string(name) {
	case "code":
		s.setConcept(r.readConcept())
	case "status":
		s.status = r.readCode("preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "entered-in-error", "unknown")
	default:
		if suffix, ok := choiceSuffix(name, "performed"); ok {
			known := suffix != "Instant" && r.readTimeChoice(suffix, &s.start, &s.end)
			r.checkChoice(&s.startChoices, known)
			s.pointInTime = s.pointInTime || suffix != "Period"
		}
	}
}

func settleProcedure(r *Reader, s *statement) {
	r.noteMissingStatus(s, "the procedure may or may not have been done")
	s.endWhereItStarted()
}

// endWhereItStarted makes a single time the end as well, unless it goes on.
func (s *statement) endWhereItStarted() {
	goesOn := s.status == "in-progress" || s.status == "on-hold" || s.status == "preparation"
	if s.pointInTime && !goesOn {
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
		if suffix, ok := choiceSuffix(name, "occurrence"); ok {
			known := (suffix == "DateTime" || suffix == "String") && r.readTimeChoice(suffix, &s.start, &s.end)
			r.checkChoice(&s.startChoices, known)
		}
	}
}

func settleImmunization(r *Reader, s *statement) {
	if s.status == "" && len(r.Faults) == 0 {
		r.inElement("status").addFault("is missing")
	}
}
