// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"cmp"
	"slices"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/matcher/internal/explain"
	"github.com/eligo-trials/eligo/rules"
)

// Needed is a fact to find out.
type Needed struct {
	What string `json:"what"` // "hemoglobin", "birth date", a question's id
	Why  Why    `json:"why"`  // the reason why it is not known
	Ask  string `json:"ask"`  // the question in words
	// Who can tell: the person that the study names for a question, or else one of
	// the Who constants, such as "patient".
	Who      string `json:"who"`
	Record   string `json:"record,omitzero"`   // the entry that leaves it open
	Facts    int    `json:"facts,omitzero"`    // of several such entries, how many
	Question bool   `json:"question,omitzero"` // What is a question of the study
	// Settles lists the criteria that it helps to decide in the person's favour.
	Settles []string `json:"settles"`
	// Ends lists the criteria that fail if it turns out badly, without regard to
	// the other facts.
	Ends []string `json:"ends,omitempty"`
	// Or lists other facts that would do as well, each by itself.
	Or []Alternative `json:"or,omitempty"`
}

// Alternative is a fact that can replace another.
type Alternative struct {
	What   string `json:"what"`
	Ask    string `json:"ask"`
	Who    string `json:"who"`
	Record string `json:"record,omitzero"`
}

// The sources of facts for which the study names nobody.
const (
	WhoRecord       = "record"
	WhoLaboratory   = "laboratory"
	WhoInvestigator = "investigator"
)

func whoKnows(m *Missing) string {
	switch {
	case m.Who != "":
		return m.Who
	case m.Question:
		return WhoInvestigator
	case m.Why == WhyNoResult || m.Why == WhyTooOld || m.Why == WhyUnit || m.Why == WhyInexact:
		return WhoLaboratory
	}
	return WhoRecord
}

// costs puts the sources in the order of their cost: a look at the record, a word
// with the patient, with the investigator, a measurement. Persons named by the
// study come first.
var costs = []string{WhoRecord, WhoPatient, WhoInvestigator, WhoLaboratory}

func costOf(who string) int { return 1 + slices.Index(costs, who) }

func addNeeded(r *Result, chart explain.Chart, d Dates) {
	open := chart.FindOpen(d)
	n := &neededSearch{facts: chart.Missing(d, open)}
	for i := range open.Rules {
		rule := &open.Rules[i]
		pass, fail := rule.True, rule.False
		if r.Criteria[rule.Criterion].Kind == rules.Exclusion {
			pass, fail = fail, pass
		}
		n.pass, n.fail = append(n.pass, pass), append(n.fail, fail)
		n.ids = append(n.ids, r.Criteria[rule.Criterion].ID)
	}
	r.Needed = n.smallest()
}

type neededSearch struct {
	facts      []Missing
	ids        []string // of the criteria that are not known
	pass, fail [][]evaluate.Witness
	required   [][]int // facts that are in every way of a criterion to pass
	best       *evaluate.Witness
	steps      int
}

// maxSteps bounds the search; after it, the best set found so far is used. Studies
// seldom need more than one step for each criterion.
const maxSteps = 20_000

// smallest gives the facts of the smallest set that lets every criterion pass. If
// there is none, it is the smallest set that makes one fail.
func (n *neededSearch) smallest() []Needed {
	order := make([]int, len(n.pass))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(n.pass[a]) - len(n.pass[b]) })
	for _, ways := range n.pass {
		n.required = append(n.required, inEveryWay(ways))
	}
	n.searchWays(order, evaluate.Witness{})
	if n.best == nil {
		for _, ways := range n.fail {
			for i := range ways {
				n.consider(ways[i])
			}
		}
	}
	if n.best == nil {
		return []Needed{}
	}
	needed := make([]Needed, len(n.best.Facts))
	for i, f := range n.best.Facts {
		needed[i] = n.describe(f)
	}
	slices.SortStableFunc(needed, func(a, b Needed) int {
		return cmp.Or(-cmp.Compare(min(1, len(a.Ends)), min(1, len(b.Ends))), costOf(a.Who)-costOf(b.Who), len(b.Ends)-len(a.Ends))
	})
	return needed
}

// searchWays adds a way for each criterion that is left.
func (n *neededSearch) searchWays(left []int, have evaluate.Witness) {
	n.steps++
	switch {
	case n.steps > maxSteps || n.best != nil && n.compareWays(n.lowerBound(left, have), *n.best) >= 0:
	case len(left) == 0:
		n.consider(have)
	default:
		for _, way := range n.pass[left[0]] {
			if joined, possible := have.Combine(way); possible {
				n.searchWays(left[1:], joined)
			}
		}
	}
}

// lowerBound adds the facts that every way of the criteria left requires.
func (n *neededSearch) lowerBound(left []int, have evaluate.Witness) evaluate.Witness {
	facts := slices.Clone(have.Facts)
	for _, criterion := range left {
		facts = append(facts, n.required[criterion]...)
	}
	slices.Sort(facts)
	return evaluate.Witness{Facts: slices.Compact(facts)}
}

func inEveryWay(ways []evaluate.Witness) (facts []int) {
	if len(ways) == 0 {
		return nil
	}
	for _, f := range ways[0].Facts {
		if !slices.ContainsFunc(ways, func(w evaluate.Witness) bool { return !slices.Contains(w.Facts, f) }) {
			facts = append(facts, f)
		}
	}
	return facts
}

func (n *neededSearch) consider(w evaluate.Witness) {
	if n.best == nil || n.compareWays(w, *n.best) < 0 {
		n.best = &w
	}
}

// compareWays puts the smaller set first and, of two of one size, the cheaper.
func (n *neededSearch) compareWays(a, b evaluate.Witness) int {
	cost := func(w evaluate.Witness) (sum int) {
		for _, f := range w.Facts {
			sum += costOf(whoKnows(&n.facts[f]))
		}
		return sum
	}
	return cmp.Or(len(a.Facts)-len(b.Facts), cost(a)-cost(b))
}

func (n *neededSearch) describe(fact int) Needed {
	m := &n.facts[fact]
	out := Needed{What: m.What, Why: m.Why, Ask: m.Ask, Who: whoKnows(m), Record: m.Record, Facts: m.Facts, Question: m.Question, Settles: []string{}}
	var others []int // facts that can replace it for each criterion
	for i, id := range n.ids {
		alone := func(w evaluate.Witness) bool { return len(w.Facts) == 1 && w.Facts[0] == fact }
		if slices.ContainsFunc(n.fail[i], alone) {
			out.Ends = append(out.Ends, id)
		}
		if !n.couldPass(i, n.best.Facts) || n.couldPass(i, without(n.best.Facts, fact)) {
			continue
		}
		replacing := n.replacements(i, fact)
		if len(out.Settles) > 0 {
			replacing = slices.DeleteFunc(replacing, func(f int) bool { return !slices.Contains(others, f) })
		}
		out.Settles, others = append(out.Settles, id), replacing
	}
	for _, f := range others {
		o := &n.facts[f]
		out.Or = append(out.Or, Alternative{o.What, o.Ask, whoKnows(o), o.Record})
	}
	return out
}

func (n *neededSearch) couldPass(criterion int, facts []int) bool {
	return slices.ContainsFunc(n.pass[criterion], func(w evaluate.Witness) bool {
		return !slices.ContainsFunc(w.Facts, func(f int) bool { return !slices.Contains(facts, f) })
	})
}

func (n *neededSearch) replacements(criterion, fact int) (others []int) {
	rest := without(n.best.Facts, fact)
	for f := range n.facts {
		if !slices.Contains(n.best.Facts, f) && n.couldPass(criterion, append(slices.Clip(rest), f)) {
			others = append(others, f)
		}
	}
	return others
}

func without(facts []int, fact int) []int {
	return slices.DeleteFunc(slices.Clone(facts), func(f int) bool { return f == fact })
}
