// SPDX-License-Identifier: Apache-2.0

package rules

import "testing"

// TestEveryWordHasAFunction: the vocabulary and the functions of the evaluator
// have the same words.
func TestEveryWordHasAFunction(t *testing.T) {
	answers := map[string]Answer{}
	for name := range truthWords {
		answers[name] = TruthAnswer
	}
	for name := range numberWords {
		answers[name] = NumberAnswer
	}
	for name := range textWords {
		answers[name] = TextAnswer
	}
	for _, w := range Words() {
		if answers[w.Name] != w.Answer {
			t.Errorf("the word %s gives a %s, its function a %q", w.Name, w.Answer, answers[w.Name])
		}
		delete(answers, w.Name)
	}
	for name := range answers {
		t.Errorf("%s has a function and is not in the vocabulary", name)
	}
}
