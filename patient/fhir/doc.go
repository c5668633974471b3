// SPDX-License-Identifier: Apache-2.0

// Package fhir turns FHIR R4 (https://hl7.org/fhir/R4/) into profiles: a
// Bundle of any type or a bare Patient ([Decode]), many of them as lines or in
// a folder ([Bundles], [Folder]). Package bulk below it reads Bulk Data exports.
// This text is the specification of how both read resources.
//
// The package may import package patient, its own internal packages, the JSON
// tokenizer and the standard library.
//
// # Resource types
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
// # Resources that cannot be read
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
// A fault of the document itself is an error: broken JSON, a name that
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
// # Certainty marks of German diagnoses
//
// The extension icd-10-gm-diagnosesicherheit of HL7 Germany, on a coding, its CodeableConcept or the Condition, and a
// mark behind the code of ICD-10-GM ("I50.9 V") change Certainty and Course as [patient.Condition.ApplyMarks] says. A
// mark that is not G, V, A or Z leaves the condition unconfirmed.
//
// # Dates
//
// An onset Period is an imprecise onset: some day of the period. (R4 leaves its
// meaning to the reader; R5 words it so: https://hl7.org/fhir/R5/condition-definitions.html#Condition.onset_x_.)
// Without an end it is the span of a condition that goes on, and the onset is
// its start. An age is counted from the birth date and is the whole year,
// month, week or day that it names.
package fhir
