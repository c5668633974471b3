// SPDX-License-Identifier: Apache-2.0

package cases

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/language"
)

const smallStudy = `study: S
concepts: [builtin:common]
dates: [first_dose]
questions: {refractory: {ask: "Is it?"}}
inclusion:
  - {id: adult, quote: Adults, rule: age >= 18}
  - {id: refractory, quote: Refractory, rule: answer(refractory)}
exclusion:
  - {id: washout, quote: Washout, rule: "took(rituximab, within(months(6), first_dose)) or not has(asthma)"}
`

// folder writes files into a folder of their own; NAME: CONTENT.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func loadFile(t *testing.T, content string) *File {
	t.Helper()
	dir := folder(t, map[string]string{"studies/s.yaml": smallStudy, "studies/s.cases.yaml": content, "patients/p.json": `{"id": "p", "birth_date": "2000"}`})
	f, err := LoadFile(filepath.Join(dir, "studies", "s.cases.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestLoad(t *testing.T) {
	f := loadFile(t, `
study: s.yaml
on: 2026-11-22
dates: {first_dose: 2026-12-06}
rest: {alive: true, adult: true, refractory: unknown, washout: unknown}
cases:
  - &p {patient: p, verdict: undetermined, awaits: data, truth: {washout: false}, missing: {refractory: [unanswered]}, reason: {adult: 26}}
  - {<<: *p, case: a year earlier, on: 2025-11-22, dates: {}, verdict: ineligible, awaits: nothing}
  - case: a code and numbers as they are written
    person:
      deceased: false
      birth_date: 2000
      observations: [{codes: [{system: loinc, code: 718-7}], date: 2026-11, value: {quantity: {value: 0.10, unit: 1}}}]
      conditions: [{codes: [{system: snomed, code: 0123}], text: yes}]
    truth: {adult: true}
`)
	if len(f.Cases) != 3 {
		t.Fatalf("%d cases", len(f.Cases))
	}
	p, year, inline := f.Cases[0], f.Cases[1], f.Cases[2]
	if p.Name() != "p" || p.Awaits != matcher.AwaitsData || p.Dates.Anchors["first_dose"] != patient.NewDay(2026, 12, 6) || p.Pos.Line != 7 {
		t.Errorf("first case: %+v", p)
	}
	if p.Truth["washout"] != language.False || p.Truth["adult"] != language.True || p.Missing["refractory"][0] != matcher.WhyUnanswered {
		t.Errorf("first case expects %v, missing %v", p.Truth, p.Missing)
	}
	if year.Name() != "p: a year earlier" || year.Dates.Screening != patient.NewDay(2025, 11, 22) || len(year.Dates.Anchors) != 0 || year.Reason["adult"] != "26" || year.Verdict != matcher.Ineligible {
		t.Errorf("merged case: %+v", year)
	}
	who := inline.Person
	if who.ID != inline.Words || who.Deceased == nil || *who.Deceased || who.BirthDate.String() != "2000" || who.Conditions[0].Codes[0].Code != "0123" ||
		who.Conditions[0].Text != "yes" || who.Observations[0].Value.Quantity.Value.String() != "0.10" || who.Observations[0].Value.Quantity.Unit != "1" || who.Medications != nil {
		t.Errorf("person: %+v", who)
	}
}

func TestLoadErrors(t *testing.T) {
	dir := folder(t, map[string]string{
		"studies/s.yaml":       smallStudy,
		"studies/bad.yaml":     strings.ReplaceAll(smallStudy, "has(asthma)", "has(astma)"),
		"patients/q.json":      `{"id": "other"}`,
		"patients/broken.json": `{"id": "broken", "sex": "f"}`,
	})
	for _, c := range []struct{ name, content, want string }{
		{"empty", "", `1:1: the file is empty`},
		{"two documents", "study: s.yaml\n---\nb: 2\n", `2:1: a second document; a file holds one`},
		{"no YAML", "study: [", `this is not YAML`},
		{"nothing there", "{}", "1:1: file of cases has no study\n1:1: file of cases has no on\n1:1: file of cases has no cases"},
		{"keys", "study: s.yaml\non: 2026-11\nday: 1\nrest: {adult: true}\ncases: [{patient: no-one, verdict: maybe, thruth: {}}]", `2:5: "2026-11" is not a full date; write YYYY-MM-DD
3:1: unknown key day
4:7: criterion alive is in the study and not in the cases
4:7: criterion refractory is in the study and not in the cases
4:7: criterion washout is in the study and not in the cases
5:19: no-one: patient no-one: open
5:36: no-one: verdict is one of eligible, ineligible, undetermined, not "maybe"
5:43: no-one: unknown key thruth; did you mean truth?`},
		{"names", "study: s.yaml\non: 2026-11-22\ndates: {firstdose: 2026-12-06}\ncases:\n  - {patient: q, truth: {adlt: true, washout: perhaps}}\n  - {patient: broken, verdict: eligible}\n  - {patient: broken, verdict: eligible}", `3:9: the study has no date firstdose; it declares first_dose
5:15: q: the patient in q.json is other
5:26: q: criterion adlt is in the cases and not in the study; did you mean adult?
5:47: q: truth is one of true, false, unknown, not "perhaps"
6:15: broken: patient broken: $.sex
7:5: broken: a case of this name stands on line 6; tell them apart with case:`},
		{"people", "study: s.yaml\non: 2026-11-22\ncases:\n  - {person: {}, truth: {adult: true}}\n  - {case: a, patient: q, person: {}, awaits: data}\n  - {case: b, person: {birth_date: 2026-13, conditions: [{text: x, colour: red}], sex: null}, truth: {adult: true}}\n  - {case: c, person: [], truth: {adult: true}}", `4:5: a case with a person needs a name: write case
5:5: q: a: case says neither verdict nor truth
5:35: q: a: a case has a patient or a person, not both
6:88: b: sex has no value; leave it out
7:23: c: person must be a mapping (key: value)`},
		{"a person", "study: s.yaml\non: 2026-11-22\ncases:\n  - case: b\n    person:\n      birth_date: 2026-13\n      conditions: [{text: x, colour: red}]\n    truth: {adult: true}", `6:19: b: person: $.birth_date
7:38: b: person: $.conditions[0].colour`},
		{"the study", "study: bad.yaml\non: 2026-11-22\ncases: [{patient: q, truth: {anything: true}}]", `q: the patient in q.json is other
bad.yaml:9`},
		{"no study", "study: none.yaml\non: 2026-11-22\ncases: [{case: x, person: {}, truth: {anything: true}}]", `1:8: study none.yaml: study file`},
		{"equivalent", "study: s.yaml\non: 2026-11-22\ncases: [{case: x, person: {}, truth: {adult: unknown}}]\nequivalent: [{criterion: adlt, rule: age > 17}]", `4:14: equivalent has no reason
4:26: the study has no criterion adlt; did you mean adult?`},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(dir, "studies", "x.cases.yaml")
			if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := LoadFile(path)
			if err == nil {
				t.Fatal("no error")
			}
			got := strings.ReplaceAll(err.Error(), path+":", "")
			lines := strings.Split(got, "\n")
			for i, want := range strings.Split(c.want, "\n") {
				if i >= len(lines) || !strings.Contains(lines[i], want) {
					t.Fatalf("got\n%s\nwant\n%s", got, c.want)
				}
			}
			if len(lines) != strings.Count(c.want, "\n")+1 {
				t.Errorf("more than\n%s\nnamely\n%s", c.want, got)
			}
		})
	}
}

// TestAliasesEnd: aliases of aliases stand for more values than there is time.
func TestAliasesEnd(t *testing.T) {
	var b strings.Builder
	b.WriteString("study: s.yaml\non: 2026-11-22\nrest: {alive: &a0 [x, x]}\ncases:\n")
	for i := range 30 {
		list := strings.Repeat(", *a"+string(rune('a'+i-1)), 9)
		if i == 0 {
			list = ", x, x"
		}
		b.WriteString("  - {case: c" + string(rune('a'+i)) + ", person: {conditions: &a" + string(rune('a'+i)) + " [x" + list + "]}, truth: {adult: true}}\n")
		if i == 25 {
			break
		}
	}
	_, err := parseFile("x.cases.yaml", []byte(b.String()))
	if err == nil || !strings.Contains(err.Error(), "more than 500000 values") {
		t.Errorf("got %v", err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("study: s.yaml\non: 2026-11-22\ncases: [{case: x, person: {conditions: []}, truth: {adult: unknown}}]\n")
	f.Add("a: &a {<<: *a}\ncases: [{<<: [*a, *a], person: {id: &b [*b]}}]\n")
	f.Fuzz(func(t *testing.T, src string) {
		file, err := parseFile(filepath.Join(t.TempDir(), "x.cases.yaml"), []byte(src))
		if (file == nil) == (err == nil) {
			t.Errorf("%v and %v", file, err)
		}
	})
}
