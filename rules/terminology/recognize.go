// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"math"
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
// The codes that the concepts list stand in one index; a [kindReader] reads the
// wordings and the other codes by what is known about them. Records repeat the same
// codes and displays endlessly: [recognitionCache] keeps the hits of those met before.
type Recognizer struct {
	kind     Kind
	concepts []*Concept
	index    *conceptIndex
	reader   kindReader   // by the core
	added    *addedReader // by the terminologies of the site; nil if there are none
	site     *siteReader  // by the site's list; nil if it says nothing about the kind
	memo     *recognitionCache
	scratch  sync.Pool // of *factReader
}

// NewRecognizer prepares the concepts of one kind. systems names local code
// systems as known ones, URL to short name; known is what is known about codes and
// wordings, and [Core] if it is nil. A class that holds itself, which loading refuses, is read as if it did not.
func NewRecognizer(k Kind, concepts []*Concept, systems map[string]string, known *Knowledge) *Recognizer {
	r := &Recognizer{kind: k, concepts: concepts, index: newConceptIndex(concepts, systems)}
	if known == nil {
		known = Core()
	}
	if len(concepts) > 0 {
		r.memo = newRecognitionCache()
		r.reader, r.added = newKindReader(k, known.core(), r.index.nodes), newAddedReader(k, known)
		r.site = newSiteReader(r, known.site)
	}
	r.scratch.New = func() any { return newFactReader(r) }
	return r
}

// newKindReader prepares the reader of a kind.
func newKindReader(k Kind, known *Knowledge, nodes []node) kindReader {
	concepts := make([]*Concept, len(nodes))
	for i := range nodes {
		concepts[i] = nodes[i].concept
	}
	switch k {
	case MedicationKind:
		return newMedicineReader(known, concepts)
	case AllergyKind:
		return newAllergyReader(known, concepts)
	case ImmunizationKind:
		return newVaccineReader(known, concepts)
	case ObservationKind:
		return newLaboratoryReader(known, concepts)
	}
	return newDiagnosisReader(known, k, concepts)
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

// Explain gives the reason by which a fact is, may be or is not an instance of a
// concept, by its index, and the member of a class that decides.
func (r *Recognizer) Explain(f *patient.Fact, concept int) (Reason, *Concept) {
	if f.Unreadable != "" {
		return Uninterpreted, r.concepts[concept]
	}
	s := r.scratch.Get().(*factReader)
	defer r.scratch.Put(s)
	defer s.resetState()
	s.readFact(f)
	v := s.gradeNode(r.index.nodeOf[concept])
	return v.reason, r.index.nodes[v.member].concept
}

// recognizeAnew appends the hits of a fact, whose index it leaves at 0.
func (r *Recognizer) recognizeAnew(f *patient.Fact, hits []Hit) []Hit {
	s := r.scratch.Get().(*factReader)
	defer r.scratch.Put(s)
	defer s.resetState()
	s.readFact(f)
	for c, concept := range r.concepts {
		v := s.gradeNode(r.index.nodeOf[c])
		if v.grade == 0 {
			continue
		}
		h := Hit{Concept: int32(c), Coding: v.coding, Grade: v.grade, Reason: v.reason, Member: concept}
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
	reason Reason
	coding int16
	member int32 // node
}

// gradeNode returns the strongest match of the concept or its members, the first of
// several. Exclusions of a class override its members.
func (s *factReader) gradeNode(n int32) conceptMatch {
	st := &s.nodes[n]
	if st.graded == s.turn {
		return st.match
	}
	node := &s.recognizer.index.nodes[n]
	best := conceptMatch{coding: -1, member: n, reason: OutsideKnownWording}
	if node.decides {
		best.reason, best.coding = s.decide(n)
		best.grade = best.reason.Grade()
	}
	if best.reason != OutsideException {
		for i, m := range node.members {
			v := s.gradeNode(m)
			conflict := (s.added || s.site) && v.reason == Contradiction && v.grade == best.grade // which the reason tells
			if v.grade > best.grade || conflict || i == 0 && !node.decides {
				best = v
			}
		}
		if !node.decides {
			best = s.withSiteList(n, best)
		}
		if len(node.members) > 0 && best.grade >= ByName && s.isExcepted(n) {
			if best.member == n {
				best.reason, best.grade = Contradiction, MayBe
			} else {
				best = conceptMatch{coding: -1, member: n, reason: OutsideException}
			}
		}
	}
	st.graded, st.match = s.turn, best
	return best
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

// weighRelations weighs the codes that a concept lists against those that it excepts
// and those that may be it, for one coding; NoReason where it lists none. The
// more specific saying wins: the very code, then the longer prefix, so that
// except I15* cuts its hole into I1*. Terms that say both of one code contradict
// themselves. A prefix says nothing sure of a code that is near to a listed code
// of another list: with I1* but not I15.0, I15 may be either.
func weighRelations(lists [mayBeCodes + 1]codeRelation) Reason {
	listed, except, mayBe := lists[listedCodes], lists[exceptCodes], lists[mayBeCodes]
	surest := max(listed.prefix, except.prefix)
	switch {
	case !listed.listed && !except.listed && (mayBe.listed || mayBe.prefix > surest || mayBe.near && mayBe.prefix == 0):
		return WiderMeaning
	case listed.listed && except.listed:
		return Contradiction
	case listed.listed:
		return CoversCode
	case except.listed:
		return OutsideException
	case listed.prefix > except.prefix && except.near, listed.prefix < except.prefix && listed.near:
		return WiderMeaning
	case listed.prefix > except.prefix:
		return CoversCode
	case listed.prefix < except.prefix:
		return OutsideException
	case listed.prefix > 0:
		return Contradiction
	case listed.near:
		return WiderMeaning
	}
	return NoReason
}
