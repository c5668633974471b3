// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"

	"github.com/eligo-trials/eligo/patient"
)

// didYouMean gives "; did you mean NAME?" for the name that was most likely
// meant, or "".
func didYouMean(word string, among []string) string {
	if best := nearest(word, among); best != "" {
		return "; did you mean " + best + "?"
	}
	return ""
}

// nearest gives the name of the list that is a slip or two away: letters
// dropped, added, changed or swapped, or a beginning of four letters or more.
func nearest(word string, among []string) string {
	const longest = 64
	if len(word) > longest {
		return ""
	}
	word = strings.ToLower(word)
	best, least := "", max(2, len(word)/3+1)
	for _, name := range among {
		n := patient.Edits(word, strings.ToLower(name))
		if len(word) >= 4 && strings.HasPrefix(name, word) {
			n = min(n, 1)
		}
		if n < least {
			best, least = name, n
		}
	}
	return best
}
