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
	matchedFact
	observation *patient.Observation
	first, last patient.Day // of the days that it can be of, inside the window
}

// resultsIn lists the results of a concept that are, or may be, in the window,
// and finds the latest of those before it.
func (v *evaluator) resultsIn(c *language.Call) (in []result, earlier *matchedFact) {
	in = v.results[:0]
	from, to := c.Window.DayRange(v.dates)
	to = min(to, v.dates.Screening)
	for _, h := range v.chart.hitsOf(c.Concept) {
		one := matchedFact{hit: h, kind: terminology.ObservationKind, episode: v.episodeOf(terminology.ObservationKind, h.Fact)}
		one.truth, one.why = one.episode.within(from, to, v.dates.Screening)
		one.applyGrade(v)
		if one.truth == language.False {
			if h.Grade >= terminology.ByName && one.episode.counts != language.False && one.episode.end.Last() < from &&
				(earlier == nil || earlier.episode.end.Last() < one.episode.end.Last()) {
				before := one
				earlier = &before
			}
			continue
		}
		in = append(in, result{
			matchedFact: one, observation: &v.chart.patient.Observations[h.Fact],
			first: max(one.episode.start.First(), from), last: min(one.episode.start.Last(), to),
		})
	}
	v.results = in
	return in, earlier
}

// candidates lists the results that may be the latest in the window: those
// that no sure one surely follows. A preliminary result gives way to a final
// one of the same day.
func (v *evaluator) candidates(c *language.Call, s *callResult) []result {
	if !v.supplied(terminology.ObservationKind, s) {
		return nil
	}
	if v.chart.holdsStub(c.Concept) {
		s.gaps = append(s.gaps, noTerms(c.Concept))
		return nil
	}
	in, earlier := v.resultsIn(c)
	if len(in) == 0 {
		s.gaps = append(s.gaps, v.noResult(c, earlier))
		return nil
	}
	// The day by which a sure result has surely come; final says whether one
	// of that very day is final.
	latest, final := patient.MinDay, false
	for i := range in {
		if r := &in[i]; r.truth == language.True && r.first >= latest {
			latest = r.first
		}
	}
	for i := range in {
		final = final || in[i].truth == language.True && in[i].first == latest && in[i].last == latest
	}
	out := slices.DeleteFunc(in, func(r result) bool {
		superseded := final && r.last == latest && r.first == latest && r.episode.counts == language.Unknown
		return r.last < latest || superseded
	})
	slices.SortFunc(out, func(a, b result) int {
		return cmp.Or(-cmp.Compare(a.last, b.last), -cmp.Compare(a.first, b.first),
			strings.Compare(recordOf(v.chart.patient, a.kind, a.hit.Fact), recordOf(v.chart.patient, b.kind, b.hit.Fact)))
	})
	return out
}

// findLatest answers latest: the range of the results that may be the latest.
func findLatest(v *evaluator, c *language.Call) *number {
	s := v.newCallResult(c)
	s.number = notKnown
	s.number = v.rangeOf(c, s, v.candidates(c, s), v.valueOf)
	return s.number
}

// findLimit answers uln and lln of the latest result.
func findLimit(v *evaluator, c *language.Call) *number {
	s := v.newCallResult(c)
	s.number = notKnown
	s.number = v.rangeOf(c, s, v.candidates(c, s), func(c *language.Call, r *result) (*number, Missing) {
		limit, side := r.observation.High, c.Word.Limit
		if side == "lower" {
			limit = r.observation.Low
		}
		if limit == nil {
			return notKnown, Missing{Why: WhyNoResult, Ask: "What is the laboratory's " + side + " limit of normal for " + c.Concept.Label + "?"}
		}
		return v.quantityOf(c.Concept, limit)
	})
	return s.number
}

// rangeOf spans the values of results any of which may be the one asked for.
// One that is not certain to count leaves the answer open.
func (v *evaluator) rangeOf(c *language.Call, s *callResult, results []result, value func(*language.Call, *result) (*number, Missing)) *number {
	if len(results) == 0 {
		return notKnown
	}
	var whole *number
	sure := false
	for i := range results {
		r := &results[i]
		s.facts = append(s.facts, r.matchedFact)
		sure = sure || r.truth == language.True
		n, gap := value(c, r)
		if r.truth != language.True && r.why != WhyPartialDate {
			n, gap = notKnown, v.gapOfFact(c.Concept, &r.matchedFact)
		}
		if !n.known {
			gap.What, gap.Record = c.Concept.Label, recordOf(v.chart.patient, r.kind, r.hit.Fact)
			s.gaps = append(s.gaps, gap)
		}
		if whole == nil {
			whole = n
		} else {
			whole = span(whole, n)
		}
	}
	if len(results) > mostCited {
		s.omitted, s.facts = len(results)-mostCited, s.facts[:mostCited]
	}
	if !sure {
		s.gaps = append(s.gaps, v.gapOfFact(c.Concept, &results[0].matchedFact))
		return notKnown
	}
	if whole.known && !whole.isExact() && len(results) > 1 {
		s.gaps = append(s.gaps, v.disagreement(c, results))
	}
	return whole
}

// valueOf reads a result as a number in the concept's unit.
func (v *evaluator) valueOf(c *language.Call, r *result) (*number, Missing) {
	value := &r.observation.Value
	switch {
	case value.Quantity != nil:
		return v.quantityOf(c.Concept, value.Quantity)
	case value.From != nil || value.To != nil:
		n := &number{known: true, lo: bound{inf: true}, hi: bound{inf: true}}
		if value.From != nil {
			low, gap := v.quantityOf(c.Concept, value.From)
			if !low.known {
				return notKnown, gap
			}
			n.lo = low.lo
		}
		if value.To != nil {
			high, gap := v.quantityOf(c.Concept, value.To)
			if !high.known {
				return notKnown, gap
			}
			n.hi = high.hi
		}
		if below(n.hi, n.lo, false) {
			return notKnown, Missing{Why: WhyConflict, Ask: "What is the " + c.Concept.Label + "? The range recorded ends below its start."}
		}
		return n, Missing{}
	}
	return notKnown, Missing{Why: WhyUnreadable, Ask: "What is the " + c.Concept.Label + " as a number? The record gives it in words."}
}

// quantityOf gives a recorded quantity in the concept's unit, as a range where
// it has a comparator, or says why it cannot.
func (v *evaluator) quantityOf(concept *terminology.Concept, q *patient.Quantity) (*number, Missing) {
	value, ok := q.Value, true
	if q.Unit != concept.Unit {
		value, ok = v.chart.reader.units.Convert(concept, q)
	}
	if !ok {
		ask := "What is the " + concept.Label
		if concept.Unit != "" {
			ask += " in " + concept.Unit
		}
		if q.Unit == "" {
			return notKnown, Missing{Why: WhyUnit, Ask: ask + "? The record gives no unit."}
		}
		return notKnown, Missing{Why: WhyUnit, Ask: ask + "? The record gives it in " + q.Unit + ", which cannot be converted."}
	}
	n := exactly(value)
	switch q.Comparator {
	case "<", "<=":
		n.hi.open = q.Comparator == "<"
		n.lo = bound{inf: true}
		if !concept.Signed && value.Sign() > 0 {
			n.lo = bound{}
		}
	case ">", ">=":
		n.lo.open = q.Comparator == ">"
		n.hi = bound{inf: true}
	}
	return n, Missing{}
}
