// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"slices"

	"github.com/eligo-trials/eligo/rules/language"
)

// AliveID is the id of the criterion that every study has.
const AliveID = "alive"

// aliveCriterion is the built-in first criterion: nobody who is recorded dead can join.
func aliveCriterion() Criterion {
	rule, errs := language.Compile(AliveID, &language.Scope{})
	if len(errs) > 0 {
		panic(errs[0]) // a word of the vocabulary is a rule by itself
	}
	return Criterion{
		ID: AliveID, Side: Inclusion, Rule: AliveID, rule: rule, BuiltIn: true,
		Quote: "A person who is recorded dead cannot join.",
	}
}

// complete collects the concepts that the study's rules name.
func (s *Study) complete() {
	for i := range s.Criteria {
		for _, c := range s.Criteria[i].rule.Concepts() {
			if !slices.Contains(s.reads, c) {
				s.reads = append(s.reads, c)
			}
		}
	}
}
