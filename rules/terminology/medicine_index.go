// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// medicineIndex finds nodes by the names, ingredients and ATC groups of their terms.
// It is immutable but for what is prepared when it is first needed.
type medicineIndex struct {
	knowledge *Knowledge
	short     shortNames
	nodes     []medicineNode

	// names finds nodes by the first piece of their names.
	names map[string][]medicineTerm
	// words finds names of several words by each of their words.
	words map[string][]medicineTerm
	// ingredients finds nodes by the code of an ingredient.
	ingredients map[string][]ingredientOwner
	similar     similarNames

	atc     []wordOwner // ATC codes of the nodes, sorted
	groups  map[string][]int32
	noATC   []int32                  // nodes that have no ATC code
	classes []bool                   // by node: it is a class
	members map[int32]map[int32]bool // of classes: the nodes of their members
	// excepted are the nodes that except an ingredient by its name.
	excepted map[string][]int32
}

// medicineNode is what is known about the own terms of a node.
type medicineNode struct {
	atc []string // ATC codes and prefixes, which end in *
	// substance says that a name of the node is the name of an ingredient: not of a
	// family such as insulin.
	substance  bool
	restricted bool // forms or routes are excepted
}

// medicineTerm is a name, or an excepted name, of a node.
type medicineTerm struct {
	node   int32
	except bool
	pieces []piece
	// ingredient is the one ingredient that the name alone stands for, if any.
	ingredient lexicon.Entry
}

// ingredientOwner is a node that an ingredient belongs to.
type ingredientOwner struct {
	node int32
	// named says that the node has the plain name of the ingredient.
	named bool
	// whole says that the node excepts no route and lists all ATC codes of the
	// ingredient, or none.
	whole bool
}

type wordOwner struct {
	word string
	node int32
}

func newMedicineIndex(known *Knowledge, concepts []*Concept) *medicineIndex {
	x := &medicineIndex{
		knowledge: known, short: newShortNames(known), nodes: make([]medicineNode, len(concepts)),
		names: map[string][]medicineTerm{}, words: map[string][]medicineTerm{}, ingredients: map[string][]ingredientOwner{},
		groups: map[string][]int32{}, members: map[int32]map[int32]bool{},
		excepted: map[string][]int32{},
	}
	parser := newMedicineParser(known, x.short)
	for i, c := range concepts {
		x.addTerms(parser, int32(i), c)
	}
	for i, c := range concepts {
		x.addGroups(int32(i), c, concepts)
	}
	slices.SortFunc(x.atc, func(a, b wordOwner) int { return strings.Compare(a.word, b.word) })
	return x
}

// addTerms adds the own terms of a node.
func (x *medicineIndex) addTerms(parser *medicineParser, node int32, c *Concept) {
	n := &x.nodes[node]
	found := map[lexicon.Entry]bool{} // whether by its plain name
	for _, name := range c.Names {
		pieces := splitPieces(name)
		if len(pieces) == 0 {
			continue
		}
		part, _, ok := parser.findName(pieces)
		ok = ok && len(part.ingredients) == 1 && !part.unsure
		t := medicineTerm{node: node, pieces: pieces}
		if ok {
			t.ingredient = part.ingredients[0]
		}
		x.addName(t)
		if ok {
			e := t.ingredient
			found[e] = found[e] || !part.brand && !part.short
			n.substance = n.substance || !part.brand && !part.short
		}
	}
	for _, name := range c.Except.Names {
		if pieces := splitPieces(name); len(pieces) > 0 {
			x.addName(medicineTerm{node: node, except: true, pieces: pieces})
			n.restricted = n.restricted || !x.holdsNameOf(node, pieces) && !parser.isThing(pieces)
			if part, _, ok := parser.findName(pieces); ok && len(part.ingredients) == 1 && !part.unsure && !part.brand {
				name := part.ingredients[0].Code()
				x.excepted[name] = addNode(x.excepted[name], node)
			}
		}
	}
	for _, code := range c.Codes[patient.ATC] {
		n.atc = append(n.atc, strings.ToUpper(code))
		prefix, isPrefix := strings.CutSuffix(strings.ToUpper(code), "*")
		for e := range x.knowledge.Prefixed(patient.ATC, prefix) {
			if isPrefix || e.Code() == prefix {
				x.addMapped(found, e)
			}
		}
	}
	for _, code := range c.Codes[patient.RxNorm] {
		for e := range x.knowledge.Find(patient.RxNorm, code) {
			for i := range x.knowledge.Related(e, lexicon.Same) {
				if i.System() == ingredientSystem {
					found[i] = true
				}
			}
		}
	}
	for e, named := range found {
		x.addIngredient(node, e, named)
	}
}

func (x *medicineIndex) addMapped(found map[lexicon.Entry]bool, atc lexicon.Entry) {
	for e := range x.knowledge.Related(atc, lexicon.MappedFrom) {
		if e.System() == ingredientSystem {
			if _, known := found[e]; !known {
				found[e] = false
			}
		}
	}
}

func (x *medicineIndex) addIngredient(node int32, e lexicon.Entry, named bool) {
	n := &x.nodes[node]
	listed := len(n.atc) > 0
	whole := !n.restricted
	for _, code := range x.atcCodes(e) {
		switch {
		case !listed:
			x.atc = append(x.atc, wordOwner{code, node})
		case !coversATC(n.atc, code):
			whole = false
		}
	}
	x.ingredients[e.Code()] = append(x.ingredients[e.Code()], ingredientOwner{node, named, whole})
}

// atcCodes gives the ATC codes of an ingredient.
func (x *medicineIndex) atcCodes(e lexicon.Entry) []string {
	var codes []string
	for a := range x.knowledge.Related(e, lexicon.MapsTo) {
		if a.System() == patient.ATC {
			codes = append(codes, a.Code())
		}
	}
	return codes
}

// coversATC reports whether a list of codes and prefixes covers a code.
func coversATC(list []string, code string) bool {
	for _, have := range list {
		if prefix, ok := strings.CutSuffix(have, "*"); ok && strings.HasPrefix(code, prefix) || have == code {
			return true
		}
	}
	return false
}

// holdsNameOf reports whether a name of a node stands in a wording.
func (x *medicineIndex) holdsNameOf(node int32, wording []piece) bool {
	for i := range wording {
		for _, t := range x.names[wording[i].text] {
			if t.node == node && !t.except && beginsWith(wording[i:], t.pieces) {
				return true
			}
		}
	}
	return false
}

func (x *medicineIndex) addName(t medicineTerm) {
	pieces := t.pieces
	first := pieces[0].text
	x.names[first] = append(x.names[first], t)
	if t.except {
		return
	}
	if len(pieces) > 1 && !joinsNames(pieces) {
		for _, p := range pieces {
			x.words[p.text] = append(x.words[p.text], t)
		}
	}
}

// joinsNames reports whether a name joins the names of several medicines.
func joinsNames(name []piece) bool {
	return slices.ContainsFunc(name, func(p piece) bool { return p.text == "and" || p.text == "with" || p.text == "plus" })
}

// groupShare is the least share of the codes of an ATC group that a class has to hold
// to be related to the others of the group.
const groupShare = 0.7

// manyCodes is the number of ATC codes from which on a concept is taken for a class.
const manyCodes = 8

// sorts are the ingredients of fluids, feeds and devices, which are of no class.
var sorts = map[string]bool{
	"blood product": true, "care item": true, "device": true, "enteral feed": true, "intravenous fluid": true, "parenteral nutrition": true,
}

// isUnclassified reports whether an ingredient of a part has no ATC code that is known.
func (x *medicineIndex) isUnclassified(p medicinePart) bool {
	return slices.ContainsFunc(p.ingredients, func(e lexicon.Entry) bool {
		if e.System() != ingredientSystem || sorts[e.Code()] {
			return false
		}
		for range x.knowledge.Related(e, lexicon.MapsTo) {
			return false
		}
		return true
	})
}

// addGroups adds the ATC codes of a node and the groups of substances that it, with its
// members, mostly fills.
func (x *medicineIndex) addGroups(node int32, c *Concept, concepts []*Concept) {
	for _, code := range x.nodes[node].atc {
		x.atc = append(x.atc, wordOwner{strings.TrimSuffix(code, "*"), node})
	}
	if len(c.Any) > 0 {
		x.addNamedGroups(node, c)
	}
	codes := x.codesOf(node, c, concepts)
	x.classes = append(x.classes, len(c.Any) > 0 || len(codes) > manyCodes || slices.ContainsFunc(x.nodes[node].atc, func(code string) bool {
		return strings.HasSuffix(code, "*") && len(code) <= 6
	}))
	if len(codes) == 0 {
		x.noATC = append(x.noATC, node)
		return
	}
	mine := map[string]int{}
	for code := range codes {
		if len(code) == 7 && x.isKnownATC(code) {
			mine[code[:5]]++
		}
	}
	if len(codes) < 4 && len(c.Any) == 0 {
		return
	}
	for group, n := range mine {
		all := 0
		for e := range x.knowledge.Prefixed(patient.ATC, group) {
			if len(e.Code()) == 7 {
				all++
			}
		}
		if n >= 2 && float64(n) >= groupShare*float64(all) {
			x.addGroup(group, node)
		}
	}
}

// isKnownATC reports whether a code is one of the present ATC. One that ATC has moved
// says nothing of the others in its old group.
func (x *medicineIndex) isKnownATC(code string) bool {
	for range x.knowledge.Find(patient.ATC, code) {
		return true
	}
	return false
}

func (x *medicineIndex) addGroup(group string, node int32) {
	if !slices.Contains(x.groups[group], node) {
		x.groups[group] = append(x.groups[group], node)
	}
}

// addNamedGroups adds the groups that the name of a class stands for: a JAK inhibitor
// that the class does not list is still related to it.
func (x *medicineIndex) addNamedGroups(node int32, c *Concept) {
	for _, name := range append([]string{strings.ReplaceAll(c.Name, "_", " "), c.Label}, c.Names...) {
		for e := range x.knowledge.Find(classSystem, strings.Join(lexicon.Words(name), " ")) {
			for group := range x.knowledge.Related(e, lexicon.MapsTo) {
				x.addGroup(group.Code(), node)
			}
		}
	}
}

// inGroup yields the nodes that mostly fill, or are named like, a group of a code.
func (x *medicineIndex) inGroup(code string) func(yield func(int32) bool) {
	return func(yield func(int32) bool) {
		for n := 3; n <= min(5, len(code)); n++ {
			for _, node := range x.groups[code[:n]] {
				if !yield(node) {
					return
				}
			}
		}
	}
}

// codesOf gives the ATC codes of a node and its members.
func (x *medicineIndex) codesOf(node int32, c *Concept, concepts []*Concept) map[string]bool {
	codes := map[string]bool{}
	at := map[*Concept]int32{}
	if len(c.Any) > 0 {
		for i, c := range concepts {
			at[c] = int32(i)
		}
	} else {
		at[c] = node
	}
	for m := range c.Members() {
		i, ok := at[m]
		if !ok {
			continue
		}
		if i != node {
			if x.members[node] == nil {
				x.members[node] = map[int32]bool{}
			}
			x.members[node][i] = true
		}
		for _, code := range x.nodes[i].atc {
			codes[strings.TrimSuffix(code, "*")] = true
		}
		for _, owner := range x.atc {
			if owner.node == i {
				codes[owner.word] = true
			}
		}
	}
	return codes
}
