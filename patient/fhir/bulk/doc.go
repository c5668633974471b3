// SPDX-License-Identifier: Apache-2.0

// Package bulk turns a Bulk Data export of FHIR R4 (https://hl7.org/fhir/uv/bulkdata/)
// into profiles ([Records]). It reads resources by the rules of package fhir; this
// text has the rules for the export as a whole.
//
// The package may import packages patient and fhir, the internal packages of fhir
// and the standard library.
//
// # Domains that are supplied
//
// Each line is read as the resource type that it holds, whatever the name of its
// file. Lines of types that are not read cost next to nothing, and a file that
// holds nothing else is not read to its end.
//
// A resource type with at least one resource in the export was exported, and its
// domain is supplied for every Patient of the export; so is one of which
// manifest.json says that there are 0. A type without resources is treated as in a
// Bundle: not supplied, unless Options.Complete names the domain. The day of
// transactionTime is the last that the record reaches.
//
// # Exports that may not be complete
//
// An export that may not be complete never says that a fact is absent. Every
// patient then gets one more entry in each domain in doubt, which may be anything
// and names the reason; for results it is an issue. The cases are:
//   - a file is cut short or damaged, or a line cannot be read or has no subject
//     that can be told: the domain of its type, or every domain;
//   - manifest.json lists files or counts that are not here: that type;
//   - manifest.json says _since or has a further page, resources are named as
//     deleted (as in an export of changes), or the server reported an
//     error: every domain; and _typeFilter: that type. In these cases the domain
//     is supplied only for patients who have a resource of it, and
//     Options.Complete removes the doubt.
//
// A line that cannot be read and names one patient becomes an entry of that
// patient that may be anything. The parameters of a POST request are not in the
// manifest, and without a manifest no parameters are known.
//
// An export is refused if its manifest.json is no JSON, if it was made with
// _elements, or if its deletions cannot be read.
//
// # Versions and references
//
// A deleted resource is gone, unless its lastUpdated is after its deletion. Of
// several versions under one patient the newest counts, as in a Bundle; a
// version that names another patient stays with that patient. Absolute references
// to patients are trusted if all of the export have one base.
//
// A Patient that cannot be read is one error, and so is an id that resources
// refer to and no Patient has. Lines over [patient.MaxRecord] are skipped.
package bulk
