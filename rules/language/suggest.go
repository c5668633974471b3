// SPDX-License-Identifier: Apache-2.0

package language

import (
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// maxWord is the length from which a word is no slip of the finger any more.
const maxWord = 48

// Hint ends a message about an unknown word: "; did you mean X?" with the word
// among those given that was most likely meant, or "".
func Hint(word string, among []string) string {
	if meant := suggest(word, among); meant != "" {
		return "; did you mean " + meant + "?"
	}
	return ""
}

// suggest gives the word among those given that was most likely meant, or "".
// Two letters may differ, one in a short word, a third of a long one; letters
// that changed places count as one. Where two words are as near, it is the
// first in the order of the alphabet.
func suggest(word string, among []string) string {
	if word == "" || len(word) > maxWord {
		return ""
	}
	best, least := "", allowedEdits(word)+1
	for _, w := range among {
		if w == word || len(w) > maxWord {
			continue
		}
		d := 0
		if !strings.EqualFold(w, word) {
			d = patient.Edits(word, w)
		}
		if d < least || d == least && best != "" && w < best {
			best, least = w, d
		}
	}
	return best
}

// allowedEdits is how many letters a misspelt word may differ from the right one.
func allowedEdits(word string) int {
	switch n := len(word); {
	case n <= 3:
		return 1
	case n < 9:
		return 2
	default:
		return min(n/3, 4)
	}
}
