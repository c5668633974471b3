// SPDX-License-Identifier: Apache-2.0

package funnel

import (
	"encoding/json"
	"maps"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
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
	Missing []MissingFact `json:"missing"`
	// Unrecognized counts what was not recognised.
	Unrecognized Unrecognized `json:"unrecognised"`
	NearMisses   NearMisses   `json:"near_misses"`
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
	Fact
	Why    matcher.Why `json:"why"`
	People int64       `json:"people"`
}

// Fact names a fact that can be missing.
type Fact struct {
	What     string `json:"what"`              // "hemoglobin", "birth date", a question's id
	Question bool   `json:"question,omitzero"` // What is a question of the study
}

// MissingFact is a fact that leaves at least one criterion open.
type MissingFact struct {
	Fact
	People int64 `json:"people"` // lack it
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
	s := t.counts.clone()
	s.Missing, s.Unrecognized.Groups = t.missing.sorted(), t.unrecognized.sorted()
	s.NearMisses = NearMisses{t.nearFailing.sorted(), t.nearUnknown.sorted()}
	s.Calendar = t.weeks.calendar()
	for i := range s.Criteria {
		s.Attrition[i].Remain = s.Attrition[i].Reach - s.Attrition[i].Excluded
		s.Criteria[i].Missing = t.reasons[i].sorted()
	}
	return s
}

// clone copies the parts of a summary that a Tally counts in.
func (s *StudySummary) clone() StudySummary {
	c := *s
	c.Dates, c.Assumed, c.Questions = maps.Clone(s.Dates), append([]matcher.Assumption{}, s.Assumed...), append([]Question{}, s.Questions...)
	c.Attrition, c.Criteria = append([]AttritionStep{}, s.Attrition...), append([]CriterionSummary{}, s.Criteria...)
	return c
}

// Tally makes a tally that goes on counting from a summary. It refuses a summary
// whose numbers do not add up.
func (s *StudySummary) Tally() (*Tally, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	t := &Tally{
		counts: s.clone(), reasons: make([]missingReasons, len(s.Criteria)),
		nearFailing: s.NearMisses.Failing.counts(), nearUnknown: s.NearMisses.Unknown.counts(),
		weeks: s.Calendar.counts(s.Dates[language.Screening]),
	}
	for _, g := range s.Unrecognized.Groups {
		count := t.unrecognized.countOf(g.UnrecognizedGroup)
		count.people, count.undetermined, count.facts = g.People, g.Undetermined, g.Facts
	}
	for i := range s.Criteria {
		for _, m := range s.Criteria[i].Missing {
			t.reasons[i].countOf(reasonKey{m.Fact, m.Why}).people = m.People
		}
	}
	for _, m := range s.Missing {
		fact := t.missing.countOf(m.Fact)
		fact.people, fact.undetermined = m.People, m.Undetermined
		for _, why := range m.Why {
			fact.reasonCount(why.Why).people = why.People
		}
	}
	return t, nil
}

// MarshalJSON writes the tally as its [StudySummary].
func (t *Tally) MarshalJSON() ([]byte, error) { return json.Marshal(t.Summary()) }
