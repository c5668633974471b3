// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// Standing is a person's distance from joining a study.
type Standing string

// The standings, the nearest first.
const (
	StandsEligible Standing = "eligible"       // on the screening day
	StandsLater    Standing = "eligible later" // from a known day on, surely or in the best case
	StandsOpen     Standing = "undetermined"   // and no such day is known
	StandsNear     Standing = "near miss"      // exactly one criterion fails, and no such day is known
	StandsOut      Standing = "ineligible"
)

var standings = []Standing{StandsEligible, StandsLater, StandsOpen, StandsNear, StandsOut}

// Ranked is the place of one study among several for one person.
type Ranked struct {
	Place    int      `json:"place"` // from 1
	Study    string   `json:"study"`
	Title    string   `json:"title,omitzero"`
	Standing Standing `json:"standing"`
	// On is the first screening day on which the person is eligible: surely or,
	// with BestCase, if everything unknown turns out well.
	On       patient.Day `json:"on,omitzero"`
	BestCase bool        `json:"best_case,omitzero"`
	Until    patient.Day `json:"until,omitzero"` // the last such day, if it is known
	// Facts is the least number of facts to find out: for On in the best case or, if
	// the verdict is undetermined, for being eligible at once. 0 is none, or that no
	// fact makes the person eligible.
	Facts int `json:"facts"`
	// By is the only thing that could change the one criterion of a near miss.
	By       ChangedBy `json:"by,omitzero"`
	Blocking []string  `json:"blocking"` // the criteria that fail on the screening day
	Why      string    `json:"why"`      // in one line
}

// RankingForm names the JSON form of [Ranking]. It changes when the form does.
const RankingForm = "eligo.ranking/2"

// Ranking is several studies for one person, in the order of [Rank], with
// their results.
type Ranking struct {
	Schema    string      `json:"schema"`
	Patient   string      `json:"patient"`
	Screening patient.Day `json:"screening"`
	Ranking   []Ranked    `json:"ranking"`
	Results   []Result    `json:"results"` // in the same order
	// NotUsed lists study files that were to be ranked and could not be used.
	NotUsed []string `json:"not_used"`
}

// NewRanking ranks the results of one person. NotUsed names study files that
// are not among them because they could not be used.
func NewRanking(results []Result, notUsed []string) *Ranking {
	k := &Ranking{Schema: RankingForm, Ranking: Rank(results), Results: []Result{}, NotUsed: append([]string{}, notUsed...)}
	for i := range k.Ranking {
		at := slices.IndexFunc(results, func(r Result) bool { return r.Study.ID == k.Ranking[i].Study })
		k.Results = append(k.Results, results[at])
	}
	if len(results) > 0 {
		k.Patient, k.Screening = results[0].Patient, results[0].Screening()
	}
	return k
}

// Rank puts the studies of one person in the order in which they are worth
// pursuing: first those that the person may join on the screening day; then those
// from a later day on, the earlier day first and of one day a sure one before a
// best case; the undetermined, the fewest facts first; near misses, first those that
// time changes, then those that a fact changes, then the permanent; then the rest,
// the fewest failing criteria first. Equal studies are in the order of their ids.
// Days and facts are those of [LookAhead]; without it only verdicts count. The
// results themselves stay in their order.
func Rank(results []Result) []Ranked {
	ranked := make([]Ranked, len(results))
	for i := range results {
		ranked[i] = newRanked(&results[i])
	}
	slices.SortFunc(ranked, func(a, b Ranked) int {
		return cmp.Or(
			cmp.Compare(slices.Index(standings, a.Standing), slices.Index(standings, b.Standing)),
			cmp.Compare(a.On, b.On),
			cmp.Compare(a.lateness(), b.lateness()),
			cmp.Compare(a.Facts, b.Facts),
			cmp.Compare(slices.Index(lastings, a.By), slices.Index(lastings, b.By)),
			cmp.Compare(len(a.Blocking), len(b.Blocking)),
			strings.Compare(a.Study, b.Study),
		)
	})
	for i := range ranked {
		ranked[i].Place = i + 1
	}
	return ranked
}

var lastings = []ChangedBy{ByTime, ByNewFact, ByNothing}

// lateness is 1 for a best case, and for an undetermined study that no fact makes
// eligible.
func (k *Ranked) lateness() int {
	if k.BestCase || k.Standing == StandsOpen && k.Facts == 0 {
		return 1
	}
	return 0
}

func newRanked(r *Result) Ranked {
	k := Ranked{Study: r.Study.ID, Title: r.Study.Title, Blocking: r.Blocking, Facts: r.FactsNeeded()}
	screening := r.Screening()
	best := r.BestCase
	switch {
	case r.Verdict == Eligible:
		k.Standing, k.On, k.Until, k.Facts = StandsEligible, screening, r.EligibleUntil, 0
	case r.EarliestEligible != 0:
		k.Standing, k.On, k.Until = StandsLater, r.EarliestEligible, r.EligibleUntil
		if r.Verdict == Ineligible {
			k.Facts = 0
		}
	case best != nil && best.EarliestEligible > screening:
		k.Standing, k.On, k.Until, k.BestCase = StandsLater, best.EarliestEligible, best.EligibleUntil, true
	case r.Verdict == Undetermined:
		k.Standing = StandsOpen
	case r.NearMiss != nil:
		k.Standing, k.By = StandsNear, r.NearMiss.By
	default:
		k.Standing = StandsOut
	}
	k.Why = k.whyText(r)
	return k
}

func (k *Ranked) whyText(r *Result) string {
	unknown := ""
	if len(r.Unknown) > 0 {
		unknown = joinVerb(r.Unknown, "is not known", "are not known")
	}
	switch k.Standing {
	case StandsEligible:
		if k.Until != 0 {
			return "until " + k.Until.String() + " if nothing new happens"
		}
		return "as far as the record shows"
	case StandsLater:
		text := unknown
		if len(k.Blocking) > 0 {
			text = joinVerb(k.Blocking, "blocks", "block")
		}
		text += " on the screening day"
		if k.Until != 0 {
			text += "; until " + k.Until.String()
		}
		switch {
		case k.BestCase:
			text += "; " + factCount(k.Facts) + " to find out"
		case k.Facts > 0:
			text += "; or eligible at once, with " + factCount(k.Facts) + " to find out"
		}
		return text
	case StandsOpen:
		if k.Facts == 0 && r.Needed != nil {
			return "nothing that could be found out makes the person surely eligible: " + unknown
		}
		if k.Facts == 0 {
			return unknown
		}
		return factCount(k.Facts) + " to find out, first: " + r.Needed[0].Ask
	case StandsNear:
		text := "only " + joinVerb(k.Blocking, "fails", "fail") + ", " + map[ChangedBy]string{
			ByTime: "a matter of time, though not within the time looked ahead", ByNewFact: "which only a new fact could change",
			ByNothing: "which nothing changes as long as the record is right",
		}[k.By]
		if unknown != "" {
			text += "; " + unknown
		}
		return text
	}
	return joinVerb(k.Blocking, "fails", "fail")
}

func factCount(n int) string {
	if n == 1 {
		return "1 fact"
	}
	return fmt.Sprintf("%d facts", n)
}
