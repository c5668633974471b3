// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"slices"
	"strings"
)

// maxWord is the length from which a word is no slip of the finger any more.
const maxWord = 48

// suggest gives the word among those given that was most likely meant, or "".
// Two letters may differ, one in a short word, a third of a long one; letters
// that changed places count as one. Where two words are as near, it is the
// first in the order of the alphabet.
func suggest(word string, among []string) string {
	if word == "" || len(word) > maxWord {
		return ""
	}
	best, least := "", slips(word)+1
	for _, w := range among {
		if w == word || len(w) > maxWord {
			continue
		}
		d := 0
		if !strings.EqualFold(w, word) {
			d = editDistance(word, w, least)
		}
		if d < least || d == least && best != "" && w < best {
			best, least = w, d
		}
	}
	return best
}

// slips is how many letters a word may differ from what was meant.
func slips(word string) int {
	switch n := len(word); {
	case n <= 3:
		return 1
	case n < 9:
		return 2
	default:
		return min(n/3, 4)
	}
}

// editDistance is the number of letters to insert, drop, replace or swap with
// their neighbour to get from a to b; it gives up at limit and returns more.
func editDistance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	var store [3][maxWord + 1]int
	older, old, row := store[0][:len(b)+1], store[1][:len(b)+1], store[2][:len(b)+1]
	for j := range old {
		old[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replace := old[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			row[j] = min(replace, old[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], older[j-2]+1)
			}
		}
		if slices.Min(row) > limit {
			return limit + 1
		}
		older, old, row = old, row, older
	}
	return old[len(b)]
}
