// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math/rand/v2"
	"strconv"

	"github.com/eligo-trials/eligo/patient"
)

// today is the day of the invented records. Screen for it, or for a day near it.
var today = patient.NewDay(2026, 11, 22)

// registry is an invented registry. It is safe for concurrent use.
type registry struct {
	seed  uint64
	lines int
	bad   map[int]fault
}

// newRegistry invents a registry of so many lines, of which bad are no profiles.
func newRegistry(lines, bad int, seed uint64) *registry {
	r := &registry{seed: seed, lines: lines, bad: make(map[int]fault, bad)}
	rng := rand.New(rand.NewPCG(seed, 0))
	for len(r.bad) < min(bad, lines) {
		line := 1 + rng.IntN(lines)
		if _, taken := r.bad[line]; !taken {
			r.bad[line] = faults[len(r.bad)%len(faults)]
		}
	}
	return r
}

// appendLine appends line n, counting from 1, with its line end.
func (r *registry) appendLine(b []byte, n int) []byte {
	w := personWriter{b: b, rng: rand.New(rand.NewPCG(r.seed, uint64(n))), fault: r.bad[n]}
	from := len(b)
	w.writePerson("r" + strconv.Itoa(1_000_000_000 + n)[1:])
	b = w.b
	if w.fault == cutShort {
		b = b[:from+(len(b)-from)/2]
	}
	return append(b, '\n')
}

// fault is a kind of line that is no profile.
type fault string

const (
	cutShort       fault = "cut short"
	unknownField   fault = "unknown field"
	fieldTwice     fault = "field given twice"
	impossibleDate fault = "impossible date"
	endBeforeStart fault = "end before start"
	wrongType      fault = "wrong type"
	notUTF8        fault = "not UTF-8"
)

var faults = []fault{cutShort, unknownField, fieldTwice, impossibleDate, endBeforeStart, wrongType, notUTF8}
