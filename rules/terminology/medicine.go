// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"slices"
	"strings"
	"sync"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// medicineReader reads facts about medicines. A wording of a medicine is its
// ingredients: one of them is the concept's, or all are known and others.
type medicineReader struct {
	knowledge *Knowledge
	nodes     []*Concept
	prepare   sync.Once
	index     *medicineIndex
}

func newMedicineReader(known *Knowledge, nodes []*Concept) kindReader {
	return &medicineReader{knowledge: known, nodes: nodes}
}

// prepared gives the index of the nodes, which the first reading makes.
func (r *medicineReader) prepared() *medicineIndex {
	r.prepare.Do(func() { r.index = newMedicineIndex(r.knowledge, r.nodes) })
	return r.index
}

// readText implements [kindReader].
func (r *medicineReader) readText(text string) reading {
	x := r.prepared()
	parser := newMedicineParser(r.knowledge, x.short)
	w := parser.parse(text, nil)
	return x.relateWording(w).reading(x, w)
}

// readCode implements [kindReader]. A code of a product is its ingredients and the words
// of its name; an ATC code that is not listed is read by its groups.
func (r *medicineReader) readCode(system, code string) reading {
	x := r.prepared()
	if system == patient.ATC {
		return x.readATC(strings.ToUpper(code))
	}
	var ingredients []lexicon.Entry
	name, found := "", false
	for e := range r.knowledge.Find(system, code) {
		found = true
		ingredients = appendIngredients(ingredients, r.knowledge, e, 0)
		if name == "" {
			name = medicineName(e)
		}
	}
	switch {
	case !found || len(ingredients) == 0 && name == "":
		return nil
	case len(ingredients) == 0:
		return codeReading{r.readText(name)}
	}
	parser := newMedicineParser(r.knowledge, x.short)
	w := parser.parse(name, nil)
	w.parts, w.unknown, w.extras, w.classes, w.related = nil, nil, nil, nil, false
	for _, e := range ingredients {
		w.parts = append(w.parts, medicinePart{first: -1, last: -1, ingredients: []lexicon.Entry{e}, routeless: name == ""})
	}
	return codeReading{x.relateWording(w).reading(x, w)}
}

// readIngredients implements [productReader]. A product with an ingredient that is not
// known may be anything besides the others.
func (r *medicineReader) readIngredients(name string, ingredients []addedIngredient) reading {
	x := r.prepared()
	parser := newMedicineParser(r.knowledge, x.short)
	w := parser.parse(name, nil)
	w.parts, w.unknown, w.extras, w.classes, w.related = nil, nil, nil, nil, false
	for _, i := range ingredients {
		part := medicinePart{first: -1, last: -1, ingredients: r.findIngredient(parser, &i), routeless: name == ""}
		part.listed = len(part.ingredients) == 0
		w.parts = append(w.parts, part)
	}
	return codeReading{x.relateWording(w).reading(x, w)}
}

// findIngredient finds what the core knows an ingredient as, by its codes or else by
// its names.
func (r *medicineReader) findIngredient(parser *medicineParser, i *addedIngredient) []lexicon.Entry {
	var found []lexicon.Entry
	for _, c := range i.codes {
		for e := range r.knowledge.Find(c.system, c.code) {
			found = appendIngredients(found, r.knowledge, e, 0)
		}
	}
	for _, name := range i.names {
		if len(found) > 0 {
			break
		}
		if w := parser.parse(name, nil); len(w.unknown) == 0 && len(w.classes) == 0 {
			for k := range w.parts {
				if !w.parts[k].unsure && !w.parts[k].listed {
					found = append(found, w.parts[k].ingredients...)
				}
			}
		}
	}
	return found
}

// medicineName gives the name of a code of a product or substance.
func medicineName(e lexicon.Entry) string {
	for n := range e.Names() {
		if n.Group == lexicon.Medicine || n.Group == lexicon.Substance {
			return n.Text()
		}
	}
	return ""
}

// codeReading gives the reasons of a reading as those of a code.
type codeReading struct{ reading }

func (r codeReading) relate(node int32) Reason { return r.reading.relate(node).ofCode() }

// nodeReason is the reason of one node.
type nodeReason struct {
	node   int32
	reason Reason
}

// listReading is a reading as the reasons of the nodes that it has to do with, and
// one reason for all others.
type listReading struct {
	nodes    []nodeReason
	others   Reason
	excepted []int32 // the nodes that except a name in the wording
	// classes are the nodes that are classes, if an ingredient is of no class that is
	// known: it may be of theirs.
	classes []bool
}

// excepts implements [excepting].
func (r *listReading) excepts(node int32) bool { return slices.Contains(r.excepted, node) }

// relate implements [reading].
func (r *listReading) relate(node int32) Reason {
	said := r.others
	for i := range r.nodes {
		if r.nodes[i].node == node {
			said = r.nodes[i].reason
			break
		}
	}
	if said == OutsideKnownWording && r.classes != nil && r.classes[node] {
		return UnknownWording
	}
	return said
}

// medicineRelation is how a wording stands to a node. Relations are a bit set.
type medicineRelation uint16

const (
	holdsName       medicineRelation = 1 << iota // a name of the node stands in it
	holdsIngredient                              // an ingredient of the node
	holdsException                               // an excepted name stands in it
	mayHold                                      // an ingredient of the node is one meaning of a name
	holdsNarrower                                // a medicine whose name holds the node's
	holdsPartly                                  // an ingredient that the node covers by some routes
	holdsClass                                   // a wider word may mean the node
	holdsGroup                                   // a medicine of a group that the node mostly fills
	holdsNearName                                // a word spelled almost like a name of the node
	isPartOfName                                 // all its words are words of one name of the node
)

// medicineRelations are the relations of a wording to nodes.
type medicineRelations struct {
	list      []nodeRelation
	openClass bool // a wider word is open: it may mean any node
}

// nodeRelation is how a wording stands to one node.
type nodeRelation struct {
	node int32
	is   medicineRelation
	// named are the pieces, of the first 64, that names of the node cover.
	named uint64
}

func (r *medicineRelations) add(node int32, is medicineRelation) *nodeRelation {
	for i := range r.list {
		if r.list[i].node == node {
			r.list[i].is |= is
			return &r.list[i]
		}
	}
	r.list = append(r.list, nodeRelation{node: node, is: is})
	return &r.list[len(r.list)-1]
}

// leavesOver reports whether words of the wording say more than the names of the node
// and medicines.
func (n *nodeRelation) leavesOver(w *medicineWording) bool {
	return n.isBeside(w.unknown) || n.isBeside(w.extras)
}

// isDoubtful reports whether a word of doubt stands beside the names of the node.
func (n *nodeRelation) isDoubtful(w *medicineWording) bool {
	return w.suspicion || n.isBeside(w.doubts)
}

// isBeside reports whether one of the pieces is in no name of the node.
func (n *nodeRelation) isBeside(pieces []int) bool {
	for _, i := range pieces {
		if i >= 64 || n.named&(1<<i) == 0 {
			return true
		}
	}
	return false
}

// reading decides the reasons.
func (r *medicineRelations) reading(x *medicineIndex, w *medicineWording) *listReading {
	l := &listReading{others: r.reasonOfOthers(w)}
	if slices.ContainsFunc(w.parts, x.isUnclassified) {
		l.classes = x.classes
	}
	if len(r.list) > 0 {
		l.nodes = make([]nodeReason, 0, len(r.list))
	}
	for _, n := range r.list {
		l.nodes = append(l.nodes, nodeReason{n.node, n.reason(w, l.others)})
		if n.is&holdsException != 0 {
			l.excepted = append(l.excepted, n.node)
		}
	}
	return l
}

// reasonOfOthers is the reason for a node that the wording has nothing to do with.
func (r *medicineRelations) reasonOfOthers(w *medicineWording) Reason {
	known := w.known
	unsure := false
	for i := range w.parts {
		if w.parts[i].listed || w.parts[i].short && len(w.parts[i].ingredients) == 0 {
			return UnknownWording
		}
		known = true
		unsure = unsure || w.parts[i].short && w.parts[i].unsure && !w.parts[i].explained
	}
	switch {
	case len(w.unknown) > 0:
		return UnknownWording
	case unsure:
		return SeveralMeanings
	case r.openClass:
		return WiderMeaning
	case known || len(w.classes) > 0:
		return OutsideKnownWording
	case len(w.extras) > 0 || len(w.doubts) > 0 || w.related:
		return UnknownWording
	}
	return NoWording
}

// reason is the reason for a node that the wording has to do with.
func (n *nodeRelation) reason(w *medicineWording, others Reason) Reason {
	is, left := n.is, n.leavesOver(w)
	mine := is&(holdsName|holdsIngredient) != 0
	if is&holdsException != 0 && is&^(holdsException|holdsNearName|isPartOfName) != 0 {
		if len(w.unknown) > 0 || mine && len(w.parts) > 1 && w.isSystemic() { // the form may be that of another medicine
			return WordsLeftOver
		}
		return OutsideException
	}
	switch {
	case mine && (n.isDoubtful(w) || w.related && len(w.parts)+len(w.classes) > 1):
		return WordOfDoubt
	case mine && left:
		return WordsLeftOver
	case is&holdsName != 0:
		return CoversWording
	case mine:
		return CoversIngredient
	case is&mayHold != 0:
		return SeveralMeanings
	case is&(holdsNarrower|holdsPartly) != 0:
		return NarrowerMeaning
	case is&(holdsClass|isPartOfName) != 0:
		return WiderMeaning
	case is&(holdsGroup|holdsNearName) != 0:
		return RelatedMeaning
	}
	return others
}
