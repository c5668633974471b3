// SPDX-License-Identifier: Apache-2.0

package evaluate_test

import (
	"pgregory.net/rapid"

	"github.com/eligo-trials/eligo/patient"
)

// learner adds knowledge to a patient. Each of its lessons reports whether
// there was anything to learn.
type learner struct {
	t         *rapid.T
	p         *patient.Profile
	screening patient.Day
}

// within draws a date inside the one given; after and by bound it further.
func (l *learner) within(d patient.Date, after, by patient.Day) (patient.Date, bool) {
	first, last := max(d.First(), after), min(d.Last(), by)
	if first > last {
		return d, false
	}
	if !last.Bounded() {
		last = l.screening.AddYears(1)
	}
	if first < l.screening.AddYears(-30) {
		first = min(last, l.screening.AddYears(-30))
	}
	if first > last {
		return d, false
	}
	day := rapid.IntRange(int(first), int(last)).Draw(l.t, "day")
	if rapid.IntRange(0, 3).Draw(l.t, "still partial") == 0 && !d.IsZero() {
		return patient.Between(patient.Day(day), last), true
	}
	return patient.On(patient.Day(day)), true
}

// start learns the start of a fact, which was by the day that it was written
// down, and by the screening day where no date is given.
func (l *learner) start(d *patient.Date, f *patient.Fact, end patient.Date) bool {
	by := end.Last()
	if !f.Recorded.IsZero() && f.Recorded.Last() >= d.First() {
		by = min(by, f.Recorded.Last())
	}
	if d.IsZero() {
		by = min(by, l.screening)
	}
	next, ok := l.within(*d, patient.MinDay, by)
	*d = next
	return ok
}

// end learns the end of a fact, if it has one; over says that it was by the
// screening day.
func (l *learner) end(d *patient.Date, start patient.Date, over bool) bool {
	by := patient.MaxDay
	if d.IsZero() {
		if !over {
			return false
		}
		by = l.screening
	}
	next, ok := l.within(*d, start.First(), by)
	*d = next
	return ok
}

func pickOne[T any](l *learner, list []T) *T {
	if len(list) == 0 {
		return new(T)
	}
	return &list[rapid.IntRange(0, len(list)-1).Draw(l.t, "which")]
}

func (l *learner) either(a, b func() bool) bool {
	if rapid.Bool().Draw(l.t, "start or end") {
		return a()
	}
	return b()
}

func (l *learner) birth() (ok bool) {
	l.p.BirthDate, ok = l.within(l.p.BirthDate, patient.MinDay, l.screening)
	return ok
}

func (l *learner) sex() bool {
	known := l.p.Sex != "" && l.p.Sex != patient.SexUnknown
	l.p.Sex = patient.Female
	return !known
}

func (l *learner) death() (ok bool) {
	if l.p.DeathDate.IsZero() {
		return false
	}
	l.p.DeathDate, ok = l.within(l.p.DeathDate, patient.MinDay, patient.MaxDay)
	return ok
}

// recordEnd learns that the record reaches further and shows nothing new.
func (l *learner) recordEnd() (ok bool) {
	if l.p.RecordedThrough.IsZero() {
		return false
	}
	l.p.RecordedThrough = patient.On(min(l.p.RecordedThrough.Last(), l.screening).AddDays(rapid.IntRange(0, 60).Draw(l.t, "days more")))
	return true
}

func (l *learner) domain() bool {
	d := rapid.SampledFrom(patient.Domains()).Draw(l.t, "domain")
	if l.p.Supplied(d) {
		return false
	}
	l.p.MarkSupplied(d)
	for i := range rapid.IntRange(0, 3).Draw(l.t, "facts supplied") {
		drawEntry(l.t, l.p, d, l.screening, i)
	}
	return true
}

func (l *learner) condition() bool {
	c := pickOne(l, l.p.Conditions)
	return l.either(
		func() bool { return l.start(&c.Onset, &c.Fact, c.Abatement) },
		func() bool { return l.end(&c.Abatement, c.Onset, c.Course == patient.Resolved) })
}

func (l *learner) medication() bool {
	m := pickOne(l, l.p.Medications)
	return l.either(
		func() bool { return l.start(&m.Start, &m.Fact, m.End) },
		func() bool {
			return l.end(&m.End, m.Start, m.Basis != patient.Administration && (m.Status == "completed" || m.Status == "stopped"))
		})
}

func (l *learner) result() bool {
	o := pickOne(l, l.p.Observations)
	return l.start(&o.Date, &o.Fact, patient.Date{})
}

func (l *learner) procedure() bool {
	p := pickOne(l, l.p.Procedures)
	return l.either(
		func() bool { return l.start(&p.Start, &p.Fact, p.End) },
		func() bool { return l.end(&p.End, p.Start, false) })
}

func (l *learner) allergy() bool {
	a := pickOne(l, l.p.Allergies)
	return l.start(&a.Onset, &a.Fact, patient.Date{})
}

func (l *learner) immunization() bool {
	i := pickOne(l, l.p.Immunizations)
	return l.start(&i.Date, &i.Fact, patient.Date{})
}

func (l *learner) certainty() bool {
	c := pickOne(l, l.p.Conditions)
	open := c.Certainty == patient.Unconfirmed
	c.Certainty = rapid.SampledFrom([]patient.Certainty{patient.Confirmed, patient.Refuted, patient.EnteredInError}).Draw(l.t, "certainty")
	return open
}

func (l *learner) status() bool {
	m := pickOne(l, l.p.Medications)
	open := m.Status == "on-hold" || m.Status == "unknown"
	m.Status = rapid.SampledFrom([]string{"active", "completed", "stopped", "not-taken", "entered-in-error"}).Draw(l.t, "status learnt")
	return open
}

func (l *learner) final() bool {
	o := pickOne(l, l.p.Observations)
	open := o.Status == "preliminary"
	o.Status = rapid.SampledFrom([]string{"final", "corrected", "cancelled"}).Draw(l.t, "status learnt")
	return open
}

// value learns the value behind a comparator, the unit, or words.
func (l *learner) value() bool {
	o := pickOne(l, l.p.Observations)
	q := o.Value.Quantity
	switch {
	case o.Value.Text == "see comment":
		o.Value.Text = rapid.SampledFrom([]string{"positive", "negative"}).Draw(l.t, "words learnt")
	case q == nil:
		return false
	case q.Unit == "":
		q.Unit = map[string]string{"hemoglobin": "g/dL", "platelets": "10*9/L", "base excess": "mmol/L"}[o.Text]
	case q.Comparator != "":
		off := patient.NewDecimal(int64(rapid.IntRange(1, 50).Draw(l.t, "off"))).Mul(patient.MustDecimal("0.1"))
		if q.Comparator[0] == '<' {
			if q.Value.Cmp(off) < 0 {
				return false
			}
			q.Value = q.Value.Sub(off)
		} else {
			q.Value = q.Value.Add(off)
		}
		q.Comparator = ""
	default:
		return false
	}
	return true
}

func (l *learner) answer() bool {
	for i := range l.p.Answers {
		if l.p.Answers[i].Reply != patient.NotKnown {
			return false
		}
	}
	l.p.Answers = append(l.p.Answers, patient.Answer{Question: "uncontrolled", Reply: rapid.SampledFrom([]patient.Reply{patient.Yes, patient.No}).Draw(l.t, "reply")})
	return true
}

// readable learns what a condition or a medication is that could not be read,
// or only may have been something.
func (l *learner) readable() bool {
	c, m := pickOne(l, l.p.Conditions), pickOne(l, l.p.Medications)
	f, names := &c.Fact, []string{"asthma", "pneumonia", "sepsis"}
	if rapid.Bool().Draw(l.t, "medication") {
		f, names = &m.Fact, []string{"infliximab", "metformin"}
	}
	switch {
	case f.Unreadable != "":
		f.Unreadable = ""
	case f.Text == "asthma due to pneumonia":
		f.Text = rapid.SampledFrom(names[:2]).Draw(l.t, "name learnt")
	case f.Text == "":
		f.Text, f.Codes = rapid.SampledFrom(names).Draw(l.t, "name learnt"), nil
	default:
		return false
	}
	return true
}
