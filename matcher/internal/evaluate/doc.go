// SPDX-License-Identifier: Apache-2.0

// Package evaluate decides rules for one patient, in three-valued logic: the truth
// of every criterion, its evidence, the missing data, the days on which it changes,
// and the least that could settle it.
//
// [NewReader] prepares the concepts of studies, [Reader.Read] recognizes the facts
// of a profile, and [Chart.For] binds the result to one of the studies.
//
// Of this module it may import rules, rules/language, rules/terminology, patient
// and patient/ucum.
//
// # How records are read
//
// The record is read as it stood on the screening day: a fact that starts later
// does not count. A part of the record that was not supplied is unknown. In one that
// was, an entry that is not listed did not happen, unless the record ends before the
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
package evaluate
