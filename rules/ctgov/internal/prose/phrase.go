// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"regexp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

var (
	// notNameWords cannot be in the name of a concept that the library lacks.
	notNameWords   = wordTables.wordSet("not name words")
	diseaseHeads   = wordTables.wordSet("disease heads")
	diseaseEndings = phraseTables.phrases("disease endings")
	notDiseases    = WordSet(`diagnosis prognosis prothesis prosthesis alopathy homeopathy diaphysis hypnosis osteopathy allopathy naturopathy academia anastomosis`)

	procedureHeads   = wordTables.wordSet("procedure heads")
	procedureEndings = []string{"ectomy", "ostomy", "plasty", "otomy", "oscopy", "centesis"}

	medicineHeads = wordTables.wordSet("medicine heads")
	// classWords are heads that alone name no medicine or procedure.
	classWords      = WordSet(`agent drug medication medicine product therapy treatment inhibitor antagonist agonist blocker antibody inducer supplement hormone relaxant procedure operation intervention biologic stimulation`)
	medicineEndings = phraseTables.phrases("medicine endings")

	vaccineHeads = WordSet(`vaccine vaccination immunization`)
	participles  = wordTables.wordSet("participles")
)

// stage matches a stage of a tumor: pT3, N2.
var stage = regexp.MustCompile(`^[cpy]?[tnm]\d`)

// isNameWord reports whether a word can be in the name of a concept that the
// library lacks.
func isNameWord(t token) bool {
	if t.kind != wordToken || notNameWords[t.text] || notNameWords[t.stem] || len(t.text) < 2 {
		return false
	}
	for _, end := range []string{"ing", "ed"} {
		if strings.HasSuffix(t.text, end) && len(t.text) > 4 && !participles[t.text] && !strings.HasSuffix(t.text, "eed") {
			return false
		}
	}
	return !stage.MatchString(t.text) && (!strings.HasSuffix(t.text, "ly") || t.text == "family")
}

func hasEnding(word string, endings []string) bool {
	return slices.ContainsFunc(endings, func(end string) bool { return strings.HasSuffix(word, end) && len(word) > len(end)+1 })
}

// kindOfHead gives the kind of concept that a noun phrase names, by its last
// word.
func kindOfHead(t token) (terminology.Kind, bool) {
	w := t.stem
	switch {
	case vaccineHeads[w]:
		return terminology.ImmunizationKind, true
	case procedureHeads[w] || hasEnding(w, procedureEndings):
		return terminology.ProcedureKind, true
	case diseaseHeads[w] || hasEnding(w, diseaseEndings) && !notDiseases[w]:
		return terminology.ConditionKind, true
	case medicineHeads[w] || hasEnding(w, medicineEndings) && len(w) > 6:
		return terminology.MedicationKind, true
	case strings.HasSuffix(w, "oma") && len(w) > 6:
		return terminology.ConditionKind, true
	}
	return "", false
}

// maxNoun is the maximum number of words in the name of a concept that the
// library lacks.
const maxNoun = 7

// readNounPhrase reads a noun phrase that names one concept. Its last word, or
// the last word before "of", tells the kind.
func (p *parser) readNounPhrase() (label string, kind terminology.Kind, ok bool) {
	start := p.i
	defer p.backtrackUnless(&ok)()
	var head token
	n := 0
	p.takeLongest("major", "other", "another")
	for ; !p.atEnd() && n < maxNoun; p.i++ {
		t := p.toks[p.i]
		switch {
		case t.text == "(" && n > 1 && p.i+2 < len(p.toks) && p.toks[p.i+2].text == ")" && p.areInitials(p.toks[p.i+1], start, p.i):
			p.i += 2 // "central nervous system (CNS) metastases"
			continue
		case t.text == "-" && t.glued && n > 0 && p.i+1 < len(p.toks) && p.toks[p.i+1].glued && p.toks[p.i+1].kind != compareToken && p.toks[p.i+1].kind != markToken:
			continue
		case t.kind == numberToken && n > 0 && (p.textAt(-1) == "type" || p.textAt(-1) == "-" || p.toks[p.i].glued) && len(t.text) <= 2:
			n++
			continue
		case !isNameWord(t) && !(n > 0 && isMedicineHead(t)):
		default:
			head = t
			n++
			continue
		}
		break
	}
	if n == 0 || n >= maxNoun || p.textAt(-1) == "-" {
		return "", "", false
	}
	kind, ok = kindOfHead(head)
	end := p.i
	if ok && p.textAt(0) == "of" && kind != terminology.MedicationKind {
		p.i++
		p.takeLongest("the", "a", "an")
		m := 0
		for ; !p.atEnd() && m < 5 && (isNameWord(p.toks[p.i]) || m > 0 && p.textAt(0) == "-" && p.toks[p.i].glued); p.i++ {
			m++
		}
		if m == 0 {
			return "", "", false
		}
		end = p.i
	}
	if !ok || n == 1 && (classWords[head.stem] || vagueHeads[head.stem]) {
		return "", "", false
	}
	if kind == terminology.MedicationKind {
		for _, t := range p.toks[start:end] {
			switch {
			case procedureTherapies[t.stem]:
				kind = terminology.ProcedureKind
			case unclearTreatments[t.stem]:
				return "", "", false
			}
		}
	}
	return p.textBetween(start, end), kind, true
}

var (
	// vagueHeads name a disease or procedure only with another word.
	vagueHeads = wordTables.wordSet("vague heads")
	// procedureTherapies make a therapy a procedure.
	procedureTherapies = wordTables.wordSet("procedure therapies")
	// unclearTreatments are words of a treatment that may not be a medicine.
	unclearTreatments = wordTables.wordSet("unclear treatments")
	// sharedHeads may belong to the adjective of an earlier item: "spinal
	// surgery, trauma or infection".
	sharedHeads = wordTables.wordSet("shared heads")
)

// isOrganAdjective reports whether a word is an adjective like "spinal" or
// "cardiac".
func isOrganAdjective(w string) bool {
	return hasEnding(w, []string{"al", "ic", "ar", "ary", "eal", "ous", "iac"}) || WordSet("spine brain lung liver heart bone skin kidney neck back head eye knee hip")[w]
}

// isMedicineHead reports whether a word, such as "therapy", can end a name but
// not be inside one.
func isMedicineHead(t token) bool { return t.stem == "therapy" || t.stem == "treatment" }

func (p *parser) atBoundary() bool {
	if p.atEnd() {
		return true
	}
	switch p.textAt(0) {
	case ",", ";", ".", ")", "(", "/", "and", "or", "within", "in", "during", "less", "<", "<=", "at", "prior", "before", "except", "unless", "other", "with", "as", "for", "over", "any", "up", "but", "not", "who", "that", "which", "requiring", "despite", "defined", "treated", "on", "by", "excluding", "diagnosed", "documented", "confirmed", "secondary", "due", "associated", "caused", "controlled", "whose", "where", "after", "since", "that's", "based", "according", "per", "necessitating", "receiving", "involving", "affecting", "resulting", "causing", "needing", "managed", "uncontrolled", "if", "leading", "lasting", "without", "while":
		return true
	}
	return false
}

// notMedicines are nouns after "use of" that are no medicines.
var notMedicines = wordTables.wordSet("not medicines")

// readMedicineName reads a name after "treatment with", where any noun names a
// medicine.
func (p *parser) readMedicineName() (label string, kind terminology.Kind, ok bool) {
	start := p.i
	n := 0
	for ; !p.atEnd() && n < 4; p.i++ {
		t := p.toks[p.i]
		if t.text == "-" && t.glued && n > 0 && p.i+1 < len(p.toks) && p.toks[p.i+1].glued && p.toks[p.i+1].kind != markToken {
			continue
		}
		if t.kind == numberToken && t.glued && n > 0 {
			continue
		}
		if !isNameWord(t) && !(n > 0 && isMedicineHead(t)) || notMedicines[t.stem] || diseaseHeads[t.stem] {
			break
		}
		n++
	}
	if n == 0 || !p.atBoundary() || n == 1 && (classWords[p.stemAt(-1)] || hasEnding(p.textAt(-1), []string{"al", "ic", "ive", "ous", "ary", "able", "ical", "ular"}) || p.textAt(-1) == "live" || p.textAt(-1) == "oral") {
		p.i = start
		return "", "", false
	}
	return p.textBetween(start, p.i), terminology.MedicationKind, true
}
