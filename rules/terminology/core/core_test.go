// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/rules/terminology/core"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

func TestCoreHoldsEachSystem(t *testing.T) {
	have := map[string]int{}
	for system, n := range core.Lexicon().Systems() {
		have[system] = n
	}
	for system, least := range map[string]int{
		"icd10cm": 45_000, "icd10": 12_000, "icd9cm": 14_000, "icd9proc": 3_800, "snomed": 26_000, "doid": 12_000, "mesh": 6_000,
		"ncit": 16_000, "orpha": 8_000, "mondo": 22_000, "ingredient": 15_000, "product": 10_000, "atc": 2_000, "rxnorm": 4_000,
		"medicine abbreviation": 100, "medicine class": 300, "loinc": 60_000, "component": 25_000, "property": 50, "specimen": 80,
		"cvx": 280, "vaccine group": 30, "abbreviation": 7_000, "foreign": 1_300, "short word": 200, "operation": 130,
	} {
		if have[system] < least {
			t.Errorf("%s has %d entries, less than %d", system, have[system], least)
		}
	}
}

func TestCoreIsSmall(t *testing.T) {
	file, err := os.Stat("core.terms")
	if err != nil {
		t.Fatal(err)
	}
	if limit := int64(11_500_000); file.Size() > limit {
		t.Errorf("core.terms has %d bytes, more than %d", file.Size(), limit)
	}
}

func TestCoreNamesItsSources(t *testing.T) {
	var info struct {
		Name    string
		Sources []struct{ Name, Version, Licence string }
	}
	if err := json.Unmarshal(core.Lexicon().Info(), &info); err != nil {
		t.Fatal(err)
	}
	notice, err := os.ReadFile("NOTICE")
	if err != nil {
		t.Fatal(err)
	}
	if len(info.Sources) < 20 {
		t.Errorf("it names %d sources", len(info.Sources))
	}
	for _, s := range info.Sources {
		if s.Version == "" || s.Licence == "" || !strings.Contains(string(notice), s.Name) {
			t.Errorf("%q: version %q, licence %q, in NOTICE: %v", s.Name, s.Version, s.Licence, strings.Contains(string(notice), s.Name))
		}
	}
}

// find gives the entry of a code, which must be there.
func find(t *testing.T, system, code string) lexicon.Entry {
	t.Helper()
	e, ok := core.Lexicon().Find(system, code)
	if !ok {
		t.Fatalf("%s %s is missing", system, code)
	}
	return e
}

func related(e lexicon.Entry, r lexicon.Relation) (list []string) {
	for x := range e.Related(r) {
		list = append(list, x.System()+" "+x.Code())
	}
	return list
}

// named gives what a name leads to.
func named(g lexicon.Group, name string) (list []string) {
	key := lexicon.Stems(name)
	if g == lexicon.Medicine {
		key = lexicon.Words(name)
	}
	for _, m := range core.Lexicon().Lookup(nil, g, key) {
		list = append(list, m.System()+" "+m.Code())
	}
	return list
}

func TestNamesLeadToTheirCodes(t *testing.T) {
	for _, c := range []struct {
		group      lexicon.Group
		name, want string
	}{
		{lexicon.Medicine, "Humira", "ingredient adalimumab"},
		{lexicon.Medicine, "adalimumab-adaz", "ingredient adalimumab"},
		{lexicon.Medicine, "Amgevita", "ingredient adalimumab"},
		{lexicon.Medicine, "Marcumar", "ingredient phenprocoumon"},
		{lexicon.Medicine, "Tylenol", "ingredient acetaminophen"},
		{lexicon.Medicine, "Paracetamol", "ingredient acetaminophen"},
		{lexicon.Medicine, "acetaminophen", "ingredient acetaminophen"},
		{lexicon.Medicine, "KCl", "ingredient potassium chloride"},
		{lexicon.Medicine, "heparin sodium", "ingredient heparin"},
		{lexicon.Medicine, "methotrexate sodium", "ingredient methotrexate"},
		{lexicon.Medicine, "dextrose", "ingredient glucose"},
		{lexicon.Medicine, "Endoxan", "ingredient cyclophosphamide"},
		{lexicon.Medicine, "acide acétylsalicylique", "ingredient aspirin"},
		{lexicon.Medicine, "Jevity 1.2", "ingredient enteral feed"},
		{lexicon.Medicine, "LR", "ingredient intravenous fluid"},
		{lexicon.Medicine, "D5W", "ingredient intravenous fluid"},
		{lexicon.Medicine, "Packed Red Blood Cells", "ingredient blood product"},
		{lexicon.Medicine, "pen needle", "ingredient device"},
		{lexicon.Medicine, "Entresto", "product entresto"},
		{lexicon.Medicine, "Becotide", "ingredient beclomethasone"},
		{lexicon.Medicine, "Solupred", "ingredient prednisolone"},
		{lexicon.Medicine, "Orfiril long", "ingredient valproate"},
		{lexicon.Laboratory, "ASAT", "component Aspartate aminotransferase"},
		{lexicon.Laboratory, "glykiertes Hämoglobin", "component Hemoglobin A1c/Hemoglobin.total"},
		{lexicon.Medicine, "Winrevair", "ingredient sotatercept"},
		{lexicon.Diagnosis, "Heart failure, unspecified", "icd10cm I509"},
		{lexicon.Diagnosis, "heart failure", "icd10cm I509"},
		{lexicon.Diagnosis, "congestive heart failure", "doid 6000"},
		{lexicon.Diagnosis, "heart failure", "mondo 0005252"},
		{lexicon.Diagnosis, "Sclerosis, Systemic", "mesh D012595"},
		{lexicon.Diagnosis, "Diabetes mellitus type 2 (disorder)", "snomed 44054006"},
		{lexicon.Diagnosis, "Coronary arteriosclerosis", "snomed 53741008"},
		{lexicon.Diagnosis, "Congestive heart failure, unspecified", "icd9cm 4280"},
		{lexicon.Diagnosis, "collarbone fracture", "icd10cm S420"},
		{lexicon.Diagnosis, "Malignant neoplasm of breast", "icd10cm C50"},
		{lexicon.Diagnosis, "Extirpation", "operation extirpation"},
		{lexicon.Laboratory, "Creatinine [Mass/volume] in Serum or Plasma", "loinc 2160-0"},
		{lexicon.Laboratory, "Creatinine", "component Creatinine"},
		{lexicon.Vaccine, "MMR", "cvx 03"},
		{lexicon.Vaccine, "M-M-R II", "cvx 03"},
		{lexicon.Substance, "Penicillinase-producing Neisseria gonorrhoeae", "snomed 277501003"},
	} {
		if got := named(c.group, c.name); !slices.Contains(got, c.want) {
			t.Errorf("%q is %v, want %s", c.name, got, c.want)
		}
	}
}

func TestCodesHaveTheirRelations(t *testing.T) {
	for _, c := range []struct {
		system, code string
		relation     lexicon.Relation
		want         string
	}{
		{"ingredient", "adalimumab", lexicon.MapsTo, "atc L04AB04"},
		{"ingredient", "adalimumab", lexicon.Same, "rxnorm 327361"},
		{"ingredient", "acetaminophen", lexicon.MapsTo, "atc N02BE01"},
		{"ingredient", "acetaminophen", lexicon.Same, "rxnorm 161"},
		{"ingredient", "phenprocoumon", lexicon.MapsTo, "atc B01AA04"},
		{"ingredient", "warfarin", lexicon.MapsTo, "atc B01AA03"},
		{"atc", "B01AF01", lexicon.MappedFrom, "ingredient rivaroxaban"},
		{"product", "entresto", lexicon.HasIngredient, "ingredient sacubitril"},
		{"medicine abbreviation", "mtx", lexicon.HasIngredient, "ingredient methotrexate"},
		{"medicine abbreviation", "folfox", lexicon.HasIngredient, "ingredient oxaliplatin"},
		{"medicine class", "tnf inhibitor", lexicon.MapsTo, "atc L04AB"},
		{"medicine class", "vka", lexicon.MapsTo, "atc B01AA"},
		{"doid", "6000", lexicon.Parent, "doid 114"},
		{"doid", "9352", lexicon.Parent, "doid 9351"},
		{"doid", "1612", lexicon.Parent, "doid 0050686"},
		{"mondo", "0005252", lexicon.MapsTo, "icd10cm I50"},
		{"doid", "9352", lexicon.MapsTo, "icd10cm E11"},
		{"doid", "9352", lexicon.Same, "mesh D003924"},
		{"mesh", "D003924", lexicon.Parent, "mesh D003920"},
		{"icd10cm", "I50", lexicon.MappedFrom, "mondo 0005252"},
		{"doid", "6000", lexicon.Same, "mesh D006333"},
		{"doid", "7148", lexicon.MapsTo, "icd10cm M069"},
		{"doid", "9651", lexicon.Parent, "doid 6000"},
		{"loinc", "2160-0", lexicon.Parent, "component Creatinine"},
		{"loinc", "2160-0", lexicon.Parent, "property Mass/volume"},
		{"loinc", "2160-0", lexicon.Parent, "specimen Serum or Plasma"},
		{"loinc", "4548-4", lexicon.Parent, "component Hemoglobin A1c/Hemoglobin.total"},
		{"cvx", "03", lexicon.Parent, "vaccine group MMR"},
		{"snomed", "80891009", lexicon.Parent, "snomed tag body structure"},
	} {
		if got := related(find(t, c.system, c.code), c.relation); !slices.Contains(got, c.want) {
			t.Errorf("%s %s: %v, want %s", c.system, c.code, got, c.want)
		}
	}
	if got := related(find(t, "ingredient", "acetaminophen"), lexicon.HasIngredient); len(got) > 0 {
		t.Errorf("acetaminophen holds %v", got)
	}
}

func TestWordsMean(t *testing.T) {
	for _, c := range []struct {
		system, text, want string
		ambiguous          bool
	}{
		{"foreign", "herzinsuffizienz", "heart failure", false},
		{"foreign", "vorhofflimmern", "atrial fibrillation", false},
		{"foreign", "bluthochdruck", "hypertension", false},
		{"foreign", "insuffisance renale chronique", "chronic kidney disease", false},
		{"abbreviation", "htn", "hypertension", false},
		{"abbreviation", "ra", "rheumatoid arthritis", true},
		{"abbreviation", "pe", "pulmonary embolism", true},
		{"medicine abbreviation", "rtx", "rituximab", true},
		{"medicine class", "biologic", "biologic", true},
		{"short word", "unsp", "unspecified", false},
		{"short word", "w/o", "without", false},
	} {
		found := false
		for n := range find(t, c.system, c.text).Names() {
			found = found || n.Text() == c.want && (n.Marks&lexicon.Ambiguous != 0) == c.ambiguous
		}
		if !found {
			t.Errorf("%s %q is not %q, ambiguous %v", c.system, c.text, c.want, c.ambiguous)
		}
	}
}

func TestWhatIsNoName(t *testing.T) {
	for _, name := range []string{"acid reducer", "pain relief", "oral", "live", "solution for injection"} {
		if got := named(lexicon.Medicine, name); len(got) > 0 {
			t.Errorf("%q is %v", name, got)
		}
	}
	if _, ok := core.Lexicon().Find("icd10cm", "S72001A"); ok {
		t.Error("a code that tells only an encounter apart was kept")
	}
	if got := find(t, "icd10cm", "S72001").Label(); got != "fracture of unspecified part of neck of right femur" {
		t.Errorf("S72.001 is %q", got)
	}
}

func BenchmarkOpen(b *testing.B) {
	data, err := os.ReadFile("core.terms")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := lexicon.Open(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	l := core.Lexicon()
	var space [16]lexicon.Match
	for name, c := range map[string]struct {
		group lexicon.Group
		key   []string
	}{
		"diagnosis": {lexicon.Diagnosis, lexicon.Stems("congestive heart failure")},
		"medicine":  {lexicon.Medicine, lexicon.Words("Humira")},
		"unknown":   {lexicon.Diagnosis, lexicon.Stems("failure of the left big kidney")},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.Lookup(space[:0], c.group, c.key)
			}
		})
	}
}

func BenchmarkFind(b *testing.B) {
	l := core.Lexicon()
	b.ReportAllocs()
	for b.Loop() {
		l.Find("loinc", "2160-0")
	}
}
