// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestTablesAreUsed: the readers use each section of the tables, so that no
// phrase is without effect.
func TestTablesAreUsed(t *testing.T) {
	var source strings.Builder
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name := f.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(text)
		}
	}
	for _, name := range []string{"words", "phrases", "frames", "dates", "comparators"} {
		for section, phrases := range readTables(name) {
			if !strings.Contains(source.String(), `"`+section+`"`) {
				t.Errorf("%s: nothing uses the section %s", name, section)
			}
			if sorted := slices.Sorted(slices.Values(phrases)); name != "words" && len(slices.Compact(sorted)) != len(phrases) {
				t.Errorf("%s: %s: a phrase is there twice", name, section)
			}
		}
	}
}
