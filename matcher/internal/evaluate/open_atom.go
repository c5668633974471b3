// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

// leaf gives the ways of an atom that is not known.
func (o *opening) leaf(r *judgement) ways {
	a := r.branch
	word, op := a.Calls[0].Word, a.Operator()
	more, less := strings.HasPrefix(op, ">"), strings.HasPrefix(op, "<")
	gaps := o.view.gaps(r)
	switch {
	case word.NoneIsUnknown: // no result on record never says no
		return ways{yes: o.each(a.Calls[0], gaps).yes}
	case word.Event || word.Present:
		each := o.each(a.Calls[0], gaps)
		return ways{each.yes, all(each.no)} // one fact is enough for a yes; for a no none may be left
	case word.Counts && r.found[0].number.known && (more || less):
		return o.counted(a.Calls[0], r.found[0], a.Compare)
	}
	var each []Way
	for _, gap := range gaps {
		each = appendWay(each, Way{Facts: []int{o.fact(gap)}})
	}
	says := o.claims(r)
	w := ways{claimed(all(each), says[1]), claimed(all(each), says[0])}
	if word.Extreme > 0 && more || word.Extreme < 0 && less {
		w.yes = claimed(each, says[1])
	}
	if word.Extreme > 0 && less || word.Extreme < 0 && more {
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
func (o *opening) each(c *language.Call, gaps []Missing) (w ways) {
	about := c.Text
	if c.Window != nil || c.Word.Counts { // times and took find the same
		about = strings.TrimPrefix(about, c.Word.Name)
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
func (o *opening) counted(c *language.Call, s *sighting, b *language.Comparison) ways {
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
	under := &language.Comparison{Op: "<", Values: b.Values}
	if b.Op == "<=" || b.Op == ">" {
		under.Op = "<="
	}
	below := func(more int) bool { // more than are sure
		return satisfies(exactly(s.number.lo.value.Add(patient.NewDecimal(int64(more)))), under) == language.True
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
	if strings.HasPrefix(b.Op, "<") {
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
	if a := r.branch; a.Operator() != "" && a.Calls[0].Word.Answer == language.NumberAnswer {
		l := o.lines[a.Calls[0].Text]
		if l == nil {
			l = &line{}
			o.lines[a.Calls[0].Text] = l
		}
		l.atoms++
		for _, value := range a.Compare.Values {
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
	a := r.branch
	l := o.lines[a.Calls[0].Text]
	switch s := r.found[0]; {
	case a.Operator() != "" && s.text != nil:
		for i, sex := range sexes {
			is := truthOf(slices.Contains(a.Compare.Values, sex) != (a.Compare.Op == "!="), true)
			says[(is+1)/2] = append(says[(is+1)/2], claim{o.subject("sex"), i})
		}
	case a.Operator() != "" && s.number != nil && l != nil && l.atoms > 1:
		subject := o.subject(a.Calls[0].Text)
		for i := range 2*len(l.cuts) + 1 {
			piece := l.piece(i)
			if s.number.known && (below(piece.hi, s.number.lo, false) || below(s.number.hi, piece.lo, false)) {
				continue
			}
			is := satisfies(piece, a.Compare)
			says[(is+1)/2] = append(says[(is+1)/2], claim{subject, i})
		}
	default:
		subject := o.subject("atom " + a.Source)
		says = [2][]claim{{{subject, 0}}, {{subject, 1}}}
	}
	return says
}

// satisfies compares a number with the constants of a comparison.
func satisfies(n *number, b *language.Comparison) language.Truth {
	var values []*number
	for _, v := range b.Values {
		values = append(values, exactly(patient.MustDecimal(v)))
	}
	switch b.Op {
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
