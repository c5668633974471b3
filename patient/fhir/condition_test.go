// SPDX-License-Identifier: Apache-2.0

package fhir_test

import "testing"

// germanCode is a code of ICD-10-GM with a certainty mark.
func germanCode(value string) string {
	return `{"system":"http://fhir.de/CodeSystem/bfarm/icd-10-gm","code":"I50.9","extension":[{"url":"http://fhir.de/StructureDefinition/icd-10-gm-diagnosesicherheit",` + value + `}]}`
}

// TestCondition holds what a Condition becomes.
func TestCondition(t *testing.T) {
	checkFacts(t, []fact{
		{
			"code, text and statuses", of("Condition", `"code":{"coding":[{"system":"http://snomed.info/sct","code":" 195967001 ","display":"Asthma​ (disorder) "},{"code":"local"},{"display":"no code"}],"text":" Asthma\u00a0 of\n childhood"},"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"remission"}]},"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"confirmed"}]},"recordedDate":"2020-02"`),
			`"conditions":[{"codes":[{"system":"snomed","code":"195967001","display":"Asthma (disorder)"},{"code":"local"}],"text":"Asthma of childhood","record":"Condition/1","recorded":"2020-02","course":"remission","certainty":"confirmed"}]`,
		},
		{
			"display without code is the text", of("Condition", `"code":{"coding":[{"display":"Asthma"}]}`),
			`"conditions":[{"text":"Asthma","record":"Condition/1"}]`,
		},
		{
			"refuted", of("Condition", `"code":{"text":"asthma"},"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"refuted"}]}`),
			`"conditions":[{"text":"asthma","record":"Condition/1","certainty":"refuted"}]`,
		},
		{
			"clinical status of an unknown system", of("Condition", `"code":{"text":"asthma"},"clinicalStatus":{"coding":[{"system":"http://hl7.org/fhir/condition-clinical","code":"active"}]}`),
			`"conditions":[{"text":"asthma","record":"Condition/1","certainty":"unconfirmed"}],"issues":["Condition/1: clinicalStatus is not understood: the entry counts as unconfirmed"]`,
		},
		{
			"clinical status in words", of("Condition", `"code":{"text":"asthma"},"clinicalStatus":{"text":"active"}`),
			`"conditions":[{"text":"asthma","record":"Condition/1","certainty":"unconfirmed"}],"issues":["Condition/1: clinicalStatus is not understood: the entry counts as unconfirmed"]`,
		},
		{
			"clinical status that contradicts itself", of("Condition", `"code":{"text":"asthma"},"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"},{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"resolved"}]}`),
			`"conditions":[{"text":"asthma","record":"Condition/1","certainty":"unconfirmed"}],"issues":["Condition/1: clinicalStatus is not understood: the entry counts as unconfirmed"]`,
		},
		{
			"verification not understood, of a refuted clinical status", of("Condition", `"code":{"text":"asthma"},"clinicalStatus":{"text":"?"},"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"refuted"}]}`),
			`"conditions":[{"text":"asthma","record":"Condition/1","certainty":"refuted"}],"issues":["Condition/1: clinicalStatus is not understood: the entry counts as unconfirmed"]`,
		},
		{
			"verification status R4 does not have", of("Condition", `"code":{"text":"asthma"},"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"probable"}]}`),
			`"conditions":[{"text":"asthma","record":"Condition/1","certainty":"unconfirmed"}],"issues":["Condition/1: verificationStatus is not understood: the entry counts as unconfirmed"]`,
		},
		{
			"certainty mark V", of("Condition", `"code":{"coding":[`+germanCode(`"valueCoding":{"system":"https://fhir.kbv.de/CodeSystem/KBV_CS_SFHIR_ICD_DIAGNOSESICHERHEIT","code":"V"}`)+`]}`),
			`"conditions":[{"codes":[{"system":"icd10gm","code":"I50.9"}],"record":"Condition/1","certainty":"unconfirmed"}]`,
		},
		{
			"certainty mark A, and beside provisional", of("Condition", `"code":{"coding":[`+germanCode(`"valueCode":"A"`)+`]}`) + `},{"resource":` + second("Condition", `"code":{"coding":[`+germanCode(`"valueCoding":{"code":"A"}`)+`]},"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"provisional"}]}`),
			`"conditions":[{"codes":[{"system":"icd10gm","code":"I50.9"}],"record":"Condition/1","certainty":"refuted"},{"codes":[{"system":"icd10gm","code":"I50.9"}],"record":"Condition/2","certainty":"unconfirmed"}],"issues":["Condition/2: certainty mark contradicts another mark, verificationStatus or clinicalStatus: the entry counts as unconfirmed"]`,
		},
		{
			"certainty mark Z, with the statuses that HL7 Germany gives it", of("Condition", `"code":{"coding":[`+germanCode(`"valueCoding":{"code":"Z"}`)+`]},"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"resolved"}]},"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"confirmed"}]}`),
			`"conditions":[{"codes":[{"system":"icd10gm","code":"I50.9"}],"record":"Condition/1","course":"resolved","certainty":"confirmed"}]`,
		},
		{
			"certainty mark Z alone", of("Condition", `"code":{"coding":[`+germanCode(`"valueCoding":{"code":"Z"}`)+`]}`),
			`"conditions":[{"codes":[{"system":"icd10gm","code":"I50.9"}],"record":"Condition/1","course":"resolved"}]`,
		},
		{
			"certainty mark G of a refuted condition", of("Condition", `"code":{"coding":[`+germanCode(`"valueCoding":{"code":"G"}`)+`]},"verificationStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"refuted"}]}`),
			`"conditions":[{"codes":[{"system":"icd10gm","code":"I50.9"}],"record":"Condition/1","certainty":"unconfirmed"}],"issues":["Condition/1: certainty mark contradicts another mark, verificationStatus or clinicalStatus: the entry counts as unconfirmed"]`,
		},
		{
			"certainty mark that is not known", of("Condition", `"code":{"coding":[`+germanCode(`"valueCoding":{"code":"X"}`)+`]}`),
			`"conditions":[{"codes":[{"system":"icd10gm","code":"I50.9"}],"record":"Condition/1","certainty":"unconfirmed"}],"issues":["Condition/1: certainty mark is not understood: the entry counts as unconfirmed"]`,
		},
		{
			"certainty mark of the resource", of("Condition", `"extension":[{"url":"https://fhir.de/StructureDefinition/icd-10-gm-diagnosesicherheit","valueCode":"V"}],"code":{"text":"Herzinsuffizienz"}`),
			`"conditions":[{"text":"Herzinsuffizienz","record":"Condition/1","certainty":"unconfirmed"}]`,
		},
		{
			"certainty mark behind the code", of("Condition", `"code":{"coding":[{"system":"http://fhir.de/CodeSystem/dimdi/icd-10-gm","code":"I50.9 A"}]}`),
			`"conditions":[{"codes":[{"system":"icd10gm","code":"I50.9"}],"record":"Condition/1","certainty":"refuted"}]`,
		},
		{
			"other extensions, whatever they hold", of("Condition", `"extension":[{"url":1,"valueCode":[]}],"code":{"extension":{},"coding":[{"system":"http://fhir.de/CodeSystem/bfarm/icd-10-gm","code":"I50.9","extension":[{"url":"http://fhir.de/StructureDefinition/seitenlokalisation","valueCoding":{"code":"V"}}]}]}`),
			`"conditions":[{"codes":[{"system":"icd10gm","code":"I50.9"}],"record":"Condition/1"}]`,
		},
		{
			"status of STU3, a string", of("Condition", `"code":{"text":"asthma"},"clinicalStatus":"active"`),
			`"conditions":[{"record":"Condition/1","unreadable":"clinicalStatus has the wrong JSON type"}],"issues":["Condition/1: unreadable: clinicalStatus has the wrong JSON type"]`,
		},
		{
			"dateTime", of("Condition", `"code":{"text":"asthma"},"onsetDateTime":"2019-03-04T23:30:00-05:00","abatementDateTime":"2020"`),
			`"conditions":[{"text":"asthma","record":"Condition/1","onset":"2019-03-04","abatement":"2020"}]`,
		},
		{
			"age in years", of("Condition", `"code":{"text":"asthma"},"onsetAge":{"value":5,"unit":"years","system":"http://unitsofmeasure.org","code":"a"}`),
			`"conditions":[{"text":"asthma","record":"Condition/1","onset":"1985-05-20/1986-05-19"}]`,
		},
		{
			"age in months", of("Condition", `"code":{"text":"asthma"},"onsetAge":{"value":18,"code":"mo","system":"http://unitsofmeasure.org"}`),
			`"conditions":[{"text":"asthma","record":"Condition/1","onset":"1981-11-20/1981-12-19"}]`,
		},
		{
			"age in weeks", of("Condition", `"code":{"text":"asthma"},"onsetAge":{"value":2,"code":"wk","system":"http://unitsofmeasure.org"}`),
			`"conditions":[{"text":"asthma","record":"Condition/1","onset":"1980-06-03/1980-06-09"}]`,
		},
		{
			"age in days", of("Condition", `"code":{"text":"asthma"},"onsetAge":{"value":3,"code":"d","system":"http://unitsofmeasure.org"}`),
			`"conditions":[{"text":"asthma","record":"Condition/1","onset":"1980-05-23"}]`,
		},
		{
			"age with comparator", of("Condition", `"code":{"text":"asthma"},"onsetAge":{"value":5,"comparator":"<","code":"a"}`),
			`"conditions":[{"text":"asthma","record":"Condition/1","onset":"1980-05-20/1985-05-19"}]`,
		},
		{
			"age of half a year", of("Condition", `"code":{"text":"asthma"},"onsetAge":{"value":0.5,"code":"a"}`),
			`"conditions":[{"text":"asthma","record":"Condition/1","onset":"1980-05-20/1982-05-19"}]`,
		},
		{
			"age without unit", of("Condition", `"code":{"text":"asthma"},"onsetAge":{"value":5}`),
			`"conditions":[{"record":"Condition/1","unreadable":"onsetAge is not an age"}],"issues":["Condition/1: unreadable: onsetAge is not an age"]`,
		},
		{
			"age that no one has", of("Condition", `"code":{"text":"asthma"},"onsetAge":{"value":900,"code":"a"}`),
			`"conditions":[{"record":"Condition/1","unreadable":"onsetAge is not an age"}],"issues":["Condition/1: unreadable: onsetAge is not an age"]`,
		},
		{
			"period is an imprecise onset", of("Condition", `"code":{"text":"asthma"},"onsetPeriod":{"start":"2020-01","end":"2020-03-10"}`),
			`"conditions":[{"text":"asthma","record":"Condition/1","onset":"2020-01-01/2020-03-10"}]`,
		},
		{
			"period without end is the span", of("Condition", `"code":{"text":"asthma"},"onsetPeriod":{"start":"2020-01-05"}`),
			`"conditions":[{"text":"asthma","record":"Condition/1","onset":"2020-01-05"}]`,
		},
		{
			"period without start", of("Condition", `"code":{"text":"asthma"},"onsetPeriod":{"end":"2020-01-05"}`),
			`"conditions":[{"text":"asthma","record":"Condition/1","onset":"../2020-01-05"}]`,
		},
		{
			"period upside down", of("Condition", `"code":{"text":"asthma"},"onsetPeriod":{"start":"2020-02-05","end":"2020-01-05"}`),
			`"conditions":[{"record":"Condition/1","unreadable":"onsetPeriod ends before it starts"}],"issues":["Condition/1: unreadable: onsetPeriod ends before it starts"]`,
		},
		{
			"range of ages", of("Condition", `"code":{"text":"asthma"},"onsetRange":{"low":{"value":4,"code":"a"},"high":{"value":6,"code":"a"}}`),
			`"conditions":[{"text":"asthma","record":"Condition/1","onset":"1984-05-20/1987-05-19"}]`,
		},
		{
			"onset in words", of("Condition", `"code":{"text":"asthma"},"onsetString":"as a child"`),
			`"conditions":[{"text":"asthma","record":"Condition/1"}]`,
		},
		{
			"two onsets", of("Condition", `"code":{"text":"asthma"},"onsetString":"as a child","onsetDateTime":"2020"`),
			`"conditions":[{"record":"Condition/1","unreadable":"onsetDateTime is a second value where R4 allows one"}],"issues":["Condition/1: unreadable: onsetDateTime is a second value where R4 allows one"]`,
		},
		{
			"onset R4 does not have", of("Condition", `"code":{"text":"asthma"},"onsetBoolean":true`),
			`"conditions":[{"record":"Condition/1","unreadable":"onsetBoolean is not an element that R4 has"}],"issues":["Condition/1: unreadable: onsetBoolean is not an element that R4 has"]`,
		},
		{
			"abatement in words", of("Condition", `"code":{"text":"asthma"},"abatementString":"last year"`),
			`"conditions":[{"text":"asthma","record":"Condition/1","course":"resolved"}]`,
		},
		{
			"abatement in words, and active", of("Condition", `"code":{"text":"asthma"},"abatementString":"last year","clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]}`),
			`"conditions":[{"text":"asthma","record":"Condition/1","course":"active","certainty":"unconfirmed"}],"issues":["Condition/1: abatementString contradicts clinicalStatus: the entry counts as unconfirmed"]`,
		},
		{
			"abatement age", of("Condition", `"code":{"text":"asthma"},"abatementAge":{"value":10,"code":"a"}`),
			`"conditions":[{"text":"asthma","record":"Condition/1","abatement":"1990-05-20/1991-05-19"}]`,
		},
		{
			"abatement period", of("Condition", `"code":{"text":"asthma"},"abatementPeriod":{"start":"2021","end":"2022-02"}`),
			`"conditions":[{"text":"asthma","record":"Condition/1","abatement":"2021-01-01/2022-02-28"}]`,
		},
		{
			"abatement period without end", of("Condition", `"code":{"text":"asthma"},"abatementPeriod":{"start":"2021-06-01"}`),
			`"conditions":[{"text":"asthma","record":"Condition/1","abatement":"2021-06-01/.."}]`,
		},
		{
			"abatement before onset", of("Condition", `"code":{"text":"asthma"},"onsetDateTime":"2020","abatementDateTime":"2019"`),
			`"conditions":[{"record":"Condition/1","unreadable":"abatement contradicts the rest of the record"}],"issues":["Condition/1: unreadable: abatement contradicts the rest of the record"]`,
		},
		{
			"onset long before birth", of("Condition", `"code":{"text":"asthma"},"onsetDateTime":"1970"`),
			`"conditions":[{"record":"Condition/1","unreadable":"onset contradicts the rest of the record"}],"issues":["Condition/1: unreadable: onset contradicts the rest of the record"]`,
		},
		{
			"abatement of DSTU2", of("Condition", `"code":{"text":"asthma"},"abatementBoolean":true`),
			`"conditions":[{"record":"Condition/1","unreadable":"abatementBoolean is not an element that R4 has"}],"issues":["Condition/1: unreadable: abatementBoolean is not an element that R4 has"]`,
		},
		{
			"impossible date", of("Condition", `"code":{"text":"asthma"},"onsetDateTime":"2020-02-30"`),
			`"conditions":[{"record":"Condition/1","unreadable":"onsetDateTime is not a date"}],"issues":["Condition/1: unreadable: onsetDateTime is not a date"]`,
		},
		{
			"interval where a date is needed", of("Condition", `"code":{"text":"asthma"},"onsetDateTime":"2020-01/2020-02"`),
			`"conditions":[{"record":"Condition/1","unreadable":"onsetDateTime is not a date"}],"issues":["Condition/1: unreadable: onsetDateTime is not a date"]`,
		},
		{
			"date of a wrong type", of("Condition", `"code":{"text":"asthma"},"recordedDate":2020`),
			`"conditions":[{"record":"Condition/1","unreadable":"recordedDate has the wrong JSON type"}],"issues":["Condition/1: unreadable: recordedDate has the wrong JSON type"]`,
		},
		{
			"extension of a primitive", of("Condition", `"code":{"text":"asthma"},"_onsetDateTime":{"extension":[{"url":"x","valueCode":"unknown"}]}`),
			`"conditions":[{"text":"asthma","record":"Condition/1"}]`,
		},
		{
			"null is absent", of("Condition", `"code":{"text":"asthma"},"onsetDateTime":null,"clinicalStatus":null`),
			`"conditions":[{"text":"asthma","record":"Condition/1"}]`,
		},
		{
			"modifierExtension", of("Condition", `"code":{"text":"asthma"},"modifierExtension":[{"url":"http://x/negated","valueBoolean":true}]`),
			`"conditions":[{"record":"Condition/1","unreadable":"modifierExtension is not known, and may change the meaning"}],"issues":["Condition/1: unreadable: modifierExtension is not known, and may change the meaning"]`,
		},
		{
			"empty modifierExtension", of("Condition", `"code":{"text":"asthma"},"modifierExtension":[]`),
			`"conditions":[{"text":"asthma","record":"Condition/1"}]`,
		},
		{
			"implicitRules", of("Condition", `"code":{"text":"asthma"},"implicitRules":"http://x/rules"`),
			`"conditions":[{"record":"Condition/1","unreadable":"implicitRules is not known, and may change the meaning"}],"issues":["Condition/1: unreadable: implicitRules is not known, and may change the meaning"]`,
		},
		{
			"subsetted", of("Condition", `"code":{"text":"asthma"},"meta":{"tag":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}]}`),
			`"conditions":[{"record":"Condition/1","unreadable":"meta.tag is SUBSETTED: elements were left out"}],"issues":["Condition/1: unreadable: meta.tag is SUBSETTED: elements were left out"]`,
		},
		{
			"no code", of("Condition", `"onsetDateTime":"2020"`),
			`"conditions":[{"record":"Condition/1","unreadable":"it does not say what it is about","onset":"2020"}],"issues":["Condition/1: unreadable: it does not say what it is about"]`,
		},
		{
			"code of a wrong type", of("Condition", `"code":"asthma"`),
			`"conditions":[{"record":"Condition/1","unreadable":"code has the wrong JSON type"}],"issues":["Condition/1: unreadable: code has the wrong JSON type"]`,
		},
	})
}
