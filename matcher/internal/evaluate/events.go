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

// findEvent answers had, took, underwent and vaccinated: some fact of the
// concept has a day in the window.
func findEvent(v *evaluator, c *language.Call) language.Truth {
	first, last := c.Window.DayRange(v.dates)
	return v.anyFact(c, last, func(s *MatchedFact) {
		s.Truth, s.Why = s.Episode.within(first, last, v.dates.Screening)
	})
}

// findPresent answers has, takes and allergic: some fact of the concept goes
// on on the screening day.
func findPresent(v *evaluator, c *language.Call) language.Truth {
	day := v.dates.Screening
	if c.Concept.Kind == terminology.MedicationKind {
		return v.anyFact(c, day, func(s *MatchedFact) { s.Truth, s.Why = s.Episode.within(day, day, day) })
	}
	return v.anyFact(c, day, func(s *MatchedFact) {
		if e := &s.Episode; e.Counts != language.False && !e.StartsAfter(day) {
			s.Truth, s.Why = e.certainty(e.present(day), day)
		} else {
			s.Truth = language.False
		}
	})
}

// findTested answers tested: some result in the window. None on record says
// nothing.
func findTested(v *evaluator, c *language.Call) language.Truth {
	t := findEvent(v, c)
	if t == language.False && !v.truthOnly {
		s := v.found[len(v.found)-1]
		s.Truth = language.Unknown
		var before *MatchedFact
		first, _ := c.Window.DayRange(v.dates)
		if i := slices.IndexFunc(s.Facts, func(one MatchedFact) bool {
			return one.Episode.Counts != language.False && one.Episode.End.Last() < first
		}); i >= 0 {
			before = &s.Facts[i]
		}
		s.Gaps = append(s.Gaps, v.noResult(c, before))
		s.Facts = s.Facts[:0]
	}
	return max(t, language.Unknown)
}

// findEverPositive answers ever_positive: some result in the window says
// positive. Unlike positive, it takes the observations supplied as complete:
// it asks for a result on record, not for the result of a test to come.
func findEverPositive(v *evaluator, c *language.Call) language.Truth {
	first, last := c.Window.DayRange(v.dates)
	return v.anyFact(c, last, func(s *MatchedFact) {
		s.Truth, s.Why = s.Episode.within(first, last, v.dates.Screening)
		if v.chart.patient.Observations[s.Hit.Fact].Unreadable != "" {
			return // its value must not be interpreted
		}
		switch says := saysPositive(c.Concept, &v.chart.patient.Observations[s.Hit.Fact]); {
		case says == language.False:
			s.Truth, s.Why = language.False, ""
		case says == language.Unknown && s.Truth == language.True:
			s.Truth, s.Why = language.Unknown, WhyUnreadable
		}
	})
}

// anyFact answers with the strongest of the concept's facts, so that one
// uncertain fact in a long list is never lost. last is the last day asked
// about: where the record ends before it, or the domain was not supplied,
// "none" is not known.
func (v *evaluator) anyFact(c *language.Call, last patient.Day, ask func(*MatchedFact)) language.Truth {
	s := v.newCallResult(c)
	s.Truth = language.False
	if !v.supplied(c.Concept.Kind, s) {
		s.Truth = language.Unknown
		return language.Unknown
	}
	if c.Concept.Stub() {
		s.Truth = language.Unknown
		s.Gaps = append(s.Gaps, noTerms(c))
		return language.Unknown
	}
	for _, h := range v.chart.hitsOf(c.Concept) {
		s.Facts = append(s.Facts, MatchedFact{Hit: h, Kind: c.Concept.Kind, Episode: v.episodeOf(c.Concept.Kind, h.Fact)})
		one := &s.Facts[len(s.Facts)-1]
		ask(one)
		one.applyGrade(v)
		s.Truth = max(s.Truth, one.Truth)
	}
	if v.truthOnly {
		if s.Truth == language.False && (v.recordEnds(last) || v.chart.holdsStub(c.Concept)) {
			s.Truth = language.Unknown
		}
		return s.Truth
	}
	if s.Truth == language.False && v.chart.holdsStub(c.Concept) {
		s.Truth, s.Facts = language.Unknown, s.Facts[:0]
		s.Gaps = append(s.Gaps, noTerms(c))
		return language.Unknown
	}
	s.keepDeciding(v)
	if s.Truth == language.False && v.recordEnds(last) {
		s.Truth = language.Unknown
		s.Gaps = append(s.Gaps, Gap{Kind: GapRecordEnd, What: c.Concept.Label, Why: WhyRecordEnds, Call: c})
	}
	return s.Truth
}

// applyGrade lowers the truth of a fact that may not be the concept at all.
func (s *MatchedFact) applyGrade(v *evaluator) {
	s.Unreadable = s.Kind.Fact(v.chart.patient, s.Hit.Fact).Unreadable
	switch {
	case s.Truth == language.False:
	case s.Hit.Grade == terminology.MayBe:
		s.Truth, s.Why = language.Unknown, WhyMayBe
	case s.Hit.Grade == terminology.Unreadable:
		s.Truth, s.Why = language.Unknown, WhyUnreadable
	}
}

// keepDeciding keeps the facts that decided: those as true as the answer. For a "no"
// these are facts of the concept that do not count, or lie outside the window.
func (s *CallResult) keepDeciding(v *evaluator) {
	all := slices.DeleteFunc(s.Facts, func(one MatchedFact) bool {
		return one.Truth != s.Truth || one.Truth == language.False && one.Hit.Grade < terminology.ByName
	})
	slices.SortFunc(all, func(a, b MatchedFact) int {
		return cmp.Or(
			cmp.Compare(a.citeOrder(), b.citeOrder()),
			-cmp.Compare(a.Episode.End.Last(), b.Episode.End.Last()),
			-cmp.Compare(a.Episode.Start.Last(), b.Episode.Start.Last()),
			strings.Compare(v.recordOf(&a), v.recordOf(&b)),
		)
	})
	if s.Truth == language.Unknown {
		for i := range all {
			s.Gaps = append(s.Gaps, v.gapOfFact(s.Call, &all[i]))
		}
	}
	if len(all) > mostCited {
		s.Omitted = len(all) - mostCited
		all = all[:mostCited]
	}
	s.Facts = all
}

// citeOrder puts facts that are simply out of time before those that do not count,
// and facts that may be the concept before those that it cannot read.
func (s *MatchedFact) citeOrder() int {
	switch {
	case s.Hit.Grade == terminology.Unreadable:
		return 3
	case s.Hit.Grade == terminology.MayBe:
		return 2
	case s.Episode.Counts == language.False:
		return 1
	}
	return 0
}

// noTerms is the gap of a concept that no record can show.
func noTerms(c *language.Call) Gap {
	return Gap{Kind: GapTerms, What: c.Concept.Label, Why: WhyUnreadable, Call: c}
}

// supplied notes it where the concept's domain is not in the profile.
func (v *evaluator) supplied(k terminology.Kind, s *CallResult) bool {
	d := k.Domain()
	if v.chart.patient.Supplied(d) {
		return true
	}
	s.Gaps = append(s.Gaps, Gap{Kind: GapDomain, What: string(d), Why: WhyNotSupplied})
	return false
}

// recordEnds reports whether the record may end before the last day asked
// about that had come when it was read.
func (v *evaluator) recordEnds(last patient.Day) bool {
	through := v.chart.patient.RecordedThrough
	return !through.IsZero() && through.First() < min(last, v.dates.RecordDay())
}

// findTimes counts the facts of a concept that have a day in the window.
func findTimes(v *evaluator, c *language.Call) *Number {
	first, last := c.Window.DayRange(v.dates)
	s := v.newCallResult(c)
	s.Number = notKnown
	if !v.supplied(c.Concept.Kind, s) {
		return notKnown
	}
	if v.chart.holdsStub(c.Concept) {
		s.Gaps = append(s.Gaps, noTerms(c))
		return notKnown
	}
	all := s.Facts
	sure, possible := 0, 0
	for _, h := range v.chart.hitsOf(c.Concept) {
		one := MatchedFact{Hit: h, Kind: c.Concept.Kind, Episode: v.episodeOf(c.Concept.Kind, h.Fact)}
		one.Truth, one.Why = one.Episode.within(first, last, v.dates.Screening)
		one.applyGrade(v)
		switch one.Truth {
		case language.True:
			sure++
		case language.Unknown:
			possible++
			s.Gaps = append(s.Gaps, v.gapOfFact(c, &one))
		default:
			continue
		}
		all = append(all, one)
	}
	s.Number = count(sure, sure+possible)
	if c.Concept.Kind == terminology.ObservationKind || v.recordEnds(last) {
		s.Number.Hi = Bound{Inf: true}
		s.Gaps = append(s.Gaps, Gap{Kind: GapOtherEntries, What: c.Concept.Label, Why: WhyNoResult})
	}
	if v.truthOnly {
		return s.Number
	}
	slices.SortStableFunc(all, func(a, b MatchedFact) int {
		return cmp.Or(-cmp.Compare(a.Truth, b.Truth), -cmp.Compare(a.Episode.Start.Last(), b.Episode.Start.Last()),
			strings.Compare(v.recordOf(&a), v.recordOf(&b)))
	})
	if len(all) > mostCited {
		s.Omitted, all = len(all)-mostCited, all[:mostCited]
	}
	s.Facts = all
	return s.Number
}
