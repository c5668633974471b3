// SPDX-License-Identifier: Apache-2.0

// Package document reads the profile of one patient whatever its format is:
// eligo's own JSON or FHIR, plain or gzipped, told apart by what they hold.
//
// It may import patient and its adapters. A further format is one more case in
// [Read].
package document
