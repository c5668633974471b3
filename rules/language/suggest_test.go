// SPDX-License-Identifier: Apache-2.0

package language

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
