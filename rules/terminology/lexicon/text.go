// SPDX-License-Identifier: Apache-2.0

package lexicon

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold brings a text to lower case, without accents on letters, in one form of each
// character.
func Fold(text string) string {
	ascii := true
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii {
		return strings.ToLower(text)
	}
	text = apostrophes.Replace(norm.NFKD.String(apostrophes.Replace(strings.ToValidUTF8(text, " "))))
	var b strings.Builder
	latin := false
	for _, c := range text {
		switch {
		case unicode.Is(unicode.Cf, c) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, c) || unicode.Is(unicode.Variation_Selector, c):
			continue
		case latin && 0x300 <= c && c <= 0x36F:
			continue
		case c == 'ß':
			b.WriteString("ss")
			continue
		}
		if !unicode.IsMark(c) {
			latin = unicode.Is(unicode.Latin, c)
			c = unicode.ToLower(unicode.ToUpper(c))
		}
		b.WriteRune(c)
	}
	return b.String()
}

// apostrophes brings the characters typed for an apostrophe to one.
var apostrophes = strings.NewReplacer("\u2019", "'", "\u2018", "'", "\u02BC", "'", "\uFF07", "'", "\u2032", "'", "\u00B4", "'", "`", "'")

// semanticTags end the names of SNOMED CT.
var semanticTags = []string{
	"disorder", "finding", "situation", "procedure", "regime/therapy", "event", "person", "substance",
	"product", "organism", "medicinal product", "clinical drug", "physical object", "observable entity", "morphologic abnormality",
	"body structure", "qualifier value", "context-dependent category",
}

// CutTag splits a closing semantic tag of SNOMED CT from a name: "Asthma
// (disorder)". The tag is "" if there is none.
func CutTag(text string) (name, tag string) {
	text = strings.TrimRightFunc(text, unicode.IsSpace)
	body, ok := strings.CutSuffix(text, ")")
	if !ok {
		return text, ""
	}
	open := strings.LastIndexByte(body, '(')
	if open < 0 {
		return text, ""
	}
	inside := strings.ToLower(strings.TrimSpace(body[open+1:]))
	if slices.Contains(semanticTags, inside) {
		return strings.TrimRightFunc(body[:open], unicode.IsSpace), inside
	}
	return text, ""
}

// Words gives the words of a text as names of medicines are compared: folded runs of
// letters and digits; a possessive 's belongs to its word.
func Words(text string) []string {
	text = Fold(text)
	if strings.Contains(text, "'s") {
		text = strings.ReplaceAll(text, "'s", "s")
	}
	return strings.FieldsFunc(text, func(c rune) bool { return !IsWordRune(c) })
}

// IsWordRune reports whether words are made of a character. Marks belong to the letter
// before them.
func IsWordRune(c rune) bool {
	if c < utf8.RuneSelf {
		return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z'
	}
	return unicode.IsLetter(c) || unicode.IsNumber(c) || unicode.IsMark(c)
}

// tokens gives the words of a name of a disease, procedure or test: folded runs of
// letters and digits, a decimal fraction ("0.5", "e11.9") and a closing + or %
// ("hiv+") being part of the word, without a possessive 's, the article "a", "due to"
// and a closing semantic tag.
func tokens(text string) []string {
	text, _ = CutTag(text)
	original := text
	text = strings.ReplaceAll(Fold(text), "'s", "")
	upper := original == strings.ToUpper(original)
	var list []string
	for i := 0; i < len(text); {
		c, width := utf8.DecodeRuneInString(text[i:])
		if !IsWordRune(c) {
			i += width
			continue
		}
		end := i
		for end < len(text) {
			c, width := utf8.DecodeRuneInString(text[end:])
			if IsWordRune(c) {
				end += width
				continue
			}
			if c == '.' && end+1 < len(text) && isDigit(text[end+1]) {
				end++
				for end < len(text) && isDigit(text[end]) {
					end++
				}
			}
			break
		}
		if end < len(text) && (text[end] == '+' || text[end] == '%' || text[end] == '#') {
			end++
		}
		list = append(list, text[i:end])
		i = end
	}
	return dropArticles(list, original, upper)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// letterWords are words that a single letter belongs to: hepatitis A, vitamin a.
var letterWords = set(`hepatitis influenza vitamin type group class factor child pugh immunoglobulin stage grade haemophilus hemophilia
	haemophilia porphyria bipolar category protein lipoprotein apolipoprotein virus strain cyclosporin ciclosporin trisomy`)

// dropArticles removes the article "a", which is not the letter A, and "due to".
func dropArticles(list []string, original string, upper bool) []string {
	kept := list[:0]
	for i, w := range list {
		switch {
		case w == "a" && i > 0 && i+1 < len(list) && !letterWords[list[i-1]] && (upper || strings.Contains(original, " a ")):
			continue
		case w == "due" && i+1 < len(list) && list[i+1] == "to":
			continue
		}
		kept = append(kept, w)
	}
	return kept
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// joining words carry no meaning of their own in a name.
var joining = set("of the and or in to by for on an at with as de la le von der und et from into per aka ie eg")

// synonyms are stems that mean the same in names of diseases, procedures and tests.
var synonyms = map[string]string{
	"tumor": "neoplasm", "renal": "kidney", "hepatic": "liver", "pulmonary": "lung", "cardiac": "heart", "disorder": "disease",
	"cerebral": "brain", "gastric": "stomach", "transplantation": "transplant", "grafting": "graft", "antigen": "ag",
	"antibody": "ab", "bleeding": "hemorrhage", "hx": "history",
	"corneal": "cornea", "illness": "disease", "condition": "disease", "malignancy": "cancer", "thrombocyte": "platelet",
	"femoral": "femur", "cutaneous": "skin", "infectious": "infection", "poliovirus": "polio", "ultrasonography": "ultrasound",
	"ekg": "ecg", "gammaglobulin": "immunoglobulin", "bovine": "cow",
	// Parts of the body, as nouns.
	"bowel": "intestine", "intestinal": "intestine", "gut": "intestine", "colonic": "colon", "rectal": "rectum",
	"esophageal": "esophagus", "pancreatic": "pancrea", "uterine": "uterus", "ovarian": "ovary", "prostatic": "prostate",
	"splenic": "spleen", "nasal": "nose", "dental": "tooth", "teeth": "tooth", "feet": "foot", "ocular": "eye",
	"mammary": "breast", "abdominal": "abdomen", "pelvic": "pelvis", "venous": "vein", "arterial": "artery",
	"muscular": "muscle", "aortic": "aorta", "bronchial": "bronchus", "tracheal": "trachea", "laryngeal": "larynx",
	"pharyngeal": "pharynx", "retinal": "retina", "vaginal": "vagina", "penile": "penis", "testicular": "testis",
	"testicle": "testis", "ureteral": "ureter", "urethral": "urethra", "bony": "bone",
}

// Stem gives the form in which a word of a disease, procedure or test is compared:
// singular, American spelling, one word for synonyms. It is "" for a word that only
// joins others. A word with two stems, such as "cancer", gives both, separated by a space.
func Stem(word string) string {
	if joining[word] {
		return ""
	}
	if len(word) > 3 && isLetters(word) {
		if len(word) > 4 {
			word = strings.ReplaceAll(word, "ae", "e")
			word = strings.ReplaceAll(word, "oe", "e")
			word = strings.ReplaceAll(word, "our", "or")
		}
		switch {
		case strings.HasSuffix(word, "ies") && len(word) > 4:
			word = word[:len(word)-3] + "y"
		case strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") && !strings.HasSuffix(word, "us") && !strings.HasSuffix(word, "is"):
			word = word[:len(word)-1]
		}
	}
	if s, ok := synonyms[word]; ok {
		word = s
	}
	if word == "cancer" { // code systems write "malignant neoplasm"
		return "malignant neoplasm"
	}
	return word
}

func isLetters(word string) bool {
	for _, c := range word {
		if isDigit(byte(c)) || !unicode.IsLetter(c) {
			return false
		}
	}
	return true
}

// Stems gives the stems of a wording of a disease, procedure or test, in order.
func Stems(text string) []string {
	var stems []string
	for _, w := range tokens(text) {
		switch s := Stem(w); {
		case s == "":
		case strings.Contains(s, " "):
			stems = append(stems, strings.Fields(s)...)
		default:
			stems = append(stems, s)
		}
	}
	return stems
}

// Key gives stems in the form that names are compared in: sorted, each once, so that
// "Sclerosis, Systemic" is "systemic sclerosis". It does not change its argument.
func Key(stems []string) []string {
	k := slices.Clone(stems)
	slices.Sort(k)
	return slices.Compact(k)
}
