// SPDX-License-Identifier: Apache-2.0

// Package resource reads FHIR R4 resources one by one and assembles those about
// one patient to a profile. The documentation of package fhir has the rules. It
// may import package patient, its sibling json and the standard library.
package resource
