// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// relateWording finds the nodes that a wording has to do with.
func (x *medicineIndex) relateWording(w *medicineWording) *medicineRelations {
	r := &medicineRelations{}
	x.relateNames(r, w)
	x.relatePartsOfNames(r, w)
	for i := range w.parts {
		x.explainAbbreviation(w, &w.parts[i])
		x.relatePart(r, w, &w.parts[i])
	}
	for _, c := range w.classes {
		x.relateClass(r, w, c)
	}
	for _, i := range w.unknown {
		x.relateSimilar(r, w.pieces[i].text)
	}
	return r
}

// relateNames finds names and excepted names of nodes in a wording.
func (x *medicineIndex) relateNames(r *medicineRelations, w *medicineWording) {
	for i := range w.pieces {
		for _, t := range x.names[w.pieces[i].text] {
			if !beginsWith(w.pieces[i:], t.pieces) {
				continue
			}
			switch {
			case t.except:
				r.add(t.node, holdsException)
			case w.withinLonger(i, i+len(t.pieces)-1):
				r.add(t.node, x.withinName(w, &t, i))
			default:
				is := r.add(t.node, holdsName)
				for k := i; k < min(i+len(t.pieces), 64); k++ {
					is.named |= 1 << k
				}
			}
		}
	}
}

func beginsWith(wording, name []piece) bool {
	if len(name) > len(wording) {
		return false
	}
	for i := range name {
		if name[i].text != wording[i].text {
			return false
		}
	}
	return true
}

// relatePartsOfNames finds the nodes with a name of several words that the wording is a
// part of: "angiotensin" of "angiotensin receptor blocker". The last word may be cut.
func (x *medicineIndex) relatePartsOfNames(r *medicineRelations, w *medicineWording) {
	var space [8]string
	words := space[:0]
	known := medicinePhrases()
	for _, p := range w.pieces {
		if p.digits || known.roles[p.text].role&(isSilent|isSalt) != 0 || known.nearSalt(p.text) {
			continue
		}
		if len(words) == len(space) {
			return
		}
		words = append(words, p.text)
	}
	if len(words) == 0 {
		return
	}
	for _, t := range x.words[words[0]] {
		if isPartOf(words, t.pieces) {
			r.add(t.node, isPartOfName)
		}
	}
}

func isPartOf(words []string, name []piece) bool {
	for i, word := range words {
		last := i == len(words)-1 && i > 0
		if !slices.ContainsFunc(name, func(p piece) bool {
			return p.text == word || last && strings.HasPrefix(p.text, word)
		}) {
			return false
		}
	}
	return true
}

// withinLonger reports whether pieces stand within a longer name of a medicine.
func (w *medicineWording) withinLonger(first, last int) bool {
	for i := range w.parts {
		if p := &w.parts[i]; p.first <= first && p.last >= last && p.last-p.first > last-first {
			return true
		}
	}
	return false
}

// withinName is the relation to a node whose name stands within a longer name.
func (x *medicineIndex) withinName(w *medicineWording, t *medicineTerm, at int) medicineRelation {
	for i := range w.parts {
		p := &w.parts[i]
		if p.first > at || p.last < at {
			continue
		}
		for _, e := range p.ingredients {
			if !p.alternatives && (e == t.ingredient || x.isOfFamily(t.node, e)) {
				return holdsIngredient
			}
		}
	}
	return holdsNarrower
}

// isOfFamily reports whether an ingredient is of the family that a node names: insulin
// glargine of insulin, but not trastuzumab emtansine of trastuzumab, which is a
// substance itself.
func (x *medicineIndex) isOfFamily(node int32, e lexicon.Entry) bool {
	n := &x.nodes[node]
	if n.substance || n.restricted {
		return false
	}
	codes := x.atcCodes(e)
	if len(codes) == 0 { // no code tells: the family name stands first
		first := splitPieces(e.Code())
		return len(first) > 1 && slices.ContainsFunc(x.names[first[0].text], func(t medicineTerm) bool {
			return t.node == node && !t.except && beginsWith(first, t.pieces)
		})
	}
	for _, code := range codes {
		for _, have := range n.atc {
			if have = strings.TrimSuffix(have, "*"); len(have) >= 4 && strings.HasPrefix(code, have[:4]) {
				return true
			}
		}
	}
	return false
}

// relatePart finds the nodes that the ingredients of a name belong to.
func (x *medicineIndex) relatePart(r *medicineRelations, w *medicineWording, p *medicinePart) {
	for _, e := range p.ingredients {
		name := e.Code()
		for _, owner := range x.ingredients[name] {
			switch {
			case x.decidedByMember(owner.node, e):
			case p.unsure || p.alternatives && !x.ownsAll(owner.node, p):
				r.add(owner.node, mayHold)
			case owner.whole || owner.named && !p.brand && !(p.routeless && x.nodes[owner.node].restricted):
				r.add(owner.node, holdsIngredient)
			default:
				r.add(owner.node, holdsPartly)
			}
		}
		x.relateIngredientName(r, p, e, name)
		x.relateGroups(r, p, e)
	}
	if !p.label {
		for i := p.first; i >= 0 && i <= p.last; i++ {
			if medicinePhrases().roles[w.pieces[i].text].role != 0 {
				continue
			}
			x.relateSimilar(r, w.pieces[i].text)
		}
	}
}

func (x *medicineIndex) ownsAll(node int32, p *medicinePart) bool {
	for _, e := range p.ingredients {
		if !slices.ContainsFunc(x.ingredients[e.Code()], func(o ingredientOwner) bool { return o.node == node }) {
			return false
		}
	}
	return true
}

// relateIngredientName finds the nodes whose name stands in the name of an ingredient.
func (x *medicineIndex) relateIngredientName(r *medicineRelations, p *medicinePart, e lexicon.Entry, name string) {
	if strings.IndexByte(name, ' ') < 0 && strings.IndexByte(name, '-') < 0 {
		return
	}
	pieces := splitPieces(name)
	for i := range pieces {
		for _, t := range x.names[pieces[i].text] {
			if t.except || !beginsWith(pieces[i:], t.pieces) || len(t.pieces) == len(pieces) {
				continue
			}
			if !p.alternatives && !p.unsure && x.isOfFamily(t.node, e) {
				r.add(t.node, holdsIngredient)
			} else {
				r.add(t.node, holdsNarrower)
			}
		}
	}
}

// relateGroups finds the nodes that mostly fill an ATC group of an ingredient and, for a
// brand with changing ingredients, the nodes of a wider group.
func (x *medicineIndex) relateGroups(r *medicineRelations, p *medicinePart, e lexicon.Entry) {
	for _, code := range x.atcCodes(e) {
		if len(code) < 5 {
			continue
		}
		for node := range x.inGroup(code) {
			if !x.decidedByMember(node, e) {
				r.add(node, holdsGroup)
			}
		}
		if p.alternatives {
			for node := range x.underGroup(code[:5]) {
				r.add(node, holdsGroup)
			}
		}
	}
}

// kindredGroup gives the ATC group of the substances that are like the one of a code:
// four characters of it or, where those mean "other", five.
func kindredGroup(code string) string {
	if len(code) > 4 && code[3] == 'X' {
		return code[:5]
	}
	return code[:min(len(code), 4)]
}

// decidedByMember reports whether a class excepts an ingredient, or a member holds it,
// which says more about it than the group.
func (x *medicineIndex) decidedByMember(class int32, e lexicon.Entry) bool {
	if slices.Contains(x.excepted[e.Code()], class) {
		return true
	}
	members := x.members[class]
	for _, owner := range x.ingredients[e.Code()] {
		if members[owner.node] {
			return true
		}
	}
	return false
}

// underGroup yields the nodes with an ATC code of a group, some more than once.
func (x *medicineIndex) underGroup(group string) func(yield func(int32) bool) {
	return func(yield func(int32) bool) {
		i, _ := slices.BinarySearchFunc(x.atc, group, func(o wordOwner, g string) int { return strings.Compare(o.word, g) })
		for ; i < len(x.atc) && strings.HasPrefix(x.atc[i].word, group); i++ {
			if !yield(x.atc[i].node) {
				return
			}
		}
	}
}

// relateClass finds the nodes that a wider word may mean. A word that a medicine beside
// it explains, as in "TNF inhibitor (adalimumab)", means that medicine.
func (x *medicineIndex) relateClass(r *medicineRelations, w *medicineWording, c phraseRole) {
	if x.explained(w, c) {
		return
	}
	r.openClass = r.openClass || c.open
	for _, group := range c.groups {
		for node := range x.underGroup(group) {
			r.add(node, holdsClass)
		}
		for n := len(group) - 1; n >= 1; n-- { // prefixes that the nodes list
			for node := range x.listing(group[:n]) {
				r.add(node, holdsClass)
			}
		}
	}
	for _, node := range x.noATC {
		r.add(node, holdsClass)
	}
}

// listing yields the nodes with just this ATC code or group.
func (x *medicineIndex) listing(code string) func(yield func(int32) bool) {
	return func(yield func(int32) bool) {
		i, _ := slices.BinarySearchFunc(x.atc, code, func(o wordOwner, g string) int { return strings.Compare(o.word, g) })
		for ; i < len(x.atc) && x.atc[i].word == code; i++ {
			if !yield(x.atc[i].node) {
				return
			}
		}
	}
}

// explainAbbreviation notes whether a medicine beside an abbreviation is like one that
// it stands for: NPH insulin.
func (x *medicineIndex) explainAbbreviation(w *medicineWording, p *medicinePart) {
	if !p.short || !p.unsure || len(w.parts)+len(w.classes) < 2 {
		return
	}
	for _, e := range p.ingredients {
		for i := range w.parts {
			q := &w.parts[i]
			if q != p && !q.unsure && slices.ContainsFunc(q.ingredients, func(o lexicon.Entry) bool { return x.areKindred(e, o) }) {
				p.explained = true
			}
		}
		for _, code := range x.atcCodes(e) {
			for _, c := range w.classes {
				for _, group := range c.groups {
					p.explained = p.explained || strings.HasPrefix(code, group)
				}
			}
		}
	}
}

// areKindred reports whether two ingredients are of one family by their names or groups.
func (x *medicineIndex) areKindred(a, b lexicon.Entry) bool {
	family, _, _ := strings.Cut(a.Code(), " ")
	other, _, _ := strings.Cut(b.Code(), " ")
	if strings.TrimSuffix(family, ",") == strings.TrimSuffix(other, ",") {
		return true
	}
	for _, code := range x.atcCodes(a) {
		for _, otherCode := range x.atcCodes(b) {
			if kindredGroup(code) == kindredGroup(otherCode) {
				return true
			}
		}
	}
	return false
}

func (x *medicineIndex) explained(w *medicineWording, c phraseRole) bool {
	for i := range w.parts {
		if w.parts[i].unsure {
			continue
		}
		for _, e := range w.parts[i].ingredients {
			for _, code := range x.atcCodes(e) {
				for _, group := range c.groups {
					if strings.HasPrefix(code, group) {
						return true
					}
				}
			}
		}
	}
	return false
}
