// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"slices"
	"strings"
	"sync"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// laboratoryReader reads the wordings and codes of results: laboratory tests, vital
// signs and scores. It is safe for concurrent use.
type laboratoryReader struct {
	known    *Knowledge
	concepts []*Concept
	prepare  sync.Once
	words    *wordTable
	// The words of the names of all concepts, sorted; a word's number is its index.
	vocabulary []string
	named      []bool // by number: the word is of a name, not only of a component
	// The nodes that a word, the words of a name, or an analyte has to do with.
	byWord    [][]int32
	byKey     map[string][]int32
	byAnalyte map[string][]int32
	nodes     []laboratoryNode
}

// laboratoryWords is the table of words of results.
var laboratoryWords = sync.OnceValue(func() *wordTable { return readWordTable("laboratory") })

// laboratoryNode is what the own terms of a concept say, prepared.
type laboratoryNode struct {
	whole      map[string]bool // the stems of each name, sorted
	called     map[string]bool // the plain words of the label and the identifier, sorted
	names      []laboratoryName
	excepted   []laboratoryName
	field      []int32 // numbers of the distinctive words, sorted
	components []component
	axes       []axes // of the listed LOINC codes
	listed     map[string]bool
	specimens  specimens
	total      bool // a name says "total": a fraction is something else
	percent    bool // results are percentages
	coded      bool // the specimens are those of listed codes
	molar      bool // mass and substance amount are convertible
}

// laboratoryName is a name of a concept without the words that say nothing.
type laboratoryName struct {
	words     []int32 // numbers, sorted
	specimens specimens
	percent   bool
}

// axes are a LOINC code's component, property and specimen, as LOINC writes them; ""
// where they are not known.
type axes struct{ component, property, specimen string }

func newLaboratoryReader(known *Knowledge, nodes []*Concept) kindReader {
	return &laboratoryReader{known: known, concepts: nodes}
}

func (r *laboratoryReader) build() {
	r.prepare.Do(func() {
		r.words = laboratoryWords()
		wordings := make([][]*wording, len(r.concepts))
		for i, c := range r.concepts {
			for _, name := range slices.Concat(c.Names, []string{c.Label, strings.ReplaceAll(c.Name, "_", " ")}) {
				if name != "" {
					wordings[i] = append(wordings[i], r.splitWords(name))
				}
			}
		}
		r.nodes = make([]laboratoryNode, len(r.concepts))
		r.prepareComponents(wordings)
		r.prepareVocabulary(wordings)
		for i := range r.concepts {
			r.prepareNode(i, wordings[i])
		}
		r.indexNodes()
	})
}

// prepareComponents finds the components of the concepts: those of their LOINC codes
// or, without such codes, of their names.
func (r *laboratoryReader) prepareComponents(wordings [][]*wording) {
	for i, c := range r.concepts {
		n := &r.nodes[i]
		n.listed = map[string]bool{}
		var found []string
		for system, codes := range c.Codes {
			if patient.SystemName(system) != patient.LOINC {
				continue
			}
			for _, code := range codes {
				n.listed[code] = true
				for e := range r.known.Find(patient.LOINC, code) {
					a := r.axesOf(e)
					n.axes = append(n.axes, a)
					n.specimens |= specimenOf(r.words, a.specimen)
					n.coded = n.coded || n.specimens != 0
					found = append(found, a.component)
				}
			}
		}
		if len(found) == 0 {
			for _, w := range wordings[i] {
				r.findTests(w)
				for _, part := range w.parts {
					if part.whole {
						found = append(found, part.components...)
					}
				}
			}
		}
		slices.Sort(found)
		for _, name := range slices.Compact(found) {
			if name != "" && !genericComponents[name] {
				n.components = append(n.components, newComponent(name))
			}
		}
	}
}

func (r *laboratoryReader) prepareVocabulary(wordings [][]*wording) {
	for i, c := range r.concepts {
		for _, w := range wordings[i] {
			r.vocabulary = append(r.vocabulary, w.plain...)
		}
		for _, name := range c.Except.Names {
			r.vocabulary = append(r.vocabulary, r.splitWords(name).plain...)
		}
		for _, c := range r.nodes[i].components {
			r.vocabulary = append(r.vocabulary, lexicon.Stems(c.name)...)
		}
	}
	slices.Sort(r.vocabulary)
	r.vocabulary = slices.Compact(r.vocabulary)
	r.named = make([]bool, len(r.vocabulary))
	for i := range r.concepts {
		for _, w := range wordings[i] {
			ids, _ := r.numbers(w.plain)
			for _, id := range ids {
				r.named[id] = true
			}
		}
	}
}

func (r *laboratoryReader) prepareNode(i int, wordings []*wording) {
	n, c := &r.nodes[i], r.concepts[i]
	n.whole, n.called = map[string]bool{}, map[string]bool{}
	n.percent = c.Unit == "%"
	n.molar = c.MolarMass.Sign() > 0
	var field, always []string
	named := len(c.Names)
	for k, w := range wordings {
		n.total = n.total || w.total
		if len(w.plain) == 0 {
			continue
		}
		field = append(field, w.plain...)
		if len(w.plain) == 1 {
			always = append(always, w.plain...)
		}
		if k >= named { // the label and the identifier are no names: they need not be those of a record
			n.called[strings.Join(w.plain, " ")] = true
			continue
		}
		n.whole[w.key] = true
		n.specimens |= w.specimens
		ids, _ := r.numbers(w.plain)
		n.names = append(n.names, laboratoryName{ids, w.specimens, w.percent})
	}
	for _, name := range c.Except.Names {
		w := r.splitWords(name)
		if ids, _ := r.numbers(w.plain); len(ids) > 0 {
			n.excepted = append(n.excepted, laboratoryName{ids, w.specimens, w.percent})
		}
	}
	if n.specimens == 0 {
		n.specimens = inBlood
	}
	for _, c := range n.components {
		field = append(field, lexicon.Stems(c.name)...)
	}
	field = slices.DeleteFunc(field, func(stem string) bool {
		return len(stem) < 2 || r.words.in(stem, "common", "nothing", "setting", "doubt") ||
			r.known.Count(lexicon.Laboratory, stem) >= commonWord && !slices.Contains(always, stem)
	})
	n.field, _ = r.numbers(field)
}

// indexNodes finds the nodes by what can relate a wording to them.
func (r *laboratoryReader) indexNodes() {
	r.byWord = make([][]int32, len(r.vocabulary))
	r.byKey, r.byAnalyte = map[string][]int32{}, map[string][]int32{}
	for i := range r.nodes {
		n, node := &r.nodes[i], int32(i)
		words := slices.Clone(n.field)
		for _, name := range slices.Concat(n.names, n.excepted) {
			words = append(words, name.words...)
		}
		slices.Sort(words)
		for _, w := range slices.Compact(words) {
			r.byWord[w] = append(r.byWord[w], node)
		}
		for key := range n.whole {
			r.byKey[key] = append(r.byKey[key], node)
		}
		for key := range n.called {
			r.byKey[key] = append(r.byKey[key], node)
		}
		for _, c := range n.components {
			for _, p := range c.parts {
				r.byAnalyte[p.analyte] = append(r.byAnalyte[p.analyte], node)
			}
		}
	}
}

// commonWord is the number of names of tests from which on a word in them is not
// distinctive.
const commonWord = 400

// numbers gives the sorted numbers of words in the vocabulary, and whether all words
// have one.
func (r *laboratoryReader) numbers(words []string) (ids []int32, all bool) {
	all = true
	for _, w := range words {
		if i, ok := slices.BinarySearch(r.vocabulary, w); ok {
			ids = append(ids, int32(i))
		} else {
			all = false
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), all
}

// axesOf gives the axes of an entry of LOINC.
func (r *laboratoryReader) axesOf(e lexicon.Entry) axes {
	var a axes
	for parent := range r.known.Related(e, lexicon.Parent) {
		switch parent.System() {
		case "component":
			a.component = parent.Code()
		case "property":
			a.property = parent.Code()
		case "specimen":
			a.specimen = parent.Code()
		}
	}
	return a
}

// readText reads a wording.
func (r *laboratoryReader) readText(text string) reading {
	r.build()
	return r.textReading(text)
}

func (r *laboratoryReader) textReading(text string) *laboratoryText {
	w := r.splitWords(text)
	r.findTests(w)
	t := &laboratoryText{reader: r, wording: w, touched: make([]uint64, len(r.nodes)/64+1)}
	t.words, t.inVocabulary = r.numbers(w.plain)
	t.near = r.nearWords(w.near)
	t.scope = r.nearWords(w.scope)
	for _, part := range w.parts {
		list := make([]component, 0, len(part.components))
		for _, name := range part.components {
			if !genericComponents[name] {
				list = append(list, newComponent(name))
			}
		}
		t.parts = append(t.parts, list)
	}
	t.called = strings.Join(w.plain, " ")
	t.wholeKnown = len(w.parts) == 1 && w.parts[0].whole
	t.touchNodes()
	return t
}

// touchNodes marks the nodes that the wording has a word, name or analyte of.
func (t *laboratoryText) touchNodes() {
	touch := func(nodes []int32) {
		for _, n := range nodes {
			t.touched[n/64] |= 1 << (n % 64)
		}
	}
	for _, list := range [][]int32{t.words, t.near, t.scope} {
		for _, w := range list {
			touch(t.reader.byWord[w])
		}
	}
	touch(t.reader.byKey[t.key])
	touch(t.reader.byKey[t.called])
	for _, part := range t.parts {
		for _, c := range part {
			for _, p := range c.parts {
				touch(t.reader.byAnalyte[p.analyte])
			}
		}
	}
}

// nearWords gives the numbers of the words of concepts that a word equals, and of the words
// of their names that it may be a shortened, longer or foreign form of: the shorter is the
// beginning of the longer, or they begin with the same two thirds, and at least five letters.
func (r *laboratoryReader) nearWords(words []string) []int32 {
	var ids []int32
	for _, w := range words {
		if i, ok := slices.BinarySearch(r.vocabulary, w); ok {
			ids = append(ids, int32(i))
		}
		if len(w) < 4 || r.words.in(w, "common") {
			continue
		}
		start, _ := slices.BinarySearch(r.vocabulary, w[:4])
		for i := start; i < len(r.vocabulary) && strings.HasPrefix(r.vocabulary[i], w[:4]); i++ {
			if r.named[i] && isNearForm(w, r.vocabulary[i]) {
				ids = append(ids, int32(i))
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func isNearForm(a, b string) bool {
	if strings.HasPrefix(a, b) || strings.HasPrefix(b, a) {
		return true
	}
	same := max(5, (2*max(len(a), len(b))+2)/3)
	return len(a) >= same && len(b) >= same && a[:same] == b[:same]
}

// readCode reads a code by the component, property and specimen that LOINC gives it, or
// by the name that SNOMED CT gives it.
func (r *laboratoryReader) readCode(system, code string) reading {
	r.build()
	for e := range r.known.Find(system, code) {
		switch system {
		case patient.LOINC:
			if w := r.readTest(e); w != nil {
				return w
			}
		case patient.SNOMED:
			if name := e.Label(); name != "" {
				return laboratoryTerm{r.textReading(name)}
			}
		}
	}
	return nil
}

// readTest reads a code of LOINC by its component, property and specimen; nil if it is of another
// system or its component is not known. It implements [axesReader].
func (r *laboratoryReader) readTest(e lexicon.Entry) reading {
	if e.System() != patient.LOINC {
		return nil
	}
	r.build()
	a := r.axesOf(e)
	if a.component == "" {
		return nil
	}
	name := e.Label()
	if name == "" {
		name = a.component
	}
	return &laboratoryCode{
		reader: r, code: e.Code(), axes: a, component: newComponent(a.component), generic: genericComponents[a.component],
		specimens: specimenOf(r.words, a.specimen), text: r.textReading(name), panel: strings.Contains(strings.ToLower(a.component+" "+name), "panel"),
	}
}
