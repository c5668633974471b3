// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"maps"
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

	systems map[string]systemID
	local   map[string]string // local systems, as in [NewRecognizer]
	codes   []map[string]*codeEntry
	// prefixed, by system: some concept lists a prefix, or the system is a
	// hierarchy, so that the beginnings of a code are looked up too.
	prefixed []bool
}

// node is a concept, or a member of one, however deep.
type node struct {
	concept *Concept
	members []int32
	decides bool       // it has terms of its own, or is a stub
	systems []systemID // whose codes it lists
}

// mention is a node that names a code in one of its lists.
type mention struct {
	node int32
	list codeList
}

// codeList is a list of codes of a concept.
type codeList uint8

const (
	listedCodes codeList = iota // Codes
	exceptCodes                 // Except
	mayBeCodes                  // MayBe
)

// codeEntry is the nodes by how they match a code: they list the code, they list it as
// a prefix, or it is an ancestor of a code that they list.
type codeEntry struct{ exact, prefix, ancestor []mention }

func newConceptIndex(concepts []*Concept, local map[string]string) *conceptIndex {
	x := &conceptIndex{systems: map[string]systemID{}, local: local}
	for _, s := range codeSystems {
		x.addSystem(s.name)
	}
	adding := indexBuilder{x, map[*Concept]int32{}, map[*Concept]bool{}}
	for _, c := range concepts {
		x.nodeOf = append(x.nodeOf, adding.addConcept(c))
	}
	return x
}

type indexBuilder struct {
	*conceptIndex
	known map[*Concept]int32
	open  map[*Concept]bool // the classes that are being added
}

// withWHO reads a list of ICD-10-CM for ICD-10 too where the concept has no list of
// ICD-10: its 3 and 4 characters are those of the WHO's list, but for few.
func withWHO(t, listed Terms) Terms {
	cm := t.Codes[patient.ICD10CM]
	if len(cm) == 0 || len(listed.Codes[patient.ICD10]) > 0 || len(t.Codes[patient.ICD10]) > 0 {
		return t
	}
	codes := maps.Clone(t.Codes)
	codes[patient.ICD10] = cm
	return Terms{Codes: codes, Names: t.Names}
}

func (x *indexBuilder) addConcept(c *Concept) int32 {
	if n, ok := x.known[c]; ok {
		return n
	}
	n := int32(len(x.nodes))
	x.known[c], x.open[c] = n, true
	x.nodes = append(x.nodes, node{concept: c, decides: len(c.Any) == 0 || !c.IsZero() || c.Kind == MedicationKind})
	systems := x.addCodes(withWHO(c.Terms, c.Terms), mention{node: n})
	x.nodes[n].systems = systems
	x.addCodes(withWHO(c.Except, c.Terms), mention{node: n, list: exceptCodes})
	x.addCodes(withWHO(Terms{Codes: c.MayBe}, Terms{}), mention{node: n, list: mayBeCodes})
	for _, m := range c.Any {
		if !x.open[m] {
			x.nodes[n].members = append(x.nodes[n].members, x.addConcept(m))
		}
	}
	delete(x.open, c)
	return n
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
		systems = append(systems, id)
		for _, c := range codes {
			x.addCode(id, c, m)
		}
	}
	return systems
}

// nameOf gives the short name of a system, or its URL.
func (x *conceptIndex) nameOf(id systemID) string {
	for name, i := range x.systems {
		if i == id {
			return name
		}
	}
	return ""
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
