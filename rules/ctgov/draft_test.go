// SPDX-License-Identifier: Apache-2.0

package ctgov

import (
	"fmt"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/ctgov/internal/prose"
	"github.com/eligo-trials/eligo/rules/language"
)

// parsed drafts a record and compiles the draft.
func parsed(t *testing.T, d *Drafter, rec Record) (*Draft, *rules.Study) {
	t.Helper()
	rec.ID = "NCT00000001"
	draft, err := d.DraftStudy(&rec)
	if err != nil {
		t.Fatal(err)
	}
	study, err := rules.Parse("study.yaml", draft.Study)
	if err != nil {
		t.Fatalf("%v\n%s", err, draft.Study)
	}
	return draft, study
}

// truths evaluates a study's criteria, by id.
func truths(t *testing.T, s *rules.Study, p patient.Profile, on patient.Day) map[string]language.Truth {
	t.Helper()
	p.ID = "p"
	list := evaluate(t, s, &p, matcher.Dates{Screening: on})
	out := map[string]language.Truth{}
	for i := range s.Criteria {
		out[s.Criteria[i].ID] = list[i]
	}
	return out
}

func TestAges(t *testing.T) {
	on := patient.NewDay(2026, 3, 31)
	day := func(s string) patient.Day {
		d, err := patient.ParseDay(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	const yes, no, ask = language.True, language.False, language.Unknown
	for _, c := range []struct {
		least, most, born string
		want              language.Truth
	}{
		{"18 Years", "80 Years", "2008-03-31", yes},
		{"18 Years", "80 Years", "2008-04-01", no},
		{"18 Years", "80 Years", "1945-04-01", yes}, // 81 tomorrow
		{"18 Years", "80 Years", "1945-03-31", no},
		{"", "17 Years", "2008-04-01", yes},
		{"", "17 Years", "2008-03-31", no},
		{"6 Months", "", "2025-09-30", yes},
		{"6 Months", "", "2025-10-01", no},
		{"", "6 Months", "2025-09-01", yes}, // six months and 30 days
		{"", "6 Months", "2025-08-31", no},
		{"2 Weeks", "3 Weeks", "2026-03-17", yes},
		{"2 Weeks", "3 Weeks", "2026-03-18", no},
		{"2 Weeks", "3 Weeks", "2026-03-04", yes}, // 27 days
		{"2 Weeks", "3 Weeks", "2026-03-03", no},
		{"1 Day", "28 Days", "2026-03-30", yes},
		{"1 Day", "28 Days", "2026-03-31", no},
		{"1 Day", "28 Days", "2026-03-03", yes},
		{"1 Day", "28 Days", "2026-03-02", no},
		// Hours: a record knows days. Born yesterday is less than 48 hours ago; two days ago may be 25 hours or 71.
		{"", "48 Hours", "2026-03-30", yes},
		{"", "48 Hours", "2026-03-29", ask},
		{"", "48 Hours", "2026-03-28", no},
		{"48 Hours", "", "2026-03-31", no},
		{"48 Hours", "", "2026-03-30", ask},
		{"48 Hours", "", "2026-03-29", ask},
		{"48 Hours", "", "2026-03-28", yes},
		{"", "30 Minutes", "2026-03-31", ask},
		{"", "30 Minutes", "2026-03-30", ask}, // born before midnight, seen after it
		{"", "30 Minutes", "2026-03-29", no},
		{"12 Hours", "2 Days", "2026-03-31", ask},
		{"12 Hours", "2 Days", "2026-03-29", yes},
		// What cannot be, or cannot be read, is asked.
		{"80 Years", "18 Years", "2000-01-01", ask},
		{"grown up", "", "2000-01-01", ask},
	} {
		_, s := parsed(t, newDrafter(t), Record{MinAge: parseAge(c.least), MaxAge: parseAge(c.most)})
		if got := truths(t, s, patient.Profile{BirthDate: patient.On(day(c.born))}, on)["age"]; got != c.want {
			t.Errorf("%q to %q, born %s: got %v, want %v; the rule is %s", c.least, c.most, c.born, got, c.want, s.Criteria[1].Rule)
		}
	}
}

func TestSexes(t *testing.T) {
	const yes, no, ask = language.True, language.False, language.Unknown
	for _, c := range []struct {
		sex     Sex
		gender  bool
		patient patient.Sex
		want    language.Truth
	}{
		{Female, false, patient.Female, yes},
		{Female, false, patient.Male, no},
		{Female, false, patient.OtherSex, ask},
		{Female, false, "", ask},
		{Male, false, patient.Female, no},
		{Female, true, patient.Female, yes},
		{Female, true, patient.Male, ask},
	} {
		_, s := parsed(t, newDrafter(t), Record{Sex: c.sex, GenderBased: c.gender})
		if got := truths(t, s, patient.Profile{Sex: c.patient}, patient.NewDay(2026, 1, 1))["sex"]; got != c.want {
			t.Errorf("%+v: got %v", c, got)
		}
	}
	if d, _ := parsed(t, newDrafter(t), Record{Sex: AllSexes, MinAge: parseAge("18 Years")}); len(d.Criteria) != 1 || len(d.NotCriteria) != 1 {
		t.Errorf("all sexes restrict: %+v", d.Criteria)
	}
}

// fake reads the sentences that it knows.
type fake map[string]prose.Reading

func (f fake) ReadCriterion(sentence string, _ prose.Context) (prose.Reading, bool) {
	r, ok := f[sentence]
	if r.Form == "" {
		r.Form, r.Understood = "condition", "it"
	}
	return r, ok
}

func faking(t *testing.T, f fake) *Drafter {
	d := newDrafter(t)
	d.reader = f
	return d
}

// show writes a draft's criteria of the text.
func show(d *Draft) string {
	var b strings.Builder
	for _, c := range d.Criteria {
		if !c.Structured {
			fmt.Fprintf(&b, "%s %s: %s\n", c.Side, c.ID, c.Rule)
		}
	}
	return b.String()
}

func TestRulesOfTheText(t *testing.T) {
	has := func(name string) prose.Reading {
		return prose.Reading{Rule: "has(" + name + ")", Stubs: []prose.Stub{{Name: name, Kind: "condition", Label: name}}}
	}
	d := faking(t, fake{
		"Gout": has("gouty"), "Itch": has("itchy"), "Rash.": has("rashy"), "Pox.": has("poxy"),
		"Cramp":  {Rule: "answer(is_pregnant)", Questions: []prose.Question{{ID: "is_pregnant", Ask: "One?"}}},
		"Spasm":  {Rule: "answer(is_pregnant)", Questions: []prose.Question{{ID: "is_pregnant", Ask: "Another?"}}},
		"Fever":  {Rule: "has(no_such_concept)"},
		"Cough":  {Rule: "has(hiv) and"},
		"Sneeze": {Rule: "latest(gouty) > 3", Stubs: []prose.Stub{{Name: "gouty", Kind: "observation"}}},
		"Oil":    {Rule: "took(rituximab, within(weeks(4), first_dose))", Anchors: []string{"first_dose", "screening"}},
	})
	draft, study := parsed(t, d, Record{Eligibility: `Inclusion Criteria:

* Any of the following:

  * Gout
  * Itch
* Rash. Pox.
* Cramp
* Spasm
* Unknown words

Exclusion Criteria:

* Gout
* Rash. Pox.
* Fever
* Cough
* Sneeze
* Oil
`})
	const want = `inclusion gout-itch: (has(gouty)) or (has(itchy))
inclusion rash-pox: (has(rashy)) and (has(poxy))
inclusion cramp: answer(is_pregnant)
inclusion spasm: answer(is_pregnant_2)
inclusion unknown-words: answer(meets_unknown_words)
exclusion gout: has(gouty)
exclusion rash-pox-2: (has(rashy)) or (has(poxy))
exclusion fever: answer(excluded_by_fever)
exclusion cough: answer(excluded_by_cough)
exclusion sneeze: answer(excluded_by_sneeze)
exclusion oil: took(rituximab, within(weeks(4), first_dose))
`
	if got := show(draft); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if len(study.Anchors) != 1 || len(draft.stubs) != 4 {
		t.Errorf("dates %v, stubs %v", study.Anchors, draft.stubs)
	}
	// Nothing that the library lacks says yes or no, even of nobody.
	p := patient.Profile{Conditions: []patient.Condition{}}
	for id, truth := range truths(t, study, p, patient.NewDay(2026, 1, 1)) {
		if id != "alive" && id != "oil" && truth != language.Unknown {
			t.Errorf("%s is %v", id, truth)
		}
	}
}

// A rule that contradicts the record's own fields is taken back.
func TestContradictions(t *testing.T) {
	rule := func(s string) prose.Reading { return prose.Reading{Rule: s, Form: "age", Understood: "it"} }
	d := faking(t, fake{
		"Over eighteen":      rule("age > 18"),
		"Eighteen":           rule("age >= 18"),
		"Up to sixty":        rule("age <= 60"),
		"Men to 60":          rule(`sex == "female" and age <= 50 or sex == "male" and age <= 60`),
		"Women":              rule(`sex == "female"`),
		"Eighteen to eighty": rule("age >= 18 and age <= 60"),
		"Below eighteen":     rule("age < 18"),
	})
	draft, _ := parsed(t, d, Record{
		MinAge: parseAge("18 Years"), MaxAge: parseAge("60 Years"), Sex: AllSexes,
		Eligibility: "Inclusion Criteria:\n\n* Over eighteen\n* Eighteen\n* Up to sixty\n* Men to 60\n* Women\n\nExclusion Criteria:\n\n* Eighteen to eighty\n* Below eighteen\n",
	})
	const want = `inclusion over-eighteen: answer(meets_over_eighteen)
inclusion eighteen: age >= 18
inclusion up-sixty: age <= 60
inclusion men-60: sex == "female" and age <= 50 or sex == "male" and age <= 60
inclusion women: answer(meets_women)
exclusion eighteen-eighty: answer(excluded_by_eighteen_eighty)
exclusion below-eighteen: age < 18
`
	if got := show(draft); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	// A record that states no ages contradicts none.
	none, _ := parsed(t, d, Record{Sex: AllSexes, Eligibility: "Inclusion Criteria:\n\n* Eighteen\n* Women\n"})
	if got := show(none); got != "inclusion eighteen: age >= 18\ninclusion women: answer(meets_women)\n" {
		t.Errorf("without ages: got\n%s", got)
	}
	if !strings.Contains(string(draft.Study), "  # "+otherAges+"\n  - id: over-eighteen\n") {
		t.Errorf("the file does not say why:\n%s", draft.Study)
	}
}

// Whatever a record holds, the file is YAML that says the same.
func TestHostileText(t *testing.T) {
	d := newDrafter(t)
	for _, text := range []string{
		"* \"quoted\" and 'single' \\ backslash", "* colon: value # no comment", "* {a: b} [c] & * ! | > % @ `", "* - - -", "* \u0085\u2028 line\u2029 \x07 bell",
		"* \ufeffbom \u200b zero", "* null", "* ~", "* yes", "* 12:30:45", "* ünï çödé 漢字", "* a\tb", "\xff\xfe", "* tab\t: x", strings.Repeat("* a\n", 900),
		"* " + strings.Repeat("long ", 3000), strings.Repeat("(", 500), strings.Repeat("x:\n", 500), strings.Repeat("* a; or\n", 500),
	} {
		draft, study := parsed(t, d, Record{Title: text, MinAge: parseAge("18 Years"), Eligibility: text})
		if len(study.Criteria) != len(draft.Criteria)+1 {
			t.Errorf("%.40q: %d criteria are read, %d were written", text, len(study.Criteria), len(draft.Criteria))
			continue
		}
		for i, c := range draft.Criteria {
			if study.Criteria[i+1].Quote != c.Quote || study.Criteria[i+1].ID != c.ID {
				t.Errorf("%.40q: %q is read as %q", text, c.Quote, study.Criteria[i+1].Quote)
			}
		}
	}
}

func TestNothingToDraft(t *testing.T) {
	if _, err := newDrafter(t).DraftStudy(&Record{ID: "NCT00000001", Eligibility: "Inclusion Criteria:\n"}); err == nil || !strings.Contains(err.Error(), "states no criteria") {
		t.Errorf("got %v", err)
	}
}
