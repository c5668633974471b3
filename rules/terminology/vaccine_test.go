// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
	"pgregory.net/rapid"
)

// vaccineKnowledge knows some codes of CVX: code, groups, and names.
func vaccineKnowledge(t testing.TB) *Knowledge {
	return buildKnowledge(t, func(b *lexicon.Builder) {
		for _, row := range strings.Split(`03|MMR|MMR|measles, mumps and rubella virus vaccine|M-M-R II
05|MMR|measles|measles virus vaccine|ATTENUVAX
94|MMR,VARICELLA|MMRV|measles, mumps, rubella, and varicella virus vaccine|PROQUAD
21|VARICELLA|varicella|varicella virus vaccine|VARIVAX
08|HepB|Hep B, adolescent or pediatric|hepatitis B vaccine, pediatric or pediatric/adolescent dosage|ENGERIX B-PEDS
45|HepB|Hep B, unspecified formulation|hepatitis B vaccine, unspecified formulation
52|HepA|Hep A, adult|hepatitis A vaccine, adult dosage|HAVRIX-ADULT
104|HepA,HepB|Hep A-Hep B|hepatitis A and hepatitis B vaccine|TWINRIX
88|FLU|influenza, unspecified formulation|influenza virus vaccine, unspecified formulation
140|FLU|Influenza, split virus, trivalent, PF|Influenza, split virus, trivalent, injectable, preservative free|Influenza, seasonal, injectable, preservative free
111|FLU|Influenza, live, trivalent, intranasal, PF|Influenza, live, trivalent, intranasal, preservative free|FLUMIST
49|HIB|Hib (PRP-OMP)|Haemophilus influenzae type b vaccine, PRP-OMP conjugate|PEDVAXHIB
113|Td|Td (adult), 5 Lf tetanus toxoid, preservative free, adsorbed|tetanus and diphtheria toxoids, adsorbed, preservative free, for adult use
115|TDAP|Tdap|tetanus toxoid, reduced diphtheria toxoid, and acellular pertussis vaccine, adsorbed|BOOSTRIX
110|DTAP,HepB,POLIO|DTaP-Hep B-IPV|DTaP-hepatitis B and poliovirus vaccine|PEDIARIX
203|MENING|meningococcal polysaccharide (MenACWY-TT conjugate)|meningococcal polysaccharide (groups A, C, Y, W) tetanus toxoid conjugate vaccine|MENQUADFI
13||TIG|tetanus immune globulin
25|TYPHOID|typhoid, oral|typhoid vaccine, live, oral|VIVOTIF
101|TYPHOID|typhoid, ViCPs|typhoid Vi capsular polysaccharide vaccine|TYPHIM VI
91|TYPHOID|typhoid, unspecified formulation|typhoid vaccine, unspecified formulation
998||no vaccine administered
999||unknown|unknown vaccine or immune globulin`, "\n") {
			col := strings.Split(row, "|")
			for _, name := range col[2:] {
				b.AddName("cvx", col[0], lexicon.Vaccine, lexicon.Exact, 0, true, name)
			}
			for group := range strings.SplitSeq(col[1], ",") {
				if group != "" {
					b.Relate("cvx", col[0], lexicon.Parent, "vaccine group", group)
				}
			}
		}
		b.AddName("snomed", "871876003", lexicon.Substance, lexicon.Label, 0, true, "Measles mumps and rubella vaccine (product)")
	})
}

func vaccineConcepts() []*Concept {
	named := func(name string, cvx []string, names ...string) *Concept {
		return &Concept{Name: name, Kind: ImmunizationKind, Terms: Terms{Codes: map[string][]string{"cvx": cvx}, Names: names}}
	}
	influenza := named("influenza", []string{"140"}, "influenza", "flu vaccine")
	influenza.Except = Terms{Codes: map[string][]string{"cvx": {"111"}}, Names: []string{"flumist"}}
	return []*Concept{
		named("mmr", []string{"03", "94"}, "MMR"),
		named("varicella", []string{"21", "94"}, "varicella vaccine", "measles, mumps, rubella, and varicella vaccine"),
		named("hepatitis_b", []string{"08", "45", "110"}, "hepatitis B vaccine"),
		named("hepatitis_a", []string{"52"}, "hepatitis A vaccine"),
		influenza,
		named("live_influenza", []string{"111"}, "live influenza vaccine"),
		named("tetanus", []string{"113", "115"}, "tetanus vaccine"),
		named("live", []string{"03", "94", "21", "111", "25"}, "live vaccine"),
	}
}

func TestVaccineWordings(t *testing.T) {
	concepts := vaccineConcepts()
	r := newVaccineReader(vaccineKnowledge(t), concepts)
	for _, c := range []struct {
		concept, text string
		want          Reason
	}{
		{"mmr", "M-M-R II", CoversWording},
		{"mmr", "vaccin ROR", CoversWording},
		{"mmr", "MMR #2", CoversWording},
		{"varicella", "Varivax", CoversWording},
		{"hepatitis_b", "HBV #2", CoversWording},
		{"hepatitis_b", "Pediarix", CoversWording},
		{"influenza", "flu shot", CoversWording},
		{"influenza", "Influenza, seasonal, injectable, preservative free", CoversWording},
		{"live", "FluMist", CoversWording},
		{"live", "MMR", CoversWording},
		// Another vaccine; a combination is not meant by the name of a part of it.
		{"varicella", "MMR", OutsideKnownWording},
		{"influenza", "Haemophilus influenzae type b", OutsideKnownWording},
		{"hepatitis_b", "Hep A, adult", OutsideKnownWording},
		{"hepatitis_a", "hepatitis B vaccine", OutsideKnownWording},
		{"tetanus", "MMR", OutsideKnownWording},
		{"tetanus", "MenQuadfi", OutsideKnownWording},
		{"tetanus", "tetanus immune globulin", OutsideKnownWording},
		{"hepatitis_b", "MMR declined", OutsideKnownWording},
		{"live", "Influenza, seasonal, injectable, preservative free", OutsideKnownWording},
		{"live", "typhoid Vi", OutsideKnownWording},
		{"influenza", "FluMist", OutsideException},
		{"influenza", "FluMist 2024", OutsideException},
		// Wider.
		{"hepatitis_b", "hepatitis vaccine", WiderMeaning},
		{"live", "typhoid vaccine", WiderMeaning},
		{"mmr", "measles vaccine", WiderMeaning},
		{"varicella", "measles vaccine", OutsideKnownWording},
		{"live", "influenza vaccine", WiderMeaning},
		{"live_influenza", "influenza vaccine", WiderMeaning},
		// Doubt, further and unknown words, nothing.
		{"hepatitis_b", "hepatitis B vaccine declined", WordOfDoubt},
		{"mmr", "MMR titer", WordOfDoubt},
		{"mmr", "MMR?", WordOfDoubt},
		{"mmr", "MMR xqzz", WordsLeftOver},
		{"mmr", "xqzz", UnknownWording},
		{"mmr", "travel vaccines", UnknownWording},
		{"mmr", "unknown vaccine", NoWording},
		{"mmr", "vaccine", NoWording},
		{"hepatitis_a", "Twinrix", RelatedMeaning},
	} {
		if got := reasonOf(t, concepts, c.concept, r.readText(c.text)); got != c.want {
			t.Errorf("%s: %q: %v, want %v", c.concept, c.text, got, c.want)
		}
	}
}

func TestVaccineCodes(t *testing.T) {
	concepts := vaccineConcepts()
	r := newVaccineReader(vaccineKnowledge(t), concepts)
	for _, c := range []struct {
		concept, code string
		want          Reason
	}{
		{"mmr", "3", CoversCode},
		{"hepatitis_b", "104", RelatedMeaning}, // its name holds the concept's
		{"hepatitis_b", "52", OutsideKnownCode},
		{"tetanus", "203", OutsideKnownCode},
		{"live", "140", OutsideKnownCode},
		{"mmr", "998", NoWording},
		{"mmr", "999", NoWording},
	} {
		if got := reasonOf(t, concepts, c.concept, r.readCode("cvx", c.code)); got != c.want {
			t.Errorf("%s: %s: %v, want %v", c.concept, c.code, got, c.want)
		}
	}
	if got := reasonOf(t, concepts, "mmr", r.readCode("snomed", "871876003")); got != CoversWording {
		t.Errorf("SNOMED CT, by its name: %v", got)
	}
	if r.readCode("cvx", "777") != nil || r.readCode("atc", "J07BD52") != nil {
		t.Error("a code that is not known has a reading")
	}
}

// TestVaccineUnknownWord: a word that is not known never makes a wording another vaccine,
// and a concept's own names are the concept.
func TestVaccineUnknownWord(t *testing.T) {
	concepts := vaccineConcepts()
	r := newVaccineReader(vaccineKnowledge(t), concepts)
	var names []string
	for i, c := range concepts {
		for _, name := range c.Names {
			if got := r.readText(name).relate(int32(i)); got != CoversWording {
				t.Errorf("%s: its own name %q: %v", c.Name, name, got)
			}
		}
		names = append(names, c.Names...)
	}
	names = append(names, "Hib", "declined", "Twinrix", "dose", "unknown")
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(names), 0, 2).Draw(t, "names"), " ")
		text += " " + rapid.StringMatching(`q[xz]{3,6}`).Draw(t, "word")
		read := r.readText(text)
		for i, c := range concepts {
			switch got := read.relate(int32(i)); got {
			case OutsideKnownWording, CoversWording:
				t.Fatalf("%s: %q: %v", c.Name, text, got)
			}
		}
	})
}
