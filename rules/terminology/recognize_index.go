// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// systemID names a code system within one index: an index of codeSystems, or
// beyond them a system that some concept lists and nobody here knows.
type systemID int32

// noSystem is a system that no concept lists and that is not known.
const noSystem systemID = -1

// conceptIndex finds concepts by their codes and names. It is immutable.
type conceptIndex struct {
	nodes  []node
	nodeOf []int32 // of each concept

	coverages []coverage

	systems map[string]systemID
	local   map[string]string // local systems, as in [NewRecognizer]
	codes   []map[string]*codeEntry
	// prefixed, by system: some concept lists a prefix, or the system is a
	// hierarchy, so that the beginnings of a code are looked up too.
	prefixed []bool

	words map[string]int32
	// A name is a path of words through a tree, from place 0. steps maps place
	// and word to the next place; names holds who has the name that ends there.
	steps map[uint64]int32
	names [][]mention
}

// node is a concept, or a member of one, however deep.
type node struct {
	concept  *Concept
	members  []int32
	holders  []int32 // the concepts that are or hold it, in order
	coverage int32   // of its own terms; -1: a class without any
}

// coverage is the code systems and scripts that a concept has terms in. Concepts with
// the same ones share it.
type coverage struct {
	systems []systemID
	names   script
	holders []int32
}

// mention is a node in whose terms something stands, and where: codes and
// names, or exceptions.
type mention struct {
	node   int32
	except bool
}

// codeEntry is the nodes by how they match a code: they list the code, they list it as
// a prefix, or it is an ancestor of a code that they list.
type codeEntry struct{ exact, prefix, ancestor []mention }

func newConceptIndex(concepts []*Concept, local map[string]string) *conceptIndex {
	x := &conceptIndex{
		systems: map[string]systemID{}, local: local,
		words: map[string]int32{}, steps: map[uint64]int32{}, names: make([][]mention, 1),
	}
	for _, s := range codeSystems {
		x.addSystem(s.name)
	}
	adding := indexBuilder{x, map[*Concept]int32{}, map[*Concept]bool{}, map[string]int32{}}
	for _, c := range concepts {
		x.nodeOf = append(x.nodeOf, adding.addConcept(c))
	}
	seen := make([]int32, len(x.nodes)) // 1 + the last concept that reached it
	for i, n := range x.nodeOf {
		x.addHolder(int32(i), n, seen)
	}
	return x
}

type indexBuilder struct {
	*conceptIndex
	known map[*Concept]int32
	open  map[*Concept]bool // the classes that are being added
	// coverageIDs finds a coverage by its systems and scripts.
	coverageIDs map[string]int32
}

func (x *indexBuilder) addConcept(c *Concept) int32 {
	if n, ok := x.known[c]; ok {
		return n
	}
	n := int32(len(x.nodes))
	x.known[c], x.open[c] = n, true
	x.nodes = append(x.nodes, node{concept: c, coverage: -1})
	listed := x.addCodes(c.Terms, mention{node: n})
	scripts := x.addNames(c.Terms, mention{node: n})
	x.addCodes(c.Except, mention{node: n, except: true})
	x.addNames(c.Except, mention{node: n, except: true})
	if len(c.Any) == 0 || !c.IsZero() {
		x.nodes[n].coverage = x.coverageOf(listed, scripts)
	}
	for _, m := range c.Any {
		if !x.open[m] {
			x.nodes[n].members = append(x.nodes[n].members, x.addConcept(m))
		}
	}
	delete(x.open, c)
	return n
}

func (x *indexBuilder) coverageOf(systems []systemID, names script) int32 {
	slices.Sort(systems)
	key := fmt.Sprint(systems, names)
	l, ok := x.coverageIDs[key]
	if !ok {
		l = int32(len(x.coverages))
		x.coverageIDs[key] = l
		x.coverages = append(x.coverages, coverage{systems: systems, names: names})
	}
	return l
}

// addHolder notes that a concept holds a node and all that is below it.
func (x *conceptIndex) addHolder(concept, n int32, seen []int32) {
	if seen[n] == concept+1 {
		return
	}
	seen[n] = concept + 1
	nd := &x.nodes[n]
	nd.holders = append(nd.holders, concept)
	if nd.coverage >= 0 {
		l := &x.coverages[nd.coverage]
		if len(l.holders) == 0 || l.holders[len(l.holders)-1] != concept {
			l.holders = append(l.holders, concept)
		}
	}
	for _, m := range nd.members {
		x.addHolder(concept, m, seen)
	}
}

func (x *conceptIndex) addSystem(name string) systemID {
	id, ok := x.systems[name]
	if !ok {
		id = systemID(len(x.codes))
		x.systems[name] = id
		x.codes = append(x.codes, map[string]*codeEntry{})
		x.prefixed = append(x.prefixed, int(id) < len(codeSystems) && codeSystems[id].tree)
	}
	return id
}

func (x *conceptIndex) systemOf(name string) systemID {
	if known, ok := x.local[name]; ok {
		name = known
	}
	id, ok := x.systems[name]
	if !ok {
		if id, ok = x.systems[patient.SystemName(name)]; !ok {
			return noSystem
		}
	}
	return id
}

func (x *conceptIndex) addCodes(t Terms, m mention) (systems []systemID) {
	for name, codes := range t.Codes {
		if known, ok := x.local[name]; ok {
			name = known
		}
		if len(codes) == 0 {
			continue
		}
		id := x.addSystem(patient.SystemName(name))
		if !slices.Contains(systems, id) {
			systems = append(systems, id)
		}
		for _, c := range codes {
			x.addCode(id, c, m)
		}
	}
	return systems
}

func (x *conceptIndex) addCode(id systemID, code string, m mention) {
	code, isPrefix := strings.CutSuffix(strings.TrimSpace(code), "*")
	if code = string(appendNormalCode(nil, id, code)); code == "" {
		return
	}
	l := x.entryOf(id, code)
	if isPrefix {
		x.prefixed[id] = true
		l.prefix = addMention(l.prefix, m)
	} else {
		l.exact = addMention(l.exact, m)
	}
	if int(id) < len(codeSystems) && codeSystems[id].tree {
		for i := 1; i < len(code); i++ {
			l := x.entryOf(id, code[:i])
			l.ancestor = addMention(l.ancestor, m)
		}
	}
}

func (x *conceptIndex) entryOf(id systemID, code string) *codeEntry {
	l := x.codes[id][code]
	if l == nil {
		l = &codeEntry{}
		x.codes[id][code] = l
	}
	return l
}

// addMention adds m, which all its terms add one after the other.
func addMention(list []mention, m mention) []mention {
	if n := len(list); n > 0 && list[n-1] == m {
		return list
	}
	return append(list, m)
}

func appendNormalCode(dst []byte, id systemID, code string) []byte {
	if int(id) < len(codeSystems) && codeSystems[id].normal != nil {
		return codeSystems[id].normal(dst, code)
	}
	return append(dst, code...)
}

func (x *conceptIndex) addNames(t Terms, m mention) (scripts script) {
	for _, name := range t.Names {
		words := appendWords(nil, name)
		if len(words) == 0 {
			continue
		}
		scripts |= scriptOf(words)
		place := int32(0)
		for w := range bytes.SplitSeq(words, []byte(" ")) {
			place = x.addStep(place, string(w))
		}
		x.names[place] = addMention(x.names[place], m)
	}
	return scripts
}

func (x *conceptIndex) addStep(place int32, word string) int32 {
	id, ok := x.words[word]
	if !ok {
		id = int32(len(x.words))
		x.words[word] = id
	}
	next, ok := x.steps[step(place, id)]
	if !ok {
		next = int32(len(x.names))
		x.steps[step(place, id)] = next
		x.names = append(x.names, nil)
	}
	return next
}

func step(place, word int32) uint64 { return uint64(place)<<32 | uint64(word) }
