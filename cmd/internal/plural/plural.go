// SPDX-License-Identifier: Apache-2.0

// Package plural writes numbers with English nouns. It imports nothing of ours.
package plural

import (
	"strconv"
	"strings"
)

// irregular gives the plurals that do not end in s.
var irregular = map[string]string{"criterion": "criteria", "entry": "entries", "person": "people"}

// Count gives "1 problem" and "2 problems".
func Count[N ~int | ~int64](n N, noun string) string {
	many, ok := irregular[noun]
	if !ok {
		many = noun + "s"
	}
	return strconv.FormatInt(int64(n), 10) + " " + Choose(n, noun, many)
}

// Choose gives the first word for 1 and the second for any other number.
func Choose[N ~int | ~int64](n N, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Join joins words with a separator, as strings.Join does.
func Join[S ~string](words []S, separator string) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = string(w)
	}
	return strings.Join(texts, separator)
}
