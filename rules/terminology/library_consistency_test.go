// SPDX-License-Identifier: Apache-2.0

package terminology_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/terminology"
	"go.yaml.in/yaml/v4"
)

// libraryConcepts loads every concept of the library.
func libraryConcepts(t *testing.T) []*terminology.Concept {
	t.Helper()
	var all []*terminology.Concept
	for _, part := range terminology.Library() {
		concepts, err := rules.LoadConcepts(part)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, concepts...)
	}
	return all
}

// TestLibraryNamesAreUnique lets a study import all parts together.
func TestLibraryNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range libraryConcepts(t) {
		if seen[c.Name] {
			t.Errorf("%s is defined twice", c.Name)
		}
		seen[c.Name] = true
	}
}

// TestLibraryClassesTakeTheirMembers holds that nothing by which a concept is
// recognized is an exception of a class that holds it.
func TestLibraryClassesTakeTheirMembers(t *testing.T) {
	for _, class := range libraryConcepts(t) {
		for member := range class.Members() {
			for _, fault := range sharedTerms(member.Terms, class.Except) {
				t.Errorf("%s holds %s, and excepts its %s", class.Name, member.Name, fault)
			}
		}
	}
}

// TestLibraryTermsAndExceptionsAreApart holds that no code and no name of a
// concept is at the same time an exception of it.
func TestLibraryTermsAndExceptionsAreApart(t *testing.T) {
	for _, c := range libraryConcepts(t) {
		for _, fault := range sharedTerms(c.Terms, c.Except) {
			t.Errorf("%s lists and excepts %s", c.Name, fault)
		}
	}
}

// sharedTerms lists the codes of a that b lists or covers by a prefix, and the
// names that both have.
func sharedTerms(a, b terminology.Terms) []string {
	var shared []string
	for system, codes := range a.Codes {
		for _, code := range codes {
			if slices.ContainsFunc(b.Codes[system], func(pattern string) bool { return coversPattern(pattern, code) }) {
				shared = append(shared, system+" "+code)
			}
		}
	}
	for _, name := range a.Names {
		if slices.ContainsFunc(b.Names, func(other string) bool { return strings.EqualFold(name, other) }) {
			shared = append(shared, fmt.Sprintf("name %q", name))
		}
	}
	slices.Sort(shared)
	return shared
}

// coversPattern reports whether all that a code or prefix stands for is covered by
// pattern: I48* covers I48.0 and I48.1*, I48.0 only itself.
func coversPattern(pattern, code string) bool {
	prefix, isPrefix := strings.CutSuffix(pattern, "*")
	return pattern == code || isPrefix && strings.HasPrefix(code, prefix)
}

// TestLibraryListsHaveNoIdleCodes holds that no list has a code that a prefix of the
// same list covers.
func TestLibraryListsHaveNoIdleCodes(t *testing.T) {
	for _, c := range libraryConcepts(t) {
		for system, codes := range c.Codes {
			for _, code := range codes {
				for _, pattern := range codes {
					if pattern != code && coversPattern(pattern, code) {
						t.Errorf("%s: %s %s is below %s", c.Name, system, code, pattern)
					}
				}
			}
		}
	}
}

// TestLibraryICD10SaysWhy holds that a list of WHO ICD-10 names how it differs from the
// list of ICD-10-CM, which serves both where there is one list only, and that it does
// differ.
func TestLibraryICD10SaysWhy(t *testing.T) {
	eachConcept(t, func(file string, lines []string, name string, concept *yaml.Node) {
		codes := valueOf(concept, "codes")
		who := valueOf(codes, "icd10")
		if who == nil {
			return
		}
		for i := 0; i+1 < len(codes.Content); i += 2 {
			key := codes.Content[i]
			if key.Value == "icd10" && !strings.Contains(lines[key.Line-1], "# WHO: ") {
				t.Errorf("%s:%d: %s: the list of icd10 does not say how it differs from icd10cm", file, key.Line, name)
			}
		}
		if cm := valueOf(codes, "icd10cm"); cm != nil && slices.Equal(valuesOf(who), valuesOf(cm)) {
			t.Errorf("%s: %s: icd10 repeats icd10cm", file, name)
		}
	})
}

func valuesOf(list *yaml.Node) []string {
	var values []string
	for _, n := range list.Content {
		values = append(values, n.Value)
	}
	slices.Sort(values)
	return values
}

// TestLibraryMembersSatisfyTheirClasses recognizes every name and every code of the
// library: a class is as sure of it as each of its members. It may know better where a
// member does not know: by an exception of its own.
func TestLibraryMembersSatisfyTheirClasses(t *testing.T) {
	byKind := map[terminology.Kind][]*terminology.Concept{}
	for _, c := range libraryConcepts(t) {
		byKind[c.Kind] = append(byKind[c.Kind], c)
	}
	for kind, concepts := range byKind {
		r := terminology.NewRecognizer(kind, concepts, nil, nil)
		for _, c := range concepts {
			for _, fact := range factsOf(c.Terms) {
				grades := map[*terminology.Concept]terminology.Grade{}
				for _, hit := range r.Recognize(&fact, 0, nil) {
					grades[concepts[hit.Concept]] = hit.Grade
				}
				for _, class := range concepts {
					for member := range class.Members() {
						if grades[member] >= terminology.ByName && grades[class] < grades[member] {
							t.Errorf("%q %v: %s is of grade %d, but %s, which holds it, of grade %d",
								fact.Text, fact.Codes, member.Name, grades[member], class.Name, grades[class])
						}
					}
				}
			}
		}
	}
}

// factsOf makes a fact of each name, and of each code without its words; of a prefix,
// the code itself.
func factsOf(terms terminology.Terms) []patient.Fact {
	var facts []patient.Fact
	for _, name := range terms.Names {
		facts = append(facts, patient.Fact{Text: name})
	}
	for system, codes := range terms.Codes {
		for _, code := range codes {
			code = strings.TrimSuffix(strings.TrimSuffix(code, "*"), ".")
			facts = append(facts, patient.Fact{Codes: []patient.Coding{{System: system, Code: code}}})
		}
	}
	return facts
}
