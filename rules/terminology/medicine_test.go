// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// testMedicines is a small terminology of medicines and allergies, in the form of the core.
func testMedicines(t testing.TB) *Knowledge {
	t.Helper()
	b := lexicon.NewBuilder([]byte(`{"name":"test"}`))
	ingredient := func(name, atc, rxnorm string, others ...string) {
		b.AddName("ingredient", name, lexicon.Medicine, lexicon.Label, 0, true, name)
		for code := range strings.FieldsSeq(atc) {
			b.Relate("ingredient", name, lexicon.MapsTo, "atc", code)
		}
		if rxnorm != "" {
			b.Relate("ingredient", name, lexicon.Same, "rxnorm", rxnorm)
		}
		for _, other := range others {
			kind, text, _ := strings.Cut(other, ":")
			kinds := map[string]lexicon.NameKind{"brand": lexicon.Brand, "exact": lexicon.Exact, "salt": lexicon.Salt}
			b.AddName("ingredient", name, lexicon.Medicine, kinds[kind], 0, true, text)
		}
	}
	ingredient("adalimumab", "L04AB04", "327361", "brand:Humira", "brand:Humira Pen", "brand:Hadlima")
	ingredient("infliximab", "L04AB02", "191831", "brand:Remicade")
	ingredient("etanercept", "L04AB01", "", "brand:Enbrel")
	ingredient("golimumab", "L04AB06", "", "brand:Simponi")
	ingredient("certolizumab pegol", "L04AB05", "", "brand:Cimzia")
	ingredient("methotrexate", "L01BA01 L04AX03", "6851", "salt:methotrexate sodium", "exact:metotrexato")
	ingredient("prednisolone", "H02AB06 S01BA04", "8638", "brand:Omnipred", "salt:prednisolone acetate")
	ingredient("cyclosporine", "L04AD01 S01XA18", "3008", "salt:ciclosporin")
	ingredient("trastuzumab", "L01FD01", "", "brand:Herceptin")
	ingredient("ado-trastuzumab emtansine", "L01FD03", "", "exact:trastuzumab emtansine", "brand:Kadcyla")
	ingredient("insulin glargine", "A10AE04", "274783", "brand:Lantus", "brand:Lantus SoloStar")
	ingredient("insulin isophane human", "A10AC01", "")
	ingredient("amlodipine", "C08CA01", "17767", "brand:Norvasc", "salt:amlodipine besylate")
	ingredient("paracetamol", "N02BE01", "161", "exact:acetaminophen", "brand:Tylenol")
	ingredient("oxycodone", "N02AA05", "7804", "salt:oxycodone hydrochloride")
	ingredient("vancomycin", "J01XA01", "")
	ingredient("amoxicillin", "J01CA04", "723")
	ingredient("piperacillin", "J01CA12", "")
	ingredient("aspirin", "B01AC06 N02BA01", "1191", "exact:ácido acetilsalicílico")
	ingredient("dipyridamole", "B01AC07", "")
	ingredient("potassium", "A12BA01", "")
	for name, parts := range map[string]string{"Percocet": "paracetamol|oxycodone", "Aggrenox": "aspirin|dipyridamole"} {
		b.AddName("product", name, lexicon.Medicine, lexicon.Brand, 0, true, name)
		for part := range strings.SplitSeq(parts, "|") {
			b.Relate("product", name, lexicon.HasIngredient, "ingredient", part)
		}
	}
	b.AddName("product", "fizzol", lexicon.Medicine, lexicon.Listed, 0, true, "Fizzol")
	for text, meaning := range map[string]string{"mtx": "methotrexate", "ada": "adalimumab"} {
		var marks lexicon.Mark
		if text == "ada" {
			marks = lexicon.Ambiguous
		}
		b.AddName("medicine abbreviation", text, lexicon.Meaning, lexicon.Label, marks, true, meaning)
		b.Relate("medicine abbreviation", text, lexicon.HasIngredient, "ingredient", meaning)
	}
	b.AddName("medicine class", "beta blocker", lexicon.Meaning, lexicon.Label, 0, true, "beta blocker")
	b.Relate("medicine class", "beta blocker", lexicon.MapsTo, "atc", "C07")
	for _, disease := range []string{"rheumatoid arthritis", "arthritis of knee", "psoriatic arthritis", "arthritis", "juvenile arthritis", "gouty arthritis"} {
		b.AddName("doid", disease, lexicon.Diagnosis, lexicon.Label, 0, true, disease)
	}
	for child, parent := range map[string]string{
		"food allergy": "", "peanut allergy": "food allergy", "egg allergy": "food allergy", "latex allergy": "", "ovalbumin allergy": "egg allergy",
	} {
		b.AddName("doid", child, lexicon.Diagnosis, lexicon.Label, 0, true, child)
		if parent != "" {
			b.Relate("doid", child, lexicon.Parent, "doid", parent)
		}
	}
	for code, name := range map[string]string{"1": "Cat dander", "2": "House dust mite", "3": "Grass pollen"} {
		b.AddName("snomed", code, lexicon.Substance, lexicon.Label, 0, true, name+" (substance)")
	}
	b.AddName("snomed", "91936005", lexicon.Diagnosis, lexicon.Label, 0, true, "Allergy to amoxicillin (finding)")
	var out bytes.Buffer
	if _, err := b.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	l, err := lexicon.Open(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return &Knowledge{lexicons: []*lexicon.Lexicon{l}}
}

// testMedicineConcepts are concepts of medicines, with the class last.
func testMedicineConcepts() []*Concept {
	medicine := func(name string, names, atc string, except ...string) *Concept {
		c := &Concept{Name: name, Kind: MedicationKind, Except: Terms{Names: except}}
		c.Names = strings.Split(names, "|")
		if atc != "" {
			c.Codes = map[string][]string{"atc": strings.Fields(atc)}
		}
		return c
	}
	list := []*Concept{
		medicine("adalimumab", "adalimumab|humira|orphanmab", "L04AB04"),
		medicine("infliximab", "infliximab", "L04AB02"),
		medicine("etanercept", "etanercept", "L04AB01"),
		medicine("methotrexate", "methotrexate", "L01BA01 L04AX03"),
		medicine("prednisolone", "prednisolone", "H02AB06", "cream", "eye drops", "pred forte"),
		medicine("cyclosporine", "cyclosporine", "L04AD01"),
		medicine("trastuzumab", "trastuzumab|herceptin", "L01FD01"),
		medicine("insulin", "insulin|lantus", "A10A*", "insulin syringe"),
		medicine("aspirin", "aspirin", "B01AC06 N02BA01"),
	}
	tnf := &Concept{Name: "tnf_inhibitor", Kind: MedicationKind, Any: list[:3:3]}
	return append(list, tnf)
}

// testReader asks a reader about concepts by their names.
type testReader struct {
	kindReader
	nodes map[string]int32
}

func newTestReader(r kindReader, concepts []*Concept) testReader {
	t := testReader{r, map[string]int32{}}
	for i, c := range concepts {
		t.nodes[c.Name] = int32(i)
	}
	return t
}

func testMedicineReader(t testing.TB) testReader {
	concepts := testMedicineConcepts()
	return newTestReader(newMedicineReader(testMedicines(t), concepts), concepts)
}

func TestWordingsOfMedicines(t *testing.T) {
	r := testMedicineReader(t)
	for _, test := range []struct {
		text, concept string
		want          Reason
	}{
		{"Adalimumab 40 mg/0.8 mL Fertigspritze s.c. alle 2 Wochen", "adalimumab", CoversWording},
		{"adalimumab-adaz", "adalimumab", CoversWording},
		{"Adalimumab40mg", "adalimumab", CoversWording},
		{"Hadlima 40 mg", "adalimumab", CoversIngredient},
		{"Infliximabum 100 mg", "infliximab", CoversIngredient},
		{"Prednisolon 5 mg Tabletten", "prednisolone", CoversIngredient},
		{"metotrexato 2,5 mg comprimidos", "methotrexate", CoversIngredient},
		{"methotrexate sodium 25 mg/mL injection", "methotrexate", CoversIngredient},
		{"MTX 15 mg weekly", "methotrexate", CoversIngredient},
		{"Lantus SoloStar", "insulin", CoversIngredient},
		{"insulin isophane human 10 IU", "insulin", CoversIngredient},
		{"Orphanmab 10 mg", "adalimumab", CoversWording}, // a name that no list knows but the concept

		{"adalimumab for arthritis", "adalimumab", WordsLeftOver},
		{"prednisolone tablets and amlodipine cream", "prednisolone", WordsLeftOver},
		{"adalimumab zzunknown", "adalimumab", WordsLeftOver},
		{"paracetamol before infliximab", "infliximab", WordOfDoubt},
		{"infliximab declined", "infliximab", WordOfDoubt},
		{"kein Infliximab", "infliximab", WordOfDoubt},
		{"mother takes infliximab", "infliximab", WordOfDoubt},
		{"allergic to infliximab", "infliximab", WordOfDoubt},
		{"infliximab?", "infliximab", WordOfDoubt},
		{"infliximab or placebo", "infliximab", WordOfDoubt},
		{"ADA 40 mg", "adalimumab", SeveralMeanings},
		{"Kadcyla 160 mg", "trastuzumab", NarrowerMeaning},
		{"trastuzumab emtansine", "trastuzumab", NarrowerMeaning},
		{"Omnipred 1 %", "prednisolone", NarrowerMeaning}, // a brand of an ingredient that is also an eye drop
		{"Aggrenox", "aspirin", SeveralMeanings},
		{"TNF blocker, name not known", "adalimumab", WiderMeaning},
		{"biologic", "adalimumab", WiderMeaning},
		{"study drug", "aspirin", WiderMeaning},
		{"adalimimab 40 mg", "adalimumab", RelatedMeaning},
		{"adalimuma", "adalimumab", SeveralMeanings},

		{"Prednisolone 1 % cream", "prednisolone", OutsideException},
		{"prednisolone acetate eye drops", "prednisolone", OutsideException},
		{"Amlodipine 5 MG Oral Tablet", "adalimumab", OutsideKnownWording},
		{"Acetaminophen 325 MG / oxyCODONE Hydrochloride 5 MG Oral Tablet", "adalimumab", OutsideKnownWording},
		{"Percocet 5/325", "adalimumab", OutsideKnownWording},
		{"no amlodipine", "adalimumab", OutsideKnownWording},
		{"beta blocker", "insulin", OutsideKnownWording},
		{"insulin syringe", "insulin", OutsideException},
		{"potassium 20 mEq", "adalimumab", OutsideKnownWording},
		{"Vancomyci 1 g", "adalimumab", OutsideKnownWording}, // a name that is cut
		{"normal saline 500 ml", "adalimumab", OutsideKnownWording},
		{"test strips", "adalimumab", OutsideKnownWording},
		{"golimumab 50 mg", "etanercept", OutsideKnownWording},

		{"Amlodipine zzunknown", "adalimumab", UnknownWording},
		{"Fizzol 20 mg", "adalimumab", UnknownWording},
		{"ритуксимаб 500 мг", "adalimumab", UnknownWording},
		{"arthritis", "adalimumab", UnknownWording},
		{"5 mg tablet daily", "adalimumab", NoWording},
		{"infusion", "adalimumab", NoWording},
	} {
		if got := r.readText(test.text).relate(r.nodes[test.concept]); got != test.want {
			t.Errorf("%q is, for %s, %q; want %q", test.text, test.concept, got, test.want)
		}
	}
}

func TestCodesOfMedicines(t *testing.T) {
	r := testMedicineReader(t)
	for _, test := range []struct {
		system, code, concept string
		want                  Reason
	}{
		{"rxnorm", "17767", "adalimumab", OutsideKnownCode},
		{"rxnorm", "327361", "adalimumab", CoversIngredient},
		{"rxnorm", "8638", "prednisolone", NarrowerMeaning}, // the ingredient in any form
		{"atc", "C08CA01", "adalimumab", OutsideKnownCode},
		{"atc", "S01BA04", "prednisolone", OutsideKnownCode}, // another form
		{"atc", "S01XA18", "cyclosporine", NarrowerMeaning},
		{"atc", "L04", "cyclosporine", WiderMeaning},
		{"atc", "C10A", "cyclosporine", OutsideKnownCode},
		{"atc", "L04AD99", "cyclosporine", RelatedMeaning}, // a new substance of the group
		{"atc", "C10AA99", "cyclosporine", UnknownCode},    // a code that is not known,
	} {
		got := r.readCode(test.system, test.code)
		if got == nil || got.relate(r.nodes[test.concept]) != test.want {
			t.Errorf("%s %s is, for %s, %v; want %q", test.system, test.code, test.concept, got, test.want)
		}
	}
	for system, code := range map[string]string{"rxnorm": "999999", "atc": "nonsense", "http://hospital.example": "1"} {
		if got := r.readCode(system, code); got != nil {
			t.Errorf("%s %s was read", system, code)
		}
	}
}

// isOutside reports whether a reason is a plain no.
func isOutside(r Reason) bool { return r >= OutsideException && r <= OutsideKnownWording }

// TestMisspellingsSayNothing: a name of a concept with a wrong, missing, additional or
// turned letter, or cut, is never a plain no.
func TestMisspellingsSayNothing(t *testing.T) {
	r := testMedicineReader(t)
	for _, c := range testMedicineConcepts() {
		for _, name := range c.Names {
			for i := 1; i < len(name); i++ {
				for _, misspelt := range []string{
					name[:i] + name[i+1:], name[:i] + "q" + name[i:], name[:i] + "q" + name[i+1:],
					name[:i-1] + name[i:i+1] + name[i-1:i] + name[i+1:], name[:max(i, len(name)*3/4)],
				} {
					if got := r.readText(misspelt + " 40 mg").relate(r.nodes[c.Name]); isOutside(got) {
						t.Errorf("%q, which is to mean %s, is %q", misspelt, c.Name, got)
					}
				}
			}
		}
	}
}

// TestUnknownWordsLeaveOpen: a word that nobody knows makes every definite answer open.
func TestUnknownWordsLeaveOpen(t *testing.T) {
	concepts := testMedicineConcepts()
	r := testMedicineReader(t)
	for _, text := range []string{"Amlodipine 5 mg", "Percocet", "adalimumab 40 mg", "beta blocker", "normal saline", "Lantus", "prednisolone cream"} {
		for _, with := range []string{"xyzzymab " + text, text + " xyzzymab", text + " (xyzzymab)"} {
			got := r.readText(with)
			for i, c := range concepts {
				if reason := got.relate(int32(i)); isOutside(reason) || reason <= CoversIngredient {
					t.Errorf("%q is, for %s, %q", with, c.Name, reason)
				}
			}
		}
	}
}

func TestNamesOfConceptsCoverThem(t *testing.T) {
	r := testMedicineReader(t)
	for _, c := range testMedicineConcepts() {
		for _, name := range c.Names {
			for _, text := range []string{name, strings.ToUpper(name), "  " + name + " 10 mg oral "} {
				if got := r.readText(text).relate(r.nodes[c.Name]); got != CoversWording {
					t.Errorf("%q is, for %s, %q", text, c.Name, got)
				}
			}
		}
	}
}

// TestMedicinesAreReadTogether shares a reader among goroutines; go test -race watches.
func TestMedicinesAreReadTogether(t *testing.T) {
	r := testMedicineReader(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for _, text := range []string{"adalimimab", "Humira 40 mg", "biologic", "no insulin"} {
				for node := range r.nodes {
					r.readText(text).relate(r.nodes[node])
				}
				r.readCode("atc", "L04AB04")
			}
		})
	}
	all.Wait()
}

func TestWordListsAgree(t *testing.T) {
	for name, r := range medicinePhrases().roles {
		if r.role&isDoubt != 0 && r.role&isSilent != 0 {
			t.Errorf("%q is a word of doubt and a word that says nothing", name)
		}
	}
}
