// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"math"
	"slices"
	"sync"

	"github.com/eligo-trials/eligo/patient"
)

// grade is how surely a fact is an instance of a concept. What is surely not
// one has no hit at all.
type grade int8

const (
	unreadable grade = iota + 1 // the concept cannot read the fact: it may be anything
	maybe                       // it looks like the concept; a person must look
	byName                      // it is one: the text says so
	byCode                      // it is one: a code says so
)

// hit says that a fact is, or may be, an instance of a concept.
type hit struct {
	concept int32    // index in the recognizer's concepts
	fact    int32    // index in the domain
	coding  int16    // index of the deciding code in the fact's Codes, or -1
	grade   grade    //
	member  *Concept // the concept or, of a class, the member that matched
}

// recognizer tells which of its concepts, all of one kind, a fact is about.
// It is safe for concurrent use.
//
// Codes and names of all concepts stand in one index, so the time for a fact
// depends on the codes and words of the fact and on the number of its hits,
// not on the number of concepts. Records repeat the same codes and displays
// endlessly: [memo] keeps what was found for those met before.
type recognizer struct {
	kind     Kind
	concepts []*Concept
	index    *conceptIndex
	memo     *memo
	scratch  sync.Pool // of *reading
}

// newRecognizer prepares the concepts of one kind. systems names local code
// systems as known ones, URL to short name. A class that holds itself, which
// loading refuses, is read as if it did not.
func newRecognizer(k Kind, concepts []*Concept, systems map[string]string) *recognizer {
	r := &recognizer{kind: k, concepts: concepts, index: newConceptIndex(concepts, systems)}
	if len(concepts) > 0 {
		r.memo = newMemo()
	}
	r.scratch.New = func() any { return newReading(r.index) }
	return r
}

// recognize appends the hits of one fact, in the order of the concepts.
func (r *recognizer) recognize(f *patient.Fact, fact int32, hits []hit) []hit {
	if len(r.concepts) == 0 {
		return hits
	}
	if f.Unreadable != "" {
		for i, c := range r.concepts {
			hits = append(hits, hit{concept: int32(i), fact: fact, coding: -1, grade: unreadable, member: c})
		}
		return hits
	}
	at := len(hits)
	found, place, known := r.memo.lookup(f)
	if known {
		hits = append(hits, found...)
	} else {
		hits = r.read(f, hits)
		r.memo.keep(place, f, hits[at:])
	}
	for i := at; i < len(hits); i++ {
		hits[i].fact = fact
	}
	return hits
}

// read appends the hits of a fact, whose index it leaves at 0.
func (r *recognizer) read(f *patient.Fact, hits []hit) []hit {
	s := r.scratch.Get().(*reading)
	defer r.scratch.Put(s)
	defer s.clear()
	s.kind = r.kind
	s.readCodes(f)
	s.readTexts(f)
	s.judgeLegibility()
	for _, c := range s.affected() {
		v := s.verdict(r.index.nodeOf[c])
		if v.grade == 0 {
			continue
		}
		h := hit{concept: c, coding: v.coding, grade: v.grade, member: r.concepts[c]}
		if v.member != r.index.nodeOf[c] {
			h.member = r.index.nodes[v.member].concept
		}
		hits = append(hits, h)
	}
	return hits
}

// finding is what a concept makes of a fact; a zero grade is a plain no.
type finding struct {
	grade  grade
	coding int16
	member int32 // node
}

// verdict combines what a concept's own terms say with what its members say:
// the surest wins, the first of several. What a class excepts is not an
// instance by virtue of a member, however the member knows it; a class that is
// certain of nothing cannot read the fact if one of its members cannot.
func (s *reading) verdict(n int32) finding {
	st := s.node(n)
	if st.judged {
		return st.finding
	}
	node := &s.index.nodes[n]
	best := finding{coding: -1, member: n}
	if node.legibility >= 0 {
		best.grade, best.coding = decide(s.kind, st.evidence, s.legible[node.legibility])
	}
	if !st.excepted {
		for _, m := range node.members {
			if v := s.verdict(m); v.grade > best.grade {
				best = v
			}
		}
	}
	st.judged, st.finding = true, best
	return best
}

// affected lists the concepts that the fact touches, or that hold a concept
// that it touches or that cannot read it, in order.
func (s *reading) affected() []int32 {
	add := func(concepts []int32) {
		for _, c := range concepts {
			if !s.marked[c] {
				s.marked[c] = true
				s.concepts = append(s.concepts, c)
			}
		}
	}
	for _, n := range s.touched {
		add(s.index.nodes[n].heldBy)
	}
	for i, l := range s.legible {
		if !l.readable {
			add(s.index.legibilities[i].heldBy)
		}
	}
	slices.Sort(s.concepts)
	return s.concepts
}

// codingIndex gives the index of a coding as evidence carries it.
func codingIndex(i int) int16 {
	if i > math.MaxInt16 {
		return -1
	}
	return int16(i)
}
