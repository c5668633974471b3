// SPDX-License-Identifier: Apache-2.0

// Package report writes results for people and for programs: [Text] for the
// person who screens, [Page] for the screening file, [JSON] for everything that
// reads results, [FHIR] for clients of trial matching services, and for a batch
// [HTML] and [AppendCSV].
//
// It decides nothing and opens nothing: it takes results and a writer. Of this
// module it may import matcher, and from patient and rules the names of what a
// result holds; besides these, the standard library only.
package report
