// SPDX-License-Identifier: Apache-2.0

package resource

import "github.com/eligo-trials/eligo/patient"

// conditionElement reads Condition: https://hl7.org/fhir/R4/condition.html
func conditionElement(r *Reader, s *statement, name []byte) {
	switch string(name) {
	case "code":
		s.setConcept(r.readConcept())
	case "clinicalStatus":
		r.readClinicalStatus(s, conditionClinical)
	case "verificationStatus":
		r.readVerificationStatus(s, conditionVerified)
	case "recordedDate":
		s.recorded = r.ReadDate()
	default:
		if suffix, ok := choiceSuffix(name, "onset"); ok {
			r.readOnset(s, suffix)
		} else if suffix, ok := choiceSuffix(name, "abatement"); ok {
			r.readAbatement(s, suffix)
		} else {
			r.SkipValue()
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
	s.lowerCertainty()
}

// allergyElement reads AllergyIntolerance:
// https://hl7.org/fhir/R4/allergyintolerance.html
func allergyElement(r *Reader, s *statement, name []byte) {
	switch string(name) {
	case "code":
		s.setConcept(r.readConcept())
	case "clinicalStatus":
		r.readClinicalStatus(s, allergyClinical)
	case "verificationStatus":
		r.readVerificationStatus(s, allergyVerified)
	case "recordedDate":
		s.recorded = r.ReadDate()
	case "reaction":
		r.ReadList(func() { r.readReaction(s) })
	default:
		if suffix, ok := choiceSuffix(name, "onset"); ok {
			r.readOnset(s, suffix)
		} else {
			r.SkipValue()
		}
	}
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
			if r.readFilled() {
				r.addFault("has a modifierExtension that is not known")
			}
		default:
			r.SkipValue()
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

// setConcept sets the subject of the statement.
func (s *statement) setConcept(c codedConcept) { s.codes, s.text = c.codes, c.text }
