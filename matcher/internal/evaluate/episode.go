// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// episode is the time that a fact covers: it began on some day of start, ended on
// some day of end, and counts, may count (Unknown) or does not (False).
type episode struct {
	start, end patient.Date
	counts     language.Truth
	why        Why    // where it may count
	note       string // a remark for the reader: "ordered", "refuted"
	ongoing    bool   // the record says that it goes on
	ended      bool   // the record says that it is over on the screening day
}

// episodeOf reads one fact as the record stood on the screening day. The
// readings are those of the table in the documentation of this package.
func (v *evaluator) episodeOf(k terminology.Kind, fact int32) episode {
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
		e := episode{counts: language.True}
		e.start = v.startOf(f.Date, f.Recorded, patient.Date{})
		e.end = e.start
		if f.Status == "not-done" || f.Status == "entered-in-error" {
			e.counts, e.note = language.False, statusWords(f.Status)
		}
		return e
	case terminology.ObservationKind:
		f := &p.Observations[fact]
		e := episode{counts: language.True}
		e.start = v.startOf(f.Date, f.Recorded, patient.Date{})
		e.end = e.start
		switch f.Status {
		case "", "final", "amended", "corrected":
		case "preliminary", "unknown":
			e.counts, e.why, e.note = language.Unknown, WhyUnconfirmed, f.Status
		default:
			e.counts, e.note = language.False, statusWords(f.Status)
		}
		if f.Unreadable == "" && (f.Value.IsZero() && len(f.Interpretation) == 0 || saysUnknown(f)) {
			e.counts, e.note = language.False, "no result"
		}
		return e
	}
	return episode{}
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

func endUnknown(start patient.Date) patient.Date {
	return patient.Between(start.First(), patient.MaxDay)
}

func (v *evaluator) disease(course patient.Course, certainty patient.Certainty, onset, recorded, abatement patient.Date) episode {
	e := episode{counts: language.True, start: v.startOf(onset, recorded, abatement)}
	switch certainty {
	case patient.Refuted, patient.EnteredInError:
		e.counts, e.note = language.False, statusWords(string(certainty))
	case patient.Unconfirmed, patient.Provisional, patient.Differential:
		e.counts, e.why, e.note = language.Unknown, WhyUnconfirmed, string(certainty)
	}
	over := course == patient.Inactive || course == patient.Remission || course == patient.Resolved
	switch {
	case !abatement.IsZero() && !over && course != "" && abatement.Last() <= v.dates.RecordDay():
		// Active and yet abated: it ended then, or it goes on.
		e.end, e.why = patient.Between(abatement.First(), patient.MaxDay), WhyConflict
		e.note = "recorded as " + string(course) + " and as abated " + abatement.String()
	case !abatement.IsZero():
		e.end = abatement
	case over:
		e.end, e.ended = v.endByRecord(e.start), true
		e.note = strings.TrimPrefix(e.note+", "+string(course), ", ")
	default:
		e.end, e.ongoing = patient.On(patient.MaxDay), true
	}
	return e
}

// exposure reads a medication.
func (v *evaluator) exposure(m *patient.Medication) episode {
	recorded := m.Recorded
	if m.Basis == patient.Order && !m.Start.IsZero() {
		recorded = patient.Date{} // an order starts then or later
	}
	e := episode{counts: language.True, start: v.startOf(m.Start, recorded, m.End), end: m.End}
	switch m.Basis {
	case patient.Order:
		e.note = "ordered"
	case patient.Dispense:
		e.note = "dispensed"
	case patient.Administration:
		over := m.Status == "completed" || m.Status == "stopped" || m.Status == ""
		if e.end.IsZero() && !m.Start.IsZero() && over {
			e.end = e.start
		}
	}
	switch m.Status {
	case "active", "in-progress":
		if e.end.IsZero() {
			e.end, e.ongoing = patient.On(patient.MaxDay), true
		} else if e.end.Last() <= v.dates.RecordDay() {
			// Active and yet ended: it ended then, or it goes on.
			e.end, e.why = patient.Between(e.end.First(), patient.MaxDay), WhyConflict
			e.note = "recorded as " + statusWords(m.Status) + " and as ended " + m.End.String()
		}
	case "completed", "stopped":
		switch {
		case e.end.IsZero():
			e.end = v.endByRecord(e.start)
		case m.Basis == patient.Order && m.Status == "stopped":
			// The end of an order is a plan, and this one was cut short.
			last := max(e.start.First(), min(e.end.Last(), v.dates.RecordDay()))
			e.end = patient.Between(e.start.First(), last)
		case m.Basis == patient.Order && e.end.Last() > v.dates.RecordDay():
			e.end = patient.Between(e.start.First(), e.end.Last())
		}
	case "on-hold", "unknown":
		e.counts, e.why, e.note = language.Unknown, WhyUnconfirmed, statusWords(m.Status)
	case "":
	default:
		e.counts, e.note = language.False, statusWords(m.Status)
	}
	if e.end.IsZero() {
		e.end = endUnknown(e.start)
	}
	return e
}

func (v *evaluator) procedure(f *patient.Procedure) episode {
	e := episode{counts: language.True, start: v.startOf(f.Start, f.Recorded, f.End), end: f.End}
	switch f.Status {
	case "", "completed":
	case "in-progress":
		e.note = "in progress"
		if e.end.IsZero() {
			e.end, e.ongoing = patient.On(patient.MaxDay), true
		}
	case "stopped", "on-hold", "unknown":
		e.counts, e.why, e.note = language.Unknown, WhyUnconfirmed, statusWords(f.Status)
	default:
		e.counts, e.note = language.False, statusWords(f.Status)
	}
	if e.end.IsZero() {
		e.end = e.start
	}
	return e
}

// future reports whether the fact surely starts after the screening day, so
// that it does not count.
func (e *episode) future(screening patient.Day) bool { return e.start.First() > screening }

// overlaps says whether the episode has a day in the range.
func (e *episode) overlaps(first, last patient.Day) language.Truth {
	// It ends no earlier than it starts.
	earliestEnd, latestEnd := max(e.end.First(), e.start.First()), max(e.end.Last(), e.start.Last())
	return truthOf(
		e.start.Last() <= last && earliestEnd >= first,
		e.start.First() > last || latestEnd < first)
}

// present says whether the episode goes on at the end of the screening day:
// an episode that ended on that day is over.
func (e *episode) present(screening patient.Day) language.Truth {
	if e.ended {
		return language.False
	}
	return truthOf(
		e.start.Last() <= screening && e.end.First() > screening,
		e.start.First() > screening || e.end.Last() <= screening)
}

// within says whether the fact counts in a range of days, and why that is not
// known.
func (e *episode) within(first, last, screening patient.Day) (language.Truth, Why) {
	if e.counts == language.False || e.future(screening) {
		return language.False, ""
	}
	return e.certainty(e.overlaps(first, last), screening)
}

// certainty lowers a truth to Unknown where the fact may not count, or may
// start after the screening day.
func (e *episode) certainty(t language.Truth, screening patient.Day) (language.Truth, Why) {
	switch {
	case t == language.False:
		return language.False, ""
	case e.counts == language.Unknown:
		return language.Unknown, e.why
	case t == language.Unknown && e.why != "":
		return language.Unknown, e.why
	case t == language.Unknown || e.start.Last() > screening:
		return language.Unknown, WhyPartialDate
	}
	return language.True, ""
}
