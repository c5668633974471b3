// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// Schema names the JSON form of [Result]. It changes when the form does.
const Schema = "eligo.result/1"

// Verdict is the answer to "may this person join?".
type Verdict string

// The verdicts. A prescreen: whoever is eligible here, an investigator decides.
const (
	Eligible     Verdict = "eligible"     // every inclusion is true and every exclusion false
	Ineligible   Verdict = "ineligible"   // some inclusion is false or some exclusion true
	Undetermined Verdict = "undetermined" // neither is known
)

// Awaits says what an undetermined verdict waits for.
type Awaits string

// What a verdict can wait for. Answers: everything that the record could
// decide is decided in the person's favour, and only questions to a person
// are open.
const (
	AwaitsNothing Awaits = "nothing"
	AwaitsAnswers Awaits = "answers"
	AwaitsData    Awaits = "data"
)

// Outcome is what a criterion means for eligibility.
type Outcome string

// The outcomes.
const (
	Pass    Outcome = "pass"
	Fail    Outcome = "fail"
	Unclear Outcome = "unknown"
)

// Result is the answer for one patient and one study. Its JSON, made by
// encoding/json, is the one form that every part of eligo prints; the same
// inputs give the same bytes.
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
	// Needed is the least to find out: the smallest set of facts that could make
	// an undetermined verdict eligible, those first that could end it by
	// themselves. It, and all down to Washout, is given by [Matcher.MatchDates]
	// alone.
	Needed []Needed `json:"needed,omitzero"`
	// NeededFor is the screening day that Needed is for, where some criterion
	// fails today: the first day on which none surely does.
	NeededFor patient.Day `json:"needed_for,omitzero"`
	// NearMiss is given where exactly one criterion fails.
	NearMiss *NearMiss `json:"near_miss,omitempty"`
	// EarliestEligible is the first screening day on which the verdict is surely
	// eligible if nothing new happens, and EligibleUntil the last day before that
	// changes; they are left out where there is none up to LookedUntil.
	EarliestEligible patient.Day `json:"earliest_eligible,omitzero"`
	EligibleUntil    patient.Day `json:"eligible_until,omitzero"`
	// BestCase is given where the dates differ if everything that is not known
	// turns out in the person's favour.
	BestCase *BestCase `json:"best_case,omitempty"`
	// Outlook says these dates, or why there is none, in words.
	Outlook     string      `json:"outlook,omitzero"`
	LookedUntil patient.Day `json:"looked_until,omitzero"` // the last screening day looked at
	// Washout lists the exposures that the study's washouts looked at.
	Washout []Exposure `json:"washout,omitzero"`
	Data    Data       `json:"data"`
	Engine  string     `json:"engine"`
}

// StudyRef says which study, and which words of it, the result is for.
type StudyRef struct {
	ID      string `json:"id"`
	Title   string `json:"title,omitzero"`
	Version string `json:"version,omitzero"`
	Source  string `json:"source,omitzero"`
	SHA256  string `json:"sha256"` // of the study file and every concept file it imports
	// Drafts counts the criteria whose rule a program drafted and nobody has
	// reviewed.
	Drafts int `json:"drafts,omitzero"`
	// Reviewed says who has reviewed the study; left out where nobody has.
	Reviewed *Reviewed `json:"reviewed,omitempty"`
}

// Reviewed is the review of a study: who signed it and when.
type Reviewed struct {
	By      string      `json:"by"`
	On      patient.Day `json:"on"`
	Current bool        `json:"current"` // false: the study has changed since
}

// Criterion is one criterion with what it came to and why.
type Criterion struct {
	ID       string         `json:"id"`
	Kind     rules.Side     `json:"kind"`
	Quote    string         `json:"quote"`
	Rule     string         `json:"rule"`
	Truth    language.Truth `json:"truth"` // of the rule
	Outcome  Outcome        `json:"outcome"`
	Label    string         `json:"label"` // the outcome in a clinician's words
	Reason   string         `json:"reason"`
	Evidence []Evidence     `json:"evidence"` // only what decided this criterion
	Missing  []Missing      `json:"missing"`
	// ClearsOn is the first screening day on which a criterion that does not pass
	// surely passes if nothing new happens. MayClearOn is an earlier one, from
	// which on one that fails is not known. Clearing says in words why there is
	// no ClearsOn for one that fails.
	ClearsOn   patient.Day `json:"clears_on,omitzero"`
	MayClearOn patient.Day `json:"may_clear_on,omitzero"`
	Clearing   string      `json:"clearing,omitzero"`
	// Shown are facts laid beside the criterion's question. They decided
	// nothing.
	Shown []Evidence `json:"shown,omitempty"`
}

// Data says what the result rests on.
type Data struct {
	ProfileSHA256   string           `json:"profile_sha256"` // of the profile as it was matched
	RecordedThrough patient.Date     `json:"recorded_through,omitzero"`
	NotSupplied     []patient.Domain `json:"not_supplied"` // domains that the study reads and the profile lacks
	Unreadable      []string         `json:"unreadable"`   // records that some concept of the study could not read
	Assumed         []string         `json:"assumed"`      // "first_dose = screening day", "conditions = complete"
	Issues          []string         `json:"issues"`       // what in the record was not used, and why
}
