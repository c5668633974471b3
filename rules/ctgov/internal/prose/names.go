// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// maxWords is the maximum number of tokens of a name.
const maxWords = 12

// nameIndex maps names in protocols to concepts.
type nameIndex map[string][]*terminology.Concept

// addName adds a name of a concept.
func (x nameIndex) addName(name string, c *terminology.Concept) {
	key := nameKey(tokenize(normalizeText(name)))
	if key != "" {
		x[key] = appendNew(x[key], c)
	}
}

// nameKey gives the key of a name: its stems with single spaces, without
// hyphens inside words.
func nameKey(list []token) string {
	var words []string
	for _, t := range list {
		if t.kind == markToken && t.text == "-" {
			continue
		}
		words = append(words, t.stem)
	}
	return strings.Join(words, " ")
}

// newIndex indexes the concepts by their names and labels. The names that
// records use are not indexed: a record of "myocardial infarction" shows
// coronary artery disease, but a protocol that says so does not mean coronary
// artery disease. Those of single medicines and of measurements are indexed,
// because they mean the concept.
func newIndex(concepts []*terminology.Concept) nameIndex {
	x := nameIndex{}
	byName := map[string]*terminology.Concept{}
	for _, c := range concepts {
		byName[c.Name] = c
	}
	for _, c := range concepts {
		if incomplete[c.Name] {
			continue
		}
		x.addName(strings.ReplaceAll(c.Name, "_", " "), c)
		x.addName(c.Label, c)
		if c.Kind == terminology.AllergyKind {
			x.addName(strings.ReplaceAll(strings.TrimSuffix(c.Name, "_allergy"), "_", " "), c)
		}
		if c.Kind == terminology.MedicationKind && len(c.Any) == 0 && !multipleMedicines[c.Name] || c.Kind == terminology.ObservationKind {
			for _, name := range c.Names {
				x.addName(name, c)
			}
		}
	}
	for name, list := range synonyms {
		if c := byName[name]; c != nil {
			for _, s := range list {
				x.addName(s, c)
			}
		}
	}
	return x
}

// findConcept gives the concept of these kinds with the longest name at token
// i, and the index of the token after the name.
func (p *parser) findConcept(i int, kinds ...terminology.Kind) (*terminology.Concept, int) {
	var found *terminology.Concept
	end := i
	var words []string
	for j := i; j < len(p.toks) && j < i+maxWords; j++ {
		t := p.toks[j]
		if t.kind == markToken && t.text == "-" {
			if j == i || !t.glued || j+1 >= len(p.toks) || !p.toks[j+1].glued {
				break
			}
			continue
		}
		if t.kind == compareToken {
			break
		}
		words = append(words, t.stem)
		for _, c := range p.r.index[strings.Join(words, " ")] {
			if slices.Contains(kinds, c.Kind) {
				found, end = c, j+1
			}
		}
	}
	return found, end
}
