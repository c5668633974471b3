// SPDX-License-Identifier: Apache-2.0

package evaluate_test

import (
	"maps"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/eligo-trials/eligo/matcher/internal/evaluate"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// TestTurnsAreThoseOfEverySingleDay holds the turns of drawn rules, for drawn
// patients of whom little is certain, against the evaluation of the study on
// every single day.
func TestTurnsAreThoseOfEverySingleDay(t *testing.T) {
	study := languageStudy(t)
	cases, turning := 0, 0
	check := rapid.MakeCheck(func(t *rapid.T) {
		screening := patient.NewDay(2026, rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 31).Draw(t, "day"))
		p := drawProfile(t, screening)
		for i := range p.Answers {
			p.Answers[i].On = drawDate(t, "answered", screening)
		}
		if p.Validate() != nil {
			return
		}
		var rules []string
		for range 10 {
			rules = append(rules, drawAheadRule(t))
		}
		one, err := withRules(study, rules...)
		if err != nil {
			t.Fatal(err)
		}
		d := language.Dates{Screening: screening, Anchors: map[string]patient.Day{}}
		if rapid.Bool().Draw(t, "first dose given") {
			d.Anchors["first_dose"] = screening.AddDays(rapid.IntRange(-20, 60).Draw(t, "first dose"))
		}
		a := evaluate.Ahead{Last: screening.AddDays(rapid.SampledFrom([]int{1, 40, 200, 400, 731}).Draw(t, "horizon"))}
		if len(d.Anchors) > 0 && rapid.IntRange(0, 2).Draw(t, "fixed") == 0 {
			a.Fixed = []string{"first_dose"}
		}
		turns := chartFor(t, one, p, one).Transitions(d, a)
		for i := range turns {
			cases++
			if len(turns[i]) > 1 {
				turning++
			}
		}
		compareDays(t, one, p, d, a, turns)
	})
	for i := range 3 { // a thousand rules each
		t.Run(strconv.Itoa(i), check)
	}
	t.Logf("%d rules for a patient, of which %d turn", cases, turning)
}

// compareDays evaluates the study on every day.
func compareDays(t *rapid.T, s *rules.Study, p *patient.Profile, d language.Dates, a evaluate.Ahead, turns [][]evaluate.Transition) {
	chart := chartFor(t, s, p, s)
	at := make([]int, len(turns))
	for day := d.Screening; day <= a.Last; day++ {
		on := language.Dates{Screening: day, Record: d.Screening, Anchors: maps.Clone(d.Anchors)}
		if first, given := d.Anchors["first_dose"]; given && len(a.Fixed) == 0 {
			on.Anchors["first_dose"] = first + day - d.Screening
		}
		findings := chart.Findings(on)
		for i := range turns {
			if next := at[i] + 1; next < len(turns[i]) && turns[i][next].From == day {
				at[i]++
			}
			if turns[i][at[i]].Truth != findings[i].Truth {
				t.Fatalf("on %s %s is %s (%s); the turns say %v\n%s\n%v %v", day, s.Criteria[i].Rule, findings[i].Truth, findings[i].Reason, turns[i], profileJSON(p), d, a)
			}
		}
	}
	for i := range turns {
		if at[i] != len(turns[i])-1 || turns[i][0].From != d.Screening {
			t.Fatalf("%s: %v", s.Criteria[i].Rule, turns[i])
		}
	}
}

// drawAheadRule is a rule in which time matters more than usual.
func drawAheadRule(t *rapid.T) string {
	return rapid.OneOf(
		rapid.Custom(func(t *rapid.T) string { return drawRule(t, 1) }),
		rapid.Custom(func(t *rapid.T) string { return drawRule(t, 0) }),
		rapid.SampledFrom([]string{
			"age_days > 6570", "age_days in [6575, 6600]", "6500 <= age_days <= 6600", "age_days / 2 > 3285", "age_days - age_months * 30 > 90",
			"age_months > 215", "age == 17", "age_at(first_dose) >= 18", "took(biologic, within(days(0)))", "took(biologic, within(weeks(4), visit))",
			"latest(hemoglobin, within(months(1), first_dose)) < 4", "highest(platelets, within(weeks(2))) > 3", "had(sepsis, within(months(2), first_dose))",
			"times(infliximab, within(years(1))) >= 2", "latest(platelets, within(years(1), first_dose)) > lowest(platelets, within(months(3)))",
			"took(rituximab, within(months(6), first_dose)) or took(infliximab, within(weeks(8), first_dose))", "tested(hbsag, within(days(30), first_dose))",
		}),
	).Draw(t, "rule")
}

// A result without a date is superseded by a final one on the very day on which
// the window begins with that one.
func TestTurnWhereTheWindowBeginsWithAResult(t *testing.T) {
	s, err := withRules(languageStudy(t), "latest(hemoglobin, within(days(28))) >= 3")
	if err != nil {
		t.Fatal(err)
	}
	day := dayOf(t, "2027-01-01")
	result := func(status string, on patient.Date) patient.Observation {
		return patient.Observation{
			Fact: patient.Fact{Text: "hemoglobin"}, Status: status, Date: on,
			Value: patient.Value{Quantity: &patient.Quantity{Value: patient.NewDecimal(1), Unit: "g/dL"}},
		}
	}
	p := &patient.Profile{ID: "invented", Observations: []patient.Observation{result("preliminary", patient.Date{}), result("final", patient.On(day))}}
	turns := chartFor(t, s, p, s).Transitions(language.Dates{Screening: day}, evaluate.Ahead{Last: day + 60})
	want := []evaluate.Transition{{day, language.Unknown}, {day + 28, language.False}, {day + 29, language.Unknown}}
	if !slices.Equal(turns[0], want) {
		t.Errorf("%v, want %v", turns, want)
	}
}
