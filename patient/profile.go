// SPDX-License-Identifier: Apache-2.0

package patient

import (
	"iter"
	"slices"
)

// Profile is what is known about one person.
//
// Each domain (Conditions … Answers) is nil where it was not supplied, so that
// nothing can be said from it, and empty where it was looked at and holds
// nothing. Conditions, medications, procedures, allergies and immunizations
// that are supplied are taken as complete: what is not listed is not there.
// Observations and answers never are: no result says nothing.
//
// A Profile from outside must pass [Profile.Validate] (as [Decode] sees to)
// and must not be changed afterwards without calling it again. A validated
// Profile may be read by many goroutines at once.
type Profile struct {
	// ID names the person in results. It should be a pseudonym.
	ID string `json:"id" validate:"required,max=256" jsonschema:"minLength=1,maxLength=256" jsonschema_description:"Names the person in results. Use a pseudonym, not a name."`
	// BirthDate may be partial: every age that it allows is considered.
	BirthDate Date `json:"birth_date,omitzero" jsonschema_description:"May be partial: every age that it allows is considered."`
	Sex       Sex  `json:"sex,omitzero" validate:"omitempty,oneof=female male other unknown" jsonschema_description:"As recorded: female, male, other or unknown."`
	// Deceased is nil where the record says nothing of a death.
	Deceased  *bool `json:"deceased,omitzero" jsonschema_description:"Leave out where the record says nothing of a death."`
	DeathDate Date  `json:"death_date,omitzero" jsonschema_description:"Implies deceased."`
	// RecordedThrough is the last day that the record reaches. After it,
	// "nothing found" says nothing.
	RecordedThrough Date `json:"recorded_through,omitzero" jsonschema_description:"The last day that the record reaches: after it, nothing found says nothing."`

	Conditions    []Condition    `json:"conditions,omitzero" validate:"dive" jsonschema_description:"Diagnoses and problems. Leave out if not supplied; [] says that there are none."`
	Medications   []Medication   `json:"medications,omitzero" validate:"dive" jsonschema_description:"Orders, statements and administrations. Leave out if not supplied; [] says that there are none."`
	Observations  []Observation  `json:"observations,omitzero" validate:"dive" jsonschema_description:"Laboratory results, vital signs, scores. One that is missing is unknown, never normal."`
	Procedures    []Procedure    `json:"procedures,omitzero" validate:"dive" jsonschema_description:"Leave out if not supplied; [] says that there are none."`
	Allergies     []Allergy      `json:"allergies,omitzero" validate:"dive" jsonschema_description:"Leave out if not supplied; [] says that there are none."`
	Immunizations []Immunization `json:"immunizations,omitzero" validate:"dive" jsonschema_description:"Leave out if not supplied; [] says that there are none."`
	Answers       []Answer       `json:"answers,omitzero" validate:"dive" jsonschema_description:"What a person answered to a study's questions."`

	// Issues is what the adapter that made the profile could not use: one line
	// each, naming the record and never repeating what it says of the person.
	Issues []string `json:"issues,omitzero" jsonschema_description:"What could not be taken from the source: one line each, naming the record."`

	sha256  string   // set by Validate
	assumed []Domain // see AssumeComplete
}

// Sex is the administrative sex of the record.
type Sex string

// The values of Sex, which are those of FHIR AdministrativeGender. The empty
// Sex is not stated, which is not known like SexUnknown.
const (
	Female     Sex = "female"
	Male       Sex = "male"
	OtherSex   Sex = "other"
	SexUnknown Sex = "unknown"
)

// Domain is a part of the profile that a source supplies or does not.
type Domain string

// The domains of a profile, named as in its JSON.
const (
	Conditions    Domain = "conditions"
	Medications   Domain = "medications"
	Observations  Domain = "observations"
	Procedures    Domain = "procedures"
	Allergies     Domain = "allergies"
	Immunizations Domain = "immunizations"
	Answers       Domain = "answers"
)

// Domains lists every domain in the order of the profile.
func Domains() []Domain {
	return []Domain{Conditions, Medications, Observations, Procedures, Allergies, Immunizations, Answers}
}

// Supplied reports whether the domain was supplied, be it empty.
func (p *Profile) Supplied(d Domain) bool {
	switch d {
	case Conditions:
		return p.Conditions != nil
	case Medications:
		return p.Medications != nil
	case Observations:
		return p.Observations != nil
	case Procedures:
		return p.Procedures != nil
	case Allergies:
		return p.Allergies != nil
	case Immunizations:
		return p.Immunizations != nil
	case Answers:
		return p.Answers != nil
	}
	return false
}

// MarkSupplied says that the source looked at the domain: one that is nil
// becomes empty. It reports false for a name that is no domain.
func (p *Profile) MarkSupplied(d Domain) bool {
	switch d {
	case Conditions:
		p.Conditions = notNil(p.Conditions)
	case Medications:
		p.Medications = notNil(p.Medications)
	case Observations:
		p.Observations = notNil(p.Observations)
	case Procedures:
		p.Procedures = notNil(p.Procedures)
	case Allergies:
		p.Allergies = notNil(p.Allergies)
	case Immunizations:
		p.Immunizations = notNil(p.Immunizations)
	case Answers:
		p.Answers = notNil(p.Answers)
	default:
		return false
	}
	return true
}

// AssumeComplete marks a domain as supplied because a caller says that its record
// is complete, not the source. If the source did not supply it, [Profile.Assumed]
// lists it from then on. It reports false for a name that is no domain.
func (p *Profile) AssumeComplete(d Domain) bool {
	supplied := p.Supplied(d)
	if !p.MarkSupplied(d) {
		return false
	}
	if !supplied {
		p.assumed = append(p.assumed, d)
	}
	return true
}

// Assumed lists the domains that are supplied, and empty, only because of
// [Profile.AssumeComplete], in the order of the calls. The JSON form of a profile
// does not hold them.
func (p *Profile) Assumed() []Domain { return slices.Clone(p.assumed) }

// SetAssumed replaces the list of [Profile.Assumed]. It is for a profile that was
// read back from its JSON form, which does not hold the list, and for one whose
// source turned out to have supplied the domains.
func (p *Profile) SetAssumed(domains []Domain) { p.assumed = slices.Clone(domains) }

func notNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// Source yields profiles one by one. An error is one record that could not be
// used, not the end of the source.
type Source = iter.Seq2[*Profile, error]
