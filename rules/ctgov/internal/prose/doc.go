// SPDX-License-Identifier: Apache-2.0

// Package prose reads one criterion of a trial, a bullet or a sentence in
// English, and gives its rule. It gives a rule only if it understood each word of
// the sentence. A part that it understood with doubt becomes a question.
//
// It may import rules with its packages language and terminology, patient and
// patient/ucum.
//
// # How a sentence is read
//
// A recursive descent parser reads the tokens of the sentence. A token that it
// cannot read makes the whole reading fail. A name must mean the concept exactly:
// [Reader] does not take the names that records use, because a record of
// "emphysema" shows COPD, and a protocol that says emphysema does not mean COPD.
// The phrases are in tables/*.txt.
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
//	"over 18 years"                age > 18, and a question for people of 18
//	"within 4 weeks"               of the day named; of screening if none is
//	"less than 4 weeks before"     within(days(27))
//	consent, ability, judgement    answer(q), q being the whole sentence (see [IsVerbatimQuestion])
//
// A term that the library lacks becomes a [Stub] if its last word tells its kind.
// The reader refuses, among others, an exclusion that denies, an inclusion that
// ends with "or", numbers without unit, numbers out of the range of the
// measurement, windows in half-lives, and items that a parent line changes.
package prose
