// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"bytes"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// factReader is the work of reading one fact against an index. It is used again
// for the next one.
type factReader struct {
	index *conceptIndex
	kind  Kind

	nodes   []nodeState
	touched []int32 // the nodes that are not zero

	readable []systemID // systems of the fact's well-formed codes
	scripts  script     // of the fact's wording; 0: it has none
	covered  []covered  // by coverage

	marked   []bool // the concepts that are in concepts
	concepts []int32

	buffer  []byte
	wordIDs []int32
	named   []namedPlace
	related []int32 // nodes that the coding at hand is related to
}

// namedPlace is a name, or an excepted name, from one word of a text to another.
type namedPlace struct {
	node        int32
	first, last int
	except      bool
}

type nodeState struct {
	evidence
	listed, except codeRelation // of the coding at hand

	touched, related, graded bool
	match                    conceptMatch
}

func newFactReader(x *conceptIndex) *factReader {
	return &factReader{
		index:   x,
		nodes:   make([]nodeState, len(x.nodes)),
		covered: make([]covered, len(x.coverages)),
		marked:  make([]bool, len(x.nodeOf)),
	}
}

// resetState prepares the reader for the next fact. It keeps nothing of this one but
// the space.
func (s *factReader) resetState() {
	for _, n := range s.touched {
		s.nodes[n] = nodeState{}
	}
	for _, c := range s.concepts {
		s.marked[c] = false
	}
	clear(s.buffer[:cap(s.buffer)])
	s.touched, s.concepts, s.readable = s.touched[:0], s.concepts[:0], s.readable[:0]
	s.buffer, s.wordIDs, s.related = s.buffer[:0], s.wordIDs[:0], s.related[:0]
	s.scripts = 0
}

func (s *factReader) nodeState(n int32) *nodeState {
	st := &s.nodes[n]
	if !st.touched {
		st.touched = true
		s.touched = append(s.touched, n)
	}
	return st
}

// readCodes collects the meanings of the codings. One that is not well-formed in its
// system says nothing, and so does one of a system that nobody lists.
func (s *factReader) readCodes(f *patient.Fact) {
	for i := range f.Codes {
		id := s.index.systemOf(f.Codes[i].System)
		code := strings.TrimSpace(f.Codes[i].Code)
		if id == noSystem || code == "" || int(id) < len(codeSystems) && codeSystems[id].fault(code) != "" {
			continue
		}
		if !slices.Contains(s.readable, id) {
			s.readable = append(s.readable, id)
		}
		s.buffer = appendNormalCode(s.buffer[:0], id, code)
		s.relateCode(id, s.buffer)
		for _, n := range s.related {
			s.weighCoding(n, i)
		}
		s.related = s.related[:0]
	}
}

// relateCode finds the nodes that a code has to do with.
func (s *factReader) relateCode(id systemID, code []byte) {
	listings := s.index.codes[id]
	tree := int(id) < len(codeSystems) && codeSystems[id].tree
	if s.index.prefixed[id] {
		for i := 1; i < len(code); i++ {
			l := listings[string(code[:i])]
			if l == nil {
				if tree { // every beginning of a listed code has a listing
					break
				}
				continue
			}
			for _, m := range l.prefix {
				s.relation(m).prefix = int16(i)
			}
			if tree {
				s.relateNear(l.exact)
			}
		}
	}
	l := listings[string(code)]
	if l == nil {
		return
	}
	for _, m := range l.exact {
		s.relation(m).listed = true
	}
	for _, m := range l.prefix {
		s.relation(m).prefix = int16(min(len(code), 1<<15-1))
	}
	s.relateNear(l.ancestor)
}

func (s *factReader) relateNear(mentions []mention) {
	for _, m := range mentions {
		s.relation(m).near = true
	}
}

// relation gives the relation of the coding at hand to the terms of a mention.
func (s *factReader) relation(m mention) *codeRelation {
	st := s.nodeState(m.node)
	if !st.related {
		st.related = true
		s.related = append(s.related, m.node)
	}
	if m.except {
		return &st.except
	}
	return &st.listed
}

// weighCoding adds the meaning of the coding at hand, of index i, for a node.
func (s *factReader) weighCoding(n int32, i int) {
	st := s.nodeState(n)
	says := weighRelations(st.listed, st.except)
	if says.yes && st.coded == 0 {
		st.coded = codingIndex(i) + 1
	}
	if says.perhaps && st.perhaps == 0 {
		st.perhaps = codingIndex(i) + 1
	}
	st.excepted = st.excepted || says.except
	st.listed, st.except, st.related = codeRelation{}, codeRelation{}, false
}

func (s *factReader) readTexts(f *patient.Fact) {
	s.readText(f, f.Text)
	for i := range f.Codes {
		if d := f.Codes[i].Display; d != f.Text && (i == 0 || d != f.Codes[i-1].Display) {
			s.readText(f, d)
		}
	}
	// The words of a product describe the whole of it: "hydrocortisone
	// 1 % cream" is no tablet, wherever the cream stands.
	product := s.kind == MedicationKind || s.kind == ImmunizationKind
	for _, n := range s.touched {
		if st := &s.nodes[n]; st.exceptName && (product || !st.free) {
			st.excepted = true
		}
	}
}

// isWording reports whether a text, whose words are given too, says something
// in words. It does not where it is a placeholder or repeats a code, as J45 does.
func isWording(f *patient.Fact, text string, words []byte) bool {
	if placeholders[string(words)] {
		return false
	}
	if !bytes.ContainsAny(words, "0123456789") {
		return true
	}
	for i := range f.Codes {
		if strings.EqualFold(strings.TrimSpace(text), strings.TrimSpace(f.Codes[i].Code)) {
			return false
		}
	}
	return true
}

// readText finds the names that stand in a text as whole words.
func (s *factReader) readText(f *patient.Fact, text string) {
	s.buffer = appendWords(s.buffer[:0], text)
	if len(s.buffer) == 0 {
		return
	}
	if isWording(f, text, s.buffer) {
		s.scripts |= scriptOf(s.buffer)
	}
	s.wordIDs = s.wordIDs[:0]
	for rest := s.buffer; len(rest) > 0; {
		var word []byte
		word, rest, _ = bytes.Cut(rest, []byte(" "))
		id, ok := s.index.words[string(word)]
		if !ok {
			id = -1
		}
		s.wordIDs = append(s.wordIDs, id)
	}
	s.named = s.named[:0]
	for first := range s.wordIDs {
		s.readNames(first, strings.IndexByte(text, '?') >= 0)
	}
	for _, name := range s.named {
		if !name.except && !slices.ContainsFunc(s.named, name.excused) {
			s.nodeState(name.node).free = true
		}
	}
}

// excused reports whether an excepted name overlaps a name of the same concept
// or stands right before it, as in "family history of HIV".
func (name namedPlace) excused(by namedPlace) bool {
	return by.except && by.node == name.node && by.first <= name.last && by.last+1 >= name.first
}

// readNames finds the names that begin at a word. A text with a question mark
// is a suspicion: it never equals a name.
func (s *factReader) readNames(first int, suspicion bool) {
	place := int32(0)
	for at := first; at < len(s.wordIDs) && s.wordIDs[at] >= 0; at++ {
		next, ok := s.index.steps[step(place, s.wordIDs[at])]
		if !ok {
			return
		}
		place = next
		for _, m := range s.index.names[place] {
			st := s.nodeState(m.node)
			s.named = append(s.named, namedPlace{m.node, first, at, m.except})
			if m.except {
				st.exceptName = true
				continue
			}
			st.within = true
			st.whole = st.whole || first == 0 && at == len(s.wordIDs)-1 && !suspicion
		}
	}
}

// findCoverage finds the coverages that could have recognised the fact:
// those that list the system of one of its well-formed codes, or that have
// names in a script of its texts. A medication's code alone is not enough, for
// records carry codes of products and concepts list ingredients; but an ATC
// code names the ingredient.
func (s *factReader) findCoverage() {
	for i := range s.index.coverages {
		l := &s.index.coverages[i]
		coded, atc := false, false
		for _, id := range s.readable {
			if slices.Contains(l.systems, id) {
				coded = true
				atc = atc || int(id) < len(codeSystems) && codeSystems[id].name == patient.ATC
			}
		}
		readable := coded || l.names&s.scripts != 0
		if s.kind == MedicationKind {
			readable = coded && s.scripts != 0 || atc || l.names&s.scripts != 0
		}
		s.covered[i] = covered{codes: coded, readable: readable}
	}
}
