// SPDX-License-Identifier: Apache-2.0

package rules

import "github.com/eligo-trials/eligo/patient"

// suggest gives the word among those given that was most likely meant, or "".
func suggest(word string, among []string) string { return patient.Nearest(word, among) }
