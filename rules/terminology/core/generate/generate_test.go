// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// invented are lists with a row or two of each kind.
var invented = map[string]string{
	"icd10cm-codes-2021.tsv": "code\tdescription\n" + everyOwnCode() +
		"Q99.0\tBlue knee, unspecified\nQ99.00\tBlue knee (left) of childhood\nQ99.000\tBlue bone\nQ99.000A\tBlue bone, initial encounter\n",
	"snomed-gps-codes.tsv":                "code\tdisplay\n11\tBlue knee (disorder)\n12\tKnee structure (body structure)\n13\tBlue mould (organism)\n",
	"lexicon/icd10cm-chapters.tsv":        "range\ttitle\nQ90-Q99\tColoured joints\n",
	"lexicon/icd9cm.tsv":                  "kind\tcode\tlong\tshort\ndiagnosis\t999.1\tBlue knee\tBlue kn\nprocedure\t99.1\tBleaching of knee\tBleach knee\n",
	"lexicon/icd10-who-codes.tsv":         "level\tcode\nchapter\tXVII\ncategory\tQ99\n",
	"lexicon/disease-concepts.tsv":        "id\tlabel\tparents\txrefs\nDOID:1\tcoloured knee\t\tICD10:Q99.0 ICD10:X00\nDOID:2\tblue knee\tDOID:1\tICD10CM:Q99.0 MESH:D2 NCIT:C9\nMESH:D1\tKnee Colours\tC01.1\t\nMESH:D2\tKnee, Blue\tC01.1.5\t\n",
	"lexicon/disease-names.tsv":           "name\tid\tkind\nazure knee\tDOID:2\tE\nBlue Knee\tMESH:D2\tT\n",
	"lexicon/drugs.tsv":                   everyOwnIngredient(),
	"lexicon/drug-brands-extra.tsv":       "name\tingredient\nKnieblau\tbleachumab\n",
	"lexicon/drug-abbreviations.tsv":      "abbreviation\tingredients\tambiguous\nBLU\tbleachumab\tn\nXYZ\tnobodyknowsit\tn\n",
	"lexicon/drug-class-words.tsv":        "words\tatc\tnote\nbleach|bleaches\tZ99AA\topen class\n",
	"lexicon/loinc-components.tsv":        "loinc\tcomponent\n" + everyOwnComponent() + "1-8\tBlueness\n2-6\tBlueness panel\n3-4\tHow blue do you feel\n",
	"lexicon/loinc-common.tsv":            "loinc\tcomponent\tlong_common_name\tproperty\tspecimen\tlocal_names\n1-8\tBlueness\tBlueness [Mass] in Knee\tMass\tKnee\tKnee blue|Blue, knee\n",
	"lexicon/vaccines-cvx.tsv":            "cvx\tshort\tfull\tgroup\tproducts\tolder_names\n901\tBLU\tblue knee vaccine\tBLUE\tBluvax|Bluvax II\tknee vaccine\n",
	"lexicon/condition-abbreviations.tsv": "text\tmeaning\tambiguous\nBK\tblue knee\tn\n",
	"lexicon/condition-words-foreign.tsv": "text\tmeaning\nBlaues Knie\tblue knee\n",
	"lexicon/abbreviations.tsv":           "abbreviation\tmeaning\tmeanings_in_all\nBK\tburger king\t1\nKNB\tknee bleaching\t1\nab\tabove\t1\nMMX\tone\t2\nMMX\ttwo\t2\n",
}

// everyOwnCode gives rows for the codes that our list of everyday names has.
func everyOwnCode() string {
	rows, err := readOwn("names.tsv", "code")
	if err != nil {
		panic(err)
	}
	var text strings.Builder
	for _, r := range rows {
		text.WriteString(r[0] + "\tsomething else\n")
	}
	return text.String()
}

// everyOwnComponent gives rows for the components that our list of tests has.
func everyOwnComponent() string {
	rows, err := readOwn("tests.tsv", "component")
	if err != nil {
		panic(err)
	}
	var text strings.Builder
	for _, r := range rows {
		text.WriteString("999-9\t" + r[0] + "\n")
	}
	return text.String()
}

// everyOwnIngredient gives rows for the ingredients that our list of ATC codes has, and
// invented ones.
func everyOwnIngredient() string {
	rows, err := readOwn("atc.tsv", "ingredient")
	if err != nil {
		panic(err)
	}
	text := "name\tkind\tingredients\trxcui\tatc\tsources\talso\n"
	for _, r := range rows {
		text += r[0] + "\tin\t" + r[0] + "\t\t\tR\t\n"
	}
	return text + "bleachumab\tin\tbleachumab\t4711\tZ99AA01\tDR\t\nbleachumab acetate\tsalt\tbleachumab\t4711\t\tR\t\n" +
		"bluex\tbrand\tbleachumab\t4711\t\tR\tw\nbluex plus\tbrand\tbleachumab; yellowmab\t\t\tR\t\nacid reducer\tbrand\tbleachumab\t\t\tR\t\n" +
		"(3r)-bleach-2,3-diol\tsyn\tbleachumab\t\t\tD\t\nbluething\tname\t\t\t\tR\t\n" +
		"genouxbleu\tbrand\tbléchumab hydraté\t\t\tB\t\nprednigenou\tbrand\tpivalate prednisolone\t\t\tB\t\nyellowmab\tin\tbleachumab; yellowmab\t\t\tR\t\n"
}

func write(t *testing.T, lists map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "lexicon"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range lists {
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestBlockOfInventedLists(t *testing.T) {
	block, err := Block(write(t, invented))
	if err != nil {
		t.Fatal(err)
	}
	l, err := lexicon.Open(block)
	if err != nil {
		t.Fatal(err)
	}
	// The names and relations of an entry, as "group kind name" and "relation system code".
	for entry, want := range map[[2]string][]string{
		{"icd10cm", "Q990"}:          {"name 0 blue knee unspecified", "name 5 blue knee", "mapped from doid 1", "mapped from doid 2"},
		{"icd10cm", "Q9900"}:         {"name 0 blue knee left of childhood", "name 5 blue knee of childhood"},
		{"icd10cm", "Q90-Q99"}:       {"name 0 coloured joints"},
		{"doid", "2"}:                {"name 0 blue knee", "name 1 azure knee", "parent doid 1", "same mesh D2", "maps to icd10cm Q990"},
		{"mesh", "D2"}:               {"name 0 knee blue", "parent mesh D1", "same doid 2"},
		{"snomed", "12"}:             {"name 0 knee structure", "parent snomed tag body structure"},
		{"ingredient", "bleachumab"}: {"name 0 bleachumab", "name 6 bluex", "name 6 knieblau", "name 7 bleachumab acetate", "same rxnorm 4711", "maps to atc Z99AA01"},
		{"ingredient", "yellowmab"}:  {"name 0 yellowmab"},
		{"product", "bluex plus"}:    {"name 6 bluex plus", "has ingredient bleachumab", "has ingredient yellowmab"},
		// An ingredient that one national list alone has is not known.
		{"product", "genouxbleu"}:        {"name 9 genouxbleu"},
		{"ingredient", "prednisolone"}:   nil,
		{"product", "bluething"}:         {"name 9 bluething"},
		{"medicine abbreviation", "blu"}: {"name 0 bleachumab", "has ingredient bleachumab"},
		{"medicine abbreviation", "xyz"}: {"name 0 nobodyknowsit ambiguous"},
		{"medicine class", "bleaches"}:   {"name 0 bleach ambiguous", "maps to atc Z99AA"},
		{"loinc", "1-8"}:                 {"name 0 blueness mass in knee", "name 1 knee blue", "parent component Blueness", "parent property Mass", "parent specimen Knee"},
		{"cvx", "901"}:                   {"name 0 blue knee vaccine", "name 1 blu", "name 1 knee vaccine", "name 6 bluvax", "name 6 bluvax ii", "parent vaccine group BLUE"},
		{"abbreviation", "bk"}:           {"name 0 blue knee"},
		{"abbreviation", "ab"}:           {"name 0 above ambiguous"},
		{"abbreviation", "mmx"}:          {"name 0 one ambiguous", "name 0 two ambiguous"},
		{"foreign", "blaues knie"}:       {"name 0 blue knee"},
		{"foreign", "herzinsuffizienz"}:  {"name 0 heart failure"},
		{"ingredient", "enteral feed"}:   nil,
		{"operation", "extirpation"}:     {"name 0 extirpation", "parent operation axis root operation"},
		{"operation axis", "device"}:     nil,
		{"medicine class", "vka"}:        {"name 0 vitamin k antagonist", "maps to atc B01AA"},
		{"icd10", "Q99"}:                 {},
		{"icd9proc", "991"}:              {"name 0 bleaching of knee", "name 5 bleach knee"},
	} {
		e, ok := l.Find(entry[0], entry[1])
		if !ok {
			t.Errorf("%v is missing", entry)
			continue
		}
		if got := describe(e); want != nil && !slices.Equal(got, want) {
			t.Errorf("%v: got %q, want %q", entry, got, want)
		}
	}
	for _, gone := range [][2]string{{"icd10cm", "Q99000A"}, {"loinc", "2-6"}, {"loinc", "3-4"}, {"icd10", "XVII"}, {"ncit", "C9"}, {"icd10cm", "X00"}, {"product", "acid reducer"}} {
		if _, ok := l.Find(gone[0], gone[1]); ok {
			t.Errorf("%v was kept", gone)
		}
	}
}

func describe(e lexicon.Entry) []string {
	list := []string{}
	for n := range e.Names() {
		text := "name " + string('0'+byte(n.Kind)) + " " + n.Text()
		if n.Marks&lexicon.Ambiguous != 0 {
			text += " ambiguous"
		}
		list = append(list, text)
	}
	for x := range e.Related(lexicon.Parent) {
		list = append(list, "parent "+x.System()+" "+x.Code())
	}
	for x := range e.Related(lexicon.Same) {
		list = append(list, "same "+x.System()+" "+x.Code())
	}
	for x := range e.Related(lexicon.MapsTo) {
		list = append(list, "maps to "+x.System()+" "+x.Code())
	}
	for x := range e.Related(lexicon.MappedFrom) {
		list = append(list, "mapped from "+x.System()+" "+x.Code())
	}
	for x := range e.Related(lexicon.HasIngredient) {
		list = append(list, "has ingredient "+x.Code())
	}
	return list
}

func TestAListThatCannotBeReadIsNamed(t *testing.T) {
	lists := map[string]string{}
	for name, text := range invented {
		lists[name] = text
	}
	lists["lexicon/drugs.tsv"] = "name\tkind\nx\tin\n"
	if _, err := Block(write(t, lists)); err == nil || !strings.Contains(err.Error(), "drugs.tsv") || !strings.Contains(err.Error(), `"ingredients"`) {
		t.Errorf("a missing column: %v", err)
	}
	delete(lists, "lexicon/drugs.tsv")
	if _, err := Block(write(t, lists)); err == nil || !strings.Contains(err.Error(), "drugs.tsv") {
		t.Errorf("a missing list: %v", err)
	}
}

func TestIngredientsOfASubstance(t *testing.T) {
	for _, c := range []struct{ name, kind, ingredients, want string }{
		{"acetaminophen", "in", "acetaminophen; caffeine; codeine", "acetaminophen"},
		{"dabigatran", "in", "dabigatran; dabigatran etexilate", "dabigatran; dabigatran etexilate"},
		{"lonoctocog alfa", "in", "factor viii; lonoctocog alfa", "factor viii; lonoctocog alfa"},
		{"heparin sodium", "salt", "citric acid; glucose; heparin", "heparin"},
		{"linagliptin and metformin hydrochloride", "salt", "linagliptin; metformin", "linagliptin; metformin"},
		{"percocet", "brand", "acetaminophen; oxycodone", "acetaminophen; oxycodone"},
		{"mycophenolate", "salt", "mycophenolate mofetil; mycophenolic acid", "mycophenolate mofetil"},
	} {
		if got := strings.Join(ownIngredients(c.name, c.kind, splitIngredients(c.ingredients)), "; "); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// The committed block is what the lists give, wherever they are at hand.
func TestCommittedBlockIsOfTheLists(t *testing.T) {
	dir := os.Getenv(sourcesVariable)
	if dir == "" {
		t.Skip("the source lists are not part of the repository; set " + sourcesVariable + " to their folder")
	}
	committed, err := os.ReadFile("../core.terms")
	if err != nil {
		t.Fatal(err)
	}
	block, err := Block(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(block, committed) {
		t.Errorf("core.terms has %d bytes, and the lists give %d: run go generate", len(committed), len(block))
	}
	again, err := Block(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(block, again) {
		t.Error("the same lists gave different bytes")
	}
}
