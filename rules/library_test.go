// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/rules/terminology"
)

const useCommon = "study: S\nconcepts: [builtin:common]\ninclusion:\n  - {id: a, quote: b, rule: age > 1}\n"

func TestLibraryLoads(t *testing.T) {
	for _, name := range terminology.Library() {
		list, err := LoadConcepts(name)
		if err != nil || len(list) == 0 {
			t.Errorf("%s: %d concepts, %v", name, len(list), err)
		}
	}
	if !slices.Contains(terminology.Library(), "builtin:common") {
		t.Errorf("the library is %v", terminology.Library())
	}
}

func TestLibraryIsShared(t *testing.T) {
	one, err := Parse("one", []byte(useCommon))
	if err != nil {
		t.Fatal(err)
	}
	two, err := Parse("two", []byte(useCommon))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(one.Concepts(), two.Concepts()) {
		t.Error("two studies have concepts of their own")
	}
}

func TestNoSuchPart(t *testing.T) {
	_, err := LoadConcepts("builtin:comon")
	if err == nil || !strings.HasSuffix(err.Error(), "did you mean builtin:common?") {
		t.Errorf("got %v", err)
	}
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		if _, err := Parse("one", []byte(useCommon)); err != nil {
			b.Fatal(err)
		}
	}
}
