// SPDX-License-Identifier: Apache-2.0

package fhir

import "github.com/eligo-trials/eligo/patient"

// conditionElement reads Condition: https://hl7.org/fhir/R4/condition.html
func conditionElement(r *reader, s *statement, name []byte) {
	switch string(name) {
	case "code":
		s.name(r.concept())
	case "clinicalStatus":
		r.clinical(s, conditionClinical)
	case "verificationStatus":
		r.verification(s, conditionVerified)
	case "recordedDate":
		s.recorded = r.date()
	default:
		if suffix, ok := after(name, "onset"); ok {
			r.onset(s, suffix)
		} else if suffix, ok := after(name, "abatement"); ok {
			r.abatement(s, suffix)
		} else {
			r.skip()
		}
	}
}

// onset reads onset[x]. A Period with an end is an imprecise onset; without one
// it is a condition that goes on, and the onset is its start.
func (r *reader) onset(s *statement, suffix string) {
	var end moment
	known := suffix != "Instant" && r.time(suffix, &s.start, &end)
	r.choice(&s.startChoices, known)
	if !end.date.IsZero() {
		s.start.date = period{s.start.date, end.date}.within()
	}
}

// abatement reads abatement[x]: a Period is some day of it, and a string says
// that it ended and not when.
func (r *reader) abatement(s *statement, suffix string) {
	var start, end moment
	known := suffix != "Instant" && r.time(suffix, &start, &end)
	r.choice(&s.endChoices, known)
	if suffix == "Period" {
		start.date = period{start.date, end.date}.within()
	}
	s.end, s.endInWords = start, suffix == "String"
}

func settleCondition(r *reader, s *statement) {
	ended := s.endInWords || !s.end.isZero()
	switch {
	case s.endInWords && s.course == "":
		s.course = patient.Resolved
	case ended && (s.course == patient.Active || s.course == patient.Recurrence || s.course == patient.Relapse) && s.endInWords:
		r.in("abatementString").note("contradicts clinicalStatus: the entry counts as unconfirmed")
		s.doubtful = true
	}
	s.weigh()
}

// allergyElement reads AllergyIntolerance:
// https://hl7.org/fhir/R4/allergyintolerance.html
func allergyElement(r *reader, s *statement, name []byte) {
	switch string(name) {
	case "code":
		s.name(r.concept())
	case "clinicalStatus":
		r.clinical(s, allergyClinical)
	case "verificationStatus":
		r.verification(s, allergyVerified)
	case "recordedDate":
		s.recorded = r.date()
	case "reaction":
		r.list(func() { r.reaction(s) })
	default:
		if suffix, ok := after(name, "onset"); ok {
			r.onset(s, suffix)
		} else {
			r.skip()
		}
	}
}

// reaction takes the substances of the reactions: what is to blame, which the
// code of the allergy may leave open.
func (r *reader) reaction(s *statement) {
	r.object(func(name []byte) {
		switch string(name) {
		case "substance":
			c := r.concept()
			s.reactionTo.codes = append(s.reactionTo.codes, c.codes...)
			if s.reactionTo.text == "" {
				s.reactionTo.text = c.text
			}
		case "modifierExtension":
			if r.filled() {
				r.fault("has a modifierExtension that is not known")
			}
		default:
			r.skip()
		}
	})
}

func settleAllergy(_ *reader, s *statement) {
	s.codes = append(s.codes, s.reactionTo.codes...)
	if s.text == "" {
		s.text = s.reactionTo.text
	}
	s.weigh()
}

// name says what the statement is about.
func (s *statement) name(c concept) { s.codes, s.text = c.codes, c.text }
