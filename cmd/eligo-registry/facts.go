// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math"
	"strconv"
)

// The codes and texts of entries.
var (
	sclerosis = []string{
		`"codes":[{"system":"snomed","code":"89155008","display":"Systemic sclerosis (disorder)"}],"text":"Systemic sclerosis"`,
		`"codes":[{"system":"icd10cm","code":"M34.0"}],"text":"Progressive systemic sclerosis"`,
		`"codes":[{"system":"icd10cm","code":"M34.1"}],"text":"CR(E)ST syndrome"`,
		`"codes":[{"system":"icd10cm","code":"M34.9"}],"text":"Systemic sclerosis, unspecified"`,
		`"codes":[{"system":"icd10cm","code":"M34.81"}],"text":"Systemic sclerosis with lung involvement"`,
		`"text":"limited cutaneous systemic sclerosis"`,
		`"text":"diffuse systemic sclerosis"`,
	}
	withSclerosis = []string{
		`"codes":[{"system":"snomed","code":"233703007","display":"Interstitial lung disease (disorder)"}],"text":"Interstitial lung disease"`,
		`"codes":[{"system":"icd10cm","code":"I27.21"}],"text":"Secondary pulmonary arterial hypertension"`,
		`"codes":[{"system":"snomed","code":"70995007","display":"Pulmonary hypertension (disorder)"}],"text":"Pulmonary hypertension"`,
		`"text":"digital ulcers"`,
		`"codes":[{"system":"icd10cm","code":"I73.00"}],"text":"Raynaud's syndrome without gangrene"`,
	}
	diagnoses = []string{
		`"codes":[{"system":"snomed","code":"38341003","display":"Hypertensive disorder (disorder)"}],"text":"Hypertension"`,
		`"codes":[{"system":"icd10cm","code":"I10"}],"text":"Essential (primary) hypertension"`,
		`"codes":[{"system":"snomed","code":"44054006","display":"Diabetes mellitus type 2 (disorder)"}],"text":"Type 2 diabetes"`,
		`"codes":[{"system":"snomed","code":"195967001","display":"Asthma (disorder)"}],"text":"Asthma"`,
		`"codes":[{"system":"snomed","code":"195662009","display":"Acute viral pharyngitis (disorder)"}],"text":"Acute viral pharyngitis"`,
		`"codes":[{"system":"icd10cm","code":"E78.5"}],"text":"Hyperlipidemia, unspecified"`,
		`"codes":[{"system":"icd10cm","code":"M54.5"}],"text":"Low back pain"`,
		`"codes":[{"system":"snomed","code":"271737000","display":"Anemia (disorder)"}],"text":"Anemia"`,
		`"codes":[{"system":"icd10cm","code":"K21.9"}],"text":"Gastro-esophageal reflux disease without esophagitis"`,
		`"codes":[{"system":"snomed","code":"84114007","display":"Heart failure (disorder)"}],"text":"Heart failure"`,
		`"codes":[{"system":"snomed","code":"53741008","display":"Coronary arteriosclerosis (disorder)"}],"text":"Coronary artery disease"`,
		`"codes":[{"system":"icd10cm","code":"N18.3"}],"text":"Chronic kidney disease, stage 3"`,
		`"codes":[{"system":"icd10cm","code":"F32.9"}],"text":"Major depressive disorder"`,
		`"codes":[{"system":"snomed","code":"86406008","display":"Human immunodeficiency virus infection (disorder)"}],"text":"HIV infection"`,
		`"codes":[{"system":"snomed","code":"128302006","display":"Chronic hepatitis C (disorder)"}],"text":"Chronic hepatitis C"`,
		`"codes":[{"system":"snomed","code":"61977001"}],"text":"Chronic hepatitis B"`,
		`"codes":[{"system":"icd10cm","code":"A41.9"}],"text":"Sepsis, unspecified organism"`,
		`"text":"Family history of systemic sclerosis"`,
		`"codes":[{"system":"http://hospital.invalid/diagnoses","code":"D-4711"}]`,
		`"codes":[{"system":"http://hospital.invalid/diagnoses","code":"D-0815"}],"text":"Z.n. Appendektomie"`,
	}
	drugs = []string{
		`"codes":[{"system":"rxnorm","code":"316049","display":"Hydrochlorothiazide 25 MG"}],"text":"Hydrochlorothiazide 25 MG"`,
		`"codes":[{"system":"rxnorm","code":"313782","display":"Acetaminophen 325 MG Oral Tablet"}],"text":"Acetaminophen 325 MG Oral Tablet"`,
		`"codes":[{"system":"rxnorm","code":"860975","display":"24 HR metformin hydrochloride 500 MG Extended Release Oral Tablet"}],"text":"metformin 500 mg"`,
		`"codes":[{"system":"atc","code":"C09AA05"}],"text":"ramipril"`,
		`"codes":[{"system":"rxnorm","code":"617312","display":"atorvastatin 20 MG Oral Tablet"}],"text":"atorvastatin 20 MG Oral Tablet"`,
		`"codes":[{"system":"rxnorm","code":"311989","display":"nitrofurantoin 5 MG/ML Oral Suspension"}],"text":"nitrofurantoin"`,
		`"text":"Omeprazol 20 mg"`,
		`"text":"prednisone 10 MG Oral Tablet"`,
		`"codes":[{"system":"http://hospital.invalid/drugs","code":"M-12"}]`,
	}
	agents = []string{
		`"codes":[{"system":"rxnorm","code":"310994","display":"infliximab 100 MG Injection"}],"text":"infliximab 100 MG Injection"`,
		`"codes":[{"system":"rxnorm","code":"809158"}],"text":"0.5 ML etanercept 50 MG/ML Prefilled Syringe"`,
		`"codes":[{"system":"atc","code":"L04AB04"}],"text":"adalimumab"`,
		`"text":"Orencia (abatacept) 125 mg s.c."`,
		`"codes":[{"system":"rxnorm","code":"1657862","display":"10 ML rituximab 10 MG/ML Injection"}],"text":"10 ML rituximab 10 MG/ML Injection"`,
		`"codes":[{"system":"atc","code":"L01FA01"}],"text":"rituximab"`,
		`"codes":[{"system":"rxnorm","code":"1657979"}],"text":"10 ML tocilizumab 20 MG/ML Injection"`,
		`"text":"cyclophosphamide 500 MG Injection"`,
		`"text":"Privigen 10 % IVIG"`,
		`"text":"immune globulin"`,
		`"codes":[{"system":"rxnorm","code":"200060"}],"text":"mycophenolate mofetil 500 MG Oral Tablet"`,
	}
	procedures = []string{
		`"codes":[{"system":"snomed","code":"80146002","display":"Appendectomy"}],"text":"Appendectomy"`,
		`"codes":[{"system":"snomed","code":"127783003","display":"Spirometry"}],"text":"Spirometry"`,
		`"text":"Hand surgery"`,
	}
	allergens = []string{`"text":"penicillin"`, `"text":"latex"`, `"codes":[{"system":"snomed","code":"91936005","display":"Allergy to penicillin"}],"text":"Allergy to penicillin"`}
	vaccines  = []string{`"codes":[{"system":"cvx","code":"140","display":"Influenza, seasonal, injectable, preservative free"}]`, `"codes":[{"system":"cvx","code":"208"}]`}
)

// test is a laboratory test with results in the units that laboratories use.
type test struct {
	about string
	in    []unit
}

// unit is a unit and the range of its values: low to low+span, in 10^-digits.
type unit struct {
	name      string
	low, span int
	digits    int
}

var tests = []test{
	{
		`"codes":[{"system":"loinc","code":"718-7","display":"Hemoglobin [Mass/volume] in Blood"}],"text":"Hemoglobin"`,
		[]unit{{"g/dL", 80, 90, 1}, {"g/dL", 80, 90, 1}, {"g/L", 80, 90, 0}},
	},
	{
		`"codes":[{"system":"loinc","code":"2160-0","display":"Creatinine"}],"text":"Creatinine"`,
		[]unit{{"mg/dL", 50, 150, 2}, {"umol/L", 44, 150, 0}},
	},
	{
		`"codes":[{"system":"loinc","code":"777-3","display":"Platelets [#/volume] in Blood by Automated count"}],"text":"Platelets"`,
		[]unit{{"10*3/uL", 60, 400, 0}, {"10*9/L", 60, 400, 0}, {"K/uL", 60, 400, 0}},
	},
	{`"codes":[{"system":"loinc","code":"1742-6"}],"text":"ALT"`, []unit{{"U/L", 8, 120, 0}, {"IU/L", 8, 120, 0}, {"", 8, 120, 0}}},
	{`"codes":[{"system":"loinc","code":"33914-3"}],"text":"eGFR"`, []unit{{"mL/min/{1.73_m2}", 25, 95, 0}}},
	{`"codes":[{"system":"loinc","code":"8480-6","display":"Systolic blood pressure"}]`, []unit{{"mm[Hg]", 95, 90, 0}, {"mmHg", 95, 90, 0}}},
	{`"codes":[{"system":"loinc","code":"8302-2","display":"Body Height"}]`, []unit{{"cm", 1450, 500, 1}}},
	{`"codes":[{"system":"loinc","code":"2339-0","display":"Glucose"}]`, []unit{{"mg/dL", 70, 150, 0}}},
	{`"text":"mRSS"`, []unit{{"1", 2, 40, 0}}},
	{`"codes":[{"system":"loinc","code":"19872-1"}],"text":"FVC % predicted"`, []unit{{"%", 35, 80, 0}}},
}

// found are the tests with a positive or negative result.
var found = []string{
	`"codes":[{"system":"loinc","code":"75622-1","display":"HIV 1 and 2 tests - Meaningful Use set"}]`,
	`"codes":[{"system":"loinc","code":"5195-3"}],"text":"HBsAg"`,
	`"codes":[{"system":"loinc","code":"13955-0"}],"text":"HCV antibody"`,
	`"codes":[{"system":"loinc","code":"2106-3"}],"text":"urine pregnancy test"`,
}

// questions are the questions of the reference study. A candidate has the answer
// yes to the first four and no to the others.
var questions = []string{
	"diffuse_or_limited", "refractory", "digital_ulceration", "progressive_cutaneous_fibrosis",
	"pulmonary_hypertension_is_arterial", "lung_involvement_is_interstitial", "uncontrolled_heart_failure",
	"uncontrolled_hypertension", "uncontrolled_coronary_artery_disease", "hiv_infection", "hepatitis_b_infection",
	"hepatitis_c_infection", "serious_infection_past_month", "significant_organ_abnormality",
	"immunoglobulin_was_intravenous", "other_biologic_counts", "is_pregnant", "is_breastfeeding",
}

func (w *personWriter) choose(list []string) string { return list[w.rng.IntN(len(list))] }

func (w *personWriter) writeAnswers() {
	w.writeText(`,"answers":[`)
	for i, q := range questions {
		reply := "no"
		if i < 4 && w.chance(850) || w.chance(30) && !w.documented {
			reply = "yes"
		}
		if i > 0 {
			w.writeText(",")
		}
		w.writeText(`{"question":"` + q + `","answer":"` + reply + `","study":"NCT00506831","on":`)
		w.writeDate(w.randomDay(30), 0)
		w.writeText("}")
	}
	w.writeText("]")
}

// writeNumber writes a value in the range of a unit.
func (w *personWriter) writeNumber(u unit) {
	value := float64(u.low+w.rng.IntN(u.span)) / math.Pow10(u.digits)
	w.b = strconv.AppendFloat(w.b, value, 'f', u.digits, 64)
}
