// SPDX-License-Identifier: Apache-2.0

package main

import "github.com/eligo-trials/eligo/patient"

// didYouMean gives "; did you mean NAME?" for the name that was most likely
// meant, or "".
func didYouMean(word string, among []string) string {
	if best := patient.Nearest(word, among); best != "" {
		return "; did you mean " + best + "?"
	}
	return ""
}
