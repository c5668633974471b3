// SPDX-License-Identifier: Apache-2.0

package main

import (
	"slices"
	"testing"

	"github.com/eligo-trials/eligo/matcher/cases/boundaries"
	"github.com/eligo-trials/eligo/rules"
	"github.com/eligo-trials/eligo/rules/language"
)

// TestDisagreements: no disagreement between arithmetic and the rules is quiet.
func TestDisagreements(t *testing.T) {
	agrees := boundaries.Boundary{Criterion: "a", Want: language.True, Got: language.True}
	wrong := boundaries.Boundary{Criterion: "b", Want: language.False, Got: language.Unknown, Reason: "Age 17 or 18."}
	wrong.Words, wrong.Pos = "b: turns 18", rules.Position{File: "s.yaml", Line: 3, Column: 7}
	got := disagreements([]boundaries.Boundary{agrees, wrong})
	if want := []string{"s.yaml:3:7: DISAGREE: b: turns 18: arithmetic says false, the rules say unknown: Age 17 or 18."}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
