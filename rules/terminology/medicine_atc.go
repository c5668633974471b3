// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// atcReading is a code of ATC that a node does not list.
type atcReading struct {
	index *medicineIndex
	code  string
	list  listReading // of the nodes that have its ingredient
	known bool        // the code is a substance that the terminology knows
}

// readATC reads a code of ATC. It returns nil for what is none.
func (x *medicineIndex) readATC(code string) reading {
	if !isATC(code) {
		return nil
	}
	r := &atcReading{index: x, code: code}
	if len(code) < 7 {
		return r
	}
	for e := range x.knowledge.Find(patient.ATC, code) {
		for i := range x.knowledge.Related(e, lexicon.MappedFrom) {
			if i.System() == ingredientSystem {
				r.known = true
				x.relateATCIngredient(r, i)
			}
		}
	}
	return r
}

// isATC reports whether a code has the form of ATC: a group of 1, 3, 4 or 5 characters
// or a substance of 7.
func isATC(code string) bool {
	const form = "A00AA00"
	if n := len(code); n != 1 && n != 3 && n != 4 && n != 5 && n != 7 {
		return false
	}
	for i := range len(code) {
		if letter := code[i] >= 'A' && code[i] <= 'Z'; form[i] == 'A' && !letter || form[i] == '0' && !isDigitByte(code[i]) {
			return false
		}
	}
	return true
}

func isDigitByte(c byte) bool { return '0' <= c && c <= '9' }

// relateATCIngredient finds the nodes that the ingredient of the code belongs to. Where
// a node excepts forms and lists codes, the code is another form. Elsewhere a code in the
// same main group is an older or newer code of the ingredient.
func (x *medicineIndex) relateATCIngredient(r *atcReading, e lexicon.Entry) {
	for _, owner := range x.ingredients[e.Code()] {
		n := &x.nodes[owner.node]
		reason := NarrowerMeaning
		switch {
		case n.restricted && len(n.atc) > 0:
			reason = OutsideKnownCode
		case n.restricted:
		case len(n.atc) == 0 && owner.named:
			reason = CoversIngredient
		case owner.named && sharesMainGroup(n.atc, r.code):
			reason = CoversIngredient
		}
		r.list.nodes = append(r.list.nodes, nodeReason{owner.node, reason})
	}
	for _, node := range x.excepted[e.Code()] {
		r.list.nodes = append(r.list.nodes, nodeReason{node, OutsideException})
	}
}

func sharesMainGroup(list []string, code string) bool {
	for _, have := range list {
		if len(have) > 0 && have[0] == code[0] {
			return true
		}
	}
	return false
}

// relate implements [reading].
func (r *atcReading) relate(node int32) Reason {
	for _, n := range r.list.nodes {
		if n.node == node {
			return n.reason
		}
	}
	x := r.index
	if r.code == "" || x.hasNoATC(node) {
		if r.known {
			return OutsideKnownCode
		}
		return UnknownCode
	}
	if len(r.code) < 7 {
		return x.relateATCGroup(node, r.code)
	}
	for holder := range x.inGroup(r.code) {
		if holder == node {
			return RelatedMeaning
		}
	}
	if r.known && !isCombination(r.code) {
		return OutsideKnownCode
	}
	for holder := range x.underGroup(r.code[:3]) {
		if holder == node {
			return RelatedMeaning
		}
	}
	return UnknownCode
}

// combinations are groups of ATC for combinations of substances, of which a code names
// one at most.
var combinations = []string{
	"A02BD", "A10BD", "C02L", "C03E", "C07B", "C07C", "C07D", "C07E", "C07F", "C08G", "C09B", "C09D", "C10B", "G03AA", "G03AB", "G03F",
	"J01RA", "J04AM", "J05AP5", "J05AR", "L01XY", "M01B", "N02AJ", "R03AK", "R03AL", "R05F", "S01C",
}

func isCombination(code string) bool {
	return slices.ContainsFunc(combinations, func(group string) bool { return strings.HasPrefix(code, group) })
}

func (x *medicineIndex) hasNoATC(node int32) bool {
	for _, n := range x.noATC {
		if n == node {
			return true
		}
	}
	return false
}

// relateATCGroup relates a group of ATC to a node that has ATC codes.
func (x *medicineIndex) relateATCGroup(node int32, group string) Reason {
	for holder := range x.underGroup(group) {
		if holder == node {
			return WiderMeaning
		}
	}
	for own, holders := range x.groups {
		if strings.HasPrefix(own, group) || strings.HasPrefix(group, own) {
			for _, holder := range holders {
				if holder == node {
					return WiderMeaning
				}
			}
		}
	}
	return OutsideKnownCode
}
