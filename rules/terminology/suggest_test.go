// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"slices"
	"strings"
	"testing"
)

// TestSuggest: misspelt names and abbreviations lead to codes of a known system.
func TestSuggest(t *testing.T) {
	s := NewSuggester(nil)
	for _, c := range []struct {
		kind          Kind
		wording, want string
	}{
		{MedicationKind, "inflixmab 100 mg", "atc:L04AB02"},
		{MedicationKind, "CYC 750 mg IV", "atc:L01AA01"},
		{MedicationKind, "Metotrexate 10 mg tablet", "atc:L04AX03"},
		{ConditionKind, "Heart faliure", "icd10cm:I50"},
		{ConditionKind, "MI", "snomed:22298006"},
		{ConditionKind, "Pneumnia", "icd10cm:J18"},
	} {
		list := s.Suggest(c.kind, c.wording)
		if !slices.ContainsFunc(list, func(n CodeName) bool { return strings.HasPrefix(n.String(), c.want) }) {
			t.Errorf("%s: %v, without %s", c.wording, list, c.want)
		}
	}
	if list := s.Suggest(ConditionKind, "Xyzzy"); len(list) > 0 {
		t.Errorf("Xyzzy: %v", list)
	}
}
