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
func findEvent(v *evaluator, s *CallResult) language.Truth {
	first, last := s.Call.Window.DayRange(v.dates)
	return v.anyFact(s, last, func(f *MatchedFact) {
		f.Truth, f.Why = f.Episode.within(first, last, v.dates.Screening)
	})
}

// findPresent answers has, takes and allergic: some fact of the concept goes
// on on the screening day.
func findPresent(v *evaluator, s *CallResult) language.Truth {
	day := v.dates.Screening
	return v.anyFact(s, day, func(f *MatchedFact) {
		switch e := &f.Episode; {
		case f.Kind == terminology.MedicationKind:
			f.Truth, f.Why = e.within(day, day, day)
		case e.Counts == language.False || e.StartsAfter(day):
			f.Truth = language.False
		default:
			f.Truth, f.Why = e.certainty(e.present(day), day)
		}
	})
}

// findTested answers tested: some result in the window. None on record says
// nothing.
func findTested(v *evaluator, s *CallResult) language.Truth {
	t := findEvent(v, s)
	if t == language.False && !v.truthOnly {
		var before *MatchedFact
		first, _ := s.Call.Window.DayRange(v.dates)
		if i := slices.IndexFunc(s.Facts, func(f MatchedFact) bool {
			return f.Episode.Counts != language.False && f.Episode.End.Last() < first
		}); i >= 0 {
			before = &s.Facts[i]
		}
		s.Gaps, s.Facts = append(s.Gaps, v.noResult(s.Call, before)), s.Facts[:0]
	}
	return max(t, language.Unknown)
}

// findEverPositive answers ever_positive: some result in the window says
// positive. Unlike positive, it takes the observations supplied as complete:
// it asks for a result on record, not for the result of a test to come.
func findEverPositive(v *evaluator, s *CallResult) language.Truth {
	first, last := s.Call.Window.DayRange(v.dates)
	return v.anyFact(s, last, func(f *MatchedFact) {
		f.Truth, f.Why = f.Episode.within(first, last, v.dates.Screening)
		o := &v.chart.patient.Observations[f.Hit.Fact]
		if o.Unreadable != "" {
			return // its value must not be interpreted
		}
		switch says := saysPositive(s.Call.Concept, o); {
		case says == language.False:
			f.Truth, f.Why = language.False, ""
		case says == language.Unknown && f.Truth == language.True:
			f.Truth, f.Why = language.Unknown, WhyUnreadable
		}
	})
}

// anyFact answers with the strongest of the concept's facts, so that one
// uncertain fact in a long list is never lost. last is the last day asked
// about: where the record ends before it, or the domain was not supplied,
// "none" is not known.
func (v *evaluator) anyFact(s *CallResult, last patient.Day, ask func(*MatchedFact)) language.Truth {
	concept := s.Call.Concept
	if !v.supplied(s) {
		return language.Unknown
	}
	if concept.Stub() {
		return s.withoutTerms()
	}
	s.Truth = language.False
	for _, h := range v.chart.hitsOf(concept) {
		s.Facts = append(s.Facts, v.matchedFact(concept, h))
		one := &s.Facts[len(s.Facts)-1]
		ask(one)
		one.applyGrade(v)
		s.Truth = max(s.Truth, one.Truth)
	}
	if v.truthOnly {
		if s.Truth == language.False && (v.recordEnds(last) || v.chart.holdsStub(concept)) {
			return language.Unknown
		}
		return s.Truth
	}
	if s.Truth == language.False && v.chart.holdsStub(concept) {
		s.Facts = s.Facts[:0]
		return s.withoutTerms()
	}
	s.keepDeciding(v)
	if s.Truth == language.False && v.recordEnds(last) {
		s.Gaps = append(s.Gaps, Gap{Kind: GapRecordEnd, What: concept.Label, Why: WhyRecordEnds, Call: s.Call})
		return language.Unknown
	}
	return s.Truth
}

func (v *evaluator) matchedFact(c *terminology.Concept, h terminology.Hit) MatchedFact {
	return MatchedFact{Hit: h, Kind: c.Kind, Episode: v.episodeOf(c.Kind, h.Fact)}
}

// applyGrade lowers the truth of a fact that may not be the concept at all.
func (s *MatchedFact) applyGrade(v *evaluator) {
	s.Unreadable = s.Kind.Fact(v.chart.patient, s.Hit.Fact).Unreadable
	switch {
	case s.Truth == language.False:
	case s.Hit.Grade == terminology.MayBe:
		s.Truth, s.Why = language.Unknown, WhyMayBe
	case s.Hit.Grade == terminology.Unrecognized:
		s.Truth, s.Why = language.Unknown, WhyNotRecognized
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
			s.addFactGap(v, &all[i])
		}
	}
	s.Facts = all
	s.citeAtMost(v)
}

// citeOrder puts facts that are simply out of time before those that do not count,
// and facts that may be the concept before those that it cannot read.
func (s *MatchedFact) citeOrder() int {
	switch {
	case s.Hit.Grade == terminology.Unrecognized:
		return 3
	case s.Hit.Grade == terminology.MayBe:
		return 2
	case s.Episode.Counts == language.False:
		return 1
	}
	return 0
}

// withoutTerms adds the gap of a concept that no record can show.
func (s *CallResult) withoutTerms() language.Truth {
	s.Gaps = append(s.Gaps, Gap{Kind: GapTerms, What: s.Call.Concept.Label, Why: WhyUnreadable, Call: s.Call})
	return language.Unknown
}

// supplied reports whether the domain of the concept is in the profile, and adds the gap
// where it is not.
func (v *evaluator) supplied(s *CallResult) bool {
	d := s.Call.Concept.Kind.Domain()
	if v.chart.patient.Supplied(d) {
		return true
	}
	s.Gaps = append(s.Gaps, Gap{Kind: GapDomain, What: string(d), Why: WhyNotSupplied})
	return false
}

// answerable is supplied, and false as well where a record cannot show every member of
// the concept.
func (v *evaluator) answerable(s *CallResult) bool {
	if !v.supplied(s) {
		return false
	}
	if v.chart.holdsStub(s.Call.Concept) {
		s.withoutTerms()
		return false
	}
	return true
}

// recordEnds reports whether the record may end before the last day asked
// about that had come when it was read.
func (v *evaluator) recordEnds(last patient.Day) bool {
	through := v.chart.patient.RecordedThrough
	return !through.IsZero() && through.First() < min(last, v.dates.RecordDay())
}

// findTimes counts the facts of a concept that have a day in the window.
func findTimes(v *evaluator, s *CallResult) *Number {
	if !v.answerable(s) {
		return notKnown
	}
	concept := s.Call.Concept
	first, last := s.Call.Window.DayRange(v.dates)
	sure, possible := 0, 0
	for _, h := range v.chart.hitsOf(concept) {
		one := v.matchedFact(concept, h)
		one.Truth, one.Why = one.Episode.within(first, last, v.dates.Screening)
		one.applyGrade(v)
		switch one.Truth {
		case language.True:
			sure++
		case language.Unknown:
			possible++
			s.addFactGap(v, &one)
		default:
			continue
		}
		s.Facts = append(s.Facts, one)
	}
	n := count(sure, sure+possible)
	if concept.Kind == terminology.ObservationKind || v.recordEnds(last) {
		n.Hi = Bound{Inf: true}
		s.Gaps = append(s.Gaps, Gap{Kind: GapOtherEntries, What: concept.Label, Why: WhyNoResult})
	}
	if v.truthOnly {
		return n
	}
	slices.SortStableFunc(s.Facts, func(a, b MatchedFact) int {
		return cmp.Or(-cmp.Compare(a.Truth, b.Truth), -cmp.Compare(a.Episode.Start.Last(), b.Episode.Start.Last()),
			strings.Compare(v.recordOf(&a), v.recordOf(&b)))
	})
	s.citeAtMost(v)
	return n
}

// citeAtMost keeps the first facts. If there are too many, it keeps one of each group of those
// that were not recognised.
func (s *CallResult) citeAtMost(v *evaluator) {
	all := len(s.Facts)
	if all > mostCited && v.unrecognized != nil && !v.truthOnly {
		var cited groupSet
		s.Facts = slices.DeleteFunc(s.Facts, func(f MatchedFact) bool {
			if f.Hit.Grade != terminology.Unrecognized {
				return false
			}
			_, group := v.unrecognized.question(f.Kind, f.Hit.Fact)
			return !cited.addGroup(group, len(v.unrecognized.groups))
		})
	}
	s.Facts = s.Facts[:min(len(s.Facts), mostCited)]
	s.Omitted = all - len(s.Facts)
}
