// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// readWording reads a wording.
func (x *allergyIndex) readWording(text string) reading {
	pieces := splitPieces(text)
	if r, _ := allergyPhrases().find(nil, pieces); r.role&isNone != 0 {
		return &listReading{others: OutsideKnownWording}
	}
	rest := withoutSilent(pieces)
	parser := newMedicineParser(x.knowledge, x.medicines.short)
	w := parser.parse(text, allergyPhrases())
	a := &allergyWording{medicineWording: w, key: lexicon.Key(allergenStems(rest)), rest: rest, reasons: map[int32]Reason{}}
	if len(a.key) == 0 {
		if len(w.doubts) > 0 {
			return &listReading{others: UnknownWording}
		}
		return &listReading{others: NoWording}
	}
	x.relateMedicines(a)
	x.relateSubstance(a)
	for _, node := range x.whole[strings.Join(a.key, " ")] {
		a.reasons[node] = CoversWording
		if w.suspicion {
			a.reasons[node] = WordOfDoubt
		}
	}
	list := &listReading{others: x.reasonOfOthers(a)}
	for node, reason := range a.reasons {
		list.nodes = append(list.nodes, nodeReason{node, reason})
	}
	return list
}

// allergyWording is a wording of an allergy.
type allergyWording struct {
	*medicineWording
	rest    []piece  // without the words that say that there is an allergy
	key     []string // their stems
	generic bool     // a word such as "food" stands in it
	reasons map[int32]Reason
}

// say gives a node a reason, unless it has a better one.
func (a *allergyWording) say(node int32, reason Reason) {
	if have, ok := a.reasons[node]; !ok || have > reason {
		a.reasons[node] = reason
	}
}

// relateMedicines relates the medicines of a wording to the nodes.
func (x *allergyIndex) relateMedicines(a *allergyWording) {
	w := a.medicineWording
	r := x.medicines.relateWording(w)
	for i := range r.list {
		n := &r.list[i]
		left := n.leavesOver(w) || n.isDoubtful(w)
		switch {
		case n.is&holdsException != 0:
			a.say(n.node, RelatedMeaning)
		case n.is&holdsName != 0 && n.isDoubtful(w):
			a.say(n.node, WordOfDoubt)
		case n.is&holdsName != 0:
			a.say(n.node, WordsLeftOver)
		case n.is&holdsIngredient != 0 && !left && len(w.parts) == 1 && !w.parts[0].brand && len(w.classes) == 0:
			a.say(n.node, CoversIngredient)
		case n.is&holdsClass != 0 && n.is&^holdsClass == 0:
			if node := &x.nodes[n.node]; len(node.groups) > 0 || !node.disease {
				a.say(n.node, WiderMeaning)
			}
		case n.is&^(holdsGroup|holdsNearName|isPartOfName) == 0:
			a.say(n.node, RelatedMeaning)
		default:
			a.say(n.node, NarrowerMeaning)
		}
	}
	for i := range w.parts {
		for _, e := range w.parts[i].ingredients {
			x.relateIngredient(a, e)
		}
	}
}

// relateIngredient relates an ingredient to the nodes of its ATC group, to those whose
// name is part of a word of its name, and to those whose medicines are not known.
func (x *allergyIndex) relateIngredient(a *allergyWording, e lexicon.Entry) {
	codes := x.medicines.atcCodes(e)
	name := e.Code()
	for i := range x.nodes {
		n := &x.nodes[i]
		if !n.medicine && !n.disease {
			a.say(int32(i), RelatedMeaning)
			continue
		}
		for _, code := range codes {
			if slices.Contains(n.groups, kindredGroup(code)) {
				a.say(int32(i), RelatedMeaning)
			}
		}
		for _, stem := range n.stems {
			if len(stem) >= 5 && strings.Contains(name, stem) {
				a.say(int32(i), NarrowerMeaning)
			}
		}
	}
}

// relateSubstance relates a wording to the nodes by hierarchies and shared words.
func (x *allergyIndex) relateSubstance(a *allergyWording) {
	known := x.lookUp(a.key)
	if len(known) == 0 && !slices.ContainsFunc(a.parts, func(p medicinePart) bool { return p.label }) {
		x.relateNear(a)
	}
	for _, m := range known {
		for _, node := range x.above[m.Entry] {
			a.say(node, WiderMeaning)
		}
		for up := range ancestors(x.knowledge, m.Entry) {
			for _, node := range x.own[up] {
				a.say(node, NarrowerMeaning)
			}
		}
	}
	for _, p := range a.rest {
		if r, _ := allergyPhrases().find(nil, []piece{p}); r.class {
			a.generic = a.generic || r.open || len(a.key) == 1
		}
	}
	for i := range x.nodes {
		for _, stem := range x.nodes[i].stems {
			for _, word := range a.key {
				if len(word) > 2 && (strings.HasSuffix(stem, word) || len(stem) >= 5 && strings.Contains(word, stem)) {
					a.say(int32(i), RelatedMeaning)
				}
			}
		}
	}
}

// reasonOfOthers is the reason for a node that the wording has nothing to do with.
func (x *allergyIndex) reasonOfOthers(a *allergyWording) Reason {
	switch {
	case a.generic:
		return WiderMeaning
	case len(x.lookUp(a.key)) > 0:
		return OutsideKnownWording
	}
	for i := range a.parts {
		if p := &a.parts[i]; p.listed || p.short && p.unsure {
			return UnknownWording
		}
	}
	known := len(a.parts) > 0 || len(a.classes) > 0
	for _, i := range a.extras {
		known = known || x.isSubstance(a.pieces[i].text)
	}
	for _, i := range a.unknown {
		if !x.isSubstance(a.pieces[i].text) {
			return UnknownWording
		}
		known = true
	}
	if !known {
		return UnknownWording
	}
	return OutsideKnownWording
}

// isSubstance reports whether a word is one of names of substances or allergies.
func (x *allergyIndex) isSubstance(word string) bool {
	stem := lexicon.Stem(word)
	if stem == "" || strings.Contains(stem, " ") {
		return true
	}
	return len(word) > 3 && (x.knowledge.Count(lexicon.Substance, stem) > 0 || x.knowledge.Count(lexicon.Diagnosis, stem) > 1)
}
