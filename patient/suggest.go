// SPDX-License-Identifier: Apache-2.0

package patient

import "strings"

// maxSuggestable is the length from which no suggestion is made.
const maxSuggestable = 64

// Nearest gives the candidate that a misspelt word most likely means, or "" if
// none is near. Case does not count. Two letters may
// be wrong, one in a word of up to four letters, a third but at most four in a
// word of nine or more. Swapped neighbours are one wrong letter, and so is the
// missing end of a word of four letters or more. Of equally near candidates it
// gives the alphabetically first. Every "did you mean" uses it.
func Nearest(word string, candidates []string) string {
	if word == "" || len(word) > maxSuggestable {
		return ""
	}
	letters := strings.ToLower(word)
	wrong := 2
	switch n := len(letters); {
	case n <= 4:
		wrong = min(n-1, 1)
	case n >= 9:
		wrong = min(n/3, 4)
	}
	best, least := "", wrong+1
	for _, c := range candidates {
		if c == word || len(c) > maxSuggestable {
			continue
		}
		candidate := strings.ToLower(c)
		n := editDistance(letters, candidate)
		if len(letters) >= 4 && strings.HasPrefix(candidate, letters) {
			n = min(n, 1)
		}
		if n < least || n == least && best != "" && c < best {
			best, least = c, n
		}
	}
	return best
}

// editDistance counts the letters to insert, delete, change or swap with the next
// to turn a into b (optimal string alignment distance).
func editDistance(a, b string) int {
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
