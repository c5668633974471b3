// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"bytes"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
	"pgregory.net/rapid"
)

// buildKnowledge makes what is known from a few entries, without the core.
func buildKnowledge(t testing.TB, fill func(*lexicon.Builder)) *Knowledge {
	t.Helper()
	b := lexicon.NewBuilder(nil)
	fill(b)
	var block bytes.Buffer
	if _, err := b.WriteTo(&block); err != nil {
		t.Fatal(err)
	}
	l, err := lexicon.Open(block.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return &Knowledge{lexicons: []*lexicon.Lexicon{l}}
}

// laboratoryKnowledge knows some codes of LOINC: code, component, property, specimen and
// name.
func laboratoryKnowledge(t testing.TB) *Knowledge {
	return buildKnowledge(t, func(b *lexicon.Builder) {
		for _, row := range strings.Split(`718-7|Hemoglobin|Mass/volume|Blood|Hemoglobin [Mass/volume] in Blood
59260-0|Hemoglobin|Moles/volume|Blood|Hemoglobin [Moles/volume] in Blood
57905-2|Hemoglobin.gastrointestinal|Presence|Stool|Hemoglobin.gastrointestinal [Presence] in Stool
4548-4|Hemoglobin A1c/Hemoglobin.total||Blood|Hemoglobin A1c/Hemoglobin.total in Blood
786-4|Erythrocyte mean corpuscular hemoglobin concentration|Mass/volume||MCHC [Mass/volume]
2160-0|Creatinine|Mass/volume|Serum or Plasma|Creatinine [Mass/volume] in Serum or Plasma
14682-9|Creatinine|Moles/volume|Serum or Plasma|Creatinine [Moles/volume] in Serum or Plasma
2161-8|Creatinine|Mass/volume|Urine|Creatinine [Mass/volume] in Urine
2890-2|Protein/Creatinine|Mass Ratio|Urine|Protein/Creatinine [Mass Ratio] in Urine
1975-2|Bilirubin|Mass/volume|Serum or Plasma|Bilirubin.total [Mass/volume] in Serum or Plasma
1968-7|Bilirubin.glucuronidated|Mass/volume|Serum or Plasma|Bilirubin.direct [Mass/volume] in Serum or Plasma
2093-3|Cholesterol|Mass/volume|Serum or Plasma|Cholesterol [Mass/volume] in Serum or Plasma
2089-1|Cholesterol.in LDL|Mass/volume|Serum or Plasma|Cholesterol in LDL [Mass/volume] in Serum or Plasma
2085-9|Cholesterol.in HDL|Mass/volume|Serum or Plasma|Cholesterol in HDL [Mass/volume] in Serum or Plasma
751-8|Neutrophils|#/volume|Blood|Neutrophils [#/volume] in Blood by Automated count
770-8|Neutrophils/100 leukocytes|||Neutrophils/100 leukocytes in Blood
2857-1|Prostate specific Ag|Mass/volume|Serum or Plasma|Prostate specific Ag [Mass/volume] in Serum or Plasma
10886-0|Prostate specific Ag.free|Mass/volume|Serum or Plasma|Prostate specific Ag Free [Mass/volume] in Serum or Plasma
2345-7|Glucose|Mass/volume|Serum or Plasma|Glucose [Mass/volume] in Serum or Plasma
1558-6|Glucose^post CFst|Mass/volume|Serum or Plasma|Fasting glucose [Mass/volume] in Serum or Plasma
2823-3|Potassium|Moles/volume|Serum or Plasma|Potassium [Moles/volume] in Serum or Plasma
8480-6|Intravascular systolic|||Systolic blood pressure
8462-4|Intravascular diastolic|||Diastolic blood pressure
89247-1|Performance status|||ECOG performance status
89243-0|Performance status|||Karnofsky performance status`, "\n") {
			col := strings.Split(row, "|")
			b.Relate("loinc", col[0], lexicon.Parent, "component", col[1])
			b.AddName("component", col[1], lexicon.Laboratory, lexicon.Label, 0, true, col[1])
			b.AddName("loinc", col[0], lexicon.Laboratory, lexicon.Label, 0, true, col[4])
			for i, system := range []string{"property", "specimen"} {
				if col[2+i] != "" {
					b.Relate("loinc", col[0], lexicon.Parent, system, col[2+i])
				}
			}
		}
		b.AddName("snomed", "5113004", lexicon.Substance, lexicon.Label, 0, true, "Rubella virus (organism)")
		b.AddName("snomed", "36653000", lexicon.Diagnosis, lexicon.Label, 0, true, "Rubella (disorder)")
		b.AddName("snomed", "38082009", lexicon.Substance, lexicon.Label, 0, true, "Hemoglobin (substance)")
	})
}

// laboratoryConcepts are concepts as studies write them, by name.
func laboratoryConcepts() []*Concept {
	named := func(name, unit string, loinc []string, names ...string) *Concept {
		c := &Concept{Name: name, Kind: ObservationKind, Unit: unit, Terms: Terms{Names: names}}
		if loinc != nil {
			c.Codes = map[string][]string{"loinc": loinc}
		}
		return c
	}
	return []*Concept{
		named("hemoglobin", "g/dL", []string{"718-7"}, "hemoglobin", "Hgb"),
		named("hba1c", "%", []string{"4548-4"}, "HbA1c", "hemoglobin A1c"),
		named("creatinine", "mg/dL", []string{"2160-0"}, "creatinine", "serum creatinine"),
		named("bilirubin", "mg/dL", []string{"1975-2"}, "bilirubin", "total bilirubin"),
		named("ldl", "mg/dL", []string{"2089-1"}, "LDL cholesterol"),
		named("total_cholesterol", "mg/dL", []string{"2093-3"}, "total cholesterol", "cholesterol"),
		named("neutrophils", "10*3/uL", []string{"751-8"}, "neutrophils", "absolute neutrophil count"),
		named("psa", "ng/mL", []string{"2857-1"}, "PSA", "prostate specific antigen"),
		named("glucose", "mg/dL", []string{"2345-7"}, "glucose"),
		named("fasting_glucose", "mg/dL", []string{"1558-6"}, "fasting glucose"),
		named("potassium", "mmol/L", []string{"2823-3"}, "potassium"),
		named("systolic", "mm[Hg]", []string{"8480-6"}, "systolic blood pressure", "SBP"),
		named("heart_rate", "/min", nil, "heart rate", "pulse"),
		named("ecog", "1", []string{"89247-1"}, "ECOG performance status"),
		named("pregnancy_test", "", nil, "urine hCG", "hCG qualitative"),
		named("hcg", "m[IU]/mL", nil, "hCG", "serum hCG"),
		{Name: "free_psa", Kind: ObservationKind, Terms: Terms{Names: []string{"free PSA"}}, Except: Terms{Names: []string{"PSA ratio"}}},
		named("hbsag", "", nil, "hepatitis B surface antigen", "HBsAg"),
	}
}

// reasonOf gives the reason of a reading for a concept.
func reasonOf(t testing.TB, concepts []*Concept, name string, read reading) Reason {
	t.Helper()
	for i, c := range concepts {
		if c.Name == name {
			return read.relate(int32(i))
		}
	}
	t.Fatalf("no concept %s", name)
	return NoReason
}

func TestLaboratoryWordings(t *testing.T) {
	concepts := laboratoryConcepts()
	r := newLaboratoryReader(laboratoryKnowledge(t), concepts)
	for _, c := range []struct {
		concept, text string
		want          Reason
	}{
		// The whole wording is a name, whatever its abbreviation, language or noise.
		{"hemoglobin", "Hemoglobin", CoversWording},
		{"hemoglobin", "Hb", CoversWording},
		{"hemoglobin", "Hämoglobin", CoversWording},
		{"hemoglobin", "Hemoglobin [Mass/volume] in Blood", CoversWording},
		{"creatinine", "Creatinine (serum)", CoversWording},
		{"creatinine", "Kreatinin i.S.", CoversWording},
		{"neutrophils", "Absolute Neutrophil Count", CoversWording},
		{"systolic", "Non Invasive Blood Pressure systolic", CoversWording},
		{"bilirubin", "Bilirubin, Total", CoversWording},
		{"hbsag", "HBs-Ag", CoversWording},
		{"heart_rate", "Puls", CoversWording},
		// Another test, specimen or fraction.
		{"hemoglobin", "Hemoglobin A1c", OutsideKnownWording},
		{"hemoglobin", "MCHC", OutsideKnownWording},
		{"creatinine", "Urine creatinine", OutsideKnownWording},
		{"creatinine", "Potassium", OutsideKnownWording},
		{"bilirubin", "Direct bilirubin", OutsideKnownWording},
		{"ldl", "Total cholesterol", OutsideKnownWording},
		{"ldl", "HDL cholesterol", OutsideKnownWording},
		{"total_cholesterol", "LDL Cholesterol", OutsideKnownWording},
		{"systolic", "Diastolic blood pressure", OutsideKnownWording},
		{"hbsag", "Rubella IgG", OutsideKnownWording},
		{"heart_rate", "Heart Rate Alarm - High", OutsideKnownWording},
		{"hemoglobin", "GCS - Eye Opening", OutsideKnownWording},
		{"hemoglobin", "Foley Catheter Insertion Date", OutsideKnownWording},
		{"hemoglobin", "CD4", OutsideKnownWording},
		// A word that is not known.
		{"hemoglobin", "HB01", UnknownWording},
		{"hemoglobin", "xqzz", UnknownWording},
		{"potassium", "Urate xqzz", UnknownWording},
		{"creatinine", "Quickwert", UnknownWording},
		// Wider: a part of a name, a panel.
		{"systolic", "Blood pressure", WiderMeaning},
		{"ldl", "Cholesterol", WiderMeaning},
		{"hemoglobin", "CBC", WiderMeaning},
		{"potassium", "Electrolytes", WiderMeaning},
		{"ecog", "Performance status", WiderMeaning},
		{"fasting_glucose", "Glucose", WiderMeaning},
		{"pregnancy_test", "hCG", WiderMeaning},
		{"hbsag", "Hepatitis panel", WiderMeaning},
		// Beside other words, in doubt, ambiguous, relative.
		{"hemoglobin", "Hemoglobin xqzz", WordsLeftOver},
		{"creatinine", "creatinine xqzz urine", WordsLeftOver},
		{"hemoglobin", "Hemoglobin pending", WordOfDoubt},
		{"hemoglobin", "Hgb?", CoversWording},
		{"creatinine", "Cr", SeveralMeanings},
		{"creatinine", "serum Cr", SeveralMeanings},
		{"heart_rate", "HR", SeveralMeanings},
		{"neutrophils", "Neutrophils %", RelatedMeaning},
		{"hemoglobin", "Plasma hemoglobin", RelatedMeaning},
		{"psa", "Free PSA", WordsLeftOver},
		{"free_psa", "Free PSA", CoversWording},
		{"free_psa", "PSA ratio", OutsideException},
		{"free_psa", "PSA", WiderMeaning},
		{"free_psa", "PSA free ratio xqzz", WordsLeftOver},
		// Nothing that says which test it is.
		{"hemoglobin", "Lab result", NoWording},
		{"hemoglobin", "Blood", NoWording},
	} {
		want := c.want
		if strings.HasSuffix(c.text, "?") {
			want = WordOfDoubt
		}
		if got := reasonOf(t, concepts, c.concept, r.readText(c.text)); got != want {
			t.Errorf("%s: %q: %v, want %v", c.concept, c.text, got, want)
		}
	}
}

func TestLaboratoryCodes(t *testing.T) {
	concepts := laboratoryConcepts()
	r := newLaboratoryReader(laboratoryKnowledge(t), concepts)
	for _, c := range []struct {
		concept, code string
		want          Reason
	}{
		{"hemoglobin", "718-7", CoversCode},
		{"hemoglobin", "59260-0", RelatedMeaning}, // no molar mass is given: not convertible
		{"hemoglobin", "57905-2", OutsideKnownCode},
		{"hemoglobin", "786-4", OutsideKnownCode},
		{"hemoglobin", "4548-4", OutsideKnownCode},
		{"creatinine", "2161-8", OutsideKnownCode},
		{"creatinine", "2823-3", OutsideKnownCode},
		{"creatinine", "2890-2", OutsideKnownCode},
		{"bilirubin", "1968-7", OutsideKnownCode},
		{"ldl", "2093-3", OutsideKnownCode},
		{"total_cholesterol", "2089-1", OutsideKnownCode},
		{"ldl", "2085-9", OutsideKnownCode},
		{"neutrophils", "770-8", RelatedMeaning},
		{"psa", "10886-0", RelatedMeaning},
		{"glucose", "1558-6", RelatedMeaning},
		{"fasting_glucose", "2345-7", RelatedMeaning},
		{"systolic", "8462-4", OutsideKnownCode},
		{"ecog", "89243-0", OutsideKnownCode},
	} {
		read := r.readCode("loinc", c.code)
		if read == nil {
			t.Fatalf("%s is not known", c.code)
		}
		if got := reasonOf(t, concepts, c.concept, read); got != c.want {
			t.Errorf("%s: %s: %v, want %v", c.concept, c.code, got, c.want)
		}
	}
	if read := r.readCode("loinc", "99999-9"); read != nil {
		t.Error("a code that is not known has a reading")
	}
	if read := r.readCode("https://hospital.example/lab", "HB"); read != nil {
		t.Error("a code of a system that is not known has a reading")
	}
}

// TestLaboratoryMolarMass: with a molar mass, mass and substance amount are one property.
func TestLaboratoryMolarMass(t *testing.T) {
	concepts := laboratoryConcepts()
	for _, c := range concepts {
		if c.Name == "creatinine" {
			c.MolarMass = patient.MustDecimal("113.12")
		}
	}
	r := newLaboratoryReader(laboratoryKnowledge(t), concepts)
	if got := reasonOf(t, concepts, "creatinine", r.readCode("loinc", "14682-9")); got != CoversCode {
		t.Error(got)
	}
}

// TestLaboratoryUnknownWord: a word that is not known never makes a wording something else
// than a concept, wherever it stands, and a concept's own names are the concept.
func TestLaboratoryUnknownWord(t *testing.T) {
	concepts := laboratoryConcepts()
	r := newLaboratoryReader(laboratoryKnowledge(t), concepts)
	var names []string
	for i, c := range concepts {
		for _, name := range c.Names {
			if got := r.readText(name).relate(int32(i)); got != CoversWording {
				t.Errorf("%s: its own name %q: %v", c.Name, name, got)
			}
		}
		names = append(names, c.Names...)
	}
	names = append(names, "PEEP", "GCS - Motor Response", "Urine output", "Chloride (serum)", "in urine", "alarm", "CBC", "Cr", "count")
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(names), 0, 3).Draw(t, "names"), " ")
		word := rapid.StringMatching(`q[xz]{3,6}`).Draw(t, "word")
		if rapid.Bool().Draw(t, "first") {
			text = word + " " + text
		} else {
			text += ", " + word
		}
		read := r.readText(text)
		for i, c := range concepts {
			switch got := read.relate(int32(i)); got {
			case OutsideKnownWording, OutsideKnownCode, CoversWording, CoversCode:
				t.Fatalf("%s: %q: %v", c.Name, text, got)
			}
		}
	})
}

func TestComponents(t *testing.T) {
	for _, c := range []struct {
		result, concept string
		want            componentRelation
	}{
		{"Creatinine", "Creatinine", sameComponent},
		{"Cholesterol.in HDL", "Cholesterol.in LDL", otherComponent},
		{"Cholesterol", "Cholesterol.in LDL", widerComponent},
		{"Calcium.ionized", "Calcium", fractionOfConcept},
		{"Bilirubin.total", "Bilirubin", relatedComponent},
		{"Neutrophils/100 leukocytes", "Neutrophils", relatedComponent},
		{"Glucose^post CFst", "Glucose", relatedComponent},
		{"Natriuretic peptide.B prohormone N-Terminal", "Natriuretic peptide.B", otherComponent},
		{"Coagulation tissue factor induced", "Coagulation tissue factor induced.INR", otherComponent},
		{"HIV 1 Ab", "HIV 1 Ab+HIV1 p24 Ag", relatedComponent},
		{"HTLV 1+2 Ab", "HIV 1+2 Ab", otherComponent},
		{"Protein/Creatinine", "Creatinine", otherComponent},
	} {
		a, b := newComponent(c.result), newComponent(c.concept)
		if got := relateComponents(&a, &b); got != c.want {
			t.Errorf("%s for %s: %d, want %d", c.result, c.concept, got, c.want)
		}
	}
}

// TestWordTables: the tables are well-formed, and each section is one that readers know.
func TestWordTables(t *testing.T) {
	for name, sections := range map[string]string{
		"laboratory": "means nothing setting doubt common panel apart care filler",
		"vaccine":    "means nothing unknown doubt passive",
	} {
		for phrase, e := range readWordTable(name).phrases {
			if !strings.Contains(" "+sections+" ", " "+e.section+" ") && specimenNamedOrZero(e.section) == 0 {
				t.Errorf("%s: %q is in section %q", name, phrase, e.section)
			}
			if (e.section == "means" || e.section == "panel") != (len(e.meanings) > 0) {
				t.Errorf("%s: %q has %d meanings in section %q", name, phrase, len(e.meanings), e.section)
			}
		}
	}
}

func specimenNamedOrZero(section string) specimens {
	if !strings.HasPrefix(section, "specimen ") {
		return 0
	}
	return specimenNamed(section)
}
