// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"slices"
	"strings"
	"sync"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// allergyReader reads facts about allergies: to medicines, by their ingredients, and to
// other substances, by whole wordings and the hierarchy of allergic diseases.
type allergyReader struct {
	knowledge *Knowledge
	nodes     []*Concept
	prepare   sync.Once
	index     *allergyIndex
}

func newAllergyReader(known *Knowledge, nodes []*Concept) kindReader {
	return &allergyReader{knowledge: known, nodes: nodes}
}

func (r *allergyReader) prepared() *allergyIndex {
	r.prepare.Do(func() { r.index = newAllergyIndex(r.knowledge, r.nodes) })
	return r.index
}

// readText implements [kindReader].
func (r *allergyReader) readText(text string) reading { return r.prepared().readWording(text) }

// readCode implements [kindReader]. A code is read by the name of its ingredient, or by
// its own name.
func (r *allergyReader) readCode(system, code string) reading {
	if system == patient.ATC {
		code = strings.ToUpper(code)
	}
	for e := range r.knowledge.Find(system, code) {
		if name := allergenName(r.knowledge, e); name != "" {
			return codeReading{r.readText(name)}
		}
	}
	return nil
}

func allergenName(k *Knowledge, e lexicon.Entry) string {
	ingredients := appendIngredients(nil, k, e, 0)
	if len(ingredients) == 0 && e.System() == patient.ATC && len(e.Code()) == 7 {
		for i := range k.Related(e, lexicon.MappedFrom) {
			if i.System() == ingredientSystem {
				ingredients = append(ingredients, i)
			}
		}
	}
	if len(ingredients) == 1 {
		return ingredients[0].Code()
	}
	for n := range e.Names() {
		if n.Group != lexicon.Meaning && n.Group != lexicon.Laboratory {
			return n.Text()
		}
	}
	return ""
}

// allergyIndex finds nodes by what their names are. It is immutable.
type allergyIndex struct {
	knowledge *Knowledge
	medicines *medicineIndex
	nodes     []allergyNode
	whole     map[string][]int32        // by the key of a name
	own       map[lexicon.Entry][]int32 // by what a name is in the terminology
	above     map[lexicon.Entry][]int32 // by the ancestors of those
	near      map[string][]int32        // by a stem of a name with one letter left out
}

type allergyNode struct {
	stems []string // of all names
	keys  [][]string
	// groups are the ATC groups of the node's medicines.
	groups []string
	// medicine says that an ingredient is known to belong to the node.
	medicine bool
	// disease says that a list of diseases has the allergy, so that what it is to is known.
	disease bool
}

func newAllergyIndex(known *Knowledge, concepts []*Concept) *allergyIndex {
	x := &allergyIndex{
		knowledge: known, medicines: newMedicineIndex(known, concepts), nodes: make([]allergyNode, len(concepts)),
		whole: map[string][]int32{},
		own:   map[lexicon.Entry][]int32{}, above: map[lexicon.Entry][]int32{}, near: map[string][]int32{},
	}
	for i, c := range concepts {
		x.addTerms(int32(i), c)
	}
	for _, owners := range x.medicines.ingredients {
		for _, o := range owners {
			x.nodes[o.node].medicine = true
		}
	}
	for _, o := range x.medicines.atc {
		if n := &x.nodes[o.node]; len(o.word) >= 4 && !slices.Contains(n.groups, kindredGroup(o.word)) {
			n.groups = append(n.groups, kindredGroup(o.word))
		}
	}
	return x
}

func (x *allergyIndex) addTerms(node int32, c *Concept) {
	n := &x.nodes[node]
	for _, name := range c.Names {
		pieces := withoutSilent(splitPieces(name))
		key := lexicon.Key(allergenStems(pieces))
		if len(key) == 0 {
			continue
		}
		n.keys = append(n.keys, key)
		joined := strings.Join(key, " ")
		x.whole[joined] = append(x.whole[joined], node)
		for _, stem := range key {
			if len(stem) > 2 && !slices.Contains(n.stems, stem) {
				n.stems = append(n.stems, stem)
				x.addNear(stem, node)
			}
		}
		for _, m := range x.lookUp(key) {
			x.addOwn(node, m)
		}
	}
	for _, code := range c.Codes["snomed"] {
		for e := range x.knowledge.Find("snomed", code) {
			x.own[e] = append(x.own[e], node)
			x.addAbove(node, e)
		}
	}
}

func (x *allergyIndex) addNear(stem string, node int32) {
	x.near[stem] = append(x.near[stem], node)
	for i := range stem {
		shorter := stem[:i] + stem[i+1:]
		x.near[shorter] = append(x.near[shorter], node)
	}
}

// relateNear finds the nodes with a word that differs by a letter from one of a wording,
// which is not known as a whole.
func (x *allergyIndex) relateNear(a *allergyWording) {
	for _, word := range a.key {
		for i := -1; i < len(word) && len(word) > 2; i++ {
			shorter := word
			if i >= 0 {
				shorter = word[:i] + word[i+1:]
			}
			for _, node := range x.near[shorter] {
				a.say(node, RelatedMeaning)
			}
		}
	}
}

// addOwn adds what a name of a node is in the terminology.
func (x *allergyIndex) addOwn(node int32, m lexicon.Match) {
	if m.Kind != lexicon.Label && m.Kind != lexicon.Exact {
		return
	}
	system := m.System()
	if strings.HasPrefix(system, "icd") {
		return
	}
	x.nodes[node].disease = x.nodes[node].disease || system != "snomed"
	x.own[m.Entry] = append(x.own[m.Entry], node)
	x.addAbove(node, m.Entry)
}

func (x *allergyIndex) addAbove(node int32, e lexicon.Entry) {
	for a := range ancestors(x.knowledge, e) {
		if a != e {
			x.above[a] = append(x.above[a], node)
		}
	}
}

// ancestors gives an entry, the same in other lists, and all that lies above them.
func ancestors(k *Knowledge, e lexicon.Entry) map[lexicon.Entry]bool {
	seen := map[lexicon.Entry]bool{e: true}
	for todo := []lexicon.Entry{e}; len(todo) > 0; {
		e := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, relation := range [...]lexicon.Relation{lexicon.Same, lexicon.Parent} {
			for a := range k.Related(e, relation) {
				if !seen[a] {
					seen[a] = true
					todo = append(todo, a)
				}
			}
		}
	}
	return seen
}

// lookUp finds what stems are in the lists of diseases, as an allergy to it, and of
// substances.
func (x *allergyIndex) lookUp(key []string) []lexicon.Match {
	list := x.knowledge.Lookup(nil, lexicon.Diagnosis, key)
	list = x.knowledge.Lookup(list, lexicon.Diagnosis, append(slices.Clone(key), "allergy"))
	return x.knowledge.Lookup(list, lexicon.Substance, key)
}

// withoutSilent leaves out the words that say that there is an allergy.
func withoutSilent(pieces []piece) []piece {
	silent := allergyPhrases()
	var rest []piece
	var space []byte
	for i := 0; i < len(pieces); {
		n := min(silent.longest, len(pieces)-i)
		for ; n > 0; n-- {
			var r phraseRole
			if r, space = silent.find(space, pieces[i:i+n]); r.role&isSilent != 0 {
				break
			}
		}
		if n == 0 {
			rest, n = append(rest, pieces[i]), 1
		}
		i += n
	}
	return rest
}

func allergenStems(pieces []piece) []string {
	var stems []string
	for _, word := range joinGlued(nil, pieces) {
		stems = append(stems, strings.Fields(lexicon.Stem(word))...)
	}
	return stems
}
