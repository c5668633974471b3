// SPDX-License-Identifier: Apache-2.0

package fhir

import (
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// statement is what one resource says, read on its own: of whom, and what it
// refers to, is settled when everything is there. It holds nothing of the text
// that it was read from.
type statement struct {
	identity
	domain  patient.Domain
	subject reference
	faults  []string // why it is unreadable
	notes   []string // what was left out of it

	codes     []patient.Coding
	text      string
	recorded  patient.Date
	course    patient.Course
	certainty patient.Certainty
	status    string
	start     moment
	end       moment

	medication // of the medication resources
	result     // of Observation
	parts      []part

	reactionTo   concept
	startChoices int
	endChoices   int
	endInWords   bool
	pointInTime  bool // one date, not a period
	doubtful     bool // a status was not understood
	elsewhere    bool // about someone or something else (Observation.focus)
}

// reading says how a type of resource is read.
type reading struct {
	domain patient.Domain
	basis  patient.Basis
	// element reads one element, or skips it.
	element func(r *reader, s *statement, name []byte)
	// settle weighs the elements against each other.
	settle func(r *reader, s *statement)
}

// readings are the resource types that hold facts.
var readings = map[string]reading{
	"Condition":                {patient.Conditions, "", conditionElement, settleCondition},
	"AllergyIntolerance":       {patient.Allergies, "", allergyElement, settleAllergy},
	"MedicationRequest":        {patient.Medications, patient.Order, requestElement, settleRequest},
	"MedicationStatement":      {patient.Medications, patient.Statement, usageElement, settleUsage},
	"MedicationDispense":       {patient.Medications, patient.Dispense, dispenseElement, settleDispense},
	"MedicationAdministration": {patient.Medications, patient.Administration, usageElement, settleAdministration},
	"Observation":              {patient.Observations, "", observationElement, settleObservation},
	"Procedure":                {patient.Procedures, "", procedureElement, settleProcedure},
	"Immunization":             {patient.Immunizations, "", immunizationElement, settleImmunization},
}

// read reads one resource.
func (s *statement) read(r *reader, how reading) {
	s.domain, s.basis = how.domain, how.basis
	r.enter('{')
	for name, ok := r.key(); ok; name, ok = r.key() {
		if len(name) > 0 && name[0] == '_' { // extensions of a primitive never change its meaning
			r.skip()
			continue
		}
		r.element = name
		switch string(name) {
		case "resourceType":
			r.skip()
		case "id":
			s.at.id = r.word()
		case "meta":
			r.meta(&s.version)
		case "implicitRules", "modifierExtension":
			if r.filled() {
				r.fault("is not known, and may change the meaning")
			}
		case "subject", "patient":
			s.subject = r.reference()
		case "contained":
			s.contained = r.drugs()
		default:
			how.element(r, s, name)
		}
	}
	if s.version.subset {
		r.in("meta.tag").fault("is SUBSETTED: elements were left out")
	}
	how.settle(r, s)
	s.faults, s.notes = r.faults, r.notes
}

// meta reads Resource.meta: https://hl7.org/fhir/R4/resource.html#Meta
func (r *reader) meta(v *version) {
	r.object(func(name []byte) {
		switch string(name) {
		case "versionId":
			v.number = r.word()
		case "lastUpdated":
			v.updated = r.word()
		case "tag":
			r.list(func() {
				// https://hl7.org/fhir/R4/search.html#summary
				if r.coding().Code == "SUBSETTED" {
					v.subset = true
				}
			})
		default:
			r.skip()
		}
	})
}

// status systems of R4.
const (
	conditionClinical = "http://terminology.hl7.org/CodeSystem/condition-clinical"
	conditionVerified = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
	allergyClinical   = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
	allergyVerified   = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
)

// statusCode reads a status that is a CodeableConcept. Understood is false
// where it holds something and no one code of the system, among those known.
func (r *reader) statusCode(system string, known ...string) (code string, understood bool) {
	faults := len(r.faults)
	c := r.concept()
	if len(r.faults) > faults || c.isZero() {
		return "", true // faulty, or nothing is said
	}
	for _, coding := range c.codes {
		if coding.System != system {
			continue
		}
		found := ""
		for _, k := range known {
			if coding.Code == k {
				found = k
			}
		}
		if found == "" || code != "" && code != found {
			return "", false
		}
		code = found
	}
	return code, code != ""
}

// clinical reads clinicalStatus, and verification verificationStatus. One that
// is not understood leaves the entry at most uncertain.
func (r *reader) clinical(s *statement, system string) {
	code, understood := r.statusCode(system, "active", "recurrence", "relapse", "inactive", "remission", "resolved")
	s.course = patient.Course(code)
	if !understood {
		r.doubt(s)
	}
}

func (r *reader) verification(s *statement, system string) {
	code, understood := r.statusCode(system, "confirmed", "unconfirmed", "provisional", "differential", "refuted", "entered-in-error")
	if code != "" {
		s.certainty = patient.Certainty(code)
	}
	if !understood {
		r.doubt(s)
	}
}

func (r *reader) doubt(s *statement) {
	s.doubtful = true
	r.note("is not understood: the entry counts as unconfirmed")
}

// weigh lets a doubt lower the certainty.
func (s *statement) weigh() {
	if s.doubtful && (s.certainty == "" || s.certainty == patient.Confirmed) {
		s.certainty = patient.Unconfirmed
	}
}

// dateOrPeriod reads what a choice of times has in common.
func (r *reader) time(suffix string, into *moment, end *moment) bool {
	switch suffix {
	case "DateTime", "Instant":
		into.date = r.date()
	case "Period":
		p := r.period()
		into.date, end.date = p.start, p.end
	case "Age":
		into.from = r.age()
		into.to = into.from
	case "Range":
		*into = r.ages()
	case "String":
		r.word()
	default:
		return false
	}
	return true
}

// choice notes a second value where R4 allows one, and a kind of value that R4
// does not have.
func (r *reader) choice(seen *int, known bool) {
	if *seen++; *seen > 1 {
		r.fault("is a second value where R4 allows one")
	}
	if !known {
		r.fault("is not an element that R4 has")
		r.skip()
	}
}

func after(name []byte, prefix string) (suffix string, ok bool) {
	return strings.CutPrefix(string(name), prefix)
}
