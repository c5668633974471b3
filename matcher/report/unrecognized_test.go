// SPDX-License-Identifier: Apache-2.0

package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/matcher/funnel"
	"github.com/eligo-trials/eligo/matcher/report"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

// twentyCriteria asks for twenty medicines and diseases.
func twentyCriteria(t *testing.T) *rules.Study {
	t.Helper()
	var define, criteria strings.Builder
	for i := range 10 {
		fmt.Fprintf(&define, "  drug%d: {kind: medication, label: drug %d, codes: {rxnorm: [\"%d\"]}, names: [zamab%d]}\n", i, i, 100+i, i)
		fmt.Fprintf(&define, "  ill%d: {kind: condition, label: illness %d, codes: {icd10cm: [J4%d*]}, names: [zitis%d]}\n", i, i, i, i)
		fmt.Fprintf(&criteria, "  - {id: drug-%d, quote: Drug., rule: \"took(drug%d, within(weeks(8)))\"}\n  - {id: ill-%d, quote: Illness., rule: had(ill%d)}\n", i, i, i, i)
	}
	s, err := rules.Parse("s.yaml", []byte("study: NCT00000040\ntitle: An invented study\ndefine:\n"+define.String()+"exclusion:\n"+criteria.String()))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// bigRecord has 900 entries that nobody recognises: 500 of a list of medicines, and 400
// conditions in words of which 80 differ.
func bigRecord() *patient.Profile {
	p := &patient.Profile{ID: "invented", Conditions: []patient.Condition{}, Medications: []patient.Medication{}}
	for i := range 500 {
		p.Medications = append(p.Medications, patient.Medication{
			Fact:   patient.Fact{Record: fmt.Sprint("MedicationRequest/m", i), Codes: []patient.Coding{{System: "http://hospital.example/drugs", Code: fmt.Sprint("D", i), Display: "лекарство " + fmt.Sprint(i)}}},
			Status: "active", Start: patient.On(patient.NewDay(2026, 1, 1)),
		})
	}
	for i := range 400 {
		p.Conditions = append(p.Conditions, patient.Condition{
			Fact: patient.Fact{Record: fmt.Sprint("Condition/c", i), Text: "болезнь " + string(rune('а'+i%80/26)) + string(rune('а'+i%80%26))}, Onset: patient.On(patient.NewDay(2020, 1, 1)),
		})
	}
	return p
}

func bigResult(t *testing.T, options ...matcher.Option) matcher.Result {
	t.Helper()
	m, err := matcher.New(twentyCriteria(t))
	if err != nil {
		t.Fatal(err)
	}
	results, err := m.Match(bigRecord(), matcher.Dates{Screening: patient.NewDay(2026, 11, 22)}, options...)
	if err != nil {
		t.Fatal(err)
	}
	return results[0]
}

// A report of 900 entries that were not recognised is short: it shows groups, each once, with
// the way to name them.
func TestTextOfManyUnrecognized(t *testing.T) {
	r := bigResult(t, matcher.LookAhead{})
	var b bytes.Buffer
	if err := report.Text(&b, &r, report.TextOptions{}); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if lines := strings.Count(text, "\n"); lines > 200 {
		t.Errorf("the report has %d lines", lines)
	}
	_, section, found := strings.Cut(text, "\nNot recognised\n")
	section, _, ended := strings.Cut(section, "\nEvery criterion\n")
	if !found || !ended {
		t.Fatalf("no section of what was not recognised:\n%s", text)
	}
	said := strings.Join(strings.Fields(section), " ")
	for _, want := range []string{
		"900 entries of the record were not recognised.",
		"500 medications coded in http://hospital.example/drugs, such as “лекарство 0” (MedicationRequest/m0): no such code system is known",
		"drug-0, drug-1, drug-2, drug-3, drug-4 and 5 more of the 21 criteria are left open by:",
		"“болезнь аа”, 5 conditions (Condition/c0): the words are not known",
		"And 71 more groups of such entries.",
		"--system http://hospital.example/drugs=rxnorm",
		"eligo terms review --from SOURCE", "--terms FILE",
	} {
		if strings.Count(said, want) != 1 {
			t.Errorf("%q is there %d times:\n%s", want, strings.Count(said, want), section)
		}
	}
	if n := strings.Count(text, "What are the 900 entries listed under “Not recognised”?"); n != 1 {
		t.Errorf("what they are is asked %d times", n)
	}
	if strings.Contains(text, "drug 0 (") || strings.Contains(text, "illness 0 (Cond") {
		t.Error("an entry is called by the name of what it may be")
	}
	b.Reset()
	if err := report.Text(&b, &r, report.TextOptions{Brief: true}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "\nNot recognised\n") || strings.Count(b.String(), "\n") > 80 {
		t.Errorf("the brief report:\n%s", b.String())
	}
}

// The page has the same section.
func TestPageOfManyUnrecognized(t *testing.T) {
	var page bytes.Buffer
	if err := report.PatientPage(&page, []matcher.Result{bigResult(t, matcher.LookAhead{})}, report.PageOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"500 medications coded in http://hospital.example/drugs, such as “лекарство 0”", "no such code system is known",
		"And 71 more groups of such entries.", "eligo terms review --from SOURCE",
	} {
		if n := strings.Count(page.String(), want); n != 1 {
			t.Errorf("%q is there %d times", want, n)
		}
	}
}

// FHIR and one-line outputs name the group that leaves most open.
func TestUnrecognizedLine(t *testing.T) {
	r := bigResult(t)
	want := "Not recognised: 900 entries of the record, among them 500 medications coded in http://hospital.example/drugs, such as “лекарство 0”; no such code system is known. " +
		"drug-0, drug-1, drug-2, drug-3, drug-4 and 5 more of the 21 criteria are left open by these."
	if got := report.UnrecognizedLine(&r); got != want {
		t.Errorf("%s\nand not\n%s", got, want)
	}
}

// The summary of a cohort ranks codes and code systems by the people that they leave
// undecided, and holds no words of a record.
func TestCohortUnrecognized(t *testing.T) {
	s := twentyCriteria(t)
	m, err := matcher.New(s)
	if err != nil {
		t.Fatal(err)
	}
	dates := matcher.Dates{Screening: patient.NewDay(2026, 11, 22)}
	tally := funnel.NewTally(s, dates)
	for n := range 5 {
		p := bigRecord()
		p.ID = fmt.Sprint("p", n)
		if n < 2 {
			p.Medications = p.Medications[:0]
		}
		results, err := m.Match(p, dates)
		if err != nil {
			t.Fatal(err)
		}
		if err := tally.Add(&results[0]); err != nil {
			t.Fatal(err)
		}
	}
	summary := funnel.Summarize(tally)
	b, err := json.Marshal(summary)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(b), "болезнь") || strings.Contains(string(b), "лекарство") {
		t.Error("the summary holds words of a record")
	}
	want := "  not recognised: 2 codes, code systems or kinds of entry for 5 people, 5 of them undetermined\n" +
		"    words without a code (conditions): leaves 5 people undecided\n" +
		"    all codes of http://hospital.example/drugs, which is no known code system (medications): leaves 3 people undecided\n"
	if got := report.UnrecognizedText(&summary.Studies[0].Unrecognized); !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var page bytes.Buffer
	if err := report.CohortPage(&page, summary); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"What was not recognised", "all codes of http://hospital.example/drugs, which is no known code system", "--system http://hospital.example/drugs=rxnorm"} {
		if !strings.Contains(page.String(), part) {
			t.Errorf("the page lacks %q", part)
		}
	}
}
