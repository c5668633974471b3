// SPDX-License-Identifier: Apache-2.0

// Package document reads the record of one patient in any format: eligo's own
// JSON or FHIR, plain or gzipped, told apart by the content.
//
// It may import patient and its adapters.
package document
