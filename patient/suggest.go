// SPDX-License-Identifier: Apache-2.0

package patient

import "strings"

// nearest gives the known name that was probably meant, or "": the same but
// for case, dashes and underscores, or a few letters off.
func nearest(name string, known []string) string {
	if len(name) > maxPathName {
		return ""
	}
	best, bestEdits := "", len(name)/3+1
	plain := plainLetters(name)
	for _, k := range known {
		if n := Edits(plain, plainLetters(k)); n < bestEdits {
			best, bestEdits = k, n
		}
	}
	return best
}

func plainLetters(s string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(s))
}

// Edits counts the letters to insert, delete, change or swap with the next to
// make b of a (optimal string alignment distance). It is what every "did you
// mean" of eligo measures by; its cost is the product of the lengths.
func Edits(a, b string) int {
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
