// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"regexp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// medicineWording is what a wording of a medicine consists of.
type medicineWording struct {
	pieces  []piece
	parts   []medicinePart
	classes []phraseRole // wider words
	salts   []piece
	unknown []int // pieces that nobody knows
	extras  []int // pieces that are known and no part of a medicine: of devices, diseases
	doubts  []int // pieces that leave in doubt whether the person takes the medicine
	// suspicion says that a question mark stands in it.
	suspicion bool
	known     bool // a known thing that is no medicine stands in it
	related   bool // a word says that one medicine is the occasion for another
}

// medicinePart is a name of a medicine in a wording.
type medicinePart struct {
	first, last int // pieces of the wording
	ingredients []lexicon.Entry
	// alternatives says that the medicine is one or some of the ingredients.
	alternatives bool
	// label says that the name is the ingredient's own, not another name of it.
	label bool
	// unsure says that the name is also a name of something else.
	unsure bool
	// brand says that the name is a brand: the route may be one that the ingredient
	// seldom has.
	brand bool
	// routeless says that it is the code of an ingredient, without words.
	routeless bool
	// listed says that the name is known and its ingredients are not.
	listed bool
	// short says that the name is an abbreviation; explained, that a medicine beside it is
	// like one that it stands for.
	short, explained bool
}

// The systems of the terminology that names of medicines are in.
const (
	ingredientSystem   = "ingredient"
	productSystem      = "product"
	abbreviationSystem = "medicine abbreviation"
	classSystem        = "medicine class"
)

// nameWords and namePieces bound the length of a name of a medicine.
const (
	nameWords  = 6
	namePieces = 8
)

// medicineParser splits wordings of medicines into names and other words.
type medicineParser struct {
	knowledge *Knowledge
	phrases   *phrases
	short     shortNames

	space   []byte
	words   []string
	matches []lexicon.Match
}

// isSuspicion reports whether a text asks, or tells of a change from one medicine to
// another.
func isSuspicion(text string) bool {
	return suspected.MatchString(text) || noDose.MatchString(text) || strings.Contains(text, "->") || strings.Contains(text, "→") || strings.Contains(text, "=>")
}

// noDose is a dose of nothing: 0 mg, 0-0-0.
var noDose = regexp.MustCompile(`(?i)(?:^|[^\d.,])0 ?m?c?g\b|\b0(?:-0)+\b`)

// systemicForms are forms and routes by which a medicine reaches the whole body.
var systemicForms = map[string]bool{
	"tablet": true, "tablets": true, "tab": true, "tabs": true, "capsule": true, "capsules": true, "oral": true, "po": true,
	"iv": true, "intravenous": true, "im": true, "intramuscular": true, "injection": true, "tabletten": true, "comprimes": true,
}

// isSystemic reports whether such a form stands in the wording.
func (w *medicineWording) isSystemic() bool {
	return slices.ContainsFunc(w.pieces, func(p piece) bool { return systemicForms[p.text] })
}

// shortNames are the abbreviations and names of classes of medicines.
type shortNames map[string]bool

func newShortNames(known *Knowledge) shortNames {
	names := shortNames{}
	for _, system := range [...]string{abbreviationSystem, classSystem} {
		for e := range known.Prefixed(system, "") {
			names[e.Code()] = true
		}
	}
	return names
}

func (s shortNames) mayHave(name string) bool { return s[name] }

func newMedicineParser(known *Knowledge, short shortNames) *medicineParser {
	return &medicineParser{knowledge: known, phrases: medicinePhrases(), short: short}
}

// parse splits a wording. skip, which may be nil, are phrases to leave out.
func (m *medicineParser) parse(text string, skip *phrases) *medicineWording {
	w := &medicineWording{pieces: splitPieces(text), suspicion: isSuspicion(text)}
	for i := 0; i < len(w.pieces); {
		if n := m.skipPhrase(w.pieces[i:], skip); n > 0 {
			i += n
			continue
		}
		i += m.parsePiece(w, i)
	}
	if len(w.parts) == 0 && len(w.classes) == 0 && !w.known && len(w.unknown) == 0 {
		m.readSalts(w)
	}
	return w
}

func (m *medicineParser) skipPhrase(rest []piece, skip *phrases) int {
	if skip == nil {
		return 0
	}
	for n := min(skip.longest, len(rest)); n > 0; n-- {
		var r phraseRole
		if r, m.space = skip.find(m.space, rest[:n]); r.role&isSilent != 0 {
			return n
		}
	}
	return 0
}

// parsePiece reads what begins at a piece, the longest phrase or name first, and gives
// the number of its pieces.
func (m *medicineParser) parsePiece(w *medicineWording, i int) int {
	rest := w.pieces[i:]
	alone, _ := m.role(rest[:1])
	named := m.canBeginName(rest, alone)
	longest := m.longestName(rest)
	for n := min(namePieces, len(rest)); n > 0; n-- {
		if n <= m.phrases.longest {
			if r, ok := m.role(rest[:n]); ok {
				w.addPhrase(r, i, n)
				return n
			}
		}
		if !named || n > longest || n == 1 && (alone.role != 0 || alone.class) {
			continue
		}
		if part, class, ok := m.findName(rest[:n]); ok {
			if class != nil {
				w.classes = append(w.classes, *class)
				return n
			}
			if n > 1 && (part.listed || part.alternatives && !part.brand) {
				n, part = m.withoutSalts(rest, n, part)
			}
			part.first, part.last = i, i+n-1
			w.parts = append(w.parts, part)
			return n
		}
	}
	if n := m.biosimilarSuffix(w, i); n > 0 {
		return n
	}
	if m.phrases.nearSalt(rest[0].text) {
		w.salts = append(w.salts, rest[0])
		return 1
	}
	if part, ok := m.findSpelling(rest[0]); ok {
		part.first, part.last = i, i
		w.parts = append(w.parts, part)
		return 1
	}
	if part, ok := m.findBeginning(rest[0]); ok {
		part.first, part.last = i, i
		w.parts = append(w.parts, part)
		return 1
	}
	if m.isPurpose(rest[0]) {
		w.extras = append(w.extras, i)
		return 1
	}
	w.unknown = append(w.unknown, i)
	return 1
}

// formWords end a name of a medicine: no name goes on after them.
var formWords = map[string]bool{
	"oral": true, "tablet": true, "tablets": true, "tab": true, "tabs": true, "capsule": true, "capsules": true, "cap": true,
	"injection": true, "solution": true, "suspension": true, "mg": true, "mcg": true, "ml": true,
}

// longestName gives the number of pieces up to a strength or form.
func (m *medicineParser) longestName(rest []piece) int {
	for i := 1; i < len(rest); i++ {
		if formWords[rest[i].text] || rest[i].digits && i+1 < len(rest) && !rest[i].glued && formWords[rest[i+1].text] {
			return i
		}
	}
	return len(rest)
}

// withoutSalts gives the ingredient with which a name of several ingredients begins, if
// all its other words are salts: lists of ingredients of whole products stand under
// names such as "methotrexate sodium".
func (m *medicineParser) withoutSalts(rest []piece, n int, part medicinePart) (int, medicinePart) {
	for k := n - 1; k > 0; k-- {
		if r, _ := m.role(rest[k : k+1]); r.role&isSalt == 0 {
			break
		}
		if shorter, class, ok := m.findName(rest[:k]); ok && class == nil && !shorter.listed && (part.listed || !shorter.alternatives) {
			return k, shorter
		}
	}
	return n, part
}

// role gives the role of a phrase; digits say nothing.
func (m *medicineParser) role(phrase []piece) (phraseRole, bool) {
	if len(phrase) == 1 && phrase[0].digits {
		return phraseRole{role: isSilent}, true
	}
	var r phraseRole
	r, m.space = m.phrases.find(m.space, phrase)
	return r, r.role != 0 || r.class
}

// canBeginName reports whether a name of a medicine may begin with the first piece,
// whose role is given: not with a word that says nothing, nor with a strength.
func (m *medicineParser) canBeginName(rest []piece, alone phraseRole) bool {
	if !rest[0].digits {
		return alone.role&(isSilent|isDoubt) == 0 || len(rest) > 1 && rest[1].glued
	}
	if len(rest) == 1 || rest[1].digits {
		return false
	}
	unit, ok := m.role(rest[1:2])
	return !ok || unit.role&isSilent == 0
}

// addPhrase notes a phrase of n pieces.
func (w *medicineWording) addPhrase(r phraseRole, first, n int) {
	if r.role&isKnown != 0 {
		w.known = true
	}
	for i := first; i < first+n; i++ {
		switch {
		case r.role&isDoubt != 0:
			w.doubts = append(w.doubts, i)
		case r.role&isKnown != 0:
			w.extras = append(w.extras, i)
		case r.role&isSalt != 0:
			w.salts = append(w.salts, w.pieces[i])
		}
	}
	if r.role&(isDoubt|isKnown) == 0 {
		w.related = w.related || r.role&isOccasion != 0
		if r.class {
			w.classes = append(w.classes, r)
		}
	}
}
