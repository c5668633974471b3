// SPDX-License-Identifier: Apache-2.0

package evaluate_test

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/eligo-trials/eligo/patient"
)

// plainWorld is an invented patient of whom everything is known, in plain Go
// values, and the answers to the words of the language by the plainest code.
type plainWorld struct {
	birth, screening, firstDose time.Time
	sex                         string
	dead, uncontrolled          bool
	spans                       map[string][]plainSpan // by what they are
	results                     map[string][]plainResult
}

type plainSpan struct {
	start, end time.Time
	goesOn     bool
}

type plainResult struct {
	on    time.Time
	value int // of "hbsag": 1 is positive
}

func onDay(d time.Time) patient.Date { return patient.On(patient.DayOf(d)) }

// drawWorld makes a patient for whom every drawn rule has an answer.
func drawWorld(t *rapid.T, screening time.Time) *plainWorld {
	day := func(label string, from, to int) time.Time {
		return screening.AddDate(0, 0, rapid.IntRange(from, to).Draw(t, label))
	}
	w := &plainWorld{screening: screening, spans: map[string][]plainSpan{}, results: map[string][]plainResult{}}
	w.birth = day("birth", -25*365, -15*365)
	w.firstDose = day("first dose", -30, 60)
	w.sex = rapid.SampledFrom([]string{"female", "male", "other"}).Draw(t, "sex")
	w.dead, w.uncontrolled = rapid.Bool().Draw(t, "dead"), rapid.Bool().Draw(t, "uncontrolled")
	for _, name := range []string{"asthma", "sepsis", "infliximab", "rituximab", "splenectomy", "measles vaccine"} {
		for range rapid.IntRange(0, 3).Draw(t, name) {
			start := day(name+" start", -450, 10)
			s := plainSpan{start, start.AddDate(0, 0, rapid.IntRange(0, 200).Draw(t, name+" length")), rapid.IntRange(0, 3).Draw(t, name+" goes on") == 0}
			if name == "measles vaccine" || name == "splenectomy" {
				s.end, s.goesOn = s.start, false
			}
			w.spans[name] = append(w.spans[name], s)
		}
	}
	for _, name := range []string{"hemoglobin", "platelets", "hbsag"} {
		ages := rapid.SliceOfNDistinct(rapid.IntRange(-10, 400), 1, 5, rapid.ID[int]).Draw(t, name)
		if slices.Max(ages) < 0 {
			ages[0] = 0 // at least one result counts
		}
		for _, age := range ages {
			w.results[name] = append(w.results[name], plainResult{screening.AddDate(0, 0, -age), rapid.IntRange(0, 5).Draw(t, name+" value")})
		}
	}
	return w
}

// profile is the same patient as a record says it.
func (w *plainWorld) profile() *patient.Profile {
	dead := w.dead
	p := &patient.Profile{ID: "invented", BirthDate: onDay(w.birth), Sex: patient.Sex(w.sex), Deceased: &dead}
	for _, d := range patient.Domains() {
		p.MarkSupplied(d)
	}
	p.Answers = append(p.Answers, patient.Answer{Question: "uncontrolled", Reply: map[bool]patient.Reply{true: patient.Yes, false: patient.No}[w.uncontrolled]})
	for name, spans := range w.spans {
		for _, s := range spans {
			f := patient.Fact{Text: name}
			course, status, end := patient.Resolved, "completed", onDay(s.end)
			if s.goesOn {
				course, status, end = patient.Active, "active", patient.Date{}
			}
			switch name {
			case "asthma", "sepsis":
				p.Conditions = append(p.Conditions, patient.Condition{Fact: f, Course: course, Onset: onDay(s.start), Abatement: end})
			case "splenectomy":
				p.Procedures = append(p.Procedures, patient.Procedure{Fact: f, Start: onDay(s.start)})
			case "measles vaccine":
				p.Immunizations = append(p.Immunizations, patient.Immunization{Fact: f, Date: onDay(s.start)})
			default:
				p.Medications = append(p.Medications, patient.Medication{Fact: f, Status: status, Start: onDay(s.start), End: end})
			}
		}
	}
	for name, results := range w.results {
		for _, r := range results {
			o := patient.Observation{Fact: patient.Fact{Text: name}, Date: onDay(r.on)}
			switch name {
			case "hbsag":
				o.Value.Text = map[bool]string{true: "positive", false: "negative"}[r.value == 1]
			case "hemoglobin": // in a unit that is not the concept's
				o.Value.Quantity = &patient.Quantity{Value: patient.NewDecimal(int64(10 * r.value)), Unit: "g/L"}
			default:
				o.Value.Quantity = &patient.Quantity{Value: patient.NewDecimal(int64(r.value)), Unit: "10*9/L"}
			}
			p.Observations = append(p.Observations, o)
		}
	}
	return p
}

// plainWindow is a window in words and as the days from first to last.
type plainWindow struct {
	words       string
	first, last time.Time
}

func (w *plainWorld) drawWindow(t *rapid.T) plainWindow {
	anchor, name := w.screening, ""
	if rapid.Bool().Draw(t, "from first dose") {
		anchor, name = w.firstDose, ", first_dose"
	}
	n := rapid.IntRange(0, 12).Draw(t, "window")
	unit := rapid.SampledFrom([]string{"days", "weeks", "months", "years", ""}).Draw(t, "unit")
	first := time.Time{}
	switch unit {
	case "days":
		first = anchor.AddDate(0, 0, -n)
	case "weeks":
		first = anchor.AddDate(0, 0, -7*n)
	case "months":
		first = monthsBefore(anchor, n)
	case "years":
		first = monthsBefore(anchor, 12*n)
	default:
		return plainWindow{"", time.Time{}, w.screening}
	}
	return plainWindow{fmt.Sprintf(", within(%s(%d)%s)", unit, n, name), first, anchor}
}

// monthsBefore is the same day of the month, or the last of a shorter month.
func monthsBefore(d time.Time, n int) time.Time {
	first := time.Date(d.Year(), d.Month()-time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1)
	return first.AddDate(0, 0, min(d.Day(), last.Day())-1)
}

// count is how many facts have a day in the window and have begun.
func (w *plainWorld) count(win plainWindow, names ...string) int {
	n := 0
	for _, name := range names {
		for _, s := range w.spans[name] {
			if !s.start.After(w.screening) && !s.start.After(win.last) && (s.goesOn || !s.end.Before(win.first)) {
				n++
			}
		}
	}
	return n
}

// present is whether a condition goes on at the end of the screening day.
func (w *plainWorld) present(name string) bool {
	return slices.ContainsFunc(w.spans[name], func(s plainSpan) bool {
		return !s.start.After(w.screening) && (s.goesOn || s.end.After(w.screening))
	})
}

// resultsIn lists the results in the window, the latest first.
func (w *plainWorld) resultsIn(win plainWindow, name string) []plainResult {
	in := slices.DeleteFunc(slices.Clone(w.results[name]), func(r plainResult) bool {
		return r.on.After(w.screening) || r.on.After(win.last) || r.on.Before(win.first)
	})
	slices.SortFunc(in, func(a, b plainResult) int { return b.on.Compare(a.on) })
	return in
}

// months counts birthdays of the month, one by one.
func months(birth, on time.Time) int {
	n := 0
	for {
		next := time.Date(birth.Year(), birth.Month()+time.Month(n+1), 1, 0, 0, 0, 0, time.UTC)
		if length := next.AddDate(0, 1, -1).Day(); birth.Day() > length {
			next = next.AddDate(0, 1, 0) // the first of the month after
		} else {
			next = next.AddDate(0, 0, birth.Day()-1)
		}
		if next.After(on) {
			return n
		}
		n++
	}
}
