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
func findExtreme(v *evaluator, c *language.Call) *Number {
	s := v.newCallResult(c)
	s.Number = notKnown
	if !v.supplied(terminology.ObservationKind, s) {
		return notKnown
	}
	if v.chart.holdsStub(c.Concept) {
		s.Gaps = append(s.Gaps, noTerms(c))
		return notKnown
	}
	results, earlier := v.resultsIn(c)
	var sure, whole *Number
	for i := range results {
		r := &results[i]
		n, gap := v.valueOf(c, r)
		if r.Truth != language.True {
			gap = v.gapOfFact(c, &r.MatchedFact)
			if r.Why != WhyPartialDate {
				n = notKnown
			}
		}
		if r.Truth != language.True || !n.Known {
			gap.What, gap.Record = c.Concept.Label, v.recordOf(&r.MatchedFact)
			s.Gaps = append(s.Gaps, gap)
		}
		if !n.Known {
			n = &Number{Known: true, Lo: Bound{Inf: true}, Hi: Bound{Inf: true}}
		}
		if r.Truth == language.True {
			sure = extreme(c.Word.Extreme, sure, n)
		}
		whole = extreme(c.Word.Extreme, whole, n)
		s.Facts = append(s.Facts, r.MatchedFact)
	}
	if sure == nil {
		if len(results) == 0 {
			s.Gaps = append(s.Gaps, v.noResult(c, earlier))
		}
		return notKnown
	}
	s.Number = span(sure, whole)
	if !v.truthOnly {
		v.inexactOf(c, s, results)
		v.keepTelling(c, s, results)
	}
	if s.Number.Lo.Inf && s.Number.Hi.Inf {
		s.Number = notKnown
	}
	if s.Number.IsExact() {
		s.Facts, s.Omitted = s.Facts[:1], 0 // the others decide nothing
	}
	return s.Number
}

// inexactOf names the results that are known only as a range and may be the
// extreme.
func (v *evaluator) inexactOf(c *language.Call, s *CallResult, results []result) {
	for i := range results {
		n, _ := v.valueOf(c, &results[i])
		beyond := below(n.Hi, s.Number.Lo, true)
		if c.Word.Extreme < 0 {
			beyond = below(s.Number.Hi, n.Lo, true)
		}
		if n.Known && !n.IsExact() && !beyond {
			gap := s.inexact(n)
			gap.Record = v.recordOf(&results[i].MatchedFact)
			s.Gaps = append(s.Gaps, gap)
		}
	}
}

// keepTelling cites the results that come nearest to the extreme, those that
// surely count and can be read before the others.
func (v *evaluator) keepTelling(c *language.Call, s *CallResult, results []result) {
	type told struct {
		MatchedFact
		value *Number
	}
	all := make([]told, len(results))
	for i := range results {
		all[i].MatchedFact = results[i].MatchedFact
		all[i].value, _ = v.valueOf(c, &results[i])
		if c.Word.Extreme > 0 {
			all[i].value = negate(all[i].value)
		}
	}
	slices.SortFunc(all, func(a, b told) int {
		return cmp.Or(-cmp.Compare(a.Truth, b.Truth), a.value.compareLow(b.value),
			strings.Compare(v.recordOf(&a.MatchedFact), v.recordOf(&b.MatchedFact)))
	})
	s.Omitted = max(0, len(all)-mostCited)
	s.Facts = s.Facts[:0]
	for i := range all[:len(all)-s.Omitted] {
		s.Facts = append(s.Facts, all[i].MatchedFact)
	}
}

// extreme is the greater, or the lesser, of two uncertain numbers.
func extreme(side int, a, b *Number) *Number {
	if a == nil {
		return b
	}
	if side > 0 {
		return negate(leastOf(negate(a), negate(b)))
	}
	return leastOf(a, b)
}

func leastOf(a, b *Number) *Number {
	n := &Number{Known: true, Lo: lower(a.Lo, b.Lo)}
	switch { // the least is no more than either
	case a.Hi.Inf:
		n.Hi = b.Hi
	case b.Hi.Inf:
		n.Hi = a.Hi
	case a.Hi.Value.Cmp(b.Hi.Value) < 0 || a.Hi.Open && a.Hi.Value.Cmp(b.Hi.Value) == 0:
		n.Hi = a.Hi
	default:
		n.Hi = b.Hi
	}
	return n
}
