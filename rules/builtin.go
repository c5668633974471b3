// SPDX-License-Identifier: Apache-2.0

package rules

// aliveID is the criterion that every study has.
const aliveID = "alive"

// alive is the built-in first criterion: nobody who is recorded dead can join.
func alive() Criterion {
	p, errs := compileRule(aliveID, &scope{})
	if len(errs) > 0 {
		panic(errs[0]) // a word of the vocabulary is a rule by itself
	}
	return Criterion{
		ID: aliveID, Side: Inclusion, Rule: aliveID, program: p, BuiltIn: true,
		Quote: "A person who is recorded dead cannot join.",
	}
}

// complete gathers what the study's rules read.
func (s *Study) complete() {
	for i := range s.Criteria {
		if p := s.Criteria[i].program; p != nil {
			for _, c := range p.concepts {
				s.reads = appendNew(s.reads, c)
			}
		}
	}
}
