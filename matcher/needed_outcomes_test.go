// SPDX-License-Identifier: Apache-2.0

package matcher_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// findOut gives what a profile can become once something is known.
func findOut(p *patient.Profile, what, record string, question bool) (all []*patient.Profile) {
	become := func(change func(*patient.Profile)) {
		q := *p
		q.Conditions, q.Medications = slices.Clone(p.Conditions), slices.Clone(p.Medications)
		q.Observations, q.Answers = slices.Clone(p.Observations), slices.Clone(p.Answers)
		change(&q)
		all = append(all, &q)
	}
	switch kind, _, _ := strings.Cut(record, "/"); {
	case question:
		for _, reply := range []patient.Reply{patient.Yes, patient.No} {
			become(func(q *patient.Profile) { q.Answers = append(q.Answers, patient.Answer{Question: what, Reply: reply}) })
		}
	case what == "birth date":
		for _, born := range []patient.Day{patient.NewDay(2009, 3, 20), patient.NewDay(2009, 3, 21), patient.NewDay(1980, 1, 1)} {
			if p.BirthDate.IsZero() || p.BirthDate.First() <= born {
				become(func(q *patient.Profile) { q.BirthDate = patient.On(born) })
			}
		}
	case what == "sex":
		become(func(q *patient.Profile) { q.Sex = patient.Female })
		become(func(q *patient.Profile) { q.Sex = patient.Male })
		become(func(q *patient.Profile) { q.Sex = patient.OtherSex })
	case what == "conditions" || what == "medications":
		supply(what, become)
	case kind != record:
		readEntry(p, kind, record, become)
	default: // a measurement
		value := func(v patient.Value) {
			become(func(q *patient.Profile) {
				q.Observations = append(q.Observations, patient.Observation{
					Fact: patient.Fact{Text: what, Record: "new/" + what}, Date: patient.On(neededScreening), Status: "final", Value: v,
				})
			})
		}
		if what == "hbsag" {
			value(patient.Value{Text: "positive"})
			value(patient.Value{Text: "negative"})
			break
		}
		for _, n := range []string{"7", "9", "11", "13"} {
			value(grams(n))
		}
	}
	return all
}

func comparatorOf(o *patient.Observation) string {
	if o.Value.Quantity == nil {
		return ""
	}
	return o.Value.Quantity.Comparator
}

func grams(n string) patient.Value {
	return patient.Value{Quantity: &patient.Quantity{Value: patient.MustDecimal(n), Unit: "g/dL"}}
}

// supply gives the conditions or the medications that can come to be known.
func supply(what string, become func(func(*patient.Profile))) {
	if what == "medications" {
		for n := range 3 {
			become(func(q *patient.Profile) {
				q.Medications = []patient.Medication{}
				for range n {
					day := patient.On(neededScreening - 20)
					q.Medications = append(q.Medications, patient.Medication{Fact: patient.Fact{Text: "infliximab"}, Status: "completed", Start: day, End: day})
				}
			})
		}
		return
	}
	for n, names := range [][]string{{}, {"sepsis"}, {"asthma"}, {"asthma", "sepsis"}, {"sepsis", "gout"}, {"gout"}, {"asthma", "gout"}, {"asthma", "sepsis", "gout"}} {
		become(func(q *patient.Profile) {
			q.Conditions = []patient.Condition{}
			for _, name := range names {
				q.Conditions = append(q.Conditions, patient.Condition{Fact: patient.Fact{Text: name, Record: fmt.Sprint("new/", n)}, Onset: patient.On(neededScreening - 9)})
			}
		})
	}
}

// readEntry gives what an entry of the record can turn out to be.
func readEntry(p *patient.Profile, kind, record string, become func(func(*patient.Profile))) {
	switch kind {
	case "c":
		for _, names := range [][]string{{}, {"sepsis"}, {"asthma"}, {"asthma", "sepsis"}, {"gout"}} {
			for i := range p.Conditions {
				c := p.Conditions[i]
				if c.Record != record || slices.ContainsFunc(names, func(name string) bool { return !strings.Contains(c.Text, name) }) {
					continue
				}
				become(func(q *patient.Profile) {
					q.Conditions = q.Conditions[:0:0]
					for j, o := range p.Conditions {
						if j != i && (o.Text != c.Text || c.Text != "asthma or sepsis") { // one answer for all of the same unclear words
							q.Conditions = append(q.Conditions, o)
							continue
						}
						for _, name := range names {
							q.Conditions = append(q.Conditions, patient.Condition{Fact: patient.Fact{Text: name, Record: o.Record}, Onset: o.Onset})
						}
					}
				})
			}
		}
	case "m":
		for i := range p.Medications {
			for _, day := range []patient.Day{patient.NewDay(2027, 1, 22), patient.NewDay(2027, 1, 23)} {
				if p.Medications[i].Record == record {
					become(func(q *patient.Profile) {
						q.Medications[i].Start, q.Medications[i].End, q.Medications[i].Status = patient.On(day), patient.On(day), "completed"
					})
				}
			}
			if p.Medications[i].Record == record && p.Medications[i].Status == "on-hold" {
				become(func(q *patient.Profile) { q.Medications = slices.Delete(q.Medications, i, i+1) })
			}
		}
	case "o":
		for i := range p.Observations {
			o := &p.Observations[i]
			if o.Record == record && o.Text == "hbsag" {
				become(func(q *patient.Profile) { q.Observations[i].Value = patient.Value{Text: "positive"} })
				become(func(q *patient.Profile) { q.Observations[i].Value = patient.Value{Text: "negative"} })
			}
			for _, n := range map[string][]string{"<": {"7", "8.5"}, ">": {"9.5", "11", "13"}}[comparatorOf(o)] {
				if o.Record == record {
					become(func(q *patient.Profile) { q.Observations[i].Value = grams(n) })
				}
			}
		}
	}
}
