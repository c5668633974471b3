// SPDX-License-Identifier: Apache-2.0

package ctgov

import "github.com/eligo-trials/eligo/rules"

// Reader reads one criterion in English.
type Reader interface {
	// Read gives the rule for a sentence, or false if it did not understand
	// the whole of it.
	Read(sentence string, c Context) (Reading, bool)
}

// Context is where a criterion stands.
type Context struct {
	Side   rules.Side
	Parent string
}

// Reading is what was understood of a criterion.
type Reading struct {
	Rule, Understood, Form string
	Stubs                  []Stub
	Anchors                []string
	Questions              []Question
}

// Stub is a concept that a rule names and the library lacks.
type Stub struct{ Name, Kind, Label, Unit string }

// Question is a question that a rule asks.
type Question struct{ ID, Ask, Who string }
