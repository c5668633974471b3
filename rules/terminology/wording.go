// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"strings"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// placeholders are whole texts, in the form of [FoldWording], that stand where a record
// has no words.
var placeholders = map[string]bool{
	"unknown": true, "not known": true, "unspecified": true, "not specified": true, "other": true,
	"n a": true, "null": true, "no matching concept": true, "not available": true, "see note": true, "see comment": true,
}

// IsWording reports whether a text has words that wordings are compared by.
func IsWording(text string) bool { return FoldWording(text) != "" }

// FoldWording gives the form that whole wordings are compared in: lower case, without
// accents, punctuation and a closing semantic tag of SNOMED CT, one space between two
// words. Digits are words of their own: Infliximab100mg.
func FoldWording(text string) string {
	name, _ := lexicon.CutTag(lexicon.Fold(text))
	var b strings.Builder
	for i, p := range splitPieces(name) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(p.text)
	}
	return b.String()
}
