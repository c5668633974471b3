// SPDX-License-Identifier: Apache-2.0

// Package core holds the terminology inside the program: codes with their names and
// hierarchy, names of medicines with their ingredients, tests and vaccines. NOTICE
// names the sources of its facts, their versions and licences.
//
// Of this module it may import rules/terminology/lexicon.
package core

import (
	_ "embed"
	"sync"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// The folder of the source lists is in the variable ELIGO_TERMINOLOGY_SOURCES; the
// documentation of generate describes them.
//
//go:generate go run ./generate -o core.terms
//go:embed core.terms
var data []byte

// Lexicon gives the terminology inside the program. It is read where it lies: the
// first call takes microseconds.
var Lexicon = sync.OnceValue(func() *lexicon.Lexicon {
	l, err := lexicon.Open(data)
	if err != nil {
		panic(err) // the file is part of the program
	}
	return l
})
