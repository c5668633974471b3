// SPDX-License-Identifier: Apache-2.0

package terminology_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// A libraryCode is one code of the concept library, with its place.
type libraryCode struct {
	place   string // file:line
	concept string
	part    string // codes, except, may_be, positive or negative
	system  string
	code    string
	marked  bool // the line ends with "# unchecked"
}

func (c libraryCode) String() string {
	return fmt.Sprintf("%s: %s: %s: %s %s", c.place, c.concept, c.part, c.system, c.code)
}

const maxLibraryFile = 1 << 20

// TestLibraryCodeShapes holds the shape and the check digit of every code. It needs no outside data.
func TestLibraryCodeShapes(t *testing.T) {
	for _, c := range libraryCodes(t) {
		if err := codeShape(c.system, c.code); err != nil {
			t.Errorf("%v: %v", c, err)
		}
	}
}

// TestLibraryCodesAreReal looks every code up in the public lists. A code in none of them says so on its line.
// ICD-10-PCS is in none of these lists.
func TestLibraryCodesAreReal(t *testing.T) {
	dir, ok := sharedData()
	if !ok {
		t.Skip("no ../shared/data (real public data)")
	}
	lists := readCodeLists(t, dir)
	for _, c := range libraryCodes(t) {
		if c.system == "icd10pcs" {
			continue
		}
		switch found := lists.has(c.system, c.code); {
		case !found && !c.marked:
			t.Errorf("%v: in none of the public lists; is it right? If so, end its line with \"# unchecked\"", c)
		case found && c.marked:
			t.Errorf("%v: it is in a public list, so take the mark \"# unchecked\" away", c)
		}
	}
}

// libraryCodes reads every code under library.
func libraryCodes(t *testing.T) []libraryCode {
	t.Helper()
	var all []libraryCode
	eachConcept(t, func(file string, lines []string, name string, concept *yaml.Node) {
		for _, part := range []string{"codes", "except", "may_be", "positive", "negative"} {
			systems := valueOf(concept, part)
			if systems == nil {
				continue
			}
			for i := 0; i+1 < len(systems.Content); i += 2 {
				system := systems.Content[i].Value
				if system == "names" {
					continue
				}
				for _, n := range systems.Content[i+1].Content {
					place, marked := fmt.Sprintf("%s:%d", file, n.Line), strings.HasSuffix(lines[n.Line-1], "# unchecked")
					all = append(all, libraryCode{place, name, part, system, n.Value, marked})
				}
			}
		}
	})
	if len(all) == 0 {
		t.Fatal("no codes under library/")
	}
	return all
}

// eachConcept calls f with every concept of the library, and the file and the lines that it stands in.
func eachConcept(t *testing.T, f func(file string, lines []string, name string, concept *yaml.Node)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("library", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no library files: %v", err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(src) > maxLibraryFile {
			t.Errorf("%s: %d bytes; at most %d", file, len(src), maxLibraryFile)
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(src, &doc); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		lines, top := strings.Split(string(src), "\n"), doc.Content[0]
		for i := 0; i+1 < len(top.Content); i += 2 {
			f(file, lines, top.Content[i].Value, top.Content[i+1])
		}
	}
}

// valueOf returns the value of a key of a mapping, or nil.
func valueOf(mapping *yaml.Node, key string) *yaml.Node {
	if mapping == nil {
		return nil
	}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

var codeShapes = map[string]*regexp.Regexp{
	"snomed":   regexp.MustCompile(`^[1-9][0-9]{5,17}$`),
	"loinc":    regexp.MustCompile(`^(LA)?[1-9][0-9]*-[0-9]$`),
	"icd10cm":  regexp.MustCompile(`^([A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?\*?|[A-Z][0-9]?\*)$`),
	"icd10":    regexp.MustCompile(`^([A-Z][0-9][0-9](\.[0-9]{1,2})?\*?|[A-Z][0-9]?\*)$`),
	"icd9cm":   regexp.MustCompile(`^([0-9]{3}|V[0-9]{2}|E[0-9]{3})(\.[0-9]{1,2})?\*?$|^[0-9]{2}\*$`),
	"icd10pcs": regexp.MustCompile(`^[0-9A-HJ-NP-Z]{7}$|^[0-9A-HJ-NP-Z]{2,6}\*$`),
	"icd9proc": regexp.MustCompile(`^[0-9]{2}(\.[0-9]{1,2})?\*?$`),
	"rxnorm":   regexp.MustCompile(`^[1-9][0-9]{0,7}$`),
	"atc":      regexp.MustCompile(`^[A-Z][0-9]{2}[A-Z]{2}([0-9]{2}|\*)?$`),
	"cvx":      regexp.MustCompile(`^[0-9]{2,3}$`),
}

// codeShape says what is wrong with the form of a code.
func codeShape(system, code string) error {
	shape, ok := codeShapes[system]
	if !ok {
		return fmt.Errorf("unknown system %q", system)
	}
	if !shape.MatchString(code) {
		return fmt.Errorf("not the shape of a code of %s", system)
	}
	switch system {
	case "snomed":
		if !verhoeff(code) {
			return fmt.Errorf("the check digit is wrong")
		}
		if p := code[len(code)-3 : len(code)-1]; p != "00" && p != "10" {
			return fmt.Errorf("partition %s is not that of a concept", p)
		}
	case "loinc":
		if !strings.HasPrefix(code, "LA") && !luhn(code) { // the digit of an answer is of another kind
			return fmt.Errorf("the check digit is wrong")
		}
	}
	return nil
}

// verhoeff checks the last digit of a SNOMED CT identifier.
func verhoeff(code string) bool {
	product := func(a, b int) int { // the dihedral group of order ten
		switch {
		case a < 5 && b < 5:
			return (a + b) % 5
		case a < 5:
			return 5 + (a+b-5)%5
		case b < 5:
			return 5 + (a-5-b+5)%5
		}
		return (a - b + 5) % 5
	}
	permutation := []int{1, 5, 7, 6, 2, 8, 3, 0, 9, 4}
	sum := 0
	for i := range len(code) {
		digit := int(code[len(code)-1-i] - '0')
		for range i % 8 {
			digit = permutation[digit]
		}
		sum = product(sum, digit)
	}
	return sum == 0
}

// luhn checks the digit behind the hyphen of a LOINC code.
func luhn(code string) bool {
	number, check, _ := strings.Cut(code, "-")
	sum := int(check[0] - '0')
	for i := range len(number) {
		digit := int(number[len(number)-1-i] - '0')
		if i%2 == 0 {
			if digit *= 2; digit > 9 {
				digit -= 9
			}
		}
		sum += digit
	}
	return sum%10 == 0
}

// codeLists holds the public lists: system, then code.
type codeLists map[string]map[string]bool

func (l codeLists) add(system, code string) {
	if l[system] == nil {
		l[system] = map[string]bool{}
	}
	l[system][code] = true
}

// has looks a code up; a prefix is found if a code of the list begins with it.
func (l codeLists) has(system, code string) bool {
	prefix, isPrefix := strings.CutSuffix(code, "*")
	if !isPrefix {
		return l[system][code]
	}
	for c := range l[system] {
		if strings.HasPrefix(c, prefix) {
			return true
		}
	}
	return false
}

// sharedData finds the directory shared/data beside or above the working directory.
func sharedData() (string, bool) {
	dir, err := os.Getwd()
	for err == nil {
		path := filepath.Join(dir, "shared", "data")
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			return path, true
		}
		if filepath.Dir(dir) == dir {
			break
		}
		dir = filepath.Dir(dir)
	}
	return "", false
}

// readCodeLists reads the terminology lists, and the codes that the public FHIR records use.
func readCodeLists(t *testing.T, dir string) codeLists {
	t.Helper()
	lists := codeLists{}
	column := func(file, system string, n int) {
		for _, line := range strings.Split(readMaybeZipped(t, filepath.Join(dir, "terminology", file)), "\n")[1:] {
			if cells := strings.Split(line, "\t"); len(cells) > n {
				for _, code := range strings.Fields(cells[n]) {
					lists.add(system, code)
				}
			}
		}
	}
	column("snomed-gps-codes.tsv.gz", "snomed", 0)
	column("icd10cm-codes-2021.tsv.gz", "icd10cm", 0)
	column("immunology-drugs-rxnorm.tsv", "rxnorm", 0)
	column("lexicon/icd10-who-codes.tsv.gz", "icd10", 1)
	for _, line := range strings.Split(readMaybeZipped(t, filepath.Join(dir, "terminology", "lexicon", "icd9cm.tsv.gz")), "\n") {
		if cells := strings.Split(line, "\t"); len(cells) > 1 {
			lists.add(map[string]string{"diagnosis": "icd9cm", "procedure": "icd9proc"}[cells[0]], cells[1])
		}
	}
	column("lexicon/loinc-common.tsv.gz", "loinc", 0)
	column("lexicon/loinc-components.tsv.gz", "loinc", 0)
	column("lexicon/vaccines-cvx.tsv", "cvx", 0)
	column("lexicon/drugs.tsv.gz", "rxnorm", 3)
	column("lexicon/drugs.tsv.gz", "atc", 4)
	keys := map[string]string{"SNOMED": "snomed", "ICD-10-CM": "icd10cm", "LOINC": "loinc"}
	for _, line := range strings.Split(readMaybeZipped(t, filepath.Join(dir, "terminology", "key-concepts.tsv")), "\n") {
		if cells := strings.Split(line, "\t"); len(cells) > 2 {
			for _, code := range strings.Fields(cells[2]) {
				lists.add(keys[cells[1]], code)
			}
		}
	}
	systems := map[string]string{
		"http://snomed.info/sct": "snomed", "http://loinc.org": "loinc", "http://hl7.org/fhir/sid/cvx": "cvx",
		"http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
		"http://hl7.org/fhir/sid/icd-10-cm":           "icd10cm", "http://hl7.org/fhir/sid/icd-9-cm": "icd9cm",
	}
	coding := regexp.MustCompile(`"system":\s*"([^"]+)",\s*(?:"version":\s*"[^"]*",\s*)?"code":\s*"([^"]+)"`)
	for _, pattern := range []string{"fhir/bulk/*.ndjson.gz", "cql/cases/*.ndjson.gz"} {
		files, _ := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
		for _, file := range files {
			for _, m := range coding.FindAllStringSubmatch(readMaybeZipped(t, file), -1) {
				if system := systems[m[1]]; system != "" {
					lists.add(system, m[2])
				}
			}
		}
	}
	return lists
}

func readMaybeZipped(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err == nil && strings.HasSuffix(path, ".gz") {
		var r io.Reader
		if r, err = gzip.NewReader(bytes.NewReader(text)); err == nil {
			text, err = io.ReadAll(r)
		}
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return string(text)
}
