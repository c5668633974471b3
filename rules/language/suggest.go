// SPDX-License-Identifier: Apache-2.0

package language

import "github.com/eligo-trials/eligo/patient"

// Hint ends a message about an unknown word: "; did you mean X?" with the word
// among those given that was most likely meant, or "".
func Hint(word string, among []string) string {
	if meant := patient.Nearest(word, among); meant != "" {
		return "; did you mean " + meant + "?"
	}
	return ""
}
