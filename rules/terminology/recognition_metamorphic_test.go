// SPDX-License-Identifier: Apache-2.0

package terminology_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// verdicts gives the answer of every concept of a kind that is not "no", and the
// reason of each.
func (l *libraryRecognizer) verdicts(kind terminology.Kind, f patient.Fact) (map[string]answer, map[string]terminology.Reason) {
	answers, reasons := map[string]answer{}, map[string]terminology.Reason{}
	for _, h := range l.recognizers[kind].Recognize(&f, 0, nil) {
		name := l.concepts[kind][h.Concept].Name
		answers[name], reasons[name] = unknown, h.Reason
		if h.Grade == terminology.ByName || h.Grade == terminology.ByCode {
			answers[name] = yes
		}
	}
	return answers, reasons
}

// without gives the facts that are left of a coded fact with words if its display, its
// text, all its words or its code are taken away, by what was taken.
func without(f patient.Fact) map[string]patient.Fact {
	bare := func(text string, display bool) patient.Fact {
		c := f.Codes[0]
		if !display {
			c.Display = ""
		}
		return patient.Fact{Codes: []patient.Coding{c}, Text: text}
	}
	return map[string]patient.Fact{
		"display": bare(f.Text, false), "text": bare("", true), "words": bare("", false), "code": {Text: f.Text},
	}
}

// TestLessOfAFactSaysNoMore takes parts away from each coded fact of the rows that has
// words. A definite answer, of any concept, never becomes the other; and unknown never
// becomes yes but where the part taken away was in doubt or in conflict with the rest.
func TestLessOfAFactSaysNoMore(t *testing.T) {
	library := newLibraryRecognizer(t, nil)
	for _, r := range recognitionRows(t) {
		if r.code == "" || r.text == "" {
			continue
		}
		kind, f := terminology.Kind(r.kind), r.fact()
		whole, reasons := library.verdicts(kind, f)
		for part, less := range without(f) {
			left, _ := library.verdicts(kind, less)
			for _, c := range library.concepts[kind] {
				before, after := orNo(whole[c.Name]), orNo(left[c.Name])
				if before == yes && after == no || before == no && after == yes {
					t.Errorf("%v: %s: %s without its %s, %s with it", r, c.Name, after, part, before)
				}
				conflict := reasons[c.Name] == terminology.Contradiction || reasons[c.Name] == terminology.WordOfDoubt
				if before == unknown && after == yes && !conflict {
					t.Errorf("%v: %s: yes without its %s, unknown with it (%v)", r, c.Name, part, reasons[c.Name])
				}
			}
		}
	}
}

func orNo(a answer) answer {
	if a == "" {
		return no
	}
	return a
}

// TestDisplayBesideUnknownCodeIsNeverWorse puts the words of each row without code
// beside a code of an unknown system, where no knowledge of the code helps. The words
// alone then say as much as they do without the code, or less.
func TestDisplayBesideUnknownCodeIsNeverWorse(t *testing.T) {
	library := newLibraryRecognizer(t, nil)
	for _, r := range recognitionRows(t) {
		if r.code != "" {
			continue
		}
		kind := terminology.Kind(r.kind)
		alone, _ := library.verdicts(kind, r.fact())
		local := patient.Coding{System: "https://hospital.example/local", Code: "X17", Display: r.text}
		bare, _ := library.verdicts(kind, patient.Fact{Codes: []patient.Coding{{System: local.System, Code: local.Code}}})
		shown, _ := library.verdicts(kind, patient.Fact{Codes: []patient.Coding{local}})
		for _, c := range library.concepts[kind] {
			before, after := orNo(alone[c.Name]), orNo(shown[c.Name])
			if before == yes && after == no || before == no && after == yes {
				t.Errorf("%v: %s: %s as a display, %s as a text", r, c.Name, after, before)
			}
			if before == unknown && after != unknown {
				t.Errorf("%v: %s: %s as a display, unknown as a text", r, c.Name, after)
			}
			if orNo(bare[c.Name]) != unknown && after == unknown {
				t.Errorf("%v: %s: unknown with its display, %s without it", r, c.Name, orNo(bare[c.Name]))
			}
		}
	}
}

// TestUnknownCodeAloneIsUnknown holds that a code of which nothing is known says
// neither yes nor no to any concept that lists anything.
func TestUnknownCodeAloneIsUnknown(t *testing.T) {
	library := newLibraryRecognizer(t, nil)
	for _, kind := range terminology.Kinds() {
		got, _ := library.verdicts(kind, patient.Fact{Codes: []patient.Coding{{System: "https://hospital.example/local", Code: "X17"}}})
		for _, c := range library.concepts[kind] {
			if a := orNo(got[c.Name]); a != unknown && !c.HoldsStub() {
				t.Errorf("%s: %s", c.Name, a)
			}
		}
	}
}

// widerConcepts names, for a concept, narrower ones that are not members of a class of
// the library that the concept is, and yet are always instances of it.
var widerConcepts = map[string][]string{
	"malignancy": {
		"acute_lymphoblastic_leukemia", "acute_myeloid_leukemia", "bladder_cancer", "bone_metastasis", "brain_metastasis",
		"breast_cancer", "burkitt_lymphoma", "cervical_cancer", "chronic_lymphocytic_leukemia", "chronic_myeloid_leukemia",
		"colorectal_cancer", "glioblastoma", "hematologic_malignancy", "hepatocellular_carcinoma", "hodgkin_lymphoma",
		"liver_metastasis", "lung_cancer", "mantle_cell_lymphoma", "melanoma", "multiple_myeloma", "ovarian_cancer",
		"pancreatic_cancer", "plasma_cell_leukemia", "prostate_cancer", "thyroid_cancer", "waldenstrom_macroglobulinemia",
	},
	"hematologic_malignancy": {
		"acute_lymphoblastic_leukemia", "acute_myeloid_leukemia", "burkitt_lymphoma", "chronic_lymphocytic_leukemia",
		"chronic_myeloid_leukemia", "hodgkin_lymphoma", "mantle_cell_lymphoma", "multiple_myeloma", "plasma_cell_leukemia",
		"waldenstrom_macroglobulinemia",
	},
	"acute_myeloid_leukemia":     {"acute_promyelocytic_leukemia"},
	"diabetes":                   {"type_1_diabetes", "type_2_diabetes"},
	"venous_thromboembolism":     {"pulmonary_embolism"},
	"pulmonary_hypertension":     {"pulmonary_arterial_hypertension"},
	"interstitial_lung_disease":  {"idiopathic_pulmonary_fibrosis"},
	"systemic_sclerosis":         {"limited_systemic_sclerosis", "diffuse_systemic_sclerosis", "systemic_sclerosis_with_lung_involvement"},
	"liver_disease":              {"autoimmune_hepatitis", "hepatorenal_syndrome"},
	"chronic_liver_disease":      {"cirrhosis"},
	"inflammatory_bowel_disease": {"crohn_disease", "ulcerative_colitis"},
	"pneumonia":                  {"pneumocystis_pneumonia"},
	"biologic":                   {"tnf_inhibitor"},
	"immunosuppressant":          {"jak_inhibitor"},
	"anticoagulant":              {"vitamin_k_antagonist", "heparin"},
	"live_vaccine":               {"mmr_vaccine", "varicella_vaccine", "bcg_vaccine", "yellow_fever_vaccine", "rotavirus_vaccine"},
}

// ownFacts gives a fact for each code and each name that a concept lists; a prefix
// stands for the code that it is.
func ownFacts(c *terminology.Concept) []patient.Fact {
	var facts []patient.Fact
	for _, system := range slices.Sorted(maps.Keys(c.Codes)) {
		for _, code := range c.Codes[system] {
			code = strings.TrimRight(code, "*")
			facts = append(facts, patient.Fact{Codes: []patient.Coding{{System: system, Code: code}}})
		}
	}
	for _, name := range c.Names {
		facts = append(facts, patient.Fact{Text: name})
	}
	return facts
}

// TestOwnTermsSatisfyWiderConcepts holds that each code and name that says yes to a
// concept says yes to the concepts that are wider.
func TestOwnTermsSatisfyWiderConcepts(t *testing.T) {
	library := newLibraryRecognizer(t, nil)
	for _, kind := range terminology.Kinds() {
		for _, wider := range library.concepts[kind] {
			narrower := slices.Collect(wider.Members())[1:]
			for _, name := range widerConcepts[wider.Name] {
				narrower = append(narrower, library.concept(t, kind, name))
			}
			for _, c := range narrower {
				for _, f := range ownFacts(c) {
					if library.ask(kind, c.Name, &f) != yes {
						continue
					}
					if a := library.ask(kind, wider.Name, &f); a != yes {
						t.Errorf("%s: %v %q says yes, but %s to the wider %s", c.Name, f.Codes, f.Text, a, wider.Name)
					}
				}
			}
		}
	}
}

// TestOwnTermsSayYes holds that each name of a concept says yes to it.
func TestOwnTermsSayYes(t *testing.T) {
	library := newLibraryRecognizer(t, nil)
	for _, kind := range terminology.Kinds() {
		for _, c := range library.concepts[kind] {
			for _, f := range ownFacts(c) {
				if f.Text != "" && library.ask(kind, c.Name, &f) == no {
					t.Errorf("%s: its name %q says no", c.Name, f.Text)
				}
			}
		}
	}
}

// moreKnowledge lists what can be added to the knowledge of the program, by name. Each
// entry prepares the library with it.
var moreKnowledge = map[string]func(*testing.T) *libraryRecognizer{
	"local code systems": func(t *testing.T) *libraryRecognizer {
		return newLibraryRecognizer(t, map[string]string{
			"http://mimic.mit.edu/fhir/mimic/CodeSystem/mimic-diagnosis-icd9":  "icd9cm",
			"http://mimic.mit.edu/fhir/mimic/CodeSystem/mimic-diagnosis-icd10": "icd10cm",
			"http://fhir.de/CodeSystem/bfarm/icd-10-gm":                        "icd10",
			"http://fhir.de/CodeSystem/dimdi/icd-10-gm":                        "icd10",
			"http://hl7.org/fhir/sid/icd-10-nl":                                "icd10",
			"http://hl7.org/fhir/sid/icd-10-uk":                                "icd10",
			"urn:oid:1.2.276.0.76.5.409":                                       "icd10",
			"urn:oid:2.16.840.1.113883.6.73":                                   "atc",
			"http://www.whocc.no/atc/":                                         "atc",
		})
	},
}

// TestMoreKnowledgeNeverFlips adds knowledge, such as the meaning of a local code system.
// A definite answer, of any concept to any row, never becomes the other, and becomes
// unknown only where the new knowledge shows a conflict.
func TestMoreKnowledgeNeverFlips(t *testing.T) {
	before := newLibraryRecognizer(t, nil)
	for name, prepare := range moreKnowledge {
		after := prepare(t)
		for _, r := range recognitionRows(t) {
			kind := terminology.Kind(r.kind)
			was, _ := before.verdicts(kind, r.fact())
			is, reasons := after.verdicts(kind, r.fact())
			for _, c := range before.concepts[kind] {
				before, after := orNo(was[c.Name]), orNo(is[c.Name])
				switch {
				case before == unknown || before == after:
				case after != unknown:
					t.Errorf("%s: %v: %s: %s, but %s before", name, r, c.Name, after, before)
				case reasons[c.Name] != terminology.Contradiction:
					t.Errorf("%s: %v: %s: unknown (%v), but %s before", name, r, c.Name, reasons[c.Name], before)
				}
			}
		}
	}
}
