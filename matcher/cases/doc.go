// SPDX-License-Identifier: Apache-2.0

// Package cases runs the tests of a study: files of invented people with the truth
// that each criterion must have. It measures the coverage of the rules, and the
// changes of a rule that the cases would notice. The cases of
// matcher/cases/boundaries are made for each edge of a rule.
//
// A file of cases (NAME.cases.yaml) is a mapping with these keys:
//
//	study      the study file, relative to this file
//	patients   the folder of the profiles; ../patients unless given
//	on         the screening day
//	dates      the study's further dates
//	rest       the truth of each criterion that a case does not name; where it is
//	           left out, a case says nothing of the criteria that it does not name
//	cases      the cases
//	equivalent changes of rules that no case can notice (see [Mutate]): criterion,
//	           the changed rule, and the reason
//
// and each case one with these; patient or person must be there, and verdict or
// truth:
//
//	patient    the profile NAME.json in the folder of the profiles
//	person     the profile itself instead; its id may be left out
//	case       the name of the case among those of the same patient
//	on, dates  instead of those of the file
//	verdict    the expected verdict; with it awaits, which is nothing unless given
//	truth      of each criterion's rule
//	missing    why a criterion is not known: all the reasons, in any order
//	reason     words that the reason of a criterion must hold
//	issues, assumed   words that must be in the result's data
//
// Aliases and merge keys (<<) may be used. It may import matcher, rules and
// patient, and yaml for the files of cases alone. It has no clock: days are
// those of the file.
package cases
