// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"slices"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// operator gives how an atom compares one word with constants, or "".
func (a *atom) operator() string {
	if a.bound == nil || len(a.calls) > 1 {
		return ""
	}
	return a.bound.op
}

// key tells one call of a word from another.
func (c *call) key() string {
	key := c.word.name + " " + c.anchor
	if c.concept != nil {
		key += " " + c.concept.Name
	}
	if c.window != nil {
		key += " " + c.window.length() + " " + c.window.anchor
	}
	return key
}

// leaf gives the ways of an atom that is not known.
func (o *opening) leaf(r *judgement) ways {
	a := r.branch.atom
	name, op := a.calls[0].word.name, a.operator()
	more, less := strings.HasPrefix(op, ">"), strings.HasPrefix(op, "<")
	gaps := o.view.gaps(r)
	switch {
	case name == "tested": // no result on record never says no
		return ways{yes: o.each(a.calls[0], gaps).yes}
	case a.alone != nil && a.calls[0].concept != nil && name != "positive" && name != "negative":
		each := o.each(a.calls[0], gaps)
		return ways{each.yes, all(each.no)} // one fact is enough for a yes; for a no none may be left
	case name == "times" && r.found[0].number.known && (more || less):
		return o.counted(a.calls[0], r.found[0], a.bound)
	}
	var each []Way
	for _, gap := range gaps {
		each = appendWay(each, Way{Facts: []int{o.fact(gap)}})
	}
	says := o.claims(r)
	w := ways{claimed(all(each), says[1]), claimed(all(each), says[0])}
	if name == "highest" && more || name == "lowest" && less {
		w.yes = claimed(each, says[1])
	}
	if name == "highest" && less || name == "lowest" && more {
		w.no = claimed(each, says[0])
	}
	return w
}

// claimed gives each way with each of the claims.
func claimed(of []Way, says []claim) (all []Way) {
	for _, w := range of {
		for _, c := range says {
			all = append(all, Way{w.Facts, []claim{c}})
		}
	}
	return all
}

// subject numbers what claims are about.
func (o *opening) subject(about string) int {
	n, known := o.subjects[about]
	if !known {
		n = len(o.subjects)
		o.subjects[about] = n
	}
	return n
}

// each gives, for each fact that a word about facts misses, the ways in which
// it counts and in which it does not.
func (o *opening) each(c *call, gaps []Missing) (w ways) {
	about := c.key()
	if c.window != nil || c.word.name == "times" { // times and took find the same
		_, about, _ = strings.Cut(about, " ")
	}
	for _, gap := range gaps {
		fact := o.fact(gap)
		subject := o.subject("fact " + about + " " + strconv.Itoa(fact))
		w.yes = appendWay(w.yes, Way{[]int{fact}, []claim{{subject, 1}}})
		w.no = appendWay(w.no, Way{[]int{fact}, []claim{{subject, 0}}})
	}
	return w
}

// appendWay adds a way of one fact, if it is another fact.
func appendWay(each []Way, w Way) []Way {
	if slices.ContainsFunc(each, func(have Way) bool { return have.Facts[0] == w.Facts[0] }) {
		return each
	}
	return append(each, w)
}

// all joins ways of one fact each.
func all(each []Way) []Way {
	var w Way
	for _, one := range each {
		w = w.and(one)
	}
	return []Way{w}
}

// counted tells which facts take a count to its threshold, and which keep it
// below: each fact on record counts or does not, and others may be found.
func (o *opening) counted(c *call, s *sighting, b *bounds) ways {
	var each []ways
	var other ways
	for i := range s.gaps {
		one := o.each(c, s.gaps[i:i+1])
		if s.gaps[i].Record == "" {
			other = one
		} else {
			each = append(each, one)
		}
	}
	under := &bounds{op: "<", values: b.values}
	if b.op == "<=" || b.op == ">" {
		under.op = "<="
	}
	below := func(more int) bool { // more than are sure
		return under.holds(exactly(s.number.lo.value.Add(patient.NewDecimal(int64(more))))) == True
	}
	up, down := 0, 0
	for up <= len(each) && below(up) {
		up++
	}
	for down < len(each) && !below(len(each)-down) {
		down++
	}
	w := ways{yes: other.yes, no: choose(each, down, noes)}
	if up <= len(each) {
		w.yes = least(append(choose(each, up, yeses), other.yes...))
	}
	if other.no != nil {
		w.no = joined(w.no, other.no)
	}
	if strings.HasPrefix(b.op, "<") {
		w.yes, w.no = w.no, w.yes
	}
	return w
}

// line is the values of one word, cut where atoms compare it: below the first
// cut, on it, between it and the next, and so on.
type line struct {
	cuts  []patient.Decimal
	atoms int
}

// draw cuts the lines of the numbers that the atoms of a rule compare.
func (o *opening) draw(r *judgement) {
	for i := range r.kids {
		o.draw(&r.kids[i])
	}
	if a := r.branch.atom; a != nil && a.operator() != "" && a.calls[0].word.answer == numberType {
		l := o.lines[a.calls[0].key()]
		if l == nil {
			l = &line{}
			o.lines[a.calls[0].key()] = l
		}
		l.atoms++
		for _, value := range a.bound.values {
			l.cuts = append(l.cuts, patient.MustDecimal(value))
		}
		slices.SortFunc(l.cuts, patient.Decimal.Cmp)
		l.cuts = slices.CompactFunc(l.cuts, func(a, b patient.Decimal) bool { return a.Cmp(b) == 0 })
	}
}

// piece gives one of the 2n+1 pieces of a line.
func (l *line) piece(i int) *number {
	if i%2 == 1 {
		return exactly(l.cuts[i/2])
	}
	n := &number{known: true, lo: bound{inf: true}, hi: bound{inf: true}}
	if i > 0 {
		n.lo = bound{value: l.cuts[i/2-1], open: true}
	}
	if i/2 < len(l.cuts) {
		n.hi = bound{value: l.cuts[i/2], open: true}
	}
	return n
}

var sexes = []string{string(patient.Female), string(patient.Male), string(patient.OtherSex)}

// claims lists what an atom that is not known says if it is false, and if it
// is true. Atoms that speak of one number, or of the sex, say which values it
// then has, so that no other is met by another value.
func (o *opening) claims(r *judgement) (says [2][]claim) {
	a := r.branch.atom
	l := o.lines[a.calls[0].key()]
	switch s := r.found[0]; {
	case a.operator() != "" && s.text != nil:
		for i, sex := range sexes {
			is := truthOf(slices.Contains(a.bound.values, sex) != (a.bound.op == "!="), true)
			says[(is+1)/2] = append(says[(is+1)/2], claim{o.subject("sex"), i})
		}
	case a.operator() != "" && s.number != nil && l != nil && l.atoms > 1:
		subject := o.subject(a.calls[0].key())
		for i := range 2*len(l.cuts) + 1 {
			piece := l.piece(i)
			if s.number.known && (below(piece.hi, s.number.lo, false) || below(s.number.hi, piece.lo, false)) {
				continue
			}
			is := a.bound.holds(piece)
			says[(is+1)/2] = append(says[(is+1)/2], claim{subject, i})
		}
	default:
		subject := o.subject("atom " + a.source)
		says = [2][]claim{{{subject, 0}}, {{subject, 1}}}
	}
	return says
}

// holds compares a number with the constants.
func (b *bounds) holds(n *number) Truth {
	var values []*number
	for _, v := range b.values {
		values = append(values, exactly(patient.MustDecimal(v)))
	}
	switch b.op {
	case "<":
		return less(n, values[0])
	case "<=":
		return lessOrEqual(n, values[0])
	case ">":
		return less(values[0], n)
	case ">=":
		return lessOrEqual(values[0], n)
	case "!=":
		return equal(n, values[0]).Not()
	}
	return oneOf(n, values)
}
