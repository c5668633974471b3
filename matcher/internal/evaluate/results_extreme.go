// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/language"
)

// findExtreme answers highest and lowest: over the results that surely count,
// widened by those that may.
func findExtreme(v *evaluator, s *CallResult) *Number {
	if !v.answerable(s) {
		return notKnown
	}
	c := s.Call
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
			s.addResultGap(v, gap, r)
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
	n := span(sure, whole)
	if !v.truthOnly {
		v.addInexact(s, n, results)
		v.citeNearest(s, results)
	}
	if n.Lo.Inf && n.Hi.Inf {
		return notKnown
	}
	if n.IsExact() {
		s.Facts, s.Omitted = s.Facts[:1], 0 // the others decide nothing
	}
	return n
}

// addInexact adds the gaps of the results that are known only as a range and may be
// the extreme.
func (v *evaluator) addInexact(s *CallResult, whole *Number, results []result) {
	for i := range results {
		n, _ := v.valueOf(s.Call, &results[i])
		beyond := below(n.Hi, whole.Lo, true)
		if s.Call.Word.Extreme < 0 {
			beyond = below(whole.Hi, n.Lo, true)
		}
		if n.Known && !n.IsExact() && !beyond {
			s.addResultGap(v, s.inexact(n), &results[i])
		}
	}
}

// citeNearest cites the results that are nearest to the extreme, those that
// surely count and can be read before the others.
func (v *evaluator) citeNearest(s *CallResult, results []result) {
	type told struct {
		MatchedFact
		value *Number
	}
	all := make([]told, len(results))
	for i := range results {
		all[i].MatchedFact = results[i].MatchedFact
		all[i].value, _ = v.valueOf(s.Call, &results[i])
		if s.Call.Word.Extreme > 0 {
			all[i].value = negate(all[i].value)
		}
	}
	slices.SortFunc(all, func(a, b told) int {
		return cmp.Or(-cmp.Compare(a.Truth, b.Truth), a.value.compareLow(b.value),
			strings.Compare(v.recordOf(&a.MatchedFact), v.recordOf(&b.MatchedFact)))
	})
	s.Facts = s.Facts[:0]
	for i := range all {
		s.Facts = append(s.Facts, all[i].MatchedFact)
	}
	s.citeAtMost()
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
