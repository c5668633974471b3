// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"embed"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

//go:embed tables
var tableFiles embed.FS

// tables maps the section of a file of phrases to its lines.
type tables map[string][]string

var (
	wordTables       = readTables("words")
	phraseTables     = readTables("phrases")
	frameTables      = readTables("frames")
	dateTables       = readTables("dates")
	comparatorTables = readTables("comparators")
)

// readTables reads tables/NAME.txt: lines below the section that "[section]"
// begins. A line that begins with # is a comment.
func readTables(name string) tables {
	data, err := tableFiles.ReadFile("tables/" + name + ".txt")
	if err != nil {
		panic(err) // the files are part of the program
	}
	t, section := tables{}, ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[' && strings.HasSuffix(line, "]"):
			section = strings.Trim(line, "[]")
		default:
			t[section] = append(t[section], line)
		}
	}
	return t
}

// phrases gives the lines of a section, which must exist.
func (t tables) phrases(section string) []string {
	if len(t[section]) == 0 {
		panic("prose: no table " + section)
	}
	return t[section]
}

func (t tables) wordSet(section string) map[string]bool {
	return WordSet(strings.Join(t.phrases(section), " "))
}

// WordSet makes a set of the words of a list.
func WordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// incomplete are classes of the library that lack members: a protocol that
// names one means more than the class.
var incomplete = wordTables.wordSet("incomplete")

// multipleMedicines are medicines of the library that are several substances,
// though they have no members and list no group of ATC.
var multipleMedicines = WordSet(`heparin asparaginase interferon_alfa interferon_beta thrombolytic blood_product
	potassium_binder investigational_drug antithymocyte_globulin`)

// synonyms are further names in protocols, by concept.
var synonyms = readTables("synonyms")

type kind uint8

const (
	wordToken kind = iota
	numberToken
	compareToken // < <= > >= =
	markToken    // any other character
)

type token struct {
	kind  kind
	text  string // lower case
	stem  string // the form in which names are compared
	start int    // in the sentence
	end   int
	glued bool // no space before it
}

// maxSentence is the maximum length of a criterion in bytes.
const maxSentence = 4000

var (
	spellings = strings.NewReplacer(
		"≥", ">=", "≧", ">=", "⩾", ">=", "≤", "<=", "≦", "<=", "⩽", "<=", "×", "x", "✕", "x", "–", "-", "—", "-", "−", "-", "‐", "-", "‑", "-",
		"’", "'", "‘", "'", "`", "'", "´", "'", "“", "\"", "”", "\"", "·", ".", "。", ".", "、", ",", "μ", "u", "\u200b", "", "\ufeff", "",
		"≮", "?", "≯", "?", "\\", "",
	)
	mended = []struct {
		pattern *regexp.Regexp
		with    string
	}{
		{regexp.MustCompile(`>\s*/\s*=|>\s*=|=\s*>|>\s*or\s*=|=\s*or\s*>`), ">="},
		{regexp.MustCompile(`<\s*/\s*=|<\s*=|=\s*<|<\s*or\s*=|=\s*or\s*<`), "<="},
		{regexp.MustCompile(`\s+`), " "},
	}
	pieces = regexp.MustCompile(`[<>]=|[<>=]|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+|\pL[\pL\pM\d]*(?:'[\pL]+)?|\+/-|[^\s]`)
)

// normalizeText replaces different spellings of a character by one.
func normalizeText(sentence string) string {
	s := norm.NFKC.String(spellings.Replace(strings.ToValidUTF8(sentence, " ")))
	s = spellings.Replace(s)
	for _, m := range mended {
		s = m.pattern.ReplaceAllString(s, m.with)
	}
	return strings.TrimSpace(s)
}

func tokenize(s string) []token {
	var list []token
	end := -1
	for _, at := range pieces.FindAllStringIndex(s, -1) {
		text := strings.ToLower(s[at[0]:at[1]])
		t := token{text: text, start: at[0], end: at[1], glued: at[0] == end}
		first, _ := utf8.DecodeRuneInString(text)
		switch {
		case strings.ContainsRune("<>=", first):
			t.kind = compareToken
		case first >= '0' && first <= '9' || first == '.' && len(text) > 1:
			t.kind = numberToken
		case isLetter(first):
			t.kind = wordToken
		default:
			t.kind = markToken
		}
		t.stem = t.text
		if t.kind == wordToken {
			t.stem = stemOf(t.text)
		}
		end = at[1]
		list = append(list, t)
	}
	return list
}

func isLetter(c rune) bool { return c >= 'a' && c <= 'z' || c >= utf8.RuneSelf }

// british replaces British spellings by American ones.
var british = strings.NewReplacer(
	"anaem", "anem", "haem", "hem", "oedema", "edema", "tumour", "tumor", "oesoph", "esoph", "leukaem", "leukem", "ischaem", "ischem",
	"paed", "ped", "diarrhoea", "diarrhea", "glycaem", "glycem", "caem", "cem", "uraem", "urem", "lipidaem", "lipidem", "foet", "fet",
	"gynaec", "gynec", "orthopaed", "orthoped", "anaesth", "anesth", "randomis", "randomiz", "hospitalis", "hospitaliz", "enrolment", "enrollment",
	"immunis", "immuniz", "stabilis", "stabiliz", "labour", "labor", "behaviour", "behavior", "volaem", "volem", "naem", "nem",
)

var irregular = map[string]string{
	"metastases": "metastasis", "diagnoses": "diagnosis", "women": "woman", "men": "man", "children": "child", "people": "person",
	"persons": "person", "prostheses": "prosthesis", "thromboses": "thrombosis", "diabetes": "diabetes", "biopsies": "biopsy",
	"diseases": "disease", "viruses": "virus", "abscesses": "abscess", "sinuses": "sinus", "psychoses": "psychosis", "stenoses": "stenosis",
	"series": "series", "herpes": "herpes", "rabies": "rabies", "aids": "aids", "measles": "measles", "has": "has", "does": "does", "is": "is", "was": "was",
	"gas": "gas", "as": "as", "this": "this", "less": "less", "its": "its", "lens": "lens", "pancreas": "pancreas", "always": "always",
	"mellitus": "mellitus", "previous": "previous", "leukocytes": "leukocytes", "ms": "ms", "us": "us",
	"abuses": "abuse", "doses": "dose", "uses": "use", "cases": "case", "increases": "increase", "responses": "response",
}

// stemOf gives a word without its plural ending, in American spelling.
func stemOf(word string) string {
	word = strings.TrimSuffix(strings.TrimSuffix(word, "'s"), "'")
	word = british.Replace(word)
	if s, ok := irregular[word]; ok {
		return s
	}
	switch {
	case len(word) < 4 || !strings.HasSuffix(word, "s"):
		return word
	case strings.HasSuffix(word, "ss") || strings.HasSuffix(word, "us") || strings.HasSuffix(word, "is"):
		return word
	case strings.HasSuffix(word, "ies") && len(word) > 4:
		return word[:len(word)-3] + "y"
	}
	return word[:len(word)-1]
}
