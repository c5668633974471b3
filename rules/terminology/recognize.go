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

// The grades, the surest last.
const (
	Unrecognized Grade = iota + 1 // the fact was not recognised: it may be anything
	MayBe                         // it looks like the concept; a person must look
	ByName                        // it is one: the text says so
	ByCode                        // it is one: a code says so
)

// Hit says that a fact is, or may be, an instance of a concept.
type Hit struct {
	Concept int32    // index in the recognizer's concepts
	Fact    int32    // index in the domain
	Coding  int16    // index of the deciding code in the fact's Codes, or -1
	Grade   Grade    //
	Reason  Reason   // the rule by which the grade was given
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
	scratch  sync.Pool // of *factReader
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
			hits = append(hits, Hit{Concept: int32(i), Fact: fact, Coding: -1, Grade: Unrecognized, Reason: Uninterpreted, Member: c})
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
// could not interpret the fact, the grade is Unrecognized.
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

// codeRelation is how one coding of a fact stands to the codes of a set of terms.
type codeRelation struct {
	listed bool  // the very code is listed
	prefix int16 // length of the longest listed prefix that the code begins with
	// near: the code and a listed one are of one branch of a hierarchy, ICD or
	// ATC. Either the code is the less specific: B18 where B18.1 is listed. Or
	// B18 is listed without a *, and the code is B18.1.
	near bool
}

type codingMeaning struct{ yes, except, perhaps bool }

// weighRelations weighs the codes that a concept lists against those that it excepts, for one coding. The
// more specific saying wins: the very code, then the longer prefix, so that
// except I15* cuts its hole into I1*. Terms that say both of one code contradict
// themselves. A prefix says nothing sure of a code that is near to a listed code
// of the other side: with I1* but not I15.0, I15 may be either.
func weighRelations(listed, except codeRelation) codingMeaning {
	switch {
	case listed.listed || except.listed:
		return codingMeaning{yes: listed.listed, except: except.listed}
	case listed.prefix > except.prefix:
		return codingMeaning{yes: !except.near, perhaps: except.near}
	case listed.prefix < except.prefix:
		return codingMeaning{except: !listed.near, perhaps: listed.near}
	case listed.prefix > 0:
		return codingMeaning{yes: true, except: true}
	}
	return codingMeaning{perhaps: listed.near}
}

// evidence is all that a fact says of the terms of one concept.
type evidence struct {
	coded    int16 // 1 + index of the first coding that says yes; 0: none does
	perhaps  int16 // 1 + index of the first coding that may mean the concept
	excepted bool  // a coding or a name says that it is not the concept
	whole    bool  // a whole text equals a name
	within   bool  // a name stands in a text
	// An excepted name stands in a text, and a name that it does not touch
	// stands in one too: "HIV infection; family history of diabetes".
	exceptName, free bool
}

// covered is whether a concept with certain systems and names could have
// recognised a fact.
type covered struct {
	codes    bool // a well-formed code in a system that the concept lists
	readable bool
}

// decide grades a fact for the terms of one concept; zero is a plain no. The
// coding is the one that decided, or -1.
//
//   - A listed code says yes, and only "may be" if the same fact holds a code or
//     a name that is excepted: one of the two is wrong.
//   - An excepted code or name says no, but an excepted name that leaves a name
//     elsewhere in the text untouched says "may be", but of a product.
//   - Medications: a name in the text says yes.
//   - Observations with a well-formed code in a system that the concept lists:
//     the code decides, for texts of tests are too much alike. A text that
//     equals a name says "may be", any other no.
//   - The others: a text that equals a name says yes, a name within it "may be".
//   - A code near to a listed one says "may be".
//   - What could have been recognised, and was not, is not the concept.
func decide(k Kind, e evidence, l covered) (g Grade, coding int16) {
	named := e.whole || k == MedicationKind && e.within
	inside := e.within
	if k == ObservationKind && l.codes {
		named, inside = false, e.whole
	}
	switch {
	case e.coded > 0 && (e.excepted || e.exceptName):
		return MayBe, e.coded - 1
	case e.coded > 0:
		return ByCode, e.coded - 1
	case e.excepted:
		return 0, -1
	case e.exceptName:
		return MayBe, -1
	case named:
		return ByName, -1
	case e.perhaps > 0 || inside:
		return MayBe, e.perhaps - 1
	case l.readable:
		return 0, -1
	}
	return Unrecognized, -1
}
