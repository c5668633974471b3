// SPDX-License-Identifier: Apache-2.0

// Package language is the rule language of study files: its vocabulary, the
// checker and compiler ([Compile]), and the typed tree of a rule ([Form]).
//
// It evaluates nothing: package matcher does, and package rules/review reasons
// about rules without a patient. To add a word, add a row with its traits to the
// vocabulary, a function to the table of the evaluator
// (matcher/internal/evaluate) and a case file to the evaluator's
// testdata/language.
//
// It is the only package that may import expr, whose parser reads the syntax; no
// exported name carries a type of expr. Of this module it may import
// rules/terminology and patient.
//
// # The rule language
//
// A rule is one expression that is true, false or unknown of a patient:
//
//	age                                    number: completed years on the screening day
//	age_months                             number: completed months on the screening day
//	age_days                               number: days since birth on the screening day
//	age_at(date)                           number: completed years on that date
//	sex                                    text: the sex recorded: "female", "male" or "other"
//	alive                                  truth: not recorded as dead on the screening day
//	has(condition)                         truth: the condition is present on the screening day
//	had(condition[, window])               truth: the condition was present, ever or in the window
//	took(medication[, window])             truth: the medication was taken, ever or in the window
//	takes(medication)                      truth: the medication is taken on the screening day
//	underwent(procedure[, window])         truth: the procedure was done, ever or in the window
//	allergic(allergy)                      truth: the allergy or intolerance is present on the screening day
//	vaccinated(immunization[, window])     truth: the vaccine was given, ever or in the window
//	latest(observation[, window])          number: the latest result, in the concept's unit
//	highest(observation[, window])         number: the highest result, in the concept's unit
//	lowest(observation[, window])          number: the lowest result, in the concept's unit
//	uln(observation[, window])             number: upper limit of the reference range of the latest result
//	lln(observation[, window])             number: lower limit of the reference range of the latest result
//	positive(observation[, window])        truth: the latest result says positive, detected, present or yes
//	negative(observation[, window])        truth: the latest result says negative, not detected, absent or no
//	ever_positive(observation[, window])   truth: some result on record says positive; none on record is no
//	tested(observation[, window])          truth: there is a result, ever or in the window; none on record is unknown
//	times(concept[, window])               number: how many dated entries, ever or in the window
//	answer(question)                       truth: what a person answered to a question of the study
//	within(duration[, date])               window: the days from that long before the date up to the date itself; from the screening day unless a date is named
//	days(n)                                duration: n days
//	weeks(n)                               duration: n times seven days: day 56 lies within 8 weeks
//	months(n)                              duration: n calendar months: the same day of the month, or the last day of a shorter one
//	years(n)                               duration: n calendar years
//	at_least(n, truth, truth, ...)         truth: n or more of them are true
//	truth and truth                        truth: both are true; false as soon as one is false, even where the other is not known
//	truth or truth                         truth: one is true, even where the other is not known
//	not truth                              truth: the opposite; what is not known stays unknown
//	number <|<=|>|>= number                truth: true or false only where it is so for every value that is possible; 18 <= age <= 80 means both
//	number ==|!= number                    truth: for numbers, and for sex
//	value in [value, ...]                  truth: equal to one of the list
//	number +|-|*|/ number                  number: exact decimal arithmetic; dividing by what may be zero gives unknown
//
// # Truth
//
// In the order false, unknown, true, an "and" has the smallest truth of its parts,
// an "or" the greatest, and "not" swaps true and false. So an "and" is false as soon
// as one part is, and an "or" true, even if other parts are unknown. The evidence and
// the missing data are those of the parts that decided: a question behind a
// fact, as in has(heart_failure) and answer(uncontrolled), is only asked where
// the fact leaves it open.
//
// A number is a range of possible values. A comparison is true if it holds for
// all of them, false if for none, and else unknown.
//
// # Windows
//
// within(weeks(8), first_dose) is every day from 56 days before the first dose
// up to that day, both included. Without a date it ends on the screening day.
// Months and years are those of the calendar: six months before 31 August is
// the last day of February. A person born on 29 February has a birthday on 1 March
// in common years.
//
// A fact lasts from some day to some day; each may be known only in part. It
// lies in the window if it must, not if it cannot, and else that is unknown.
// If several facts match, the strongest answer wins: true, then unknown, then false.
package language
