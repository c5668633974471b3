// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// Episode is the time that a fact covers: it began on some day of start, ended on
// some day of end, and counts, may count (Unknown) or does not (False).
type Episode struct {
	Start, End patient.Date
	Counts     language.Truth
	Why        Why // where it may count
	// Status is the code of the record that bears on counting: a status, a certainty, the
	// basis of an exposure, StatusNoResult, or "". Course is the course of a disease that
	// is over.
	Status string
	Course patient.Course
	// Conflict is the end that the record gives although Status says that the fact
	// goes on.
	Conflict patient.Date
	Ongoing  bool // the record says that it goes on
	ended    bool // the record says that it is over on the screening day
}

// StatusNoResult is the status of an observation without a result.
const StatusNoResult = "no-result"

// episodeOf reads one fact as the record stood on the screening day. The
// readings are those of the table in the documentation of this package.
func (v *evaluator) episodeOf(k terminology.Kind, fact int32) Episode {
	p := v.chart.patient
	switch k {
	case terminology.ConditionKind:
		f := &p.Conditions[fact]
		return v.disease(f.Course, f.Certainty, f.Onset, f.Recorded, f.Abatement)
	case terminology.AllergyKind:
		f := &p.Allergies[fact]
		return v.disease(f.Course, f.Certainty, f.Onset, f.Recorded, patient.Date{})
	case terminology.MedicationKind:
		return v.exposure(&p.Medications[fact])
	case terminology.ProcedureKind:
		return v.procedure(&p.Procedures[fact])
	case terminology.ImmunizationKind:
		f := &p.Immunizations[fact]
		start := v.startOf(f.Date, f.Recorded, patient.Date{})
		e := Episode{Counts: language.True, Start: start, End: start}
		if f.Status == "not-done" || f.Status == "entered-in-error" {
			e.Counts, e.Status = language.False, f.Status
		}
		return e
	case terminology.ObservationKind:
		f := &p.Observations[fact]
		start := v.startOf(f.Date, f.Recorded, patient.Date{})
		e := Episode{Counts: language.True, Start: start, End: start}
		switch f.Status {
		case "", "final", "amended", "corrected":
		case "preliminary", "unknown":
			e.Counts, e.Why, e.Status = language.Unknown, WhyUnconfirmed, f.Status
		default:
			e.Counts, e.Status = language.False, f.Status
		}
		if f.Unreadable == "" && (f.Value.IsZero() && len(f.Interpretation) == 0 || saysUnknown(f)) {
			e.Counts, e.Status = language.False, StatusNoResult
		}
		return e
	}
	return Episode{}
}

// startOf gives the start of a fact; one without a date began on or before the
// day it was recorded, and that the record holds it says that this was by the
// day as of which it was read.
func (v *evaluator) startOf(start, recorded, end patient.Date) patient.Date {
	if !start.IsZero() {
		// Written down or ended by that day, it had begun by that day.
		last := start.Last()
		for _, by := range [...]patient.Date{recorded, end} {
			if by.Last() >= start.First() {
				last = min(last, by.Last())
			}
		}
		return patient.Between(start.First(), last)
	}
	last := v.dates.RecordDay()
	if !recorded.IsZero() {
		last = recorded.Last()
	}
	return patient.Between(patient.MinDay, min(last, end.Last()))
}

// endByRecord is some day from the start up to the day as of which the record was read.
func (v *evaluator) endByRecord(start patient.Date) patient.Date {
	return patient.Between(start.First(), max(start.First(), v.dates.RecordDay()))
}

func (v *evaluator) disease(course patient.Course, certainty patient.Certainty, onset, recorded, abatement patient.Date) Episode {
	e := Episode{Counts: language.True, Start: v.startOf(onset, recorded, abatement)}
	switch certainty {
	case patient.Refuted, patient.EnteredInError:
		e.Counts, e.Status = language.False, string(certainty)
	case patient.Unconfirmed, patient.Provisional, patient.Differential:
		e.Counts, e.Why, e.Status = language.Unknown, WhyUnconfirmed, string(certainty)
	}
	over := course == patient.Inactive || course == patient.Remission || course == patient.Resolved
	switch {
	case !abatement.IsZero() && !over && course != "" && abatement.Last() <= v.dates.RecordDay():
		// Active and yet abated: it ended then, or it goes on.
		e.End, e.Why = patient.Between(abatement.First(), patient.MaxDay), WhyConflict
		e.Status, e.Conflict = string(course), abatement
	case !abatement.IsZero():
		e.End = abatement
	case over:
		e.End, e.ended = v.endByRecord(e.Start), true
		e.Course = course
	default:
		e.End, e.Ongoing = patient.On(patient.MaxDay), true
	}
	return e
}

func (v *evaluator) exposure(m *patient.Medication) Episode {
	recorded := m.Recorded
	if m.Basis == patient.Order && !m.Start.IsZero() {
		recorded = patient.Date{} // an order starts then or later
	}
	e := Episode{Counts: language.True, Start: v.startOf(m.Start, recorded, m.End), End: m.End}
	switch m.Basis {
	case patient.Order, patient.Dispense:
		e.Status = string(m.Basis)
	case patient.Administration:
		over := m.Status == "completed" || m.Status == "stopped" || m.Status == ""
		if e.End.IsZero() && !m.Start.IsZero() && over {
			e.End = e.Start
		}
	}
	switch m.Status {
	case "active", "in-progress":
		if e.End.IsZero() {
			e.End, e.Ongoing = patient.On(patient.MaxDay), true
		} else if e.End.Last() <= v.dates.RecordDay() {
			// Active and yet ended: it ended then, or it goes on.
			e.End, e.Why = patient.Between(e.End.First(), patient.MaxDay), WhyConflict
			e.Status, e.Conflict = m.Status, m.End
		}
	case "completed", "stopped":
		switch {
		case e.End.IsZero():
			e.End = v.endByRecord(e.Start)
		case m.Basis == patient.Order && m.Status == "stopped":
			// The end of an order is a plan, and this one was cut short.
			last := max(e.Start.First(), min(e.End.Last(), v.dates.RecordDay()))
			e.End = patient.Between(e.Start.First(), last)
		case m.Basis == patient.Order && e.End.Last() > v.dates.RecordDay():
			e.End = patient.Between(e.Start.First(), e.End.Last())
		}
	case "on-hold", "unknown":
		e.Counts, e.Why, e.Status = language.Unknown, WhyUnconfirmed, m.Status
	case "":
	default:
		e.Counts, e.Status = language.False, m.Status
	}
	if e.End.IsZero() {
		e.End = patient.Between(e.Start.First(), patient.MaxDay)
	}
	return e
}

func (v *evaluator) procedure(f *patient.Procedure) Episode {
	e := Episode{Counts: language.True, Start: v.startOf(f.Start, f.Recorded, f.End), End: f.End}
	switch f.Status {
	case "", "completed":
	case "in-progress":
		e.Status = f.Status
		if e.End.IsZero() {
			e.End, e.Ongoing = patient.On(patient.MaxDay), true
		}
	case "stopped", "on-hold", "unknown":
		e.Counts, e.Why, e.Status = language.Unknown, WhyUnconfirmed, f.Status
	default:
		e.Counts, e.Status = language.False, f.Status
	}
	if e.End.IsZero() {
		e.End = e.Start
	}
	return e
}

// StartsAfter reports whether the fact surely starts after the screening day, so
// that it does not count.
func (e *Episode) StartsAfter(screening patient.Day) bool { return e.Start.First() > screening }

func (e *Episode) overlaps(first, last patient.Day) language.Truth {
	// It ends no earlier than it starts.
	earliestEnd, latestEnd := max(e.End.First(), e.Start.First()), max(e.End.Last(), e.Start.Last())
	return truthOf(
		e.Start.Last() <= last && earliestEnd >= first,
		e.Start.First() > last || latestEnd < first)
}

// present says whether the episode goes on at the end of the screening day:
// an episode that ended on that day is over.
func (e *Episode) present(screening patient.Day) language.Truth {
	if e.ended {
		return language.False
	}
	return truthOf(
		e.Start.Last() <= screening && e.End.First() > screening,
		e.Start.First() > screening || e.End.Last() <= screening)
}

// within says whether the fact counts in a range of days, and why that is not
// known.
func (e *Episode) within(first, last, screening patient.Day) (language.Truth, Why) {
	if e.Counts == language.False || e.StartsAfter(screening) {
		return language.False, ""
	}
	return e.certainty(e.overlaps(first, last), screening)
}

// certainty lowers a truth to Unknown where the fact may not count, or may
// start after the screening day.
func (e *Episode) certainty(t language.Truth, screening patient.Day) (language.Truth, Why) {
	switch {
	case t == language.False:
		return language.False, ""
	case e.Counts == language.Unknown:
		return language.Unknown, e.Why
	case t == language.Unknown && e.Why != "":
		return language.Unknown, e.Why
	case t == language.Unknown || e.Start.Last() > screening:
		return language.Unknown, WhyPartialDate
	}
	return language.True, ""
}
