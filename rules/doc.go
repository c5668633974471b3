// SPDX-License-Identifier: Apache-2.0

// Package rules holds what a trial says: study files, concepts, the rule
// language and its three-valued evaluation.
//
// It is the only package that may import expr, and but for matcher/cases the
// only one that may import yaml; of this module it may import patient and
// patient/ucum. None of its exported names carries a type
// of expr or yaml.
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
// "and" is the least of its parts and "or" the greatest, in the order false,
// unknown, true; "not" turns true and false round. So an "and" is false as soon
// as one part is, and an "or" true, whatever else is unknown. What is missing,
// and the evidence, are those of the parts that decided: a question behind a
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
// the last day of February. Whoever was born on 29 February has a birthday on 1
// March in common years.
//
// A fact lasts from some day to some day; each may be known only in part. It
// lies in the window if it must, not if it cannot, and else that is unknown.
// Of several facts the surest decides.
//
// # How records are read
//
// The record is read as it stood on the screening day: what starts later does
// not count. A part of the record that was not supplied is unknown. In one that
// was, what is not listed did not happen, unless the record ends before the
// window does; but a result that is not there is unknown.
//
//	medication active, no end                  goes on, through every later date
//	medication stopped or completed, no end    ended between its start and the screening day
//	medication on hold, or of unknown status   may have been taken or not: at most unknown
//	entered in error, cancelled, draft, not taken, not done, intended, planned, not to be performed
//	                                           no exposure
//	order                                      exposure; the evidence says "ordered"
//	administration of one day                  that day, unless it is going on
//	condition confirmed, or not said           counts
//	condition active, recurrent, or no status and no abatement
//	                                           present
//	inactive, in remission, resolved, abated   not present, but was
//	active and yet abated                      unknown: a conflict
//	unconfirmed, provisional, differential     at most unknown
//	refuted, entered in error                  does not count
//	no onset                                   began on or before the day it was recorded
//	no date at all                             began by the screening day
//	procedure stopped, on hold, unknown        at most unknown
//	result final, amended, corrected           counts
//	result preliminary                         at most unknown; gives way to a final one of its day
//	result registered, cancelled, in error     never counts
//	result "<20"                               below 20, and not below 0 unless the concept can be
//	several results of one day                 the range of all; words that differ: a conflict
//	result whose day is not certain            any that may be the latest counts
//	a unit that cannot be converted            unknown
//	dead with no date                          dead on the screening day
//	a fact that the concept cannot read        turns no into unknown, and is named
package rules
