// SPDX-License-Identifier: Apache-2.0

package build_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/rules/terminology/build"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

func read(t *testing.T, sources ...string) (*build.Terminology, *lexicon.Lexicon) {
	t.Helper()
	made, err := build.Read(sources...)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := made.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	l, err := lexicon.Open(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return made, l
}

var relationNames = map[lexicon.Relation]string{
	lexicon.Parent: "below", lexicon.Same: "is", lexicon.MapsTo: "maps to", lexicon.HasIngredient: "has",
}

// linksOf lists the links of all codes, as "system code link system code".
func linksOf(l *lexicon.Lexicon) []string {
	var list []string
	for system := range l.Systems() {
		for e := range l.Prefixed(system, "") {
			for r, word := range relationNames {
				for x := range e.Related(r) {
					list = append(list, fmt.Sprintf("%s %s %s %s %s", system, e.Code(), word, x.System(), x.Code()))
				}
			}
		}
	}
	slices.Sort(list)
	return list
}

func namesOf(t *testing.T, l *lexicon.Lexicon, system, code string) []string {
	t.Helper()
	e, ok := l.Find(system, code)
	if !ok {
		t.Fatalf("there is no %s %s", system, code)
	}
	var names []string
	for n := range e.Names() {
		names = append(names, n.Text())
	}
	return names
}

func TestLinksOfEachKindOfSource(t *testing.T) {
	for source, want := range map[string]string{
		"omop": `icd10gm I5099 maps to snomed 84114007
loinc 99002-2 below component Glucose
loinc 99002-2 below property Mass/volume
loinc 99002-2 below specimen Urine
ndc 99999012301 maps to rxnorm 9900001
rxnorm 9900001 has rxnorm 9900002
rxnorm 9900002 has rxnorm 191831
rxnorm 9900009 has rxnorm 9900001
snomed 900001004 below snomed 84114007
snomed 900002006 below snomed 84114007
snomed 900002006 below snomed 900001004`,
		"rxnorm": `ndc 99999012301 maps to rxnorm 9900001
rxnorm 9900001 has rxnorm 9900002
rxnorm 9900002 has rxnorm 191831
rxnorm 9900003 has rxnorm 9900001
rxnorm 9900003 has rxnorm 9900004
rxnorm 9900004 has rxnorm 191831`,
		"snomed": `snomed 900001004 below snomed 84114007
snomed 900005008 has snomed 900004007`,
		"loinc": `loinc 99002-2 below component Glucose
loinc 99002-2 below property Mass/volume
loinc 99002-2 below specimen Urine
loinc 99003-0 below component Hemoglobin A1c/Hemoglobin.total
loinc 99003-0 below specimen Blood`,
		"fhir": `http://hospital.example.org/dx H below icd10cm I519
http://hospital.example.org/dx H1 below http://hospital.example.org/dx H
http://hospital.example.org/dx H1 below http://hospital.example.org/dx P
http://hospital.example.org/dx H1 is icd10cm I509
http://hospital.example.org/dx P below snomed 84114007
icd10cm I501 below http://hospital.example.org/dx H
icd10cm I509 is http://hospital.example.org/dx H1`,
	} {
		_, l := read(t, filepath.Join("testdata", source))
		if got := strings.Join(linksOf(l), "\n"); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", source, got, want)
		}
	}
}

func TestNamesOfEachKindOfSource(t *testing.T) {
	for _, c := range []struct {
		source, system, code string
		want                 []string
	}{
		{"omop", "snomed", "900001004", []string{"invented wet heart failure", "soaked heart failure"}},
		{"omop", "cvx", "998", []string{"invented vaccine"}},
		{"rxnorm", "rxnorm", "9900001", []string{"infliximab 5 mg oral tablet", "infliximab 5 mg tablet"}},
		{"snomed", "snomed", "900001004", []string{"invented wet failure of heart", "nasse herzinsuffizienz", "wet heart failure"}},
		{"loinc", "loinc", "99002-2", []string{"glucose mass volume in urine by invented method", "glucose u"}},
		{"fhir", "http://hospital.example.org/dx", "H1", []string{"pumpschwache", "pumpversagen"}},
		{"fhir", "loinc", "99002-2", []string{"glucose in urine"}},
	} {
		_, l := read(t, filepath.Join("testdata", c.source))
		if got := namesOf(t, l, c.system, c.code); !slices.Equal(got, c.want) {
			t.Errorf("%s: %s %s is called %q, want %q", c.source, c.system, c.code, got, c.want)
		}
	}
}

// TestEveryRowIsCounted holds that what is left out is told with its place.
func TestEveryRowIsCounted(t *testing.T) {
	made, _ := read(t, "testdata/omop")
	var got []string
	for _, s := range made.Parts[0].Skipped {
		got = append(got, fmt.Sprintf("%d %s (%s)", s.Rows, s.Reason, s.First))
	}
	want := []string{
		"1 domain Unit: no facts are coded so (CONCEPT.csv:9)", "1 relationship of another kind (CONCEPT_RELATIONSHIP.csv:12)",
		"1 relationship that is no longer valid (CONCEPT_RELATIONSHIP.csv:14)",
		"1 relationship with a concept that is not taken (CONCEPT_RELATIONSHIP.csv:11)",
		"1 synonym of a concept that is not taken (CONCEPT_SYNONYM.csv:3)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if codes := made.Parts[0].Codes; !maps.Equal(codes, map[string]int{"cvx": 1, "icd10gm": 1, "loinc": 1, "ndc": 1, "rxnorm": 4, "snomed": 4}) {
		t.Error(codes)
	}
}

func TestSourcesTogetherAreOneTerminology(t *testing.T) {
	all := []string{"testdata/omop", "testdata/rxnorm", "testdata/snomed", "testdata/loinc", "testdata/fhir"}
	one, _ := build.Read(all...)
	two, _ := build.Read("testdata")
	slices.Reverse(all)
	three, _ := build.Read(all...)
	var blocks [3]bytes.Buffer
	for i, made := range []*build.Terminology{one, two, three} {
		if len(made.Parts) != 5 {
			t.Fatalf("%d parts", len(made.Parts))
		}
		if _, err := made.WriteTo(&blocks[i]); err != nil {
			t.Fatal(err)
		}
	}
	a, err := lexicon.Open(blocks[0].Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for i := range blocks {
		b, err := lexicon.Open(blocks[i].Bytes())
		if err != nil || !slices.Equal(linksOf(a), linksOf(b)) {
			t.Error("the order of the sources changed the links", err)
		}
	}
}

func TestAFileAloneBringsItsCompanions(t *testing.T) {
	folder, file := "testdata/rxnorm", "testdata/rxnorm/RXNCONSO.RRF"
	_, a := read(t, folder)
	_, b := read(t, file)
	if !slices.Equal(linksOf(a), linksOf(b)) {
		t.Error("the folder and its first file differ")
	}
}

func TestCompressedAndCommaSeparatedTables(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		_, _ = z.Write([]byte(text))
		_ = z.Close()
		if err := os.WriteFile(filepath.Join(dir, name), out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("CONCEPT.csv.gz", "\uFEFFconcept_id,concept_name,domain_id,vocabulary_id,concept_class_id,standard_concept,concept_code,valid_start_date,valid_end_date,invalid_reason\r\n"+
		"1,\"Failure, \"\"wet\"\"\",Condition,SNOMED,Disorder,S,84114007,,,\r\n2,Wetter,Condition,SNOMED,Disorder,S,900001004,,,\r\n")
	write("CONCEPT_RELATIONSHIP.csv.gz", "concept_id_1,concept_id_2,relationship_id,valid_start_date,valid_end_date,invalid_reason\n1,2,Subsumes,,,\n")
	_, l := read(t, dir)
	if got := linksOf(l); !slices.Equal(got, []string{"snomed 900001004 below snomed 84114007"}) {
		t.Error(got)
	}
	if got := namesOf(t, l, "snomed", "84114007"); !slices.Equal(got, []string{"failure wet"}) {
		t.Error(got)
	}
}

func TestErrorsHaveAPlace(t *testing.T) {
	head := "concept_id\tconcept_name\tdomain_id\tvocabulary_id\tconcept_class_id\tstandard_concept\tconcept_code\tvalid_start_date\tvalid_end_date\tinvalid_reason\n"
	for _, c := range []struct{ name, text, want string }{
		{"CONCEPT.csv", head + "x\ta\tCondition\tSNOMED\tDisorder\tS\t1\t\t\t\n", `CONCEPT.csv:2: concept_id "x" is not a number`},
		{"CONCEPT.csv", head + "1\ta\n", "CONCEPT.csv:2: the row has 2 columns and needs 9"},
		{"CONCEPT.csv", "id,name\n1,2\n", "CONCEPT.csv:1: there is no column concept_id"},
		{"CONCEPT.csv", "", "CONCEPT.csv:1: it is empty"},
		{"CONCEPT.csv", "concept_id,concept_name,domain_id,vocabulary_id,concept_class_id,concept_code\n1,\"a\n", "CONCEPT.csv:"},
		{"CONCEPT_SYNONYM.csv", "concept_id\n", "are there without CONCEPT.csv"},
		{"RXNCONSO.RRF", "1|ENG|\n", "RXNCONSO.RRF:1: the row has 3 columns and needs 17"},
		{"Loinc.csv", "LOINC_NUM,COMPONENT\n", "Loinc.csv:1: there is no column long_common_name"},
		{"a.json", "{\"resourceType\":\"CodeSystem\",\n\"concept\":[{]}", "a.json:2: "},
		{"a.json", "{\"resourceType\":\"CodeSystem\",\n\"url\":1}", "a.json:2: /url cannot be read"},
		{"a.json", "[", "a.json:1: "},
		{"a.tgz", "no archive", "a.tgz: gzip: invalid header"},
		{"notes.txt", "x", "no terminology is found there: expected CONCEPT.csv"},
		{"all.zip", "x", "unpack it first"},
	} {
		path := filepath.Join(t.TempDir(), c.name)
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if c.name == "CONCEPT_SYNONYM.csv" {
			path = filepath.Dir(path)
		}
		if _, err := build.Read(path); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %q: %v, want %q", c.name, c.text, err, c.want)
		}
	}
	_, err := build.Read("testdata/none", "testdata/neither")
	if err == nil || !strings.Contains(err.Error(), "none") || !strings.Contains(err.Error(), "neither") {
		t.Error("not all errors are told:", err)
	}
}

// TestVocabularyOfSynthea builds the vocabulary shard of the invented people of Synthea.
func TestVocabularyOfSynthea(t *testing.T) {
	dir := os.Getenv("ELIGO_OMOP_VOCABULARY")
	if dir == "" {
		t.Skip("ELIGO_OMOP_VOCABULARY names no folder of an OMOP vocabulary")
	}
	made, l := read(t, dir)
	if n := made.Parts[0].Codes["snomed"]; n < 500 {
		t.Errorf("%d codes of SNOMED CT", n)
	}
	if len(linksOf(l)) < 100 {
		t.Error("few links")
	}
}

func FuzzResource(f *testing.F) {
	for _, name := range []string{"codesystem.json", "bundle.json"} {
		text, err := os.ReadFile(filepath.Join("testdata/fhir", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add("a.json", text)
	}
	f.Add("CONCEPT.csv", []byte("concept_id\tconcept_name\n1\t2\n"))
	f.Add("RXNCONSO.RRF", []byte("1|ENG||\n"))
	f.Fuzz(func(t *testing.T, name string, text []byte) {
		if filepath.Base(name) != name || name == "." || name == ".." || len(name) > 60 || strings.ContainsRune(name, 0) {
			return
		}
		path := filepath.Join(t.TempDir(), name)
		if os.WriteFile(path, text, 0o600) != nil {
			return
		}
		made, err := build.Read(path)
		if err != nil {
			return
		}
		var out bytes.Buffer
		if _, err := made.WriteTo(&out); err != nil {
			t.Fatal(err)
		}
		if _, err := lexicon.Open(out.Bytes()); err != nil {
			t.Fatal(err)
		}
	})
}
