// SPDX-License-Identifier: Apache-2.0

package plural_test

import (
	"testing"

	"github.com/eligo-trials/eligo/cmd/internal/plural"
)

func TestCount(t *testing.T) {
	for want, got := range map[string]string{
		"0 problems": plural.Count(0, "problem"), "1 problem": plural.Count(1, "problem"), "2 problems": plural.Count(int64(2), "problem"),
		"1 criterion": plural.Count(1, "criterion"), "3 criteria": plural.Count(3, "criterion"), "2 entries": plural.Count(2, "entry"),
		"5 people": plural.Count(5, "person"), "is": plural.Choose(1, "is", "are"), "are": plural.Choose(0, "is", "are"),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
