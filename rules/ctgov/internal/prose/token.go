// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// kind is what a token is made of.
type kind uint8

const (
	wordToken kind = iota
	numberToken
	compareToken // < <= > >= =
	markToken    // any other character
)

// token is one piece of a sentence.
type token struct {
	kind  kind
	text  string // lower case
	stem  string // text in the form that names are compared in
	start int    // in the sentence
	end   int
	glued bool // nothing stands between it and the token before
}

// maxSentence is how much of a criterion is read, in bytes.
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

// tidy brings the ways of writing one character to one.
func tidy(sentence string) string {
	s := norm.NFKC.String(spellings.Replace(strings.ToValidUTF8(sentence, " ")))
	s = spellings.Replace(s)
	for _, m := range mended {
		s = m.pattern.ReplaceAllString(s, m.with)
	}
	return strings.TrimSpace(s)
}

// tokens cuts a tidy sentence.
func tokens(s string) []token {
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
			t.stem = stem(t.text)
		}
		end = at[1]
		list = append(list, t)
	}
	return list
}

func isLetter(c rune) bool { return c >= 'a' && c <= 'z' || c >= utf8.RuneSelf }

// british turns British spellings into American ones.
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

// stem gives a word without its plural ending, in American spelling.
func stem(word string) string {
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
