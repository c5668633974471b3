// SPDX-License-Identifier: Apache-2.0

// Package patient holds the known facts about one person: the [Profile], its
// facts, partial dates ([Date]), exact numbers ([Decimal], [Quantity]),
// validation and JSON.
//
// Unknown facts stay unknown. A domain of a profile that is nil was not
// supplied; one that is empty was looked at and holds nothing. A date is the
// range of days that it can mean. A number keeps its comparator, its unit and
// every digit that it was written with.
//
// The package knows no trial and no wire format but eligo's own JSON. It may
// import the validator, the JSON tokenizer, the decimal library and its internal
// packages, and no other package of this module. Adapters that make profiles
// from other formats are the folders below it.
package patient

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"iter"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// Profile holds the known facts about one person.
//
// Each domain (Conditions … Answers) is nil where it was not supplied, so that
// nothing can be said from it, and empty where it was looked at and holds
// nothing. Conditions, medications, procedures, allergies and immunizations
// that are supplied are taken as complete: a fact that is not listed is absent.
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

	// Issues lists the records that the adapter could not use: one line
	// each, naming the record and never repeating patient data.
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

// Source yields profiles one by one. An error is one record that could not be
// used, not the end of the source.
type Source = iter.Seq2[*Profile, error]

// profileSchema is made of the structs by a test, so that the program need not
// carry the generator: go test ./patient -run TestSchemaFile -update
//
//go:embed profile.schema.json
var profileSchema []byte

// Schema gives the JSON Schema (draft 2020-12) of a profile, for editors and
// for programs that write profiles. [Decode] refuses all that the schema refuses;
// Decode looks further, at the calendar and at fields that contradict each
// other.
func Schema() []byte { return bytes.Clone(profileSchema) }

// JSON gives the profile's canonical JSON: the members in the order of the
// struct, without space, numbers with the digits that they were written with,
// dates in their shortest form, domains that were not supplied left out. The
// same profile gives the same bytes on every machine, and [Decode] reads them
// back as the same profile. The error is a string that is not UTF-8.
func (p *Profile) JSON() ([]byte, error) {
	w := writer{b: make([]byte, 0, 1024)}
	profileShape.writeObject(&w, p)
	return w.b, w.err
}

// SHA256 gives the SHA-256 of [Profile.JSON] in hexadecimal: the digest that Validate has
// stored, or else the current one ("" where the profile has no JSON). It writes
// nothing, so that many goroutines may call it.
func (p *Profile) SHA256() string {
	if p.sha256 != "" {
		return p.sha256
	}
	return p.computeDigest()
}

// Validated reports whether the last [Profile.Validate] found nothing wrong.
func (p *Profile) Validated() bool { return p.sha256 != "" }

// computeDigest writes to a buffer that is used again: a batch digests every profile.
func (p *Profile) computeDigest() string {
	w := writers.Get().(*writer)
	defer func() {
		if cap(w.b) <= maxKeptBuffer {
			writers.Put(w)
		}
	}()
	w.b, w.err = w.b[:0], nil
	profileShape.writeObject(w, p)
	if w.err != nil {
		return ""
	}
	sum := sha256.Sum256(w.b)
	return hex.EncodeToString(sum[:])
}

const maxKeptBuffer = 1 << 20

var writers = sync.Pool{New: func() any { return new(writer) }}

// writer appends canonical JSON to b. It keeps the first error.
type writer struct {
	b   []byte
	err error
}

// writeName begins a member; the value follows.
func (w *writer) writeName(name string) {
	if w.b[len(w.b)-1] != '{' {
		w.b = append(w.b, ',')
	}
	w.b = append(append(append(w.b, '"'), name...), `":`...)
}

func (w *writer) writeText(s string) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			var err error
			if w.b, err = jsontext.AppendQuote(w.b, s); err != nil && w.err == nil {
				w.err = err
			}
			return
		}
	}
	w.b = append(append(append(w.b, '"'), s...), '"')
}
