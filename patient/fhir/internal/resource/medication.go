// SPDX-License-Identifier: Apache-2.0

package resource

import "github.com/eligo-trials/eligo/patient"

// medication holds the elements that only medication resources have.
type medication struct {
	basis       patient.Basis
	drug        reference // medicationReference
	contained   []drug
	drugChoices int

	intent       string
	doNotPerform bool
	reported     bool
	doses        int // dosageInstructions
	bounded      int // those that have an end
	bounds       periodElement
}

func (r *Reader) readDrugChoice(s *statement, name []byte) {
	suffix, ok := choiceSuffix(name, "medication")
	if !ok {
		return
	}
	switch suffix {
	case "CodeableConcept":
		s.setConcept(r.readConcept())
	case "Reference":
		s.drug = r.readReference()
	}
	r.checkChoice(&s.drugChoices, suffix == "CodeableConcept" || suffix == "Reference")
}

// requestElement reads MedicationRequest:
// https://hl7.org/fhir/R4/medicationrequest.html
func requestElement(r *Reader, s *statement, name []byte) {
	switch string(name) {
	case "status":
		s.status = r.readCode("active", "on-hold", "cancelled", "completed", "entered-in-error", "stopped", "draft", "unknown")
	case "intent":
		s.intent = r.readCode("proposal", "plan", "order", "original-order", "reflex-order", "filler-order", "instance-order", "option")
	case "doNotPerform":
		s.doNotPerform = r.readBool()
	case "reportedBoolean":
		s.reported = r.readBool()
	case "reportedReference":
		s.reported = r.readFilled()
	case "authoredOn":
		s.recorded = r.ReadDate()
	case "dosageInstruction":
		r.ReadList(func() { r.readDosage(s) })
	default:
		r.readDrugChoice(s, name)
	}
}

// readDosage takes the bounds of one Dosage: https://hl7.org/fhir/R4/dosage.html
func (r *Reader) readDosage(s *statement) {
	s.doses++
	r.ReadObject(func(name []byte) {
		switch string(name) {
		case "timing":
			r.ReadObject(func(name []byte) {
				switch string(name) {
				case "repeat":
					r.ReadObject(func(name []byte) {
						if string(name) == "boundsPeriod" {
							s.addBounds(r.readPeriod())
						}
					})
				case "modifierExtension":
					r.readModifier()
				}
			})
		case "modifierExtension":
			r.readModifier()
		}
	})
}

func (r *Reader) readModifier() {
	if r.readFilled() {
		r.addFault("has a modifierExtension that is not known")
	}
}

func (s *statement) addBounds(p periodElement) {
	if !p.start.IsZero() && (s.bounds.start.IsZero() || p.start.First() < s.bounds.start.First()) {
		s.bounds.start = p.start
	}
	if !p.end.IsZero() {
		s.bounded++
		if s.bounds.end.IsZero() || p.end.Last() > s.bounds.end.Last() {
			s.bounds.end = p.end
		}
	}
}

// settleRequest weighs status, intent and doNotPerform. A plan that is reported
// is a medicine that the person takes unprescribed, as US Core writes it
// (https://hl7.org/fhir/us/core/MedicationRequest-self-tylenol.html): that it
// is taken is not certain, and that it is not taken is not certain either.
func settleRequest(r *Reader, s *statement) {
	s.start.date = s.recorded
	if !s.bounds.start.IsZero() {
		s.start.date = s.bounds.start
	}
	if s.doses > 0 && s.bounded == s.doses {
		s.end.date = s.bounds.end
	}
	if s.end.date.Last() < s.start.date.First() { // bounds without a start, before the order was written
		s.start.date = patient.Date{}
	}
	switch s.status {
	case "entered-in-error", "cancelled", "draft":
		return
	}
	switch {
	case s.doNotPerform:
		s.status = "do-not-perform"
	case s.intent == "plan" && s.reported:
		r.inElement("intent").addNote("is a plan that is reported: it may or may not be taken")
		s.status = "unknown"
	case s.intent == "proposal", s.intent == "plan", s.intent == "option":
		s.status = "planned"
	case s.intent == "" && s.status != "unknown":
		r.inElement("intent").addNote("is missing: it may or may not be an order")
		s.status = "unknown"
	}
	missingStatus(r, s)
}

// missingStatus notes that the status is missing. The end of a use stays open: a date is
// one day of it, and which use ended by then is not said.
func missingStatus(r *Reader, s *statement) {
	r.noteMissingStatus(s, "the medicine may or may not have been taken")
}

// usageElement reads MedicationStatement and MedicationAdministration:
// https://hl7.org/fhir/R4/medicationstatement.html and
// https://hl7.org/fhir/R4/medicationadministration.html
func usageElement(r *Reader, s *statement, name []byte) {
	switch string(name) {
	case "status":
		if s.basis == patient.Administration {
			s.status = r.readCode("in-progress", "not-done", "on-hold", "completed", "entered-in-error", "stopped", "unknown")
		} else {
			s.status = r.readCode("active", "completed", "entered-in-error", "intended", "stopped", "on-hold", "unknown", "not-taken")
		}
	case "dateAsserted":
		s.recorded = r.ReadDate()
	case "taken": // STU3: a modifier that R4 does not have
		r.addFault("is not an element that R4 has")
		r.SkipValue()
	case "dosage":
		r.readDosages()
	default:
		if suffix, ok := choiceSuffix(name, "effective"); ok {
			known := (suffix == "DateTime" || suffix == "Period") && r.readTimeChoice(suffix, &s.start, &s.end)
			r.checkChoice(&s.startChoices, known)
			s.pointInTime = suffix == "DateTime"
		} else {
			r.readDrugChoice(s, name)
		}
	}
}

// readDosages passes over MedicationStatement.dosage, an array, and
// MedicationAdministration.dosage, an object, but for modifier extensions.
func (r *Reader) readDosages() {
	var ignored statement
	if r.PeekToken() == '[' {
		r.ReadList(func() { r.readDosage(&ignored) })
		return
	}
	r.readDosage(&ignored)
}

func settleAdministration(r *Reader, s *statement) {
	missingStatus(r, s)
	s.endWhereItStarted()
}

// dispenseElement reads MedicationDispense:
// https://hl7.org/fhir/R4/medicationdispense.html
func dispenseElement(r *Reader, s *statement, name []byte) {
	switch string(name) {
	case "status":
		s.status = r.readCode("preparation", "in-progress", "cancelled", "on-hold", "completed", "entered-in-error", "stopped", "declined", "unknown")
	case "whenHandedOver":
		s.start.date = r.ReadDate()
	case "whenPrepared":
		s.recorded = r.ReadDate()
	default:
		r.readDrugChoice(s, name)
	}
}

// settleDispense turns the status of a dispense into a status of the use: a medicine
// that was handed out was taken from then on, and its end is not known.
func settleDispense(r *Reader, s *statement) {
	missingStatus(r, s)
	if s.start.date.IsZero() && !s.recorded.IsZero() { // prepared: handed out then or later
		s.start.date = patient.Between(s.recorded.First(), patient.MaxDay)
	}
	s.recorded = patient.Date{}
	switch s.status {
	case "completed":
		s.status = ""
	case "preparation", "in-progress", "on-hold", "stopped":
		s.status = "unknown"
	case "declined":
		s.status = "cancelled"
	}
}
