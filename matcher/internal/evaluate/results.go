// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// result is an observation that counts, or may count, in a window.
type result struct {
	MatchedFact
	observation *patient.Observation
	first, last patient.Day // of the days that it can be of, inside the window
}

// resultsIn lists the results of a concept that are, or may be, in the window,
// and finds the latest of those before it.
func (v *evaluator) resultsIn(c *language.Call) (in []result, earlier *MatchedFact) {
	in = v.results[:0]
	from, to := c.Window.DayRange(v.dates)
	to = min(to, v.dates.Screening)
	for _, h := range v.chart.hitsOf(c.Concept) {
		one := v.matchedFact(c.Concept, h)
		one.Truth, one.Why = one.Episode.within(from, to, v.dates.Screening)
		one.applyGrade(v)
		if one.Truth == language.False {
			if h.Grade >= terminology.ByName && one.Episode.Counts != language.False && one.Episode.End.Last() < from &&
				(earlier == nil || earlier.Episode.End.Last() < one.Episode.End.Last()) {
				before := one
				earlier = &before
			}
			continue
		}
		in = append(in, result{
			MatchedFact: one, observation: &v.chart.patient.Observations[h.Fact],
			first: max(one.Episode.Start.First(), from), last: min(one.Episode.Start.Last(), to),
		})
	}
	v.results = in
	return in, earlier
}

// candidates lists the results that may be the latest in the window: those
// that no sure one surely follows. A preliminary result gives way to a final
// one of the same day.
func (v *evaluator) candidates(s *CallResult) []result {
	if !v.answerable(s) {
		return nil
	}
	in, earlier := v.resultsIn(s.Call)
	if len(in) == 0 {
		s.Gaps = append(s.Gaps, v.noResult(s.Call, earlier))
		return nil
	}
	// The day by which a sure result has surely come; final says whether one
	// of that very day is final.
	latest, final := patient.MinDay, false
	for i := range in {
		if r := &in[i]; r.Truth == language.True && r.first >= latest {
			latest = r.first
		}
	}
	for i := range in {
		final = final || in[i].Truth == language.True && in[i].first == latest && in[i].last == latest
	}
	out := slices.DeleteFunc(in, func(r result) bool {
		superseded := final && r.last == latest && r.first == latest && r.Episode.Counts == language.Unknown
		return r.last < latest || superseded
	})
	slices.SortFunc(out, func(a, b result) int {
		return cmp.Or(-cmp.Compare(a.last, b.last), -cmp.Compare(a.first, b.first),
			strings.Compare(v.recordOf(&a.MatchedFact), v.recordOf(&b.MatchedFact)))
	})
	return out
}

func findLatest(v *evaluator, s *CallResult) *Number { return v.rangeOf(s, v.valueOf) }

// findLimit answers uln and lln of the latest result.
func findLimit(v *evaluator, s *CallResult) *Number {
	return v.rangeOf(s, func(c *language.Call, r *result) (*Number, Gap) {
		limit := r.observation.High
		if c.Word.Limit == "lower" {
			limit = r.observation.Low
		}
		if limit == nil {
			return notKnown, Gap{Kind: GapLimit, Why: WhyNoResult, Call: c}
		}
		return v.quantityOf(c, limit)
	})
}

// rangeOf spans the values of the results any of which may be the latest.
// One that is not certain to count leaves the answer open.
func (v *evaluator) rangeOf(s *CallResult, value func(*language.Call, *result) (*Number, Gap)) *Number {
	c, results := s.Call, v.candidates(s)
	if len(results) == 0 {
		return notKnown
	}
	var whole *Number
	sure := false
	for i := range results {
		r := &results[i]
		s.Facts = append(s.Facts, r.MatchedFact)
		sure = sure || r.Truth == language.True
		n, gap := value(c, r)
		switch {
		case r.Truth != language.True && r.Why != WhyPartialDate:
			n = notKnown
			s.addUnsureResult(v, r)
		case !n.Known:
			s.addResultGap(v, gap, r)
		}
		if whole == nil {
			whole = n
		} else {
			whole = span(whole, n)
		}
	}
	s.citeAtMost(v)
	if !sure {
		s.Gaps = append(s.Gaps, v.gapOfFact(c, &results[0].MatchedFact))
		return notKnown
	}
	if whole.Known && !whole.IsExact() && len(results) > 1 {
		s.Gaps = append(s.Gaps, v.disagreement(c, results))
	}
	return whole
}

// addUnsureResult adds the gap of a result that may not count.
func (s *CallResult) addUnsureResult(v *evaluator, r *result) {
	before := len(s.Gaps)
	s.addFactGap(v, &r.MatchedFact)
	if len(s.Gaps) > before {
		s.Gaps[before].What = s.Call.Concept.Label
	}
}

func (s *CallResult) addResultGap(v *evaluator, gap Gap, r *result) {
	gap.What, gap.Record = s.Call.Concept.Label, v.recordOf(&r.MatchedFact)
	s.Gaps = append(s.Gaps, gap)
}

// valueOf reads a result as a number in the concept's unit.
func (v *evaluator) valueOf(c *language.Call, r *result) (*Number, Gap) {
	value := &r.observation.Value
	switch {
	case value.Quantity != nil:
		return v.quantityOf(c, value.Quantity)
	case value.From != nil || value.To != nil:
		n := &Number{Known: true, Lo: Bound{Inf: true}, Hi: Bound{Inf: true}}
		if value.From != nil {
			low, gap := v.quantityOf(c, value.From)
			if !low.Known {
				return notKnown, gap
			}
			n.Lo = low.Lo
		}
		if value.To != nil {
			high, gap := v.quantityOf(c, value.To)
			if !high.Known {
				return notKnown, gap
			}
			n.Hi = high.Hi
		}
		if below(n.Hi, n.Lo, false) {
			return notKnown, Gap{Kind: GapRange, Why: WhyConflict, Call: c}
		}
		return n, Gap{}
	}
	return notKnown, Gap{Kind: GapNumber, Why: WhyUnreadable, Call: c}
}

// quantityOf gives a recorded quantity in the concept's unit, as a range where
// it has a comparator, or says why it cannot.
func (v *evaluator) quantityOf(c *language.Call, q *patient.Quantity) (*Number, Gap) {
	value, ok := q.Value, true
	if q.Unit != c.Concept.Unit {
		value, ok = v.chart.reader.units.Convert(c.Concept, q)
	}
	if !ok {
		return notKnown, Gap{Kind: GapUnit, Why: WhyUnit, Call: c, Unit: q.Unit}
	}
	n := exactly(value)
	switch q.Comparator {
	case "<", "<=":
		n.Hi.Open = q.Comparator == "<"
		n.Lo = Bound{Inf: true}
		if !c.Concept.Signed && value.Sign() > 0 {
			n.Lo = Bound{}
		}
	case ">", ">=":
		n.Lo.Open = q.Comparator == ">"
		n.Hi = Bound{Inf: true}
	}
	return n, Gap{}
}

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
		switch {
		case r.Truth != language.True:
			if r.Why != WhyPartialDate {
				n = notKnown
			}
			s.addUnsureResult(v, r)
		case !n.Known:
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
		} else if !v.truthOnly {
			v.citeNearest(s, results)
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
	s.citeAtMost(v)
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
	n := &Number{Known: true, Lo: lower(a.Lo, b.Lo), Hi: b.Hi} // the least is no more than either
	if c := a.Hi.Value.Cmp(b.Hi.Value); !a.Hi.Inf && (b.Hi.Inf || c < 0 || c == 0 && a.Hi.Open) {
		n.Hi = a.Hi
	}
	return n
}
