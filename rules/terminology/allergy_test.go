// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"strings"
	"testing"
)

// testAllergyConcepts are concepts of allergies.
func testAllergyConcepts() []*Concept {
	allergy := func(name, names string) *Concept {
		return &Concept{Name: name, Kind: AllergyKind, Terms: Terms{Names: strings.Split(names, "|")}}
	}
	return []*Concept{
		allergy("penicillin", "penicillin|penicillins|allergy to penicillin|amoxicillin"),
		allergy("aspirin", "aspirin|acetylsalicylic acid"),
		allergy("peanut", "peanut|peanuts|peanut allergy"),
		allergy("egg", "egg|egg allergy"),
		allergy("latex", "latex|natural rubber latex"),
		allergy("contrast", "contrast media|iodinated contrast"),
	}
}

func testAllergyReader(t testing.TB) testReader {
	concepts := testAllergyConcepts()
	return newTestReader(newAllergyReader(testMedicines(t), concepts), concepts)
}

func TestWordingsOfAllergies(t *testing.T) {
	r := testAllergyReader(t)
	for _, test := range []struct {
		text, concept string
		want          Reason
	}{
		{"Penicillin", "penicillin", CoversWording},
		{"Allergy to peanuts", "peanut", CoversWording},
		{"Amoxicillin allergy", "penicillin", CoversWording},
		{"ácido acetilsalicílico", "aspirin", CoversIngredient},

		{"no latex allergy", "latex", WordOfDoubt},
		{"tolerates penicillin", "penicillin", WordsLeftOver},
		{"mother allergic to penicillin", "penicillin", WordOfDoubt},
		{"latex gloves", "latex", WordsLeftOver},
		{"Aggrenox", "aspirin", NarrowerMeaning},
		{"ovalbumin", "egg", NarrowerMeaning},
		{"food allergy", "egg", WiderMeaning},
		{"antibiotic, name unknown", "penicillin", WiderMeaning},
		{"cancer drug", "aspirin", WiderMeaning},
		{"piperacillin", "penicillin", RelatedMeaning},
		{"nuts", "peanut", RelatedMeaning},
		{"peanot", "peanut", RelatedMeaning},
		{"amlodipine", "contrast", RelatedMeaning}, // which medicines it holds is not known

		{"NKDA", "penicillin", OutsideKnownWording},
		{"No known allergies", "latex", OutsideKnownWording},
		{"Cat dander", "peanut", OutsideKnownWording},
		{"Allergy to house dust mite", "penicillin", OutsideKnownWording},
		{"Amlodipine", "peanut", OutsideKnownWording},
		{"peanut allergy", "egg", OutsideKnownWording},

		{"Erdnuss", "peanut", UnknownWording},
		{"cacahuete", "peanut", UnknownWording},
		{"allergy", "peanut", NoWording},
	} {
		if got := r.readText(test.text).relate(r.nodes[test.concept]); got != test.want {
			t.Errorf("%q is, for %s, %q; want %q", test.text, test.concept, got, test.want)
		}
	}
}

func TestCodesOfAllergies(t *testing.T) {
	r := testAllergyReader(t)
	for _, test := range []struct {
		system, code, concept string
		want                  Reason
	}{
		{"snomed", "91936005", "penicillin", CoversWording},
		{"snomed", "1", "latex", OutsideKnownCode},
		{"rxnorm", "17767", "aspirin", OutsideKnownCode},
		{"rxnorm", "1191", "aspirin", CoversWording},
	} {
		got := r.readCode(test.system, test.code)
		if got == nil || got.relate(r.nodes[test.concept]) != test.want {
			t.Errorf("%s %s is, for %s, %v; want %q", test.system, test.code, test.concept, got, test.want)
		}
	}
	if got := r.readCode("snomed", "99"); got != nil {
		t.Error("a code that nobody knows was read")
	}
}

func TestMisspelledAllergensSayNothing(t *testing.T) {
	r := testAllergyReader(t)
	for _, c := range testAllergyConcepts() {
		for _, name := range c.Names {
			for i := 1; i < len(name); i++ {
				for _, misspelt := range []string{name[:i] + name[i+1:], name[:i] + "q" + name[i:], name[:i] + "q" + name[i+1:]} {
					if got := r.readText(misspelt).relate(r.nodes[c.Name]); isOutside(got) {
						t.Errorf("%q, which is to mean %s, is %q", misspelt, c.Name, got)
					}
				}
			}
			if got := r.readText("Allergy to " + name).relate(r.nodes[c.Name]); got != CoversWording {
				t.Errorf("an allergy to %q is, for %s, %q", name, c.Name, got)
			}
			if got := r.readText(name + " xyzzymab").relate(r.nodes[c.Name]); got != WordsLeftOver {
				t.Errorf("%q with an unknown word is %q", name, got)
			}
		}
	}
}
