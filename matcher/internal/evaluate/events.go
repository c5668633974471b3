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
	return v.anyFact(c, last, func(s *matchedFact) {
		s.truth, s.why = s.episode.within(first, last, v.dates.Screening)
	})
}

// findPresent answers has, takes and allergic: some fact of the concept goes
// on on the screening day.
func findPresent(v *evaluator, c *language.Call) language.Truth {
	day := v.dates.Screening
	if c.Concept.Kind == terminology.MedicationKind {
		return v.anyFact(c, day, func(s *matchedFact) { s.truth, s.why = s.episode.within(day, day, day) })
	}
	return v.anyFact(c, day, func(s *matchedFact) {
		if e := &s.episode; e.counts != language.False && !e.future(day) {
			s.truth, s.why = e.certainty(e.present(day), day)
		} else {
			s.truth = language.False
		}
	})
}

// findTested answers tested: some result in the window. None on record says
// nothing.
func findTested(v *evaluator, c *language.Call) language.Truth {
	t := findEvent(v, c)
	if t == language.False && !v.truthOnly {
		s := v.found[len(v.found)-1]
		s.truth = language.Unknown
		var before *matchedFact
		first, _ := c.Window.DayRange(v.dates)
		if i := slices.IndexFunc(s.facts, func(one matchedFact) bool {
			return one.episode.counts != language.False && one.episode.end.Last() < first
		}); i >= 0 {
			before = &s.facts[i]
		}
		s.gaps = append(s.gaps, v.noResult(c, before))
		s.facts = s.facts[:0]
	}
	return max(t, language.Unknown)
}

// findEverPositive answers ever_positive: some result in the window says
// positive. Unlike positive, it takes the observations supplied as complete:
// it asks for a result on record, not for the result of a test to come.
func findEverPositive(v *evaluator, c *language.Call) language.Truth {
	first, last := c.Window.DayRange(v.dates)
	return v.anyFact(c, last, func(s *matchedFact) {
		s.truth, s.why = s.episode.within(first, last, v.dates.Screening)
		if v.chart.patient.Observations[s.hit.Fact].Unreadable != "" {
			return // its value must not be interpreted
		}
		switch says := saysPositive(c.Concept, &v.chart.patient.Observations[s.hit.Fact]); {
		case says == language.False:
			s.truth, s.why = language.False, ""
		case says == language.Unknown && s.truth == language.True:
			s.truth, s.why = language.Unknown, WhyUnreadable
		}
	})
}

// anyFact answers with the strongest of the concept's facts, so that one
// uncertain fact in a long list is never lost. last is the last day asked
// about: where the record ends before it, or the domain was not supplied,
// "none" is not known.
func (v *evaluator) anyFact(c *language.Call, last patient.Day, ask func(*matchedFact)) language.Truth {
	s := v.newCallResult(c)
	s.truth = language.False
	if !v.supplied(c.Concept.Kind, s) {
		s.truth = language.Unknown
		return language.Unknown
	}
	if c.Concept.Stub() {
		s.truth = language.Unknown
		s.gaps = append(s.gaps, noTerms(c.Concept))
		return language.Unknown
	}
	for _, h := range v.chart.hitsOf(c.Concept) {
		s.facts = append(s.facts, matchedFact{hit: h, kind: c.Concept.Kind, episode: v.episodeOf(c.Concept.Kind, h.Fact)})
		one := &s.facts[len(s.facts)-1]
		ask(one)
		one.applyGrade(v)
		s.truth = max(s.truth, one.truth)
	}
	if v.truthOnly {
		if s.truth == language.False && (v.recordEnds(last) || v.chart.holdsStub(c.Concept)) {
			s.truth = language.Unknown
		}
		return s.truth
	}
	if s.truth == language.False && v.chart.holdsStub(c.Concept) {
		s.truth, s.facts = language.Unknown, s.facts[:0]
		s.gaps = append(s.gaps, noTerms(c.Concept))
		return language.Unknown
	}
	s.keepDeciding(v)
	if s.truth == language.False && v.recordEnds(last) {
		s.truth = language.Unknown
		s.gaps = append(s.gaps, Missing{
			What: c.Concept.Label, Why: WhyRecordEnds,
			Ask: "What happened after " + v.chart.patient.RecordedThrough.String() + ", when the record ends: any " + c.Concept.Label + "?",
		})
	}
	return s.truth
}

// applyGrade lowers the truth of a fact that may not be the concept at all.
func (s *matchedFact) applyGrade(v *evaluator) {
	s.note = s.kind.Fact(v.chart.patient, s.hit.Fact).Unreadable
	switch {
	case s.truth == language.False:
	case s.hit.Grade == terminology.MayBe:
		s.truth, s.why = language.Unknown, WhyMayBe
	case s.hit.Grade == terminology.Unreadable:
		s.truth, s.why = language.Unknown, WhyUnreadable
	}
}

// keepDeciding keeps the facts that decided: those as true as the answer. For a "no"
// these are facts of the concept that do not count, or lie outside the window.
func (s *callResult) keepDeciding(v *evaluator) {
	all := slices.DeleteFunc(s.facts, func(one matchedFact) bool {
		return one.truth != s.truth || one.truth == language.False && one.hit.Grade < terminology.ByName
	})
	slices.SortFunc(all, func(a, b matchedFact) int {
		return cmp.Or(
			cmp.Compare(a.citeOrder(), b.citeOrder()),
			-cmp.Compare(a.episode.end.Last(), b.episode.end.Last()),
			-cmp.Compare(a.episode.start.Last(), b.episode.start.Last()),
			strings.Compare(recordOf(v.chart.patient, a.kind, a.hit.Fact), recordOf(v.chart.patient, b.kind, b.hit.Fact)),
		)
	})
	if s.truth == language.Unknown {
		for i := range all {
			s.gaps = append(s.gaps, v.gapOfFact(s.call.Concept, &all[i]))
		}
	}
	if len(all) > mostCited {
		s.omitted = len(all) - mostCited
		all = all[:mostCited]
	}
	s.facts = all
}

// citeOrder puts facts that are simply out of time before those that do not count,
// and facts that may be the concept before those that it cannot read.
func (s *matchedFact) citeOrder() int {
	switch {
	case s.hit.Grade == terminology.Unreadable:
		return 3
	case s.hit.Grade == terminology.MayBe:
		return 2
	case s.episode.counts == language.False:
		return 1
	}
	return 0
}

// noTerms says that no record can show a concept.
func noTerms(c *terminology.Concept) Missing {
	return Missing{
		What: c.Label, Why: WhyUnreadable,
		Ask: "What of the record is " + c.Label + "? The study's concept " + c.Name + " lists no codes and no names, or one of its members does not.",
	}
}

// supplied notes it where the concept's domain is not in the profile.
func (v *evaluator) supplied(k terminology.Kind, s *callResult) bool {
	d := k.Domain()
	if v.chart.patient.Supplied(d) {
		return true
	}
	s.gaps = append(s.gaps, Missing{What: string(d), Why: WhyNotSupplied, Ask: "Supply the patient's " + string(d) + "."})
	return false
}

// recordEnds reports whether the record may end before the last day asked
// about that had come when it was read.
func (v *evaluator) recordEnds(last patient.Day) bool {
	through := v.chart.patient.RecordedThrough
	return !through.IsZero() && through.First() < min(last, v.dates.RecordDay())
}

// findTimes counts the facts of a concept that have a day in the window.
func findTimes(v *evaluator, c *language.Call) *number {
	first, last := c.Window.DayRange(v.dates)
	s := v.newCallResult(c)
	s.number = notKnown
	if !v.supplied(c.Concept.Kind, s) {
		return notKnown
	}
	if v.chart.holdsStub(c.Concept) {
		s.gaps = append(s.gaps, noTerms(c.Concept))
		return notKnown
	}
	all := s.facts
	sure, possible := 0, 0
	for _, h := range v.chart.hitsOf(c.Concept) {
		one := matchedFact{hit: h, kind: c.Concept.Kind, episode: v.episodeOf(c.Concept.Kind, h.Fact)}
		one.truth, one.why = one.episode.within(first, last, v.dates.Screening)
		one.applyGrade(v)
		switch one.truth {
		case language.True:
			sure++
		case language.Unknown:
			possible++
			s.gaps = append(s.gaps, v.gapOfFact(c.Concept, &one))
		default:
			continue
		}
		all = append(all, one)
	}
	s.number = count(sure, sure+possible)
	if c.Concept.Kind == terminology.ObservationKind || v.recordEnds(last) {
		s.number.hi = bound{inf: true}
		s.gaps = append(s.gaps, Missing{What: c.Concept.Label, Why: WhyNoResult, Ask: "Was there any other " + c.Concept.Label + " that the record does not show?"})
	}
	if v.truthOnly {
		return s.number
	}
	slices.SortStableFunc(all, func(a, b matchedFact) int {
		return cmp.Or(-cmp.Compare(a.truth, b.truth), -cmp.Compare(a.episode.start.Last(), b.episode.start.Last()),
			strings.Compare(recordOf(v.chart.patient, a.kind, a.hit.Fact), recordOf(v.chart.patient, b.kind, b.hit.Fact)))
	})
	if len(all) > mostCited {
		s.omitted, all = len(all)-mostCited, all[:mostCited]
	}
	s.facts = all
	return s.number
}
