// SPDX-License-Identifier: Apache-2.0

package fhir_test

import "testing"

// TestObservation holds what an Observation becomes.
func TestObservation(t *testing.T) {
	checkFacts(t, []fact{
		{
			"quantity keeps every digit", of("Observation", `"status":"final","code":{"text":"x"},"valueQuantity":{"value":0.110,"unit":"grams","code":"g/L","system":"http://unitsofmeasure.org"},"effectiveDateTime":"2026-01-02","issued":"2026-01-03T10:00:00.000Z"`),
			`"observations":[{"text":"x","record":"Observation/1","recorded":"2026-01-03","status":"final","date":"2026-01-02","value":{"quantity":{"value":0.110,"unit":"g/L"}}}]`,
		},
		{
			"quantity with comparator", of("Observation", `"status":"final","code":{"text":"x"},"valueQuantity":{"value":20,"comparator":"<","unit":"mg/dL"}`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"quantity":{"comparator":"<","value":20,"unit":"mg/dL"}}}]`,
		},
		{
			"unit in words where the code is not UCUM", of("Observation", `"status":"final","code":{"text":"x"},"valueQuantity":{"value":3,"unit":"(score)","system":"http://local","code":"s"}`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"quantity":{"value":3,"unit":"(score)"}}}]`,
		},
		{
			"code where there is no unit", of("Observation", `"status":"final","code":{"text":"x"},"valueQuantity":{"value":3,"system":"http://local","code":"s"}`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"quantity":{"value":3,"unit":"s"}}}]`,
		},
		{
			"comparator of R5", of("Observation", `"status":"final","code":{"text":"x"},"valueQuantity":{"value":3,"comparator":"ad","unit":"mg"}`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"3 mg (ad)"}}],"issues":["Observation/1: valueQuantity is not a number that can be computed with: kept as words"]`,
		},
		{
			"comparator that nobody has", of("Observation", `"status":"final","code":{"text":"x"},"valueQuantity":{"value":3,"comparator":"~"}`),
			`"observations":[{"record":"Observation/1","unreadable":"valueQuantity is not a code that R4 has"}],"issues":["Observation/1: unreadable: valueQuantity is not a code that R4 has"]`,
		},
		{
			"number beyond all limits", of("Observation", `"status":"final","code":{"text":"x"},"valueQuantity":{"value":1e99,"unit":"mg"}`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"1e99 mg"}}],"issues":["Observation/1: valueQuantity is not a number that can be computed with: kept as words"]`,
		},
		{
			"number with too many digits", of("Observation", `"status":"final","code":{"text":"x"},"valueQuantity":{"value":1.2345678901234567890123456789012345,"unit":"mg"}`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"1.2345678901234567890123456789012345 mg"}}],"issues":["Observation/1: valueQuantity is not a number that can be computed with: kept as words"]`,
		},
		{
			"number in quotes", of("Observation", `"status":"final","code":{"text":"x"},"valueQuantity":{"value":"3"}`),
			`"observations":[{"record":"Observation/1","unreadable":"valueQuantity has the wrong JSON type"}],"issues":["Observation/1: unreadable: valueQuantity has the wrong JSON type"]`,
		},
		{
			"quantity without number", of("Observation", `"status":"final","code":{"text":"x"},"valueQuantity":{"unit":"mg"}`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final"}]`,
		},
		{
			"exponent", of("Observation", `"status":"final","code":{"text":"x"},"valueQuantity":{"value":1.5E+3,"unit":"/uL"}`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"quantity":{"value":1500,"unit":"/uL"}}}]`,
		},
		{
			"codeable concept", of("Observation", `"status":"final","code":{"text":"x"},"valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"10828004","display":"Positive"}],"text":"POS"}`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"codes":[{"system":"snomed","code":"10828004","display":"Positive"}],"text":"POS"}}]`,
		},
		{
			"string", of("Observation", `"status":"final","code":{"text":"x"},"valueString":"  not   detected "`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"not detected"}}]`,
		},
		{
			"boolean", of("Observation", `"status":"final","code":{"text":"x"},"valueBoolean":false`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"bool":false}}]`,
		},
		{
			"integer", of("Observation", `"status":"final","code":{"text":"x"},"valueInteger":3`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"quantity":{"value":3}}}]`,
		},
		{
			"range", of("Observation", `"status":"final","code":{"text":"x"},"valueRange":{"low":{"value":1,"unit":"mg"},"high":{"value":2,"unit":"mg"}}`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"from":{"value":1,"unit":"mg"},"to":{"value":2,"unit":"mg"}}}]`,
		},
		{
			"range with one end", of("Observation", `"status":"final","code":{"text":"x"},"valueRange":{"low":{"value":1,"unit":"mg"}}`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"from":{"value":1,"unit":"mg"}}}]`,
		},
		{
			"range upside down", of("Observation", `"status":"final","code":{"text":"x"},"valueRange":{"low":{"value":3,"unit":"mg"},"high":{"value":2,"unit":"mg"}}`),
			`"observations":[{"record":"Observation/1","unreadable":"valueRange is upside down"}],"issues":["Observation/1: unreadable: valueRange is upside down"]`,
		},
		{
			"titre", of("Observation", `"status":"final","code":{"text":"x"},"valueRatio":{"numerator":{"value":1},"denominator":{"value":128}}`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"1:128"}}]`,
		},
		{
			"ratio with units", of("Observation", `"status":"final","code":{"text":"x"},"valueRatio":{"numerator":{"value":5,"unit":"mg"},"denominator":{"value":1,"unit":"mL"}}`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"5 mg / 1 mL"}}]`,
		},
		{
			"sampled data", of("Observation", `"status":"final","code":{"text":"x"},"valueSampledData":{"origin":{"value":0},"period":1,"dimensions":1,"data":"1 2 3"}`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"(sampled data)"}}]`,
		},
		{
			"time", of("Observation", `"status":"final","code":{"text":"x"},"valueTime":"08:30:00"`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"08:30:00"}}]`,
		},
		{
			"dateTime", of("Observation", `"status":"final","code":{"text":"x"},"valueDateTime":"2026-05"`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"2026-05"}}]`,
		},
		{
			"period", of("Observation", `"status":"final","code":{"text":"x"},"valuePeriod":{"start":"2026-01","end":"2026-02"}`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"2026-01/2026-02"}}]`,
		},
		{
			"value R4 does not have", of("Observation", `"status":"final","code":{"text":"x"},"valueAttachment":{"url":"x"}`),
			`"observations":[{"record":"Observation/1","unreadable":"valueAttachment is not an element that R4 has"}],"issues":["Observation/1: unreadable: valueAttachment is not an element that R4 has"]`,
		},
		{
			"two values", of("Observation", `"status":"final","code":{"text":"x"},"valueString":"x","valueInteger":2`),
			`"observations":[{"record":"Observation/1","unreadable":"valueInteger is a second value where R4 allows one"}],"issues":["Observation/1: unreadable: valueInteger is a second value where R4 allows one"]`,
		},
		{
			"absent", of("Observation", `"status":"final","code":{"text":"x"},"dataAbsentReason":{"text":"not done"}`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final"}]`,
		},
		{
			"absent and a value", of("Observation", `"status":"final","code":{"text":"x"},"dataAbsentReason":{"text":"not done"},"valueInteger":2`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final"}],"issues":["Observation/1: value has a value and dataAbsentReason: the value is left out"]`,
		},
		{
			"interpretation", of("Observation", `"status":"final","code":{"text":"x"},"valueString":"x","interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"POS"}]}]`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"x"},"interpretation":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"POS"}]}]`,
		},
		{
			"reference range", of("Observation", `"status":"final","code":{"text":"x"},"valueInteger":2,"referenceRange":[{"low":{"value":1,"unit":"mg"},"high":{"value":3,"unit":"mg"},"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/referencerange-meaning","code":"normal"}]}},{"high":{"value":9},"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/referencerange-meaning","code":"treatment"}]}}]`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"quantity":{"value":2}},"low":{"value":1,"unit":"mg"},"high":{"value":3,"unit":"mg"}}]`,
		},
		{
			"two reference ranges", of("Observation", `"status":"final","code":{"text":"x"},"valueInteger":2,"referenceRange":[{"low":{"value":1}},{"low":{"value":2}}]`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"quantity":{"value":2}}}]`,
		},
		{
			"reference range with comparator", of("Observation", `"status":"final","code":{"text":"x"},"valueInteger":2,"referenceRange":[{"high":{"value":2,"comparator":"<"}}]`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"quantity":{"value":2}}}],"issues":["Observation/1: referenceRange has a limit that is not a plain number: left out"]`,
		},
		{
			"reference range upside down", of("Observation", `"status":"final","code":{"text":"x"},"valueInteger":2,"referenceRange":[{"low":{"value":3},"high":{"value":2}}]`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"quantity":{"value":2}}}],"issues":["Observation/1: referenceRange is upside down: left out"]`,
		},
		{
			"components", of("Observation", `"status":"final","code":{"text":"x"},"effectiveDateTime":"2026-01-01","component":[{"code":{"text":"systolic"},"valueQuantity":{"value":120,"code":"mm[Hg]","system":"http://unitsofmeasure.org"},"referenceRange":[{"high":{"value":140}}]},{"code":{"text":"diastolic"},"dataAbsentReason":{"text":"?"}}]`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","date":"2026-01-01"},{"text":"systolic","record":"Observation/1","status":"final","date":"2026-01-01","value":{"quantity":{"value":120,"unit":"mm[Hg]"}},"high":{"value":140}}]`,
		},
		{
			"component with modifierExtension", of("Observation", `"status":"final","code":{"text":"x"},"valueInteger":1,"component":[{"modifierExtension":[{"url":"x"}],"code":{"text":"y"},"valueInteger":2}]`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"quantity":{"value":1}}},{"record":"Observation/1","unreadable":"component has a modifierExtension that is not known"}],"issues":["Observation/1: unreadable: component has a modifierExtension that is not known"]`,
		},
		{
			"focus", of("Observation", `"status":"final","code":{"text":"x"},"focus":[{"reference":"Patient/fetus"}],"valueInteger":1`),
			`"issues":["Observation/1: focus names something other than the patient: left out"]`,
		},
		{
			"effective period", of("Observation", `"status":"final","code":{"text":"x"},"effectivePeriod":{"start":"2026-01-01","end":"2026-01-03"}`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","date":"2026-01-01/2026-01-03"}]`,
		},
		{
			"effective period without end", of("Observation", `"status":"final","code":{"text":"x"},"effectivePeriod":{"start":"2026-01-01"}`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","date":"2026-01-01/.."}]`,
		},
		{
			"effective instant", of("Observation", `"status":"final","code":{"text":"x"},"effectiveInstant":"2026-01-01T10:00:00.123+14:00"`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","date":"2026-01-01"}]`,
		},
		{
			"effective timing", of("Observation", `"status":"final","code":{"text":"x"},"effectiveTiming":{"event":["2026-01-05","2026-01-01"]}`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","date":"2026-01-01/2026-01-05"}]`,
		},
		{
			"effective timing without events", of("Observation", `"status":"final","code":{"text":"x"},"effectiveTiming":{"repeat":{"frequency":1}}`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final"}]`,
		},
		{
			"status missing", of("Observation", `"code":{"text":"x"},"valueInteger":1`),
			`"observations":[{"text":"x","record":"Observation/1","status":"unknown","value":{"quantity":{"value":1}}}],"issues":["Observation/1: status is missing: the result may or may not count"]`,
		},
		{
			"status R4 does not have", of("Observation", `"status":"done","code":{"text":"x"},"valueInteger":1`),
			`"observations":[{"record":"Observation/1","unreadable":"status is not a code that R4 has"}],"issues":["Observation/1: unreadable: status is not a code that R4 has"]`,
		},
		{
			"no code", of("Observation", `"status":"final","valueInteger":1`),
			`"observations":[{"record":"Observation/1","unreadable":"it does not say what it is about","status":"final","value":{"quantity":{"value":1}}}],"issues":["Observation/1: unreadable: it does not say what it is about"]`,
		},
		{
			"pregnant, in SNOMED", of("Observation", `"status":"final","code":{"coding":[{"system":"http://loinc.org","code":"82810-3"}]},"valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"77386006"}]}`),
			`"observations":[{"codes":[{"system":"loinc","code":"82810-3"}],"record":"Observation/1","status":"final","value":{"codes":[{"system":"snomed","code":"77386006"}]}}]`,
		},
		{
			"not pregnant, in LOINC", of("Observation", `"status":"final","code":{"coding":[{"system":"http://loinc.org","code":"82810-3"}]},"valueCodeableConcept":{"coding":[{"system":"http://loinc.org","code":"LA26683-5"}]}`),
			`"observations":[{"codes":[{"system":"loinc","code":"82810-3"}],"record":"Observation/1","status":"final","value":{"codes":[{"system":"loinc","code":"LA26683-5"}]}}]`,
		},
		{
			"string 12.5 mg/dL", of("Observation", `"status":"final","code":{"text":"x"},"valueString":"12.5 mg/dL"`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"quantity":{"value":12.5,"unit":"mg/dL"}}}]`,
		},
		{
			"string < 20 mg/dL", of("Observation", `"status":"final","code":{"text":"x"},"valueString":"< 20 mg/dL"`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"quantity":{"comparator":"<","value":20,"unit":"mg/dL"}}}]`,
		},
		{
			"string <=20 U/L", of("Observation", `"status":"final","code":{"text":"x"},"valueString":"<=20 U/L"`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"quantity":{"comparator":"<=","value":20,"unit":"U/L"}}}]`,
		},
		{
			"string ≥ 20 %", of("Observation", `"status":"final","code":{"text":"x"},"valueString":"≥ 20 %"`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"quantity":{"comparator":">=","value":20,"unit":"%"}}}]`,
		},
		{
			"string 12.5%", of("Observation", `"status":"final","code":{"text":"x"},"valueString":"12.5%"`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"quantity":{"value":12.5,"unit":"%"}}}]`,
		},
		{
			"string 7.5 x10E3/uL", of("Observation", `"status":"final","code":{"text":"x"},"valueString":"7.5 x10E3/uL"`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"quantity":{"value":7.5,"unit":"x10E3/uL"}}}]`,
		},
		{
			"string 12.5", of("Observation", `"status":"final","code":{"text":"x"},"valueString":"12.5"`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"12.5"}}]`,
		},
		{
			"string <20", of("Observation", `"status":"final","code":{"text":"x"},"valueString":"<20"`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"<20"}}]`,
		},
		{
			"string 2A", of("Observation", `"status":"final","code":{"text":"x"},"valueString":"2A"`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"2A"}}]`,
		},
		{
			"string 3 positive", of("Observation", `"status":"final","code":{"text":"x"},"valueString":"3 positive"`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"3 positive"}}]`,
		},
		{
			"string 1:128", of("Observation", `"status":"final","code":{"text":"x"},"valueString":"1:128"`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"1:128"}}]`,
		},
		{
			"string 5 weeks", of("Observation", `"status":"final","code":{"text":"x"},"valueString":"5 weeks"`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"5 weeks"}}]`,
		},
		{
			"string 1+", of("Observation", `"status":"final","code":{"text":"x"},"valueString":"1+"`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"1+"}}]`,
		},
		{
			"string 12,5 mg/dL", of("Observation", `"status":"final","code":{"text":"x"},"valueString":"12,5 mg/dL"`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"12,5 mg/dL"}}]`,
		},
		{
			"string 3-5 mg", of("Observation", `"status":"final","code":{"text":"x"},"valueString":"3-5 mg"`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"3-5 mg"}}]`,
		},
		{
			"string 10*3/uL", of("Observation", `"status":"final","code":{"text":"x"},"valueString":"10*3/uL"`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"10*3/uL"}}]`,
		},
		{
			"string 4 negative", of("Observation", `"status":"final","code":{"text":"x"},"valueString":"4 negative"`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"4 negative"}}]`,
		},
		{
			"string 3 of 5", of("Observation", `"status":"final","code":{"text":"x"},"valueString":"3 of 5"`),
			`"observations":[{"text":"x","record":"Observation/1","status":"final","value":{"text":"3 of 5"}}]`,
		},
	})
}
