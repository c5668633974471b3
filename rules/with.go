// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"slices"

	"github.com/eligo-trials/eligo/rules/language"
	"github.com/eligo-trials/eligo/rules/terminology"
)

// With gives the study with other criteria in the place of its own. It compiles
// their rules; the error is that of the first wrong rule, without a place.
func (s *Study) With(criteria ...Criterion) (*Study, error) {
	scope := &language.Scope{Concepts: map[string]*terminology.Concept{}, Questions: map[string]*language.Question{}, Anchors: map[string]bool{language.Screening: true}}
	for _, c := range s.concepts {
		scope.Concepts[c.Name] = c
	}
	for i := range s.Questions {
		scope.Questions[s.Questions[i].ID] = &s.Questions[i]
	}
	for _, name := range s.Anchors {
		scope.Anchors[name] = true
	}
	other := *s
	other.Criteria, other.reads = slices.Clone(criteria), nil
	for i := range other.Criteria {
		c := &other.Criteria[i]
		var errs []language.Error
		if c.rule, errs = language.Compile(c.Rule, scope); len(errs) > 0 {
			return nil, errs[0]
		}
	}
	other.complete()
	return &other, nil
}
