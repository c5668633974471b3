// SPDX-License-Identifier: Apache-2.0

package resource

import (
	"maps"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// statement holds one decoded resource. Its patient and the resources that it
// refers to are found when all resources are decoded. It shares no memory with the
// text that it was read from.
type statement struct {
	identity
	domain  patient.Domain
	subject reference
	faults  []string // why it is unreadable
	notes   []string // elements that were left out

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
	parts      []component

	reactionTo   codedConcept
	startChoices int
	endChoices   int
	endInWords   bool
	pointInTime  bool // one date, not a period
	doubtful     bool // a status was not understood
	elsewhere    bool // about someone or something else (Observation.focus)
}

type reading struct {
	domain patient.Domain
	basis  patient.Basis
	// element reads one element, or leaves it alone.
	element func(r *Reader, s *statement, name []byte)
	// settle weighs the elements against each other.
	settle func(r *Reader, s *statement)
}

var readings = map[string]reading{
	"Condition":                {patient.Conditions, "", problemElement, settleCondition},
	"AllergyIntolerance":       {patient.Allergies, "", problemElement, settleAllergy},
	"MedicationRequest":        {patient.Medications, patient.Order, requestElement, settleRequest},
	"MedicationStatement":      {patient.Medications, patient.Statement, usageElement, missingStatus},
	"MedicationDispense":       {patient.Medications, patient.Dispense, dispenseElement, settleDispense},
	"MedicationAdministration": {patient.Medications, patient.Administration, usageElement, settleAdministration},
	"Observation":              {patient.Observations, "", observationElement, settleObservation},
	"Procedure":                {patient.Procedures, "", procedureElement, settleProcedure},
	"Immunization":             {patient.Immunizations, "", immunizationElement, settleImmunization},
}

// DomainOf gives the domain of a resource type; false for a type that holds no
// facts.
func DomainOf(kind string) (patient.Domain, bool) {
	how, known := readings[kind]
	return how.domain, known
}

// FactTypes lists the resource types that hold facts.
func FactTypes() []string { return slices.Sorted(maps.Keys(readings)) }

func (s *statement) readFrom(r *Reader, how reading) {
	s.domain, s.basis = how.domain, how.basis
	r.ReadObject(func(name []byte) {
		if r.readBaseElement(&s.identity, name) {
			return
		}
		switch string(name) {
		case "subject", "patient":
			s.subject = r.readReference()
		case "contained":
			s.contained = r.readContainedDrugs()
		default:
			how.element(r, s, name)
		}
	})
	if s.version.subset {
		r.inElement("meta.tag").addFault("is SUBSETTED: elements were left out")
	}
	how.settle(r, s)
	s.faults, s.notes = r.Faults, r.notes
}

// readBaseElement reads an element that every type of resource has; false for any other,
// which is then still to be read.
func (r *Reader) readBaseElement(d *identity, name []byte) bool {
	if len(name) > 0 && name[0] == '_' { // extensions of a primitive never change its meaning
		r.SkipValue()
		return true
	}
	r.Element = name
	switch string(name) {
	case "resourceType":
		r.SkipValue()
	case "id":
		d.address.ID = r.ReadText()
	case "meta":
		r.ReadMeta(&d.version)
	case "implicitRules", "modifierExtension":
		if r.readFilled() {
			r.addFault("is not known, and may change the meaning")
		}
	default:
		return false
	}
	return true
}

// ReadMeta reads Resource.meta: https://hl7.org/fhir/R4/resource.html#Meta
func (r *Reader) ReadMeta(v *Version) {
	r.ReadObject(func(name []byte) {
		switch string(name) {
		case "versionId":
			v.number = r.ReadText()
		case "lastUpdated":
			v.Updated = r.ReadText()
		case "tag":
			r.ReadList(func() {
				// https://hl7.org/fhir/R4/search.html#summary
				if r.readCoding().Code == "SUBSETTED" {
					v.subset = true
				}
			})
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

// readStatusCode reads a status that is a CodeableConcept. Understood is false
// where it holds something and no one code of the system, among those known.
func (r *Reader) readStatusCode(system string, known ...string) (code string, understood bool) {
	faults := len(r.Faults)
	c := r.readConcept()
	if len(r.Faults) > faults || c.isZero() {
		return "", true // faulty, or nothing is said
	}
	for _, coding := range c.codes {
		if coding.System != system {
			continue
		}
		if !slices.Contains(known, coding.Code) || code != "" && code != coding.Code {
			return "", false
		}
		code = coding.Code
	}
	return code, code != ""
}

// readClinicalStatus reads clinicalStatus, and verification verificationStatus. One that
// is not understood leaves the entry at most uncertain.
func (r *Reader) readClinicalStatus(s *statement, system string) {
	code, understood := r.readStatusCode(system, "active", "recurrence", "relapse", "inactive", "remission", "resolved")
	s.course = patient.Course(code)
	if !understood {
		r.addDoubt(s)
	}
}

func (r *Reader) readVerificationStatus(s *statement, system string) {
	code, understood := r.readStatusCode(system, "confirmed", "unconfirmed", "provisional", "differential", "refuted", "entered-in-error")
	s.certainty = patient.Certainty(code)
	if !understood {
		r.addDoubt(s)
	}
}

func (r *Reader) noteMissingStatus(s *statement, effect string) {
	if s.status == "" {
		r.inElement("status").addNote("is missing: " + effect)
		s.status = "unknown"
	}
}

func (r *Reader) addDoubt(s *statement) {
	s.doubtful = true
	r.addNote("is not understood: the entry counts as unconfirmed")
}

func (s *statement) lowerCertainty() {
	if s.doubtful && (s.certainty == "" || s.certainty == patient.Confirmed) {
		s.certainty = patient.Unconfirmed
	}
}

// readTimeChoice reads the types that choices of times have in common; false for
// any other type.
func (r *Reader) readTimeChoice(suffix string, into *moment, end *moment) bool {
	switch suffix {
	case "DateTime", "Instant":
		into.date = r.ReadDate()
	case "Period":
		p := r.readPeriod()
		into.date, end.date = p.start, p.end
	case "Age":
		into.from = r.readAge()
		into.to = into.from
	case "Range":
		*into = moment{}
		into.from, into.to = readPair(r, "low", "high", (*Reader).readAge)
	case "String":
		r.ReadText()
	default:
		return false
	}
	return true
}

// checkChoice notes a second value where R4 allows one, and a kind of value that R4
// does not have.
func (r *Reader) checkChoice(seen *int, known bool) {
	if *seen++; *seen > 1 {
		r.addFault("is a second value where R4 allows one")
	}
	if !known {
		r.addFault("is not an element that R4 has")
		r.SkipValue()
	}
}

func choiceSuffix(name []byte, prefix string) (suffix string, ok bool) {
	return strings.CutPrefix(string(name), prefix)
}
