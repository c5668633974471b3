// SPDX-License-Identifier: Apache-2.0

package rules

import "github.com/eligo-trials/eligo/patient"

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
	grade   grade
	member  *Concept // the concept or, of a class, the member that matched
}

// recognizer tells which of its concepts, all of one kind, a fact is about.
// It is safe for concurrent use.
type recognizer struct{}

// newRecognizer prepares the concepts of one kind. systems names local code
// systems as known ones, URL to short name.
func newRecognizer(k Kind, concepts []*Concept, systems map[string]string) *recognizer {
	return &recognizer{}
}

// recognize appends the hits of one fact, in the order of the concepts.
func (r *recognizer) recognize(f *patient.Fact, fact int32, hits []hit) []hit {
	return hits
}
