// SPDX-License-Identifier: Apache-2.0

package evaluate

import (
	"testing"

	"github.com/eligo-trials/eligo/rules/language"
)

// TestEveryWordHasAFunction: the vocabulary and the functions of the evaluator
// have the same words.
func TestEveryWordHasAFunction(t *testing.T) {
	answers := map[string]language.Answer{}
	for name := range truthWords {
		answers[name] = language.TruthAnswer
	}
	for name := range numberWords {
		answers[name] = language.NumberAnswer
	}
	for name := range textWords {
		answers[name] = language.TextAnswer
	}
	for _, w := range language.Words() {
		if answers[w.Name] != w.Answer {
			t.Errorf("the word %s gives a %s, its function a %q", w.Name, w.Answer, answers[w.Name])
		}
		delete(answers, w.Name)
	}
	for name := range answers {
		t.Errorf("%s has a function and is not in the vocabulary", name)
	}
}
