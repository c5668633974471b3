// SPDX-License-Identifier: Apache-2.0

// Package funnel counts the results of a cohort: a [Tally] for each study becomes
// a [Summary] with the totals, the attrition in the protocol's order, each
// criterion by itself, the missing facts, the near misses and a [Calendar]. Package
// report renders a Summary.
//
// Of this module it may import matcher, and patient and rules for the types that a
// result holds.
package funnel
