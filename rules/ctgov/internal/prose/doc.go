// SPDX-License-Identifier: Apache-2.0

// Package prose reads one criterion of a trial, a bullet or a sentence in
// English, and writes the whole rule for it, or nothing. A rule is written only
// where every word of the sentence was understood; what is understood in part
// stays a question.
//
// It may import rules, patient and patient/ucum.
//
// # How a sentence is read
//
// The sentence is cut into tokens, and a descent over them takes each token or
// gives up: what is left over means that nothing was understood. A name is that
// of a concept only if it means the concept, no more and no less ([Reader] does
// not take the names that a record may use: a record of "emphysema" shows COPD,
// and a protocol that says emphysema does not mean COPD).
//
//	"history of", "prior"          had(x): now or ever
//	"active", "current", "known"   has(x): on the screening day
//	a bare condition               has(x); with a window had(x, window)
//	HIV, hepatitis, tuberculosis   or answer(q): no diagnosis on record is no proof
//	"severe", "uncontrolled", ...  and answer(q): asked of those who have it
//	"x requiring ...", "x except"  and answer(q), q being the whole sentence: it holds
//	                               of nobody who has not x
//	a list that can be read in     the widest reading, and answer(q), q being the
//	two ways                       whole sentence
//	"women who are pregnant"       sex != "male" and (has(pregnancy) or answer(q))
//	"over 18 years"                age > 18, and a question for whoever is 18
//	"within 4 weeks"               of the day named; of screening if none is
//	"less than 4 weeks before"     within(days(27))
//	consent, ability, judgement    answer(q), q being the whole sentence (see [IsVerbatimQuestion])
//
// A term that the library lacks becomes a [Stub] where its last word says what
// kind of thing it is. Refused are, among others: an exclusion that denies, an
// inclusion that ends with "or", numbers without unit, numbers that no such
// measurement has, windows in half-lives, and lines whose parent changes them.
package prose
