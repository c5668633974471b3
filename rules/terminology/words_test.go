// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"testing"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// TestListsOfStems: words of diagnoses and procedures are compared by their stems, so a
// list of them holds stems alone.
func TestListsOfStems(t *testing.T) {
	for name, list := range map[string]func() map[string]bool{
		"diagnosis-noise": diagnosisNoise, "diagnosis-common": diagnosisCommon, "turning": turningWords, "vague-procedures": vagueProcedures,
		"procedure-words": procedureWords, "body-sites": bodySites, "class-nouns": classNouns, "lay-words": layWords,
	} {
		for word := range list() {
			if stem := lexicon.Stem(word); stem != word {
				t.Errorf("words/%s.txt: %q is compared as %q", name, word, stem)
			}
		}
	}
}
