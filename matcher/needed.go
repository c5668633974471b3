// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"cmp"
	"slices"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/rules"
)

// Needed is a fact to find out.
type Needed struct {
	What string `json:"what"` // "hemoglobin", "birth date", a question's id
	Why  Why    `json:"why"`  // that it is not known
	Ask  string `json:"ask"`  // what to find out, in words
	// Who can say: the person that the study names, or else the record, the
	// laboratory, the investigator or the patient.
	Who      string `json:"who"`
	Record   string `json:"record,omitzero"`   // the entry that leaves it open
	Question bool   `json:"question,omitzero"` // What is a question of the study
	// Settles lists the criteria that it helps to decide in the person's favour.
	Settles []string `json:"settles"`
	// Ends lists the criteria that fail if it turns out badly, whatever the
	// others come to.
	Ends []string `json:"ends,omitempty"`
	// Or lists other facts that would do as well, each by itself.
	Or []Alternative `json:"or,omitempty"`
}

// Alternative is a fact that would do in the place of another.
type Alternative struct {
	What   string `json:"what"`
	Ask    string `json:"ask"`
	Who    string `json:"who"`
	Record string `json:"record,omitzero"`
}

// Who can say what a study does not say whom to ask for.
const (
	fromRecord       = "record"
	fromLab          = "laboratory"
	fromInvestigator = "investigator"
	fromPatient      = "patient"
)

// whoSays tells who can say what is missing.
func whoSays(m *Missing) string {
	switch {
	case m.Who != "":
		return m.Who
	case m.Question:
		return fromInvestigator
	case m.What == "birth date" || m.What == "sex":
		return fromPatient
	case m.Why == WhyNoResult || m.Why == WhyTooOld || m.Why == WhyUnit || m.Why == WhyInexact:
		return fromLab
	}
	return fromRecord
}

// cost puts what is cheaper to find out first: a look at the record, then a
// word with the patient, then the investigator, then a measurement.
func cost(m *Missing) int {
	return 1 + slices.Index([]string{fromRecord, fromPatient, fromInvestigator, fromLab}, whoSays(m))
}

// need adds what is the least to find out.
func addNeeded(r *Result, chart evaluate.StudyChart, d Dates) {
	open := chart.FindOpen(d)
	n := &need{Open: open}
	for i := range open.Rules {
		rule := &open.Rules[i]
		pass, fail := rule.True, rule.False
		if r.Criteria[rule.Criterion].Kind == rules.Exclusion {
			pass, fail = fail, pass
		}
		n.pass, n.fail = append(n.pass, pass), append(n.fail, fail)
		n.ids = append(n.ids, r.Criteria[rule.Criterion].ID)
	}
	r.Needed = n.list()
}

// need is a search for the smallest set of facts.
type need struct {
	evaluate.Open
	ids        []string // of the criteria that are not known
	pass, fail [][]evaluate.Witness
	must       [][]int // facts that no way of a criterion does without
	best       *evaluate.Witness
	steps      int
}

// mostSteps bounds the search; where it runs out, the best set found so far
// stands. Studies seldom need more than one step for each criterion.
const mostSteps = 20_000

// list gives the facts of the smallest set that lets every criterion pass. If
// there is none, the smallest that makes one fail settles the verdict.
func (n *need) list() []Needed {
	order := make([]int, len(n.pass))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(n.pass[a]) - len(n.pass[b]) })
	for _, ways := range n.pass {
		n.must = append(n.must, shared(ways))
	}
	n.search(order, evaluate.Witness{})
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
		needed[i] = n.needed(f)
	}
	slices.SortStableFunc(needed, func(a, b Needed) int {
		return cmp.Or(-cmp.Compare(min(1, len(a.Ends)), min(1, len(b.Ends))), a.cost()-b.cost(), len(b.Ends)-len(a.Ends))
	})
	return needed
}

func (n *Needed) cost() int {
	return cost(&Missing{What: n.What, Why: n.Why, Who: n.Who, Question: n.Question})
}

// search adds a way for each criterion that is left.
func (n *need) search(left []int, have evaluate.Witness) {
	n.steps++
	switch {
	case n.steps > mostSteps || n.best != nil && n.compare(n.atLeast(left, have), *n.best) >= 0:
	case len(left) == 0:
		n.consider(have)
	default:
		for _, way := range n.pass[left[0]] {
			if joined, possible := have.Combine(way); possible {
				n.search(left[1:], joined)
			}
		}
	}
}

// atLeast adds the facts that the criteria left cannot do without.
func (n *need) atLeast(left []int, have evaluate.Witness) evaluate.Witness {
	facts := slices.Clone(have.Facts)
	for _, criterion := range left {
		facts = append(facts, n.must[criterion]...)
	}
	slices.Sort(facts)
	return evaluate.Witness{Facts: slices.Compact(facts)}
}

// shared lists the facts that all ways have.
func shared(ways []evaluate.Witness) (facts []int) {
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

func (n *need) consider(w evaluate.Witness) {
	if n.best == nil || n.compare(w, *n.best) < 0 {
		n.best = &w
	}
}

// compare puts the smaller set first and, of two alike, the cheaper.
func (n *need) compare(a, b evaluate.Witness) int {
	price := func(w evaluate.Witness) (sum int) {
		for _, f := range w.Facts {
			sum += cost(&n.Facts[f])
		}
		return sum
	}
	return cmp.Or(len(a.Facts)-len(b.Facts), price(a)-price(b))
}

// needed describes one fact of the set.
func (n *need) needed(fact int) Needed {
	m := &n.Facts[fact]
	out := Needed{What: m.What, Why: m.Why, Ask: m.Ask, Who: whoSays(m), Record: m.Record, Question: m.Question, Settles: []string{}}
	var others []int // facts that do the same for each criterion
	for i, id := range n.ids {
		alone := func(w evaluate.Witness) bool { return len(w.Facts) == 1 && w.Facts[0] == fact }
		if slices.ContainsFunc(n.fail[i], alone) {
			out.Ends = append(out.Ends, id)
		}
		if !n.enough(i, n.best.Facts) || n.enough(i, without(n.best.Facts, fact)) {
			continue
		}
		instead := n.instead(i, fact)
		if len(out.Settles) > 0 {
			instead = slices.DeleteFunc(instead, func(f int) bool { return !slices.Contains(others, f) })
		}
		out.Settles, others = append(out.Settles, id), instead
	}
	for _, f := range others {
		o := &n.Facts[f]
		out.Or = append(out.Or, Alternative{o.What, o.Ask, whoSays(o), o.Record})
	}
	return out
}

// enough reports whether facts could let a criterion pass.
func (n *need) enough(criterion int, facts []int) bool {
	return slices.ContainsFunc(n.pass[criterion], func(w evaluate.Witness) bool {
		return !slices.ContainsFunc(w.Facts, func(f int) bool { return !slices.Contains(facts, f) })
	})
}

// instead lists the facts that would do for a criterion in the place of one.
func (n *need) instead(criterion, fact int) (others []int) {
	rest := without(n.best.Facts, fact)
	for f := range n.Facts {
		if !slices.Contains(n.best.Facts, f) && n.enough(criterion, append(slices.Clip(rest), f)) {
			others = append(others, f)
		}
	}
	return others
}

func without(facts []int, fact int) []int {
	return slices.DeleteFunc(slices.Clone(facts), func(f int) bool { return f == fact })
}
