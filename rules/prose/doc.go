// SPDX-License-Identifier: Apache-2.0

// Package prose reads one criterion of a trial, a bullet or a sentence in
// English, and writes the whole rule for it, or nothing. A rule is written only
// where every word of the sentence was understood; what is understood in part
// stays a question.
//
// It may import rules, patient and patient/ucum.
package prose
