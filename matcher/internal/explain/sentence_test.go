// SPDX-License-Identifier: Apache-2.0

package explain

import "testing"

// TestSentencesJoin: claims about one finding make one sentence, each said once; a
// claim that is not decided, and one about another finding, has its own.
func TestSentencesJoin(t *testing.T) {
	for name, test := range map[string]struct {
		sentences []sentence
		want      string
	}{
		"one finding":     {[]sentence{claim("Age 47", "18 or more."), claim("Age 47", "80 or less.")}, "Age 47: 18 or more, 80 or less."},
		"said twice":      {[]sentence{claim("Age 47", "18 or more."), claim("Age 47", "18 or more.")}, "Age 47: 18 or more."},
		"two findings":    {[]sentence{claim("Age 47", "18 or more."), claim("Age 48", "80 or less.")}, "Age 47: 18 or more. Age 48: 80 or less."},
		"undecided":       {[]sentence{claim("Age 47", "18 or more."), undecidedClaim("Age 47", "whether it is 80 is not known.")}, "Age 47: 18 or more. Age 47: whether it is 80 is not known."},
		"a question":      {[]sentence{claim("Answered yes", "Is it so?"), claim("Answered yes", "Is it thus?")}, "Answered yes: Is it so? Answered yes: Is it thus?"},
		"colon in a word": {[]sentence{plain("No HLA: B27 on record."), plain("No HLA: B28 on record.")}, "No HLA: B27 on record. No HLA: B28 on record."},
		"nothing":         {[]sentence{plain(""), plain("So."), plain("")}, "So."},
	} {
		var all sentences
		for _, s := range test.sentences {
			all.addSentence(s)
		}
		if got := all.String(); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
