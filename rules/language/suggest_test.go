// SPDX-License-Identifier: Apache-2.0

package language

import "testing"

func TestHint(t *testing.T) {
	among := []string{"biologic", "hiv", "hcv", "hbv", "hemoglobin", "hemoglobin_a1c", "rituximab", "within", "took"}
	for word, want := range map[string]string{
		"biologc": "biologic", "Biologic": "biologic", "biolgoic": "biologic", "hemogoblin": "hemoglobin",
		"hemoglobin-a1c": "hemoglobin_a1c", "HIV": "hiv", "hxv": "hbv", "hvi": "hiv", "wihtin": "within", "tok": "took",
		"": "", "x": "", "aspirin": "", "biologicbiologicbiologicbiologicbiologicbiologicbiologic": "",
	} {
		if want != "" {
			want = "; did you mean " + want + "?"
		}
		if got := Hint(word, among); got != want {
			t.Errorf("Hint(%q) = %q, want %q", word, got, want)
		}
	}
}
