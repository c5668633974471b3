// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/matcher/internal/explain"
)

// Evidence is a fact of the record that decided a criterion: the record that it
// is in, its own words, the code that matched, its dates and its value.
type Evidence = explain.Evidence

// Missing is something that, if it were known, could decide a criterion: what to
// find out, why it is not known, and the record that leaves it open.
type Missing = explain.Missing

// Exposure is a medication on record that a washout looked at: the last dose,
// and the first screening day on which it surely lies before the washout.
type Exposure = explain.Exposure

// Why is the reason that something is not known.
type Why = evaluate.Why

// The reasons.
const (
	WhyNotSupplied = evaluate.WhyNotSupplied // the domain is not in the profile
	WhyNoResult    = evaluate.WhyNoResult
	WhyTooOld      = evaluate.WhyTooOld // there are results, all before the window
	WhyPartialDate = evaluate.WhyPartialDate
	WhyUnconfirmed = evaluate.WhyUnconfirmed
	WhyMayBe       = evaluate.WhyMayBe // the record may mean the concept or not
	WhyUnreadable  = evaluate.WhyUnreadable
	WhyConflict    = evaluate.WhyConflict
	WhyUnit        = evaluate.WhyUnit // the unit cannot be converted
	WhyUnanswered  = evaluate.WhyUnanswered
	WhyRecordEnds  = evaluate.WhyRecordEnds // before the window does
	WhyInexact     = evaluate.WhyInexact    // a number that is known only as a range
)

// ChangedBy is the cause that could still change a criterion that is decided.
type ChangedBy = evaluate.ChangedBy

// The causes: time alone; a fact that is not on record today, such as a new
// result; or nothing, as long as the record is right.
const (
	ByTime    = evaluate.ByTime
	ByNewFact = evaluate.ByNewFact
	ByNothing = evaluate.ByNothing
)

// WhoPatient is Missing.Who of facts about the person, such as the birth date.
const WhoPatient = explain.WhoPatient
