// SPDX-License-Identifier: Apache-2.0

package boundaries

import (
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// recognition tells which concepts of a rule a fact is about. The cases test what a rule
// makes of facts that are recognized, not the recognition, so it is the terminology's.
type recognition struct {
	concepts    map[terminology.Kind][]*terminology.Concept
	recognizers map[terminology.Kind]*terminology.Recognizer
	made        map[madeFact]map[*terminology.Concept]language.Truth // of facts met before
}

// madeFact is what is recognized of a fact.
type madeFact struct {
	kind terminology.Kind
	code patient.Coding
	text string
}

func newRecognition(s *rules.Study, concepts []*terminology.Concept) *recognition {
	r := &recognition{
		concepts:    map[terminology.Kind][]*terminology.Concept{},
		recognizers: map[terminology.Kind]*terminology.Recognizer{},
		made:        map[madeFact]map[*terminology.Concept]language.Truth{},
	}
	for _, c := range concepts {
		r.concepts[c.Kind] = append(r.concepts[c.Kind], c)
	}
	for kind, list := range r.concepts {
		r.recognizers[kind] = terminology.NewRecognizer(kind, list, s.Systems, nil)
	}
	return r
}

// recognizeFact gives the truth of "the fact is one of the concept".
func (r *recognition) recognizeFact(f *fact, c *terminology.Concept) language.Truth {
	key := madeFact{f.concept.Kind, f.code, f.text}
	truths, known := r.made[key]
	if !known {
		truths = map[*terminology.Concept]language.Truth{}
		entry := f.entry()
		for _, hit := range r.recognizers[key.kind].Recognize(&entry, 0, nil) {
			t := language.Unknown
			if hit.Grade >= terminology.ByName {
				t = language.True
			}
			truths[r.concepts[key.kind][hit.Concept]] = t
		}
		r.made[key] = truths
	}
	if t, hit := truths[c]; hit {
		return t
	}
	return language.False
}
