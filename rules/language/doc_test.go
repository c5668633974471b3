// SPDX-License-Identifier: Apache-2.0

package language

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/rules/terminology"
)

var updateDoc = flag.Bool("update-doc", false, "write the words of doc.go anew")

// TestDocListsTheWords holds the list of words in doc.go against Vocabulary:
// every word, in its order, and nothing else.
func TestDocListsTheWords(t *testing.T) {
	data, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(data), "//\n//\tage ")
	if !found {
		t.Fatal("doc.go has no list of words that begins with age")
	}
	list, after, found := strings.Cut("//\tage "+rest, "//\n// # Truth")
	if !found {
		t.Fatal("after the words of doc.go there is no section on truth")
	}
	var want strings.Builder
	for _, term := range Vocabulary() {
		names := strings.Fields(term.Name) // an operator may stand for several
		form := strings.Replace(term.Form, names[0], strings.Join(names, "|"), 1)
		fmt.Fprintf(&want, "//\t%-38s %s: %s\n", form, term.Answer, term.Meaning)
	}
	switch {
	case list == want.String():
	case *updateDoc:
		err = os.WriteFile("doc.go", []byte(before+"//\n"+want.String()+"//\n// # Truth"+after), 0o644)
		if err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("doc.go lists\n%s\nand the vocabulary is\n%s\nrun go test ./rules/language -run DocLists -update-doc", list, want.String())
	}
}

var asked = regexp.MustCompile(`([a-z_]+)\(([a-z_]+)`)

// TestExamplesCompile: every example of the vocabulary is a rule, or a window
// or a duration that a rule may hold.
func TestExamplesCompile(t *testing.T) {
	for _, term := range Vocabulary() {
		sc := &Scope{
			Concepts:  map[string]*terminology.Concept{"x": {Name: "x", Kind: terminology.ConditionKind}},
			Questions: map[string]*Question{}, Anchors: map[string]bool{Screening: true, "first_dose": true},
		}
		for _, m := range asked.FindAllStringSubmatch(term.Example, -1) {
			w := wordNamed(m[1])
			switch {
			case w == nil || len(w.parameters) == 0:
			case w.parameters[0].valueType == conceptType:
				sc.Concepts[m[2]] = &terminology.Concept{Name: m[2], Kind: w.parameters[0].kinds[0]}
			case w.parameters[0].valueType == questionType:
				sc.Questions[m[2]] = &Question{ID: m[2]}
			}
		}
		form := map[string]string{"window": "had(x, %s)", "duration": "had(x, within(%s))"}[term.Answer]
		if form == "" {
			form = "%s"
		}
		if _, errs := Compile(fmt.Sprintf(form, term.Example), sc); len(errs) > 0 {
			t.Errorf("the example of %s, %s: %v", term.Name, term.Example, errs)
		}
		if term.Meaning == "" || !slices.ContainsFunc(strings.Fields(term.Name), func(name string) bool { return strings.Contains(term.Example, name) }) {
			t.Errorf("%s means %q; its example is %q", term.Name, term.Meaning, term.Example)
		}
	}
}
