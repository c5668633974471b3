// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"math"
	"slices"
	"sync"

	"github.com/eligo-trials/eligo/patient"
)

// Grade is how surely a fact is an instance of a concept. A fact that is surely not
// one has no hit.
type Grade int8

const (
	Unreadable Grade = iota + 1 // the concept cannot read the fact: it may be anything
	MayBe                       // it looks like the concept; a person must look
	ByName                      // it is one: the text says so
	ByCode                      // it is one: a code says so
)

// Hit says that a fact is, or may be, an instance of a concept.
type Hit struct {
	Concept int32    // index in the recognizer's concepts
	Fact    int32    // index in the domain
	Coding  int16    // index of the deciding code in the fact's Codes, or -1
	Grade   Grade    //
	Member  *Concept // the concept or, of a class, the member that matched
}

// Recognizer tells which of its concepts, all of one kind, a fact is about.
// It is safe for concurrent use.
//
// Codes and names of all concepts stand in one index, so the time for a fact
// depends on the codes and words of the fact and on the number of its hits,
// not on the number of concepts. Records repeat the same codes and displays
// endlessly: [recognitionCache] keeps the hits of those met before.
type Recognizer struct {
	kind     Kind
	concepts []*Concept
	index    *conceptIndex
	memo     *recognitionCache
	scratch  sync.Pool // of *reading
}

// NewRecognizer prepares the concepts of one kind. systems names local code
// systems as known ones, URL to short name. A class that holds itself, which
// loading refuses, is read as if it did not.
func NewRecognizer(k Kind, concepts []*Concept, systems map[string]string) *Recognizer {
	r := &Recognizer{kind: k, concepts: concepts, index: newConceptIndex(concepts, systems)}
	if len(concepts) > 0 {
		r.memo = newRecognitionCache()
	}
	r.scratch.New = func() any { return newFactReader(r.index) }
	return r
}

// Recognize appends the hits of one fact, in the order of the concepts.
func (r *Recognizer) Recognize(f *patient.Fact, fact int32, hits []Hit) []Hit {
	if len(r.concepts) == 0 {
		return hits
	}
	if f.Unreadable != "" {
		for i, c := range r.concepts {
			hits = append(hits, Hit{Concept: int32(i), Fact: fact, Coding: -1, Grade: Unreadable, Member: c})
		}
		return hits
	}
	at := len(hits)
	found, place, known := r.memo.lookUpHits(f)
	if known {
		hits = append(hits, found...)
	} else {
		hits = r.recognizeAnew(f, hits)
		r.memo.storeHits(place, f, hits[at:])
	}
	for i := at; i < len(hits); i++ {
		hits[i].Fact = fact
	}
	return hits
}

// recognizeAnew appends the hits of a fact, whose index it leaves at 0.
func (r *Recognizer) recognizeAnew(f *patient.Fact, hits []Hit) []Hit {
	s := r.scratch.Get().(*factReader)
	defer r.scratch.Put(s)
	defer s.resetState()
	s.kind = r.kind
	s.readCodes(f)
	s.readTexts(f)
	s.findCoverage()
	for _, c := range s.affectedConcepts() {
		v := s.gradeNode(r.index.nodeOf[c])
		if v.grade == 0 {
			continue
		}
		h := Hit{Concept: c, Coding: v.coding, Grade: v.grade, Member: r.concepts[c]}
		if v.member != r.index.nodeOf[c] {
			h.Member = r.index.nodes[v.member].concept
		}
		hits = append(hits, h)
	}
	return hits
}

// conceptMatch is how a concept matches a fact; a zero grade is a plain no.
type conceptMatch struct {
	grade  Grade
	coding int16
	member int32 // node
}

// gradeNode returns the strongest match of the concept or its members, the first of
// several. Exclusions of a class override its members. If nothing matches and a member
// could not interpret the fact, the grade is Unreadable.
func (s *factReader) gradeNode(n int32) conceptMatch {
	st := s.nodeState(n)
	if st.graded {
		return st.match
	}
	node := &s.index.nodes[n]
	best := conceptMatch{coding: -1, member: n}
	if node.coverage >= 0 {
		best.grade, best.coding = decide(s.kind, st.evidence, s.covered[node.coverage])
	}
	if !st.excepted {
		for _, m := range node.members {
			if v := s.gradeNode(m); v.grade > best.grade {
				best = v
			}
		}
	}
	st.graded, st.match = true, best
	return best
}

// affectedConcepts lists the concepts that the fact touches, or that hold a concept
// that it touches or that cannot read it, in order.
func (s *factReader) affectedConcepts() []int32 {
	add := func(concepts []int32) {
		for _, c := range concepts {
			if !s.marked[c] {
				s.marked[c] = true
				s.concepts = append(s.concepts, c)
			}
		}
	}
	for _, n := range s.touched {
		add(s.index.nodes[n].holders)
	}
	for i, l := range s.covered {
		if !l.readable {
			add(s.index.coverages[i].holders)
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
