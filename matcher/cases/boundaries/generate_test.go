// SPDX-License-Identifier: Apache-2.0

package boundaries

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// boundaryStudies are the studies whose edges are tested; the words study uses
// every word of the rule language.
var boundaryStudies = []string{"../../../testdata/studies/nct00506831.yaml", "../../../testdata/studies/hemoglobin.yaml", "testdata/words.yaml"}

// boundaryDays hold the ends of months, a leap day and a plain day.
var boundaryDays = []patient.Day{
	patient.NewDay(2026, 11, 22), patient.NewDay(2028, 2, 29), patient.NewDay(2027, 2, 28), patient.NewDay(2027, 3, 1),
	patient.NewDay(2027, 3, 31), patient.NewDay(2026, 12, 31), patient.NewDay(2027, 8, 31), patient.NewDay(2024, 2, 28),
}

// TestBoundariesAgree: plain arithmetic and the engine agree at every edge of
// every rule, on every day.
func TestBoundariesAgree(t *testing.T) {
	for _, path := range boundaryStudies {
		s, err := rules.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, on := range boundaryDays {
			list, notes, err := Generate(s, on)
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range list {
				if b.Want != b.Got {
					t.Errorf("%s: on %s, %s: arithmetic says %s, the rules say %s: %s", b.Pos, b.Dates.Screening, b.Words, b.Want, b.Got, b.Reason)
				}
			}
			for _, n := range notes {
				if !strings.Contains(n, "latest(ast) / latest(alt) > 2: every case says unknown") {
					t.Errorf("on %s: %s", on, n)
				}
			}
		}
	}
}

// TestBoundariesOfTheLibrary: the first code and the first name of every concept
// of the library are recognized as that concept, at every edge of a rule, also
// beside its neighbour in the alphabet.
func TestBoundariesOfTheLibrary(t *testing.T) {
	words := map[terminology.Kind]string{
		terminology.ConditionKind: "has(%s)", terminology.MedicationKind: "took(%s, within(weeks(4)))", terminology.ProcedureKind: "underwent(%s, within(months(1)))",
		terminology.AllergyKind: "allergic(%s)", terminology.ImmunizationKind: "vaccinated(%s, within(years(1)))", terminology.ObservationKind: "positive(%s)",
	}
	for _, part := range terminology.Library() {
		all, err := rules.LoadConcepts(part)
		if err != nil {
			t.Fatal(err)
		}
		before := map[terminology.Kind]string{}
		for some := range slices.Chunk(all, 20) {
			src := "study: L\nconcepts: [" + part + "]\ninclusion:\n"
			for i, c := range some {
				rule := fmt.Sprintf(words[c.Kind], c.Name)
				if c.Unit != "" {
					rule = "latest(" + c.Name + ", within(days(28))) >= 1.5"
				}
				src += fmt.Sprintf("  - {id: c%d, quote: q, rule: %q}\n", i, rule)
				if before[c.Kind] != "" {
					src += fmt.Sprintf("  - {id: n%d, quote: q, rule: %q}\n", i, rule+" or "+before[c.Kind])
				}
				before[c.Kind] = rule
			}
			s, err := rules.Parse("l.yaml", []byte(src))
			if err != nil {
				t.Fatal(err)
			}
			list, _, err := Generate(s, boundaryDays[0])
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range list {
				if b.Want != b.Got {
					t.Errorf("%s: %s: arithmetic says %s, the rules say %s: %s", part, b.Words, b.Want, b.Got, b.Reason)
				}
			}
		}
	}
}

// TestBoundariesOfTheReference names what the protocol's own numbers call for.
func TestBoundariesOfTheReference(t *testing.T) {
	s, err := rules.Load(boundaryStudies[0])
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := Generate(s, boundaryDays[0])
	if err != nil {
		t.Fatal(err)
	}
	made := map[string]language.Truth{}
	for _, b := range list {
		made[b.Words] = b.Want
	}
	biologic := "biologic-washout: took(protocol_biologic, within(weeks(8), first_dose)): "
	rituximab := "rituximab-washout: took(rituximab, within(months(6), first_dose)): "
	for words, want := range map[string]language.Truth{
		"age: age >= 18: turns 18 today":                                                       language.True,
		"age: age >= 18: turns 18 tomorrow":                                                    language.False,
		"age: age >= 18: turns 18 in this month":                                               language.Unknown,
		"age: age <= 80: turns 81 today":                                                       language.False,
		"age: age <= 80: turns 81 tomorrow":                                                    language.True,
		"age: age <= 80: turns 80 today":                                                       language.True,
		"age: age >= 18: born on 29 February, turns 18, on 28 February":                        language.False,
		"age: age >= 18: born on 29 February, turns 18, on the day after 28 February":          language.True,
		biologic + "55 days before the first dose":                                             language.True,
		biologic + "56 days before the first dose":                                             language.True,
		biologic + "57 days before the first dose":                                             language.False,
		biologic + "on a day not known, some of them before the window":                        language.Unknown,
		biologic + "goes on":                                                                   language.True,
		biologic + "not taken":                                                                 language.False,
		biologic + "nothing recorded":                                                          language.False,
		biologic + "medications not supplied":                                                  language.Unknown,
		rituximab + "the window begins on 28 February for want of a later day: on that day":    language.True,
		rituximab + "the window begins on 28 February for want of a later day: the day before": language.False,
		rituximab + "the window begins on 29 February for want of a later day: the day before": language.False,
		"refractory: answer(refractory): answered yes":                                         language.True,
		"refractory: answer(refractory): answered, not known":                                  language.Unknown,
	} {
		if got, there := made[words]; !there || got != want {
			t.Errorf("%s: %v, there: %v; want %s", words, got, there, want)
		}
	}
}

// TestBoundariesFindFaults: an engine that reads a rule otherwise than the
// arithmetic is found out. The faulty engine is a study whose rules are one off.
func TestBoundariesFindFaults(t *testing.T) {
	s, err := rules.Load(boundaryStudies[0])
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := Generate(s, boundaryDays[0])
	if err != nil {
		t.Fatal(err)
	}
	for criterion, rule := range map[string]string{
		"age":               "age > 18 and age <= 80",
		"biologic-washout":  "took(protocol_biologic, within(days(57), first_dose))",
		"rituximab-washout": "took(rituximab, within(days(183), first_dose))",
		"ivig-washout":      "took(immunoglobulin_iv, within(weeks(4), first_dose))",
		"hiv":               "has(hiv) and answer(hiv_infection)",
	} {
		at := slices.IndexFunc(s.Criteria, func(c rules.Criterion) bool { return c.ID == criterion })
		faulty, err := s.With(rules.Criterion{ID: criterion, Side: s.Criteria[at].Side, Rule: rule})
		if err != nil {
			t.Fatal(err)
		}
		m, err := matcher.New(faulty)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(list, func(b Boundary) bool {
			if b.Criterion != criterion {
				return false
			}
			results, err := m.Match(b.Person, b.Dates)
			if err != nil {
				t.Fatal(err)
			}
			return results[0].Criteria[0].Truth != b.Want
		}) {
			t.Errorf("%s as %s is not found out", criterion, rule)
		}
	}
}

// TestStubConcept: of a concept that nothing is known by, no fact can be made,
// and that is told.
func TestStubConcept(t *testing.T) {
	s, err := rules.Parse("s.yaml", []byte("study: S\ndefine: {known: {kind: condition, codes: {icd10cm: [\"B2*\"]}}}\ninclusion: [{id: a, quote: q, rule: has(known)}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	list, notes, err := Generate(s, boundaryDays[0])
	if err != nil || len(list) != 2 || len(notes) != 1 || !strings.Contains(notes[0], "no fact can be made of known") {
		t.Errorf("%d cases, notes %q, %v", len(list), notes, err)
	}
}

// TestAbsurdRules: a rule about people or times that cannot be makes notes, not
// errors.
func TestAbsurdRules(t *testing.T) {
	s, err := rules.Parse("s.yaml", []byte(`study: S
concepts: [builtin:common]
inclusion:
  - {id: a, quote: q, rule: age > 5000 or age_days < 100000 or age_months >= 99999}
  - {id: b, quote: q, rule: "took(rituximab, within(years(3000))) or took(rituximab, within(months(99999)))"}
  - {id: c, quote: q, rule: latest(hemoglobin) > -1 and latest(platelets) < 1000000000000 and age < -2}
`))
	if err != nil {
		t.Fatal(err)
	}
	list, notes, err := Generate(s, boundaryDays[0])
	if err != nil || len(list) == 0 || !slices.ContainsFunc(notes, func(n string) bool { return strings.Contains(n, "nobody can be so") }) {
		t.Errorf("%d cases, notes %q, %v", len(list), notes, err)
	}
	for _, b := range list {
		if b.Want != b.Got {
			t.Errorf("%s: %s, not %s", b.Words, b.Got, b.Want)
		}
	}
}

// TestCalendar holds the generator's calendar against that of the engine, which
// is written otherwise.
func TestCalendar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := patient.NewDay(1900, 1, 1) + patient.Day(rapid.IntRange(0, 80_000).Draw(t, "day"))
		on := d + patient.Day(rapid.IntRange(0, 45_000).Draw(t, "days"))
		n := rapid.IntRange(0, 500).Draw(t, "months")
		if got, want := monthsBefore(d, n), d.AddMonths(-n); got != want {
			t.Errorf("%d months before %s is %s, not %s", n, d, got, want)
		}
		months := patient.CompletedMonths(d, on)
		if got := completedAge("years", d, on); got != months/12 || completedAge("months", d, on) != months {
			t.Errorf("%s on %s: %d years, %d months; want %d months", d, on, got, completedAge("months", d, on), months)
		}
		// The last birth date of those who are so old is followed by one of those who are not.
		age := rapid.IntRange(0, 100).Draw(t, "years")
		for _, unit := range []string{"years", "months", "days"} {
			born := latestBirth(unit, age, on)
			if completedAge(unit, born, on) != age || completedAge(unit, born+1, on) >= age {
				t.Errorf("%s %d on %s: born %s", unit, age, on, born)
			}
		}
	})
}
