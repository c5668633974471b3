// SPDX-License-Identifier: Apache-2.0

package matcher_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/terminology"
)

const unrecognizedStudy = `
study: NCT00000030
title: An invented study
define:
  warfarin: {kind: medication, label: warfarin, codes: {rxnorm: ["11289"]}, names: [warfarin]}
  prednisone: {kind: medication, label: prednisone, codes: {rxnorm: ["8640"]}, names: [prednisone]}
  asthma: {kind: condition, label: asthma, codes: {icd10cm: [J45*]}, names: [asthma]}
  stroke: {kind: condition, label: stroke, codes: {icd10cm: [I63*]}, names: [stroke]}
inclusion:
  - {id: adult, quote: Adults., rule: age >= 18}
exclusion:
  - {id: warfarin, quote: Warfarin., rule: took(warfarin)}
  - {id: prednisone, quote: Prednisone., rule: "times(prednisone, within(years(40))) > 3"}
  - {id: asthma, quote: Asthma., rule: had(asthma)}
  - {id: stroke, quote: A stroke of the last month., rule: "had(stroke, within(months(1)))"}
`

var unrecognizedDay = patient.NewDay(2027, 3, 20)

// hospitalRecord has medications coded in a list of the hospital, which nobody knows, and
// conditions in words that nobody knows: so many different ones, and three that are the same.
func hospitalRecord(wordings int) *patient.Profile {
	p := &patient.Profile{ID: "invented", BirthDate: patient.On(patient.NewDay(1960, 1, 1)), Conditions: []patient.Condition{}, Medications: []patient.Medication{}}
	for i := range 60 {
		p.Medications = append(p.Medications, patient.Medication{
			Fact:   patient.Fact{Record: fmt.Sprintf("Dispense/%02d", i), Codes: []patient.Coding{{System: "http://hospital.example/drugs", Code: fmt.Sprint("D", i%12)}}},
			Status: "completed", Start: patient.On(unrecognizedDay - 400), End: patient.On(unrecognizedDay.AddDays(-300 - i)),
		})
	}
	add := func(record, words string) {
		p.Conditions = append(p.Conditions, patient.Condition{Fact: patient.Fact{Record: record, Text: words}, Onset: patient.On(unrecognizedDay - 10)})
	}
	for i := range wordings {
		add(fmt.Sprintf("Condition/%03d", i), "болезнь "+string(rune('а'+i%26))+string(rune('а'+i/26)))
	}
	for i := range 3 {
		add(fmt.Sprint("Condition/s", i), "сердечная недостаточность")
	}
	p.Conditions = append(p.Conditions, patient.Condition{Fact: patient.Fact{Record: "Condition/x", Unreadable: "its status is not known"}, Onset: patient.On(unrecognizedDay - 500), Abatement: patient.On(unrecognizedDay - 400)})
	return p
}

func matchUnrecognized(t *testing.T, p *patient.Profile, others ...*rules.Study) matcher.Result {
	t.Helper()
	s, err := rules.Parse("s.yaml", []byte(unrecognizedStudy))
	if err != nil {
		t.Fatal(err)
	}
	m, err := matcher.New(append([]*rules.Study{s}, others...)...)
	if err != nil {
		t.Fatal(err)
	}
	results, err := m.Match(p, matcher.Dates{Screening: unrecognizedDay}, matcher.LookAhead{})
	if err != nil {
		t.Fatal(err)
	}
	return results[0]
}

// What was not recognised is told in groups: a code system that is not known is one, and so
// are entries with the same words.
func TestUnrecognizedGroups(t *testing.T) {
	r := matchUnrecognized(t, hospitalRecord(0))
	want := []matcher.Unrecognized{
		{
			Domain: patient.Medications, Reason: terminology.UnknownCode, System: "http://hospital.example/drugs", SystemUnknown: true,
			Code: "D0", Facts: 60, Record: "Dispense/00", Criteria: []string{"warfarin", "prednisone"},
		},
		{
			Domain: patient.Conditions, Reason: terminology.UnknownWording, Wording: "сердечная недостаточность",
			Facts: 3, Record: "Condition/s0", Criteria: []string{"asthma", "stroke"},
		},
		{ // over for a year, so that it may be asthma and no stroke of the last month
			Domain: patient.Conditions, Reason: terminology.Uninterpreted, Forbidden: "its status is not known",
			Facts: 1, Record: "Condition/x", Criteria: []string{"asthma"},
		},
	}
	if !slices.EqualFunc(r.Unrecognized, want, func(a, b matcher.Unrecognized) bool {
		return slices.Equal(a.Criteria, b.Criteria) && fmt.Sprint(a) == fmt.Sprint(b)
	}) {
		t.Errorf("got\n%+v\nwant\n%+v", r.Unrecognized, want)
	}
	for i := range r.Criteria {
		c := &r.Criteria[i]
		if n := len(c.Evidence); n > 5 {
			t.Errorf("%s cites %d records", c.ID, n)
		}
		if strings.Contains(c.Reason, "Dispense/01") {
			t.Errorf("%s lists records: %s", c.ID, c.Reason)
		}
	}
	questions := func(id string) (asked []string) {
		for i := range r.Criteria {
			for _, m := range r.Criteria[i].Missing {
				if r.Criteria[i].ID == id {
					asked = append(asked, fmt.Sprint(m.Why, " ", m.Record, " ", m.Facts))
				}
			}
		}
		return asked
	}
	for id, want := range map[string][]string{
		"warfarin": {"not recognised Dispense/00 60"}, "prednisone": {"not recognised Dispense/00 60"},
		"stroke": {"not recognised Condition/s0 3"}, "asthma": {"not recognised Condition/s0 3", "not recognised Condition/x 0"},
	} {
		if got := questions(id); !slices.Equal(got, want) {
			t.Errorf("%s asks %q, want %q", id, got, want)
		}
	}
	if len(r.Needed) != 3 {
		t.Errorf("%d facts are needed: %+v", len(r.Needed), r.Needed)
	}
	if len(r.Washout) > 1 {
		t.Errorf("%d exposures for one list of medicines: %+v", len(r.Washout), r.Washout)
	}
	reason := "60 medications may be warfarin: not recognised, such as http://hospital.example/drugs D0 (Dispense/00)."
	if got := r.Criteria[2].Reason; got != reason {
		t.Errorf("the reason is %q, want %q", got, reason)
	}
}

// However many words are not recognised, the result is bounded: the groups that it lists, the
// questions of a criterion and the facts needed.
func TestUnrecognizedIsBounded(t *testing.T) {
	r := matchUnrecognized(t, hospitalRecord(300))
	listed := 0
	for _, g := range r.Unrecognized {
		listed += g.Facts
	}
	if len(r.Unrecognized) != matcher.MostUnrecognized || r.UnrecognizedMore.Groups != 303-50 || listed+r.UnrecognizedMore.Facts != 364 {
		t.Errorf("%d groups of %d facts are listed, and %+v more", len(r.Unrecognized), listed, r.UnrecognizedMore)
	}
	for i := range r.Criteria {
		if n := len(r.Criteria[i].Missing); n > 6 {
			t.Errorf("%s asks %d questions", r.Criteria[i].ID, n)
		}
	}
	if len(r.Needed) > 12 {
		t.Errorf("%d facts are needed", len(r.Needed))
	}
	asked := 0
	for _, n := range r.Needed {
		asked += max(1, n.Facts)
	}
	if asked != 364 {
		t.Errorf("the facts needed speak of %d entries, and 364 were not recognised", asked)
	}
}

// The result depends neither on the order of the facts nor on other studies.
func TestUnrecognizedInAnyOrder(t *testing.T) {
	text := func(p *patient.Profile, others ...*rules.Study) string {
		r := matchUnrecognized(t, p, others...)
		r.Data.ProfileSHA256 = ""
		b, err := json.Marshal(&r)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	p := hospitalRecord(40)
	want := text(p)
	random := rand.New(rand.NewPCG(3, 4))
	for range 10 {
		random.Shuffle(len(p.Conditions), func(i, j int) { p.Conditions[i], p.Conditions[j] = p.Conditions[j], p.Conditions[i] })
		random.Shuffle(len(p.Medications), func(i, j int) { p.Medications[i], p.Medications[j] = p.Medications[j], p.Medications[i] })
		if got := text(p); got != want {
			t.Fatalf("in another order\n%s\nnot\n%s", got, want)
		}
	}
	other, err := rules.Parse("o.yaml", []byte(`
study: NCT00000031
define:
  flu: {kind: condition, label: flu, codes: {icd10cm: [J10*]}}
exclusion:
  - {id: flu, quote: Flu., rule: had(flu)}
`))
	if err != nil {
		t.Fatal(err)
	}
	if got := text(p, other); got != want {
		t.Errorf("beside another study\n%s\nnot\n%s", got, want)
	}
}

// Facts shown beside a question can be of a concept that no rule reads. They leave nothing open.
func TestUnrecognizedBesideAQuestion(t *testing.T) {
	s, err := rules.Parse("s.yaml", []byte(`
study: NCT00000032
define:
  warfarin: {kind: medication, label: warfarin, codes: {rxnorm: ["11289"]}, names: [warfarin]}
questions:
  bleeding: {ask: "Does the person bleed?"}
exclusion:
  - {id: bleeding, quote: Bleeding., rule: answer(bleeding), show: [warfarin]}
`))
	if err != nil {
		t.Fatal(err)
	}
	m, err := matcher.New(s)
	if err != nil {
		t.Fatal(err)
	}
	results, err := m.Match(hospitalRecord(0), matcher.Dates{Screening: unrecognizedDay}, matcher.LookAhead{})
	if err != nil {
		t.Fatal(err)
	}
	r := &results[0]
	if len(r.Unrecognized) != 1 || r.Unrecognized[0].Facts != 60 || len(r.Unrecognized[0].Criteria) > 0 || len(r.Criteria[1].Shown) > 5 {
		t.Errorf("%+v; shown: %+v", r.Unrecognized, r.Criteria[1].Shown)
	}
}

// A record in which everything was recognised has an empty list.
func TestNothingUnrecognized(t *testing.T) {
	p := &patient.Profile{
		ID: "invented", BirthDate: patient.On(patient.NewDay(1960, 1, 1)),
		Conditions: []patient.Condition{{Fact: patient.Fact{Text: "asthma"}}}, Medications: []patient.Medication{},
	}
	r := matchUnrecognized(t, p)
	if b := string(r.AppendJSON(nil)); !strings.Contains(b, `"unrecognised":[]`) || strings.Contains(b, "unrecognised_more") {
		t.Errorf("%s", b)
	}
}

// Results that may be something else are not called by the concept's name, and those with the
// same words are one question.
func TestMayBeIsNotCalledByTheName(t *testing.T) {
	s, err := rules.Parse("s.yaml", []byte(`
study: NCT00000033
define:
  hemoglobin: {kind: observation, label: hemoglobin, codes: {loinc: ["718-7"]}, names: [hemoglobin], unit: g/dL}
inclusion:
  - {id: hemoglobin, quote: Hemoglobin., rule: latest(hemoglobin) >= 8}
`))
	if err != nil {
		t.Fatal(err)
	}
	m, err := matcher.New(s)
	if err != nil {
		t.Fatal(err)
	}
	p := &patient.Profile{ID: "invented", Observations: []patient.Observation{}}
	for i := range 12 {
		p.Observations = append(p.Observations, patient.Observation{
			Fact: patient.Fact{Record: fmt.Sprintf("Observation/%02d", i), Text: "hemoglobin trend"},
			Date: patient.On(unrecognizedDay.AddDays(-1 - i)), Status: "final", Value: patient.Value{Quantity: &patient.Quantity{Value: patient.MustDecimal("5.9"), Unit: "g/dL"}},
		})
	}
	results, err := m.Match(p, matcher.Dates{Screening: unrecognizedDay}, matcher.LookAhead{})
	if err != nil {
		t.Fatal(err)
	}
	r := &results[0]
	c := &r.Criteria[1]
	want := "“hemoglobin trend” may be hemoglobin: it has further words, which may change the meaning, so a person must look (Observation/00, Observation/01, Observation/02, Observation/03, Observation/04 and 7 more)."
	if c.Reason != want {
		t.Errorf("the reason is %q, want %q", c.Reason, want)
	}
	if len(c.Missing) != 1 || c.Missing[0].Facts != 12 || len(r.Needed) != 1 || r.Needed[0].Facts != 12 {
		t.Errorf("missing %+v, needed %+v", c.Missing, r.Needed)
	}
}
