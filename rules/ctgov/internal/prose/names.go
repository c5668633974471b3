// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology"
)

// maxWords is how many tokens a name has at most.
const maxWords = 12

// nameIndex finds concepts by what a protocol calls them.
type nameIndex map[string][]*terminology.Concept

// add adds a name of a concept.
func (x nameIndex) add(name string, c *terminology.Concept) {
	key := nameKey(tokens(tidy(name)))
	if key == "" {
		return
	}
	for _, have := range x[key] {
		if have == c {
			return
		}
	}
	x[key] = append(x[key], c)
}

// nameKey is the form that names are compared in: stems with a space between
// two, hyphens inside a word left out.
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

// newIndex lists the concepts by their own names and labels. The names that a
// record may use are not all names of the concept itself: a record that says
// "myocardial infarction" shows coronary artery disease, and yet a protocol
// that says so does not mean coronary artery disease. They are taken only
// where they are: of medicines that are no class, and of measurements.
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
		x.add(strings.ReplaceAll(c.Name, "_", " "), c)
		x.add(c.Label, c)
		if c.Kind == terminology.AllergyKind {
			x.add(strings.ReplaceAll(strings.TrimSuffix(c.Name, "_allergy"), "_", " "), c)
		}
		if c.Kind == terminology.MedicationKind && len(c.Any) == 0 && !several[c.Name] || c.Kind == terminology.ObservationKind {
			for _, name := range c.Names {
				x.add(name, c)
			}
		}
	}
	for name, list := range synonyms {
		if c := byName[name]; c != nil {
			for _, s := range list {
				x.add(s, c)
			}
		}
	}
	return x
}

// find gives the concept of these kinds whose name is the longest that stands
// at i, and the place after it.
func (p *parser) find(i int, kinds ...terminology.Kind) (*terminology.Concept, int) {
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
			for _, k := range kinds {
				if c.Kind == k {
					found, end = c, j+1
				}
			}
		}
	}
	return found, end
}
