// SPDX-License-Identifier: Apache-2.0

package patient

import "testing"

func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"abc", "abc", 0},
		{"abc", "acb", 1},
		{"abc", "ab", 1},
		{"abc", "xabc", 1},
		{"abcd", "badc", 2},
		{"abc", "xyz", 3},
		{"a", "abcdef", 5},
	} {
		if got := editDistance(c.a, c.b); got != c.want {
			t.Errorf("editDistance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
		if got := editDistance(c.b, c.a); got != c.want {
			t.Errorf("editDistance(%q, %q) = %d, want %d", c.b, c.a, got, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"bash", "conditions", "sex", "male", "female", "not-done", "within", "screening"}
	for word, want := range map[string]string{
		"condition": "conditions", "Conditions": "conditions", "sxe": "sex", "femal": "female", "mael": "male", "mail": "", "none": "", "notdone": "not-done", "Not Done": "not-done",
		"widthin": "within", "screen": "screening", "scr": "", "xyz": "", "": "", "conditions": "", "tcsh": "",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("Nearest(%q) is %q, want %q", word, got, want)
		}
	}
}
