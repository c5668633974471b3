// SPDX-License-Identifier: Apache-2.0

package matcher_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

const (
	rxnormURL = "http://www.nlm.nih.gov/research/umls/rxnorm"
	snomedURL = "http://snomed.info/sct"
)

func concept(system, code, text string) string {
	return fmt.Sprintf(`{"coding":[{"system":%q,"code":%q,"display":%q}],"text":%q}`, system, code, text, text)
}

func ordered(rest string) string {
	return `{"resourceType":"MedicationRequest","intent":"order","medicationCodeableConcept":` +
		concept(rxnormURL, "1653223", "1 ML etanercept 50 MG/ML Auto-Injector [Enbrel]") + `,` + rest + `}`
}

func given(rest string) string {
	return `{"resourceType":"MedicationAdministration","medicationCodeableConcept":` +
		concept(rxnormURL, "310994", "infliximab 100 MG Injection") + `,` + rest + `}`
}

func taken(rest string) string {
	return `{"resourceType":"MedicationStatement","medicationCodeableConcept":` +
		concept(rxnormURL, "1657867", "50 ML rituximab 10 MG/ML Injection") + `,` + rest + `}`
}

func diagnosed(code, verification string) string {
	return `{"resourceType":"Condition","code":` + code + `,
		"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},
		"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"` + verification + `"}]},
		"onsetDateTime":"2026-05-02"}`
}

// graft is a resource with what becomes of a criterion that was false without
// it, once the questions behind it are answered no.
type graft struct {
	name, resource, criterion string
	truth                     language.Truth
	why                       matcher.Why
}

// grafts are FHIR resources that none of the bundles hold, at the edges of the
// windows before a first dose on 2026-12-06; screening is on 2026-11-22.
var grafts = []graft{
	{"etanercept, active order", ordered(`"status":"active","authoredOn":"2026-10-15"`), "biologic-washout", language.True, ""},
	{"etanercept, completed order", ordered(`"status":"completed","authoredOn":"2026-05-04"`), "biologic-washout", language.Unknown, matcher.WhyPartialDate},
	{"etanercept, completed order in the window", ordered(`"status":"completed","authoredOn":"2026-10-11"`), "biologic-washout", language.True, ""},
	{"etanercept, not to be given", ordered(`"status":"active","doNotPerform":true,"authoredOn":"2026-10-15"`), "biologic-washout", language.False, ""},
	{"etanercept, cancelled order", ordered(`"status":"cancelled","authoredOn":"2026-10-15"`), "biologic-washout", language.False, ""},
	{"etanercept, product by name", strings.ReplaceAll(ordered(`"status":"active","authoredOn":"2026-10-15"`), "1653223", "1653225"), "biologic-washout", language.True, ""},
	{"infliximab 55 days before", given(`"status":"completed","effectiveDateTime":"2026-10-12"`), "biologic-washout", language.True, ""},
	{"infliximab 56 days before", given(`"status":"completed","effectiveDateTime":"2026-10-11"`), "biologic-washout", language.True, ""},
	{"infliximab 57 days before", given(`"status":"completed","effectiveDateTime":"2026-10-10"`), "biologic-washout", language.False, ""},
	{"infliximab, its own local day in", given(`"status":"completed","effectiveDateTime":"2026-10-11T00:30:00+09:00"`), "biologic-washout", language.True, ""},
	{"infliximab, its own local day out", given(`"status":"completed","effectiveDateTime":"2026-10-10T23:30:00-08:00"`), "biologic-washout", language.False, ""},
	{"infliximab, month", given(`"status":"completed","effectiveDateTime":"2026-10"`), "biologic-washout", language.Unknown, matcher.WhyPartialDate},
	{"infliximab, not done", given(`"status":"not-done","effectiveDateTime":"2026-11-01"`), "biologic-washout", language.False, ""},
	{"rituximab, stopped without end", taken(`"status":"stopped","effectivePeriod":{"start":"2025-01-10"}`), "rituximab-washout", language.Unknown, matcher.WhyPartialDate},
	{"rituximab, stopped, begun 6 months before", taken(`"status":"stopped","effectivePeriod":{"start":"2026-06-06"}`), "rituximab-washout", language.True, ""},
	{"rituximab, stopped, begun a day earlier", taken(`"status":"stopped","effectivePeriod":{"start":"2026-06-05"}`), "rituximab-washout", language.Unknown, matcher.WhyPartialDate},
	{"rituximab, ended before", taken(`"status":"stopped","effectivePeriod":{"start":"2026-01-10","end":"2026-06-05"}`), "rituximab-washout", language.False, ""},
	{"HIV by code", diagnosed(concept(snomedURL, "86406008", "Human immunodeficiency virus infection"), "confirmed"), "hiv", language.True, ""},
	{"HIV by code alone", diagnosed(`{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"B20"}]}`, "confirmed"), "hiv", language.True, ""},
	{"HIV in words", diagnosed(`{"text":"HIV infection"}`, "confirmed"), "hiv", language.True, ""},
	{"HIV within words", diagnosed(`{"text":"Cognitive impairment due to HIV infection"}`, "confirmed"), "hiv", language.Unknown, matcher.WhyMayBe},
	{"HIV with a wrong check digit", diagnosed(`{"coding":[{"system":"http://snomed.info/sct","code":"86406009"}]}`, "confirmed"), "hiv", language.Unknown, matcher.WhyNotRecognized},
	{"HIV, refuted", diagnosed(concept(snomedURL, "86406008", "Human immunodeficiency virus infection"), "refuted"), "hiv", language.False, ""},
	{"hepatitis B, provisional", diagnosed(concept(snomedURL, "66071002", "Viral hepatitis type B (disorder)"), "provisional"), "hepatitis-b", language.Unknown, matcher.WhyUnconfirmed},
	{"hepatitis B, confirmed", diagnosed(concept(snomedURL, "66071002", "Viral hepatitis type B (disorder)"), "confirmed"), "hepatitis-b", language.True, ""},
	{"hepatitis B test", `{"resourceType":"Procedure","status":"completed","performedDateTime":"2026-10-01","code":` +
		concept(snomedURL, "47758006", "Hepatitis B Surface Antigen Measurement") + `}`, "hepatitis-b", language.False, ""},
	{"hepatitis B vaccine", `{"resourceType":"Immunization","status":"completed","occurrenceDateTime":"2026-10-01","vaccineCode":` +
		concept("http://hl7.org/fhir/sid/cvx", "43", "Hep B, adult") + `}`, "hepatitis-b", language.False, ""},
}

// TestGrafts adds facts to real bundles. A bundle whose own facts already
// leave the criterion open or excluded is passed over.
func TestGrafts(t *testing.T) {
	all := realBundles(t)
	_, m := loadStudy(t, referenceStudy)
	d := matcher.Dates{Screening: patient.NewDay(2026, 11, 22), Anchors: firstDose}
	for i, g := range grafts {
		t.Run(g.name, func(t *testing.T) {
			tried := 0
			for n := range all {
				b := &all[(7*i+n)%len(all)]
				plain := match(t, m, answered(t, b), d)
				if criterionOf(t, &plain, g.criterion).Truth != language.False {
					continue
				}
				grafted := b.graft(t, g.resource)
				r := match(t, m, answered(t, &grafted), d)
				checkSound(t, &r, grafted.records())
				g.check(t, b.name, criterionOf(t, &r, g.criterion))
				if tried++; tried == 2 {
					return
				}
			}
			t.Error("too few bundles to graft on")
		})
	}
}

// answered is the patient of a bundle, of whom a person says that there is no
// HIV or hepatitis B infection.
func answered(t *testing.T, b *bundle) *patient.Profile {
	t.Helper()
	p := b.decode(t)
	for _, question := range []string{"hiv_infection", "hepatitis_b_infection"} {
		p.Answers = append(p.Answers, patient.Answer{Question: question, Reply: patient.No})
	}
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
	return p
}

// check compares a criterion, which must cite the graft where it decided.
func (g *graft) check(t *testing.T, bundle string, c *matcher.Criterion) {
	t.Helper()
	if c.Truth != g.truth {
		t.Errorf("%s: %s is %s, want %s: %s %v", bundle, c.ID, c.Truth, g.truth, c.Reason, c.Missing)
	}
	if g.why != "" && !slices.ContainsFunc(c.Missing, func(m matcher.Missing) bool { return m.Why == g.why && strings.HasSuffix(m.Record, "/graft") }) {
		t.Errorf("%s: %s is not known for %v, want %s of the graft", bundle, c.ID, c.Missing, g.why)
	}
	cites := slices.ContainsFunc(c.Evidence, func(e matcher.Evidence) bool { return strings.HasSuffix(e.Record, "/graft") })
	if g.truth != language.False && !cites {
		t.Errorf("%s: %s does not cite the graft: %v", bundle, c.ID, c.Evidence)
	}
}

// valueStudy reads one observation of each kind of result. What is true for
// whoever has such a result is not known for anybody else.
const valueStudy = `
study: EXAMPLE-VALUES
concepts: [builtin:common]
inclusion:
  - {id: height, quote: a valueQuantity, rule: latest(height) > 20}
  - {id: pressure, quote: a component valueQuantity, rule: latest(systolic_blood_pressure) > 20}
  - {id: smoking, quote: a valueCodeableConcept; no bundle holds a smoker, rule: negative(smoking_status)}
  - {id: hiv, quote: a valueString; all are not HIV positive, rule: negative(hiv_status)}
`

// TestValuesInRules asks the rule language for each kind of result.
func TestValuesInRules(t *testing.T) {
	all := realBundles(t)
	study, err := rules.Parse("values.yaml", []byte(valueStudy))
	if err != nil {
		t.Fatal(err)
	}
	m, err := matcher.New(study)
	if err != nil {
		t.Fatal(err)
	}
	yes := map[string]int{}
	for _, b := range all {
		r := match(t, m, b.decode(t), matcher.Dates{Screening: patient.NewDay(2026, 11, 22)})
		checkSound(t, &r, b.records())
		for id, code := range map[string]string{"height": `"8302-2"`, "pressure": `"8480-6"`, "smoking": `"72166-2"`, "hiv": `"55277-8"`} {
			want := language.Unknown
			if strings.Contains(string(b.text), code) {
				want = language.True
				yes[id]++
			}
			if c := criterionOf(t, &r, id); c.Truth != want {
				t.Errorf("%s: %s is %s, want %s: %s", b.name, id, c.Truth, want, c.Reason)
			}
		}
	}
	if len(yes) != 4 {
		t.Errorf("not every kind of result was asked for: %v", yes)
	}
}
