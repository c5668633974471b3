// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// findExtreme answers highest and lowest: over the results that surely count,
// widened by those that may.
func findExtreme(v *evaluator, c *language.Call) *number {
	s := v.newCallResult(c)
	s.number = notKnown
	if !v.supplied(terminology.ObservationKind, s) {
		return notKnown
	}
	if v.chart.holdsStub(c.Concept) {
		s.gaps = append(s.gaps, noTerms(c.Concept))
		return notKnown
	}
	results, earlier := v.resultsIn(c)
	var sure, whole *number
	for i := range results {
		r := &results[i]
		n, gap := v.valueOf(c, r)
		if r.truth != language.True {
			gap = v.gapOfFact(c.Concept, &r.matchedFact)
			if r.why != WhyPartialDate {
				n = notKnown
			}
		}
		if r.truth != language.True || !n.known {
			gap.What, gap.Record = c.Concept.Label, recordOf(v.chart.patient, r.kind, r.hit.Fact)
			s.gaps = append(s.gaps, gap)
		}
		if !n.known {
			n = &number{known: true, lo: bound{inf: true}, hi: bound{inf: true}}
		}
		if r.truth == language.True {
			sure = extreme(c.Word.Extreme, sure, n)
		}
		whole = extreme(c.Word.Extreme, whole, n)
		s.facts = append(s.facts, r.matchedFact)
	}
	if sure == nil {
		if len(results) == 0 {
			s.gaps = append(s.gaps, v.noResult(c, earlier))
		}
		return notKnown
	}
	s.number = span(sure, whole)
	if !v.truthOnly {
		v.inexactOf(c, s, results)
		v.keepTelling(c, s, results)
	}
	if s.number.lo.inf && s.number.hi.inf {
		s.number = notKnown
	}
	if s.number.isExact() {
		s.facts, s.omitted = s.facts[:1], 0 // the others decide nothing
	}
	return s.number
}

// inexactOf names the results that are known only as a range and may be the
// extreme.
func (v *evaluator) inexactOf(c *language.Call, s *callResult, results []result) {
	for i := range results {
		n, _ := v.valueOf(c, &results[i])
		beyond := below(n.hi, s.number.lo, true)
		if c.Word.Extreme < 0 {
			beyond = below(s.number.hi, n.lo, true)
		}
		if n.known && !n.isExact() && !beyond {
			gap := s.inexact("The record says only " + n.describe() + ".")
			gap.Record = recordOf(v.chart.patient, results[i].kind, results[i].hit.Fact)
			s.gaps = append(s.gaps, gap)
		}
	}
}

// keepTelling cites the results that come nearest to the extreme, those that
// surely count and can be read before the others.
func (v *evaluator) keepTelling(c *language.Call, s *callResult, results []result) {
	type told struct {
		matchedFact
		value *number
	}
	all := make([]told, len(results))
	for i := range results {
		all[i].matchedFact = results[i].matchedFact
		all[i].value, _ = v.valueOf(c, &results[i])
		if c.Word.Extreme > 0 {
			all[i].value = negate(all[i].value)
		}
	}
	slices.SortFunc(all, func(a, b told) int {
		return cmp.Or(-cmp.Compare(a.truth, b.truth), a.value.compareLow(b.value),
			strings.Compare(recordOf(v.chart.patient, a.kind, a.hit.Fact), recordOf(v.chart.patient, b.kind, b.hit.Fact)))
	})
	s.omitted = max(0, len(all)-mostCited)
	s.facts = s.facts[:0]
	for i := range all[:len(all)-s.omitted] {
		s.facts = append(s.facts, all[i].matchedFact)
	}
}

// extreme is the greater, or the lesser, of two uncertain numbers.
func extreme(side int, a, b *number) *number {
	if a == nil {
		return b
	}
	if side > 0 {
		return negate(leastOf(negate(a), negate(b)))
	}
	return leastOf(a, b)
}

func leastOf(a, b *number) *number {
	n := &number{known: true, lo: lower(a.lo, b.lo)}
	switch { // the least is no more than either
	case a.hi.inf:
		n.hi = b.hi
	case b.hi.inf:
		n.hi = a.hi
	case a.hi.value.Cmp(b.hi.value) < 0 || a.hi.open && a.hi.value.Cmp(b.hi.value) == 0:
		n.hi = a.hi
	default:
		n.hi = b.hi
	}
	return n
}
