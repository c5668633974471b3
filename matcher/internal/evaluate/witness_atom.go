// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

func (o *witnessSearch) atomWitnesses(r *NodeResult) witnesses {
	a := r.Form
	word, op := a.Calls[0].Word, a.Operator()
	more, less := strings.HasPrefix(op, ">"), strings.HasPrefix(op, "<")
	gaps := o.view.gapsOf(r)
	switch {
	case word.NoneIsUnknown: // no result on record never says no
		return witnesses{yes: o.factWitnesses(a.Calls[0], gaps).yes}
	case word.Event || word.Present:
		each := o.factWitnesses(a.Calls[0], gaps)
		return witnesses{each.yes, joinAll(each.no)} // one fact is enough for a yes; for a no none may be left
	case word.Counts && r.Calls[0].Number.Known && (more || less):
		return o.countWitnesses(a.Calls[0], r.Calls[0], a.Compare)
	}
	var each []Witness
	for _, gap := range gaps {
		each = appendWitness(each, Witness{Facts: []int{o.factIndex(gap)}})
	}
	says := o.assignmentsOf(r)
	w := witnesses{withAssignments(joinAll(each), says[1]), withAssignments(joinAll(each), says[0])}
	if word.Extreme > 0 && more || word.Extreme < 0 && less {
		w.yes = withAssignments(each, says[1])
	}
	if word.Extreme > 0 && less || word.Extreme < 0 && more {
		w.no = withAssignments(each, says[0])
	}
	return w
}

func withAssignments(of []Witness, says []assignment) (all []Witness) {
	for _, w := range of {
		for _, c := range says {
			all = append(all, Witness{w.Facts, []assignment{c}})
		}
	}
	return all
}

func (o *witnessSearch) variable(about string) int {
	n, known := o.variables[about]
	if !known {
		n = len(o.variables)
		o.variables[about] = n
	}
	return n
}

// factWitnesses gives, for each fact that a word about facts misses, the ways in which
// it counts and in which it does not.
func (o *witnessSearch) factWitnesses(c *language.Call, gaps []Gap) (w witnesses) {
	about := c.Text
	if c.Window != nil || c.Word.Counts { // times and took find the same
		about = strings.TrimPrefix(about, c.Word.Name)
	}
	for _, gap := range gaps {
		fact := o.factIndex(gap)
		subject := o.variable("fact " + about + " " + strconv.Itoa(fact))
		w.yes = appendWitness(w.yes, Witness{[]int{fact}, []assignment{{subject, 1}}})
		w.no = appendWitness(w.no, Witness{[]int{fact}, []assignment{{subject, 0}}})
	}
	return w
}

func appendWitness(each []Witness, w Witness) []Witness {
	if slices.ContainsFunc(each, func(have Witness) bool { return have.Facts[0] == w.Facts[0] }) {
		return each
	}
	return append(each, w)
}

func joinAll(each []Witness) []Witness {
	var w Witness
	for _, one := range each {
		w = w.union(one)
	}
	return []Witness{w}
}

// countWitnesses tells which facts take a count to its threshold, and which keep it
// below: each fact on record counts or does not, and others may be found.
func (o *witnessSearch) countWitnesses(c *language.Call, s *CallResult, b *language.Comparison) witnesses {
	var each []witnesses
	var other witnesses
	for i := range s.Gaps {
		one := o.factWitnesses(c, s.Gaps[i:i+1])
		if s.Gaps[i].Record == "" {
			other = one
		} else {
			each = append(each, slices.Repeat([]witnesses{one}, max(1, s.Gaps[i].Facts))...)
		}
	}
	under := &language.Comparison{Op: "<", Values: b.Values}
	if b.Op == "<=" || b.Op == ">" {
		under.Op = "<="
	}
	below := func(more int) bool { // more than are sure
		return satisfies(exactly(s.Number.Lo.Value.Add(patient.NewDecimal(int64(more)))), under) == language.True
	}
	up, down := 0, 0
	for up <= len(each) && below(up) {
		up++
	}
	for down < len(each) && !below(len(each)-down) {
		down++
	}
	w := witnesses{yes: other.yes, no: choose(each, down, forFalse)}
	if up <= len(each) {
		w.yes = smallestWitnesses(append(choose(each, up, forTrue), other.yes...))
	}
	if other.no != nil {
		w.no = joinWitnesses(w.no, other.no)
	}
	if strings.HasPrefix(b.Op, "<") {
		w.yes, w.no = w.no, w.yes
	}
	return w
}

// breakpoints are the constants that atoms compare one number with. The intervals are
// below the first constant, on it, between it and the next, and so on.
type breakpoints struct {
	constants []patient.Decimal
	atoms     int
}

// addBreakpoints adds the constants that the atoms of a rule compare numbers with.
func (o *witnessSearch) addBreakpoints(r *NodeResult) {
	for i := range r.kids {
		o.addBreakpoints(&r.kids[i])
	}
	if a := r.Form; a.Operator() != "" && a.Calls[0].Word.Answer == language.NumberAnswer {
		l := o.breakpoints[a.Calls[0].Text]
		if l == nil {
			l = &breakpoints{}
			o.breakpoints[a.Calls[0].Text] = l
		}
		l.atoms++
		for _, value := range a.Compare.Values {
			l.constants = append(l.constants, patient.MustDecimal(value))
		}
		slices.SortFunc(l.constants, patient.Decimal.Cmp)
		l.constants = slices.CompactFunc(l.constants, func(a, b patient.Decimal) bool { return a.Cmp(b) == 0 })
	}
}

// interval gives one of the 2n+1 intervals between n breakpoints, themselves included.
func (l *breakpoints) interval(i int) *Number {
	if i%2 == 1 {
		return exactly(l.constants[i/2])
	}
	n := &Number{Known: true, Lo: Bound{Inf: true}, Hi: Bound{Inf: true}}
	if i > 0 {
		n.Lo = Bound{Value: l.constants[i/2-1], Open: true}
	}
	if i/2 < len(l.constants) {
		n.Hi = Bound{Value: l.constants[i/2], Open: true}
	}
	return n
}

var sexes = []string{string(patient.Female), string(patient.Male), string(patient.OtherSex)}

// assignmentsOf lists the assignments of an unknown atom if it is false, and if it
// is true. Atoms that speak of one number, or of the sex, say which values it
// then has, so that no other is met by another value.
func (o *witnessSearch) assignmentsOf(r *NodeResult) (says [2][]assignment) {
	a := r.Form
	l := o.breakpoints[a.Calls[0].Text]
	switch s := r.Calls[0]; {
	case a.Operator() != "" && s.Text != nil:
		for i, sex := range sexes {
			is := truthOf(slices.Contains(a.Compare.Values, sex) != (a.Compare.Op == "!="), true)
			says[(is+1)/2] = append(says[(is+1)/2], assignment{o.variable("sex"), i})
		}
	case a.Operator() != "" && s.Number != nil && l != nil && l.atoms > 1:
		subject := o.variable(a.Calls[0].Text)
		for i := range 2*len(l.constants) + 1 {
			piece := l.interval(i)
			if s.Number.Known && (below(piece.Hi, s.Number.Lo, false) || below(s.Number.Hi, piece.Lo, false)) {
				continue
			}
			is := satisfies(piece, a.Compare)
			says[(is+1)/2] = append(says[(is+1)/2], assignment{subject, i})
		}
	default:
		subject := o.variable("atom " + a.Source)
		says = [2][]assignment{{{subject, 0}}, {{subject, 1}}}
	}
	return says
}

func satisfies(n *Number, b *language.Comparison) language.Truth {
	var values []*Number
	for _, v := range b.Values {
		values = append(values, exactly(patient.MustDecimal(v)))
	}
	switch b.Op {
	case "<", "<=":
		return precedes(n, values[0], b.Op == "<=")
	case ">", ">=":
		return precedes(values[0], n, b.Op == ">=")
	case "!=":
		return equal(n, values[0]).Not()
	}
	return oneOf(n, values)
}
