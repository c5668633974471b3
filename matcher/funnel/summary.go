// SPDX-License-Identifier: Apache-2.0

package funnel

import (
	"encoding/json"
	"maps"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// SummarySchema names the JSON form of [Summary]. It changes when the form
// does.
const SummarySchema = "eligo.summary/2"

// Summary holds the counts of a batch: one part for each study, in the order in
// which they were given. Every number is a number of people, one record read
// being one person. It holds no patient data but the ids of near misses.
type Summary struct {
	Schema  string         `json:"schema"`
	Studies []StudySummary `json:"studies"`
}

// StudySummary holds the counts of one study. The same results give the same
// bytes, in any order and divided in any way.
type StudySummary struct {
	Study     matcher.StudyRef       `json:"study"`
	Dates     map[string]patient.Day `json:"dates"`   // screening and every anchor of the study
	Assumed   []matcher.Assumption   `json:"assumed"` // for everybody: dates that were not given
	Engine    string                 `json:"engine"`
	Totals    Totals                 `json:"totals"`
	Questions []Question             `json:"questions"` // of the study, in its order
	// Attrition follows everybody through the criteria in the protocol's
	// order, the built-in criterion alive first.
	Attrition []AttritionStep `json:"attrition"`
	// Criteria looks at each criterion by itself, in the same order.
	Criteria []CriterionSummary `json:"criteria"`
	// Missing lists the facts that are not known, over all criteria, those that
	// most people lack first.
	Missing    []MissingFact `json:"missing"`
	NearMisses NearMisses    `json:"near_misses"`
	// Calendar is given where the dates ahead were looked at.
	Calendar *Calendar `json:"calendar,omitempty"`
}

// Totals are the totals of a study:
//
//	records  = rejected + assessed
//	assessed = eligible + ineligible + undetermined
type Totals struct {
	Records      int64  `json:"records"`  // read
	Rejected     int64  `json:"rejected"` // read and not usable
	Assessed     int64  `json:"assessed"`
	Eligible     int64  `json:"eligible"`
	Ineligible   int64  `json:"ineligible"`
	Undetermined int64  `json:"undetermined"`
	Awaits       Awaits `json:"awaits"`
}

// Awaits divides the undetermined by [matcher.Awaits].
type Awaits struct {
	Answers int64 `json:"answers"` // only questions to a person are open
	Data    int64 `json:"data"`    // the record lacks something
}

// AttritionStep is a criterion in the protocol's order. A person leaves at the
// first criterion that fails. A criterion that is not known excludes nobody: the
// person goes on and is counted as not yet known.
//
//	remain = reach - excluded, which is the reach of the next criterion
//
// After the last, those who remain are the eligible and the undetermined, and
// of them RemainUnknown are the undetermined.
type AttritionStep struct {
	Criterion     string `json:"criterion"`
	Reach         int64  `json:"reach"`          // have not failed a criterion before
	Excluded      int64  `json:"excluded"`       // fail this one
	Unknown       int64  `json:"unknown"`        // go on although this one is not known
	Remain        int64  `json:"remain"`         // after it
	RemainUnknown int64  `json:"remain_unknown"` // of these, with this one or one before not known
}

// CriterionSummary is a criterion by itself, over everybody assessed, without
// regard to the criteria before it.
type CriterionSummary struct {
	ID      string     `json:"id"`
	Kind    rules.Side `json:"kind"`
	Quote   string     `json:"quote"`
	BuiltIn bool       `json:"built_in,omitzero"` // see [matcher.Criterion]
	Fails   int64      `json:"fails"`             // keeps these out, alone or with others
	Sole    int64      `json:"sole"`              // is the only one that fails; others may be not known
	Unknown int64      `json:"unknown"`           // not known for these
	// Missing lists the facts that leave it open. A person who lacks several
	// facts is in several rows.
	Missing []MissingReason `json:"missing"`
	// Near misses: people who pass every other criterion, and for whom this one ...
	NearFailing int64 `json:"near_failing"` // fails
	NearUnknown int64 `json:"near_unknown"` // is not known
}

// MissingReason is a fact that leaves a criterion open, and why it is missing.
// What is "" if the result names no fact.
type MissingReason struct {
	What     string      `json:"what"`
	Question bool        `json:"question,omitzero"` // What is a question of the study
	Why      matcher.Why `json:"why"`
	People   int64       `json:"people"`
}

// MissingFact is a fact that leaves at least one criterion open.
type MissingFact struct {
	What     string `json:"what"`              // "hemoglobin", "birth date", a question's id
	Question bool   `json:"question,omitzero"` // What is a question of the study
	People   int64  `json:"people"`            // lack it
	// Undetermined of these people fail no criterion: for them it matters.
	Undetermined int64      `json:"undetermined"`
	Why          []WhyCount `json:"why"` // a person can be in several rows
}

// Question is a question of the study, which a person must answer.
type Question struct {
	ID  string `json:"id"`
	Ask string `json:"ask"`          // the words to ask
	Who string `json:"who,omitzero"` // who can answer
}

// WhyCount counts the people who lack a fact for one reason.
type WhyCount struct {
	Why    matcher.Why `json:"why"`
	People int64       `json:"people"`
}

// NearMisses are the people who pass every criterion but one. Those whose one
// is alive, because a death is recorded, are none.
type NearMisses struct {
	Failing NearMissList `json:"failing"` // the one fails: ineligible
	Unknown NearMissList `json:"unknown"` // the one is not known: undetermined
}

// NearMissList names at most [MostNear] people, sorted by id. People is how
// many there are.
type NearMissList struct {
	People   int64      `json:"people"`
	Patients []NearMiss `json:"patients"`
}

// NearMiss is a person and the one criterion.
type NearMiss struct {
	Patient   string `json:"patient"`
	Criterion string `json:"criterion"`
}

func (t *Totals) addTotals(o *Totals) {
	t.Records += o.Records
	t.Rejected += o.Rejected
	t.Assessed += o.Assessed
	t.Eligible += o.Eligible
	t.Ineligible += o.Ineligible
	t.Undetermined += o.Undetermined
	t.Awaits.Answers += o.Awaits.Answers
	t.Awaits.Data += o.Awaits.Data
}

// Summarize makes the summary of a batch from a tally for each study.
func Summarize(tallies ...*Tally) *Summary {
	s := &Summary{Schema: SummarySchema, Studies: make([]StudySummary, len(tallies))}
	for i, t := range tallies {
		s.Studies[i] = t.Summary()
	}
	return s
}

// Summary gives the counts so far.
func (t *Tally) Summary() StudySummary {
	s := StudySummary{
		Study: t.study, Dates: maps.Clone(t.dates), Assumed: append([]matcher.Assumption{}, t.assumed...), Engine: t.engine, Totals: t.totals,
		Questions:  append([]Question{}, t.questions...),
		Attrition:  make([]AttritionStep, len(t.criteria)),
		Criteria:   make([]CriterionSummary, len(t.criteria)),
		Missing:    t.missing.sorted(),
		NearMisses: NearMisses{t.nearFailing.sorted(), t.nearUnknown.sorted()},
		Calendar:   t.weeks.calendar(),
	}
	for i := range t.criteria {
		c := &t.criteria[i]
		s.Attrition[i] = AttritionStep{c.id, c.entered, c.failed, c.unknown, c.entered - c.failed, c.remainingWithUnknown}
		s.Criteria[i] = CriterionSummary{
			ID: c.id, Kind: c.kind, Quote: c.quote, BuiltIn: c.builtIn, Fails: c.allFailed, Sole: c.soleFailed, Unknown: c.allUnknown,
			Missing: c.missing.sorted(), NearFailing: c.nearFailing, NearUnknown: c.nearUnknown,
		}
	}
	return s
}

// MarshalJSON writes the tally as its [StudySummary].
func (t *Tally) MarshalJSON() ([]byte, error) { return json.Marshal(t.Summary()) }
