// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"cmp"
	"slices"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/matcher/internal/explain"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// Schema names the JSON form of [Result]. It changes when the form does.
const Schema = "eligo.result/2"

// Verdict is the answer to "may this person join?".
type Verdict string

// The verdicts. They are a prescreen: an investigator decides.
const (
	Eligible     Verdict = "eligible"     // every inclusion is true and every exclusion false
	Ineligible   Verdict = "ineligible"   // some inclusion is false or some exclusion true
	Undetermined Verdict = "undetermined" // neither of the two is known
)

// Awaits is the kind of information that an undetermined verdict waits for.
type Awaits string

// The kinds. Answers: everything that the record could decide is decided in the
// person's favour, and only questions to a person are open.
const (
	AwaitsNothing Awaits = "nothing"
	AwaitsAnswers Awaits = "answers"
	AwaitsData    Awaits = "data"
)

// Outcome is the consequence of a criterion for eligibility.
type Outcome string

// The outcomes.
const (
	Pass    Outcome = "pass"
	Fail    Outcome = "fail"
	Unclear Outcome = "unknown"
)

// Result is the answer for one patient and one study. Its JSON form, made by
// encoding/json or [Result.AppendJSON], is the one that every part of eligo prints;
// the same inputs give the same bytes. A [patient.Day] that is zero is not given.
type Result struct {
	Schema   string                 `json:"schema"`
	Study    StudyRef               `json:"study"`
	Patient  string                 `json:"patient"`
	Dates    map[string]patient.Day `json:"dates"` // screening and every anchor of the study
	Verdict  Verdict                `json:"verdict"`
	Awaits   Awaits                 `json:"awaits"`
	Summary  string                 `json:"summary"` // one plain sentence
	Criteria []Criterion            `json:"criteria"`
	Blocking []string               `json:"blocking"` // ids of the criteria that fail
	Unknown  []string               `json:"unknown"`  // ids of those that are not known
	// Needed is the smallest set of facts that could make an undetermined verdict
	// eligible; facts that could make a criterion fail by themselves come first. It,
	// and all down to Washout, is given only with [LookAhead].
	Needed []Needed `json:"needed,omitzero"`
	// NeededFor is the screening day that Needed is for if a criterion fails today:
	// the first day on which none surely fails.
	NeededFor patient.Day `json:"needed_for,omitzero"`
	// NearMiss is given if exactly one criterion fails.
	NearMiss *NearMiss `json:"near_miss,omitempty"`
	// EarliestEligible is the first screening day on which the verdict is surely
	// eligible if nothing new happens, and EligibleUntil the last day before that
	// changes. They are zero if there is none up to LookedUntil.
	EarliestEligible patient.Day `json:"earliest_eligible,omitzero"`
	EligibleUntil    patient.Day `json:"eligible_until,omitzero"`
	// BestCase is given if the dates differ when everything unknown turns out in
	// the person's favour.
	BestCase *BestCase `json:"best_case,omitempty"`
	// Outlook is a sentence with these dates, or the reason why there are none.
	Outlook string `json:"outlook,omitzero"`
	// LookedUntil is the last screening day looked at, and Horizon how far ahead
	// that is: zero if a fixed date of the study ended it earlier.
	LookedUntil patient.Day `json:"looked_until,omitzero"`
	Horizon     Horizon     `json:"horizon,omitzero"`
	// Washout lists the exposures that the study's washout rules apply to.
	Washout []Exposure `json:"washout,omitzero"`
	// Unrecognized is what some concept of the study did not recognise, grouped: those that
	// leave more criteria open first, then those of more facts, then by their text. There
	// are at most [MostUnrecognized]; UnrecognizedMore counts the others.
	Unrecognized     []Unrecognized   `json:"unrecognised"`
	UnrecognizedMore UnrecognizedMore `json:"unrecognised_more,omitzero"`
	Data             Data             `json:"data"`
	Engine           string           `json:"engine"`
}

// StudyRef identifies the study of a result, by the digest of its text.
type StudyRef struct {
	ID      string `json:"id"`
	Title   string `json:"title,omitzero"`
	Version string `json:"version,omitzero"`
	Source  string `json:"source,omitzero"`
	SHA256  string `json:"sha256"` // of the study file and every concept file it imports
	// Terminology is the SHA-256 of the terminologies of the site that the facts were
	// read with; "" if there were none.
	Terminology string `json:"terminology,omitzero"`
	// Drafts counts the criteria whose rule a program drafted and nobody has
	// reviewed.
	Drafts int `json:"drafts,omitzero"`
	// Reviewed is nil if nobody has reviewed the study.
	Reviewed *Reviewed `json:"reviewed,omitempty"`
}

// Reviewed is the review of a study: who signed it and when.
type Reviewed struct {
	By      string      `json:"by"`
	On      patient.Day `json:"on"`
	Current bool        `json:"current"` // false: the study has changed since
}

// Criterion is one criterion with its outcome and the reason.
type Criterion struct {
	ID    string     `json:"id"`
	Kind  rules.Side `json:"kind"`
	Quote string     `json:"quote"`
	// BuiltIn marks the criterion that eligo adds to every study: Quote is then not
	// the protocol's own words.
	BuiltIn  bool           `json:"built_in,omitzero"`
	Rule     string         `json:"rule"`
	Truth    language.Truth `json:"truth"` // of the rule
	Outcome  Outcome        `json:"outcome"`
	Label    string         `json:"label"` // the outcome in a clinician's words
	Reason   string         `json:"reason"`
	Evidence []Evidence     `json:"evidence"` // only the facts that decided this criterion
	Missing  []Missing      `json:"missing"`
	// ClearsOn is the first screening day on which a criterion that does not pass
	// surely passes if nothing new happens. MayClearOn is an earlier day, from which
	// on a criterion that fails is unknown. Clearing is given for a criterion that
	// fails and has no ClearsOn.
	ClearsOn   patient.Day `json:"clears_on,omitzero"`
	MayClearOn patient.Day `json:"may_clear_on,omitzero"`
	Clearing   *Clearing   `json:"clearing,omitempty"`
	// Shown are facts laid beside the criterion's question. They decided
	// nothing.
	Shown []Evidence `json:"shown,omitempty"`
}

// Clearing explains why a criterion that fails has no day on which it passes.
type Clearing struct {
	Kind ClearingKind `json:"kind"`
	// Stop lists, for ClearsAfterStopping, the ongoing medicines.
	Stop []Stop `json:"stop,omitempty"`
	// Reason is the criterion's reason on MayClearOn, if that is given.
	Reason string `json:"reason,omitzero"`
}

// ClearingKind is the kind of a [Clearing].
type ClearingKind string

// The kinds.
const (
	ClearsAfterStopping ClearingKind = "ongoing"   // a washout begins when the medicines in Stop are stopped
	ClearsUncertainly   ClearingKind = "uncertain" // it may pass from MayClearOn on
	ClearsBeyond        ClearingKind = "beyond"    // by time alone, but not up to LookedUntil
	ClearsByNewFact     ClearingKind = "new_fact"  // only if something new is recorded
	ClearsNever         ClearingKind = "never"     // as long as the record is right
)

// Stop is an ongoing medicine, and the time to wait after its last dose.
type Stop struct {
	Medication string `json:"medication"`
	Washout    string `json:"washout"` // "8 weeks"
}

// Data is the basis of a result.
type Data struct {
	ProfileSHA256   string           `json:"profile_sha256"` // of the profile as it was matched
	RecordedThrough patient.Date     `json:"recorded_through,omitzero"`
	NotSupplied     []patient.Domain `json:"not_supplied"` // domains that the study reads and the profile lacks
	Assumed         []Assumption     `json:"assumed"`      // dates in the order of the study, then domains
	Issues          []string         `json:"issues"`       // parts of the record that were not used, and why
}

// Assumption is something that a result takes on trust.
type Assumption struct {
	Kind AssumptionKind `json:"kind"`
	// Date is, for AssumedDate, a date of the study that was not given.
	Date string `json:"date,omitzero"`
	// Domain is, for AssumedComplete, a domain of which the source supplied nothing.
	Domain patient.Domain `json:"domain,omitzero"`
}

// AssumptionKind is the kind of an [Assumption].
type AssumptionKind string

// The kinds.
const (
	AssumedDate     AssumptionKind = "date"     // a date falls on the screening day
	AssumedComplete AssumptionKind = "complete" // a domain is complete: see [patient.Profile.AssumeComplete]
)

// String gives "first_dose = screening day" or "conditions = complete".
func (a Assumption) String() string {
	if a.Kind == AssumedDate {
		return a.Date + " = screening day"
	}
	return string(a.Domain) + " = complete"
}

// StudyDates gives the days of a study's dates, as in Result.Dates, and its dates
// that d does not give.
func StudyDates(s *rules.Study, d Dates) (dates map[string]patient.Day, assumed []Assumption) {
	dates, assumed = map[string]patient.Day{language.Screening: d.Screening}, []Assumption{}
	for _, name := range s.Anchors {
		day, given := d.Anchors[name]
		if !given {
			day = d.Screening
			assumed = append(assumed, Assumption{Kind: AssumedDate, Date: name})
		}
		dates[name] = day
	}
	return dates, assumed
}

// Screening is the screening day.
func (r *Result) Screening() patient.Day { return r.Dates[language.Screening] }

// AssumesDate reports whether a date of the study was not given.
func (r *Result) AssumesDate(name string) bool {
	return slices.Contains(r.Data.Assumed, Assumption{Kind: AssumedDate, Date: name})
}

// FactsNeeded is the number of facts in Needed if they could make the person eligible,
// and 0 if they could not.
func (r *Result) FactsNeeded() int {
	if slices.ContainsFunc(r.Needed, func(n Needed) bool { return len(n.Settles) > 0 }) {
		return len(r.Needed)
	}
	return 0
}

// Opening is a screening day after that of the result from which on the person is
// eligible: surely or, with BestCase, if everything unknown turns out well.
type Opening struct {
	Day, Until patient.Day // Until is the last such day, zero if it is not known
	BestCase   bool
}

// Openings lists the openings of a result, the earlier first. There are at most
// two.
func (r *Result) Openings() []Opening {
	var list []Opening
	if b := r.BestCase; b != nil && b.EarliestEligible > r.Screening() {
		list = append(list, Opening{b.EarliestEligible, b.EligibleUntil, true})
	}
	if r.EarliestEligible > r.Screening() {
		list = append(list, Opening{r.EarliestEligible, r.EligibleUntil, false})
	}
	slices.SortStableFunc(list, func(a, b Opening) int { return cmp.Compare(a.Day, b.Day) })
	return list
}

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
	// WhyNotRecognized: the meaning of the record is not known, so it may be the concept.
	WhyNotRecognized = evaluate.WhyNotRecognized
	WhyConflict      = evaluate.WhyConflict
	WhyUnit          = evaluate.WhyUnit // the unit cannot be converted
	WhyUnanswered    = evaluate.WhyUnanswered
	WhyRecordEnds    = evaluate.WhyRecordEnds // before the window does
	WhyInexact       = evaluate.WhyInexact    // a number that is known only as a range
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
