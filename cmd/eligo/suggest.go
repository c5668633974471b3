// SPDX-License-Identifier: Apache-2.0

package main

import "strings"

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
		n := edits(word, strings.ToLower(name))
		if len(word) >= 4 && strings.HasPrefix(name, word) {
			n = min(n, 1)
		}
		if n < least {
			best, least = name, n
		}
	}
	return best
}

// edits counts the letters to insert, delete, change or swap with the next to
// make b of a.
func edits(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			change := last[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
