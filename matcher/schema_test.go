// SPDX-License-Identifier: Apache-2.0

package matcher

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/invopop/jsonschema"
	validating "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

var updateSchema = flag.Bool("update", false, "write result.schema.json anew")

func TestResultSchemaFileIsMadeOfTheStructs(t *testing.T) {
	want := generateResultSchema(t)
	if *updateSchema {
		if err := os.WriteFile("result.schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		resultSchema = want
	}
	if !bytes.Equal(ResultSchema(), want) {
		t.Error("result.schema.json differs from the structs; run: go test ./matcher -run TestResultSchemaFile -update")
	}
}

func TestRankingSchemaFileIsMadeOfTheStructs(t *testing.T) {
	want := generateSchema(t, &Ranking{}, func(s *jsonschema.Schema) {
		s.ID, s.Title = "urn:eligo:ranking:2", "eligo ranking"
		s.Description = "Several studies for one patient, the nearest first. It is a prescreen: an investigator decides."
		if p, ok := s.Properties.Get("schema"); ok {
			p.Const = RankingForm
		}
	})
	if *updateSchema {
		if err := os.WriteFile("ranking.schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		rankingSchema = want
	}
	if !bytes.Equal(RankingSchema(), want) {
		t.Error("ranking.schema.json differs from the structs; run: go test ./matcher -run TestRankingSchemaFile -update")
	}
}

// enums are the types of a result that are one of a list.
var enums = map[reflect.Type][]any{
	reflect.TypeFor[Verdict]():            {Eligible, Ineligible, Undetermined},
	reflect.TypeFor[Awaits]():             {AwaitsNothing, AwaitsAnswers, AwaitsData},
	reflect.TypeFor[Outcome]():            {Pass, Fail, Unclear},
	reflect.TypeFor[Standing]():           anys(standings),
	reflect.TypeFor[AssumptionKind]():     {AssumedDate, AssumedComplete},
	reflect.TypeFor[ClearingKind]():       {ClearsAfterStopping, ClearsUncertainly, ClearsBeyond, ClearsByNewFact, ClearsNever},
	reflect.TypeFor[rules.Side]():         {rules.Inclusion, rules.Exclusion},
	reflect.TypeFor[language.Truth]():     {language.True, language.False, language.Unknown},
	reflect.TypeFor[patient.Domain]():     anys(patient.Domains()),
	reflect.TypeFor[ChangedBy]():          {ByTime, ByNewFact, ByNothing},
	reflect.TypeFor[terminology.Reason](): reasons(),
	reflect.TypeFor[Why](): {
		WhyNotSupplied, WhyNoResult, WhyTooOld, WhyPartialDate, WhyUnconfirmed, WhyMayBe,
		WhyUnreadable, WhyNotRecognized, WhyConflict, WhyUnit, WhyUnanswered, WhyRecordEnds, WhyInexact,
	},
}

// reasons are the texts of the reasons of terminology, with "" for one that is not given.
func reasons() []any {
	var all []any
	for r := terminology.NoReason; r <= terminology.Uninterpreted; r++ {
		all = append(all, r.String())
	}
	return all
}

func anys[T any](list []T) []any {
	var all []any
	for _, v := range list {
		all = append(all, v)
	}
	return all
}

const (
	dayPattern  = `^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`
	partPattern = `[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?`
	datePattern = `^(` + partPattern + `(/(` + partPattern + `|\.\.))?|\.\./` + partPattern + `)$`
)

func generateResultSchema(t *testing.T) []byte {
	t.Helper()
	return generateSchema(t, &Result{}, func(s *jsonschema.Schema) {
		s.ID, s.Title = "urn:eligo:result:2", "eligo result"
		s.Description = "The answer for one patient and one study. It is a prescreen: an investigator decides."
		if p, ok := s.Properties.Get("schema"); ok {
			p.Const = Schema
		}
		if p, ok := s.Properties.Get("dates"); ok {
			p.Required = []string{"screening"}
		}
	})
}

func generateSchema(t *testing.T, of any, finish func(*jsonschema.Schema)) []byte {
	t.Helper()
	r := jsonschema.Reflector{Anonymous: true, ExpandedStruct: true, Mapper: func(t reflect.Type) *jsonschema.Schema {
		if list, ok := enums[t]; ok {
			return &jsonschema.Schema{Type: "string", Enum: list}
		}
		switch t {
		case reflect.TypeFor[patient.Day]():
			return &jsonschema.Schema{Type: "string", Pattern: dayPattern}
		case reflect.TypeFor[Horizon]():
			return &jsonschema.Schema{Type: "string", Pattern: `^[0-9]+ (day|week|month|year)s?$`}
		case reflect.TypeFor[patient.Date]():
			return &jsonschema.Schema{Type: "string", Pattern: datePattern}
		}
		return nil
	}}
	const base = "github.com/eligo-trials/eligo/matcher"
	for _, folder := range []string{".", "../rules"} {
		if err := r.AddGoComments(base, folder); err != nil {
			t.Fatal(err)
		}
	}
	s := r.Reflect(of)
	finish(s)
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append([]byte(strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(out))), '\n')
}

// A type of texts that is in a result and not among the enums would be any
// text; enums that lack a value would refuse real results.
func TestResultSchemaKnowsEveryNamedText(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var visit func(of reflect.Type)
	visit = func(of reflect.Type) {
		if seen[of] {
			return
		}
		seen[of] = true
		switch of.Kind() {
		case reflect.Slice, reflect.Pointer, reflect.Map:
			visit(of.Elem())
		case reflect.String:
			if of.PkgPath() != "" && enums[of] == nil {
				t.Errorf("%s is not among the enums", of)
			}
		case reflect.Struct:
			for _, f := range reflect.VisibleFields(of) {
				if f.IsExported() {
					visit(f.Type)
				}
			}
		}
	}
	visit(reflect.TypeFor[Ranking]())
	for of, list := range enums {
		if slices.Contains(list, nil) || len(list) < 2 {
			t.Errorf("%s has no list", of)
		}
	}
}

// schemaStudy asks for something of every sort, so that results hold every
// member that there is.
const schemaStudy = `
study: NCT00000002
title: An invented study
version: "2"
source: https://example.org/
dates: [first_dose]
define:
  rituximab: {kind: medication, names: [rituximab]}
  hiv: {kind: condition, codes: {icd10cm: [B20]}, names: [HIV infection]}
  asthma: {kind: condition, codes: {icd10cm: ["J45*"]}}
  hemoglobin: {kind: observation, codes: {loinc: [718-7]}, unit: g/dL}
  penicillin: {kind: allergy, names: [penicillin]}
questions:
  refractory: {ask: "Is it refractory?", who: investigator}
inclusion:
  - {id: age, quote: Adults., rule: age >= 18}
  - {id: refractory, quote: Refractory disease., rule: answer(refractory), show: [hemoglobin]}
exclusion:
  - {id: washout, quote: Rituximab within 6 months., rule: "took(rituximab, within(months(6), first_dose))"}
  - {id: hiv, quote: HIV., rule: has(hiv)}
  - {id: asthma, quote: Asthma., rule: has(asthma)}
  - {id: anemia, quote: Anemia., rule: latest(hemoglobin) < 8}
  - {id: allergy, quote: Allergy to penicillin., rule: allergic(penicillin)}
`

var schemaPatients = []string{
	`{"id": "nothing"}`,
	`{"id": "much", "birth_date": "1970-02", "recorded_through": "2026-10", "issues": ["Condition/9: not read"],
	  "conditions": [{"text": "HIV infection in the family", "record": "Condition/1"}, {"codes": [{"system": "local", "code": "x"}], "record": "Condition/2"}],
	  "medications": [{"text": "Rituximab 500 mg", "basis": "administration", "status": "completed", "start": "2026-10", "end": "2026-10"},
	    {"text": "Rituximab", "status": "active", "start": "2027-01-01"}],
	  "observations": [{"codes": [{"system": "loinc", "code": "718-7"}], "date": "2026-11-01", "value": {"quantity": {"comparator": "<", "value": 9, "unit": "g/dL"}}}],
	  "answers": [{"question": "refractory", "answer": "yes", "by": "Dr. Invented", "on": "2026-11-02"}]}`,
	`{"id": "in", "birth_date": "1970-02-01", "conditions": [], "medications": [], "allergies": [],
	  "observations": [{"codes": [{"system": "loinc", "code": "718-7"}], "value": {"quantity": {"value": 130, "unit": "g/L"}}, "date": "2026-11-01"}],
	  "answers": [{"question": "refractory", "answer": "yes"}]}`,
}

func compiled(t *testing.T, text []byte) *validating.Schema {
	t.Helper()
	doc, err := validating.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := validating.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestResultsSatisfyTheSchema(t *testing.T) {
	schema, ranking := compiled(t, ResultSchema()), compiled(t, RankingSchema())
	study, err := rules.Parse("study.yaml", []byte(schemaStudy))
	if err != nil {
		t.Fatal(err)
	}
	m, err := New(study)
	if err != nil {
		t.Fatal(err)
	}
	verdicts := map[Verdict]bool{}
	for _, src := range schemaPatients {
		p, err := patient.DecodeBytes([]byte(src))
		if err != nil {
			t.Fatal(err)
		}
		results, err := m.Match(p, Dates{Screening: patient.NewDay(2026, 11, 22)}, LookAhead{})
		if err != nil {
			t.Fatal(err)
		}
		verdicts[results[0].Verdict] = true
		ranked, err := json.Marshal(NewRanking(results, []string{"broken.yaml"}))
		if err != nil {
			t.Fatal(err)
		}
		if value, err := validating.UnmarshalJSON(bytes.NewReader(ranked)); err != nil || ranking.Validate(value) != nil {
			t.Errorf("%s: %v, %v\n%s", p.ID, err, ranking.Validate(value), ranked)
		}
		out, err := json.Marshal(results[0])
		if err != nil {
			t.Fatal(err)
		}
		value, err := validating.UnmarshalJSON(bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v\n%s", p.ID, err, out)
		}
		members, _ := value.(map[string]any)
		for _, breaking := range []struct {
			member string
			value  any
		}{{"verdict", "maybe"}, {"schema", "eligo.result/0"}, {"awaits", ""}, {"dates", map[string]any{}}, {"extra", 1.5}} {
			had, there := members[breaking.member]
			members[breaking.member] = breaking.value
			if schema.Validate(value) == nil {
				t.Errorf("the schema accepts %s %v", breaking.member, breaking.value)
			}
			if members[breaking.member] = had; !there {
				delete(members, breaking.member)
			}
		}
	}
	if len(verdicts) < 3 {
		t.Errorf("only the verdicts %v are tested", verdicts)
	}
}
