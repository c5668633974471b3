// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// isThing reports whether words are of a device or another thing that is no medicine.
func (m *medicineParser) isThing(wording []piece) bool {
	for i := range wording {
		if r, _ := m.role(wording[i : i+1]); r.role&isKnown != 0 {
			return true
		}
	}
	return false
}

// findName looks a name up: of a medicine or, in class, of a class of medicines.
func (m *medicineParser) findName(name []piece) (part medicinePart, class *phraseRole, ok bool) {
	m.words = joinGlued(m.words[:0], name)
	if len(m.words) > nameWords {
		return part, nil, false
	}
	letters := 0
	for _, p := range name {
		letters += len(p.text)
	}
	if len(m.words) <= 3 && letters <= 24 {
		if part, class, ok = m.findShortName(); ok {
			return part, class, true
		}
	}
	m.matches = m.knowledge.Lookup(m.matches[:0], lexicon.Medicine, m.words)
	part, ok = m.resolve()
	if !ok {
		part, ok = m.findAddedName()
	}
	if letters <= 3 && (!part.brand || part.unsure) { // names of so few letters are also names of other things
		return medicinePart{}, nil, false
	}
	return part, class, ok
}

// findAddedName looks a name up that the core lacks.
func (m *medicineParser) findAddedName() (part medicinePart, ok bool) {
	m.space = append(m.space[:0], m.words[0]...)
	for _, word := range m.words[1:] {
		m.space = append(append(m.space, ' '), word...)
	}
	for _, ingredient := range addedNames()[string(m.space)] {
		m.matches = m.knowledge.Lookup(m.matches[:0], lexicon.Medicine, lexicon.Words(ingredient))
		if found, ok := m.resolve(); ok {
			part.ingredients = append(part.ingredients, found.ingredients...)
		}
	}
	part.brand = true
	part.alternatives = len(part.ingredients) > 1
	return part, len(part.ingredients) > 0
}

// joinGlued gives the words of a name: digits belong to the letters that they touch.
func joinGlued(dst []string, name []piece) []string {
	for i, p := range name {
		if i > 0 && p.glued {
			dst[len(dst)-1] += p.text
		} else {
			dst = append(dst, p.text)
		}
	}
	return dst
}

// findShortName looks up an abbreviation or a name of a class.
func (m *medicineParser) findShortName() (part medicinePart, class *phraseRole, ok bool) {
	key := m.words[0]
	if len(m.words) > 1 {
		key = strings.Join(m.words, " ")
	}
	if !m.short.mayHave(key) {
		return part, nil, false
	}
	for e := range m.knowledge.Find(abbreviationSystem, key) {
		part.short = true
		part.ingredients = appendRelated(part.ingredients, m.knowledge, e, lexicon.HasIngredient)
		part.unsure = part.unsure || isAmbiguous(e)
		ok = true
	}
	if ok { // an abbreviation of several ingredients is a regimen of them all
		return part, nil, true
	}
	for e := range m.knowledge.Find(classSystem, key) {
		class = &phraseRole{class: true, open: isAmbiguous(e)}
		for group := range m.knowledge.Related(e, lexicon.MapsTo) {
			class.groups = append(class.groups, group.Code())
		}
		class.open = class.open || len(class.groups) == 0
		return part, class, true
	}
	return part, nil, false
}

func isAmbiguous(e lexicon.Entry) bool {
	for n := range e.Names() {
		if n.Marks&lexicon.Ambiguous != 0 {
			return true
		}
	}
	return false
}

func appendRelated(dst []lexicon.Entry, k *Knowledge, e lexicon.Entry, r lexicon.Relation) []lexicon.Entry {
	for x := range k.Related(e, r) {
		if !slices.Contains(dst, x) {
			dst = append(dst, x)
		}
	}
	return dst
}

// resolve makes a part of the entries that have a name.
func (m *medicineParser) resolve() (part medicinePart, ok bool) {
	labeled, product := false, false
	for _, x := range m.matches {
		switch x.System() {
		case ingredientSystem:
			if x.Kind == lexicon.Label && !labeled { // the name itself, rather than names like it
				labeled, part.ingredients = true, part.ingredients[:0]
			} else if labeled && x.Kind != lexicon.Label {
				continue
			}
			part.ingredients = append(part.ingredients, x.Entry)
			part.label = labeled
			part.brand = x.Kind == lexicon.Brand
			part.unsure = x.Marks&lexicon.IsAbbreviation != 0 || part.brand && x.Marks&lexicon.IsEveryday != 0
			ok = true
		default:
			product = product || x.System() == productSystem || x.Kind == lexicon.Brand || x.Kind == lexicon.Listed
		}
	}
	if ok && (labeled || !product) {
		part.alternatives = len(part.ingredients) > 1
		return part, true
	}
	for _, x := range m.matches {
		if x.System() == ingredientSystem {
			continue
		}
		part.ingredients = appendIngredients(part.ingredients, m.knowledge, x.Entry, 0)
		part.brand = part.brand || x.Kind == lexicon.Brand
		part.unsure = part.unsure || x.Marks&lexicon.IsAbbreviation != 0
		ok = true
	}
	m.preferNamesake(&part)
	part.listed = len(part.ingredients) == 0
	part.alternatives = len(part.ingredients) > 1 && !m.namesAll(part.ingredients)
	return part, ok
}

// namesAll reports whether the name at hand holds the names of all ingredients, as
// "budesonide / formoterol" does. What a brand holds may change.
func (m *medicineParser) namesAll(ingredients []lexicon.Entry) bool {
	for _, e := range ingredients {
		if words := lexicon.Words(e.Code()); len(words) == 0 || !slices.Contains(m.words, words[0]) {
			return false
		}
	}
	return true
}

// preferNamesake leaves of several ingredients the one that has the name itself.
func (m *medicineParser) preferNamesake(part *medicinePart) {
	if len(part.ingredients) < 2 || part.brand {
		return
	}
	name := strings.Join(m.words, " ")
	for _, e := range part.ingredients {
		if e.Code() == name {
			part.ingredients = append(part.ingredients[:0], e)
			return
		}
	}
}

// appendIngredients appends the ingredients of a product or code, each once, as entries
// of the system of ingredients.
func appendIngredients(dst []lexicon.Entry, k *Knowledge, e lexicon.Entry, depth int) []lexicon.Entry {
	if e.System() == ingredientSystem {
		if !slices.Contains(dst, e) {
			dst = append(dst, e)
		}
		return dst
	}
	if depth > 3 {
		return dst
	}
	for x := range k.Related(e, lexicon.Same) {
		if x.System() == ingredientSystem {
			return appendIngredients(dst, k, x, depth)
		}
	}
	for x := range k.Related(e, lexicon.HasIngredient) {
		dst = appendIngredients(dst, k, x, depth+1)
	}
	return dst
}

// biosimilarSuffixes end the names that the FDA gives a suffix of four letters without
// meaning: adalimumab-adaz, epoetin alfa-epbx.
var biosimilarSuffixes = []string{"mab", "cept", "stim", "alfa", "glargine", "aspart", "lispro", "tecan", "dotin", "toxina", "ase", "cel", "fusp"}

func (m *medicineParser) biosimilarSuffix(w *medicineWording, i int) int {
	p := w.pieces[i]
	if i == 0 || !p.hyphen || len(p.text) != 4 || len(w.parts) == 0 || w.parts[len(w.parts)-1].last != i-1 {
		return 0
	}
	for _, s := range biosimilarSuffixes {
		if strings.HasSuffix(w.pieces[i-1].text, s) {
			return 1
		}
	}
	return 0
}

// spellings are endings of names of medicines in other languages and in English.
var spellings = []struct{ from, to string }{
	{"inum", "ine"},
	{"inum", "in"},
	{"umum", "um"},
	{"um", ""},
	{"onum", "one"},
	{"ine", "in"},
	{"in", "ine"},
	{"ina", "ine"},
	{"ina", "in"},
	{"ona", "one"},
	{"on", "one"},
	{"one", "on"},
	{"ato", "ate"},
	{"at", "ate"},
	{"ida", "ide"},
	{"id", "ide"},
	{"ol", "ole"},
	{"ole", "ol"},
	{"olo", "ole"},
	{"olo", "ol"},
	{"en", "ene"},
	{"eno", "ene"},
	{"an", "ane"},
	{"ilo", "il"},
	{"ino", "ine"},
	{"abe", "ab"},
	{"ane", "an"},
	{"iet", "ate"},
	{"aat", "ate"},
	{"yl", "yle"},
	{"am", "ame"},
	{"ame", "am"},
	{"ir", "ire"},
	{"ril", "rile"},
	{"ax", "axe"},
}

// findSpelling finds a single word by another spelling of it: sulph for sulf, cyclo for
// ciclo, and the endings of other languages.
func (m *medicineParser) findSpelling(p piece) (medicinePart, bool) {
	if len(p.text) < 6 || p.digits {
		return medicinePart{}, false
	}
	try := func(word string) (medicinePart, bool) {
		m.words = append(m.words[:0], word)
		m.matches = m.knowledge.Lookup(m.matches[:0], lexicon.Medicine, m.words)
		part, ok := m.resolve()
		return part, ok && !part.brand && !part.listed && !part.alternatives && !part.unsure
	}
	for word := p.text; ; {
		for _, s := range spellings {
			if stem, ok := strings.CutSuffix(word, s.from); ok && len(stem) >= 4 {
				if part, ok := try(stem + s.to); ok {
					return part, true
				}
			}
		}
		english := latinSpelling(word)
		if english == word {
			return medicinePart{}, false
		}
		word = english
		if part, ok := try(word); ok {
			return part, true
		}
	}
}

var latinSpellings = strings.NewReplacer("sulph", "sulf", "ciclo", "cyclo", "zyklo", "cyclo", "cyklo", "cyclo", "oestr", "estr", "haem", "hem", "aethyl", "ethyl",
	"kort", "cort")

// latinSpelling writes a word as the English list of names does.
func latinSpelling(word string) string { return latinSpellings.Replace(word) }

// The bounds of a cut word: its letters, and the ingredients that begin with it.
const (
	cutLetters     = 7
	cutIngredients = 12
)

// findBeginning finds the ingredients whose names begin with a word that is cut:
// vancomyci, sulfameth.
func (m *medicineParser) findBeginning(p piece) (part medicinePart, ok bool) {
	if len(p.text) < cutLetters {
		return part, false
	}
	for e := range m.knowledge.Prefixed(ingredientSystem, p.text) {
		if part.ingredients = append(part.ingredients, e); len(part.ingredients) > cutIngredients {
			return medicinePart{}, false
		}
	}
	part.alternatives, part.unsure = true, true
	return part, len(part.ingredients) > 0
}

// isPurpose reports whether a word is one of names of diseases: what a medicine is for.
func (m *medicineParser) isPurpose(p piece) bool {
	if utf8.RuneCountInString(p.text) < 4 || p.digits {
		return false
	}
	stem := lexicon.Stem(p.text)
	if stem == "" || strings.Contains(stem, " ") {
		return true
	}
	return m.knowledge.Count(lexicon.Diagnosis, stem) >= purposeNames
}

// purposeNames is the number of names of diseases that a word has to stand in.
const purposeNames = 5

// readSalts reads a wording of salts alone as the medicine itself: potassium chloride.
func (m *medicineParser) readSalts(w *medicineWording) {
	for _, p := range w.salts {
		if len(p.text) < 5 {
			continue
		}
		m.words = append(m.words[:0], p.text)
		m.matches = m.knowledge.Lookup(m.matches[:0], lexicon.Medicine, m.words)
		if part, ok := m.resolve(); ok && !part.listed {
			part.first, part.last = -1, -1
			w.parts = append(w.parts, part)
		}
	}
}
