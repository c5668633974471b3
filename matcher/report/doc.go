// SPDX-License-Identifier: Apache-2.0

// Package report renders results: [Text] for the person who screens, [PatientPage]
// for the screening file, [JSON] for programs, [FHIR] for clients of trial matching
// services, and for a cohort [CohortPage], [AppendCSV] and [AppendClearing].
//
// It decides nothing, counts nothing and opens nothing: it takes results and a writer.
// Of this module it may import matcher and matcher/funnel, and patient and rules for
// the types that a result holds; besides these, the standard library only.
package report
