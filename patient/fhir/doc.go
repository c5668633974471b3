// SPDX-License-Identifier: Apache-2.0

// Package fhir turns FHIR R4 (https://hl7.org/fhir/R4/) into profiles: a
// Bundle of any type or a bare Patient ([Decode]), many of them as lines or in
// a folder ([Bundles], [Folder]), and a Bulk Data export ([Bulk]).
//
// It may import package patient, the JSON tokenizer and the standard library,
// and nothing else of this module.
//
// # What is read
//
//	conditions     Condition
//	medications    MedicationRequest, MedicationStatement, MedicationAdministration,
//	               MedicationDispense (and Medication, for its codes)
//	observations   Observation, and each component that has a value as an observation of its own
//	procedures     Procedure
//	allergies      AllergyIntolerance
//	immunizations  Immunization
//
// Every other type is counted by name in [patient.Profile.Issues].
//
// # Which domains are supplied
//
// A domain is supplied if at least one resource of its types is there for this
// patient, or says that there is none ("no known allergies"), or if
// [Options.Complete] names it. It is not supplied, whatever Options say, if the
// only thing that the record says about it is that nothing is known ("no
// information about allergies"). A statement about a part ("no known drug
// allergy") supplies nothing, since it says nothing of the rest. Statements
// that there is none *now* ("no current problems") supply the domain with one
// unreadable entry that has ended: the past stays open.
//
// # What cannot be read
//
// Nothing is dropped in silence, and nothing in one resource costs the patient.
// A resource that has a wrong JSON type, an impossible date, a code that R4
// does not have, two values where R4 allows one, a modifierExtension or
// implicitRules (https://hl7.org/fhir/R4/extensibility.html#modifierExtension),
// or the tag SUBSETTED, becomes a fact that carries its record and the reason
// under Unreadable and nothing else: it may then be anything. So does a
// resource of this Bundle that may or may not be about this patient, except an
// Observation, since a missing one never turns into a "no".
//
// What is wrong with the document itself is an error: broken JSON, a name that
// occurs twice in an object, a Bundle that is one page of several (its domains
// would look complete and are not), no Patient or several with none chosen, a
// Patient with modifierExtension, implicitRules or a replacement.
//
// # Whose resource it is
//
// References are resolved as in https://hl7.org/fhir/R4/bundle.html#references:
// a relative one against the base of the fullUrl of its entry, an absolute one
// and a urn by the fullUrl of the Patient, a version left out of account. The
// same id under another base is another person. Where the base of the Patient
// or of the referring entry is not known (no fullUrl, or a urn), a relative
// reference with the Patient's id is the Patient; an absolute one may be and is
// unreadable. A logical reference counts if system and value equal one of the
// Patient's identifiers.
//
// # Bulk Data
//
// [Bulk] reads each line by what it is, whatever the name of its file. Lines of
// types that are not read cost next to nothing, and are not read on in a file
// that holds nothing else.
//
// A type that has a resource in the export was exported, and its domain is
// supplied for every Patient of the export, as it is where manifest.json says
// that there are 0. A type that has none is as in a Bundle: not supplied, unless
// Options.Complete names the domain. The day of transactionTime is the last that
// the record reaches.
//
// An export that may not be whole never says that something is not there. The
// domains in doubt then hold, for every patient, one more entry that may be
// anything and names the reason; for results it is an issue. This is so
//   - where a file is cut short or damaged, or a line cannot be read or has no
//     subject that can be told: the domain of its type, or every domain;
//   - where manifest.json lists files or counts that are not here: that type;
//   - where it says _since or has a further page, where resources are named as
//     deleted (which an export of what changed does), and where the server
//     reported an error: every domain; and where it says _typeFilter: that type.
//     Such a domain is supplied only for those who have a resource of it, and
//     Options.Complete removes the doubt: the caller knows.
//
// A line that cannot be read and names one patient is an entry of that patient
// that may be anything. What was asked of the server in a POST is not in the
// manifest, and without a manifest nothing of it is known.
//
// Not used at all is an export with a manifest.json that is no JSON, one made
// with _elements, and one whose deletions cannot be read.
//
// A deleted resource is gone, unless its lastUpdated is after its deletion. Of
// several versions under one patient the newest counts, as in a Bundle; a
// version that names another patient stays where it is. Absolute references to
// patients are believed if all of the export have one base.
//
// A Patient that cannot be read is one error, and so is an id that resources
// refer to and no Patient has. Lines over [patient.MaxRecord] are skipped.
//
// # Dates
//
// An onset Period is an imprecise onset: some day of the period. (R4 leaves its
// meaning to the reader; R5 words it so: https://hl7.org/fhir/R5/condition-definitions.html#Condition.onset_x_.)
// Without an end it is the span of a condition that goes on, and the onset is
// its start. An age is counted from the birth date and is the whole year,
// month, week or day that it names.
package fhir
