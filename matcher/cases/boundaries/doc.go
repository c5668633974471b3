// SPDX-License-Identifier: Apache-2.0

// Package boundaries makes a case for each edge of a study's rules. The truth
// that a case asserts is worked out without the engine, by plain arithmetic and a
// calendar of its own, so that the two can be compared.
//
// It may import matcher, matcher/cases, rules with its packages, and patient. It
// has no clock.
package boundaries
