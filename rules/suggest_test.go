// SPDX-License-Identifier: Apache-2.0

package rules

import "testing"

func TestSuggest(t *testing.T) {
	among := []string{"biologic", "hiv", "hcv", "hbv", "hemoglobin", "hemoglobin_a1c", "rituximab", "within", "took"}
	for word, want := range map[string]string{
		"biologc": "biologic", "Biologic": "biologic", "biolgoic": "biologic", "hemogoblin": "hemoglobin",
		"hemoglobin-a1c": "hemoglobin_a1c", "HIV": "hiv", "hxv": "hbv", "hvi": "hiv", "wihtin": "within", "tok": "took",
		"": "", "x": "", "aspirin": "", "biologicbiologicbiologicbiologicbiologicbiologicbiologic": "",
	} {
		if got := suggest(word, among); got != want {
			t.Errorf("suggest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		limit int
		want  int
	}{
		{"", "", 3, 0},
		{"abc", "abc", 3, 0},
		{"abc", "acb", 3, 1},
		{"abc", "ab", 3, 1},
		{"abc", "xabc", 3, 1},
		{"abcd", "badc", 3, 2},
		{"abc", "xyz", 3, 3},
		{"abc", "xyz", 2, 3},
		{"a", "abcdef", 2, 3},
	} {
		if got := editDistance(c.a, c.b, c.limit); got != c.want {
			t.Errorf("editDistance(%q, %q, %d) = %d, want %d", c.a, c.b, c.limit, got, c.want)
		}
		if got := editDistance(c.b, c.a, c.limit); got != c.want {
			t.Errorf("editDistance(%q, %q, %d) = %d, want %d", c.b, c.a, c.limit, got, c.want)
		}
	}
}
