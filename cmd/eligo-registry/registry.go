// SPDX-License-Identifier: Apache-2.0

// Package registry invents registries: as many people as one likes, each a line
// of NDJSON in eligo's own form, to try screening with.
//
// Nobody in it exists. The mix is made for the reference study
// (testdata/studies/nct00506831.yaml): one person in five has systemic
// sclerosis, biologic agents lie around the ends of their washouts, and the
// records have the faults that records have: dates known in part, domains that
// were not supplied, diagnoses that were never confirmed, local codes that
// nobody can read, laboratory values in several units.
//
// The same seed gives the same bytes, in every order and on every machine.
package main

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/eligo-trials/eligo/patient"
)

// today is the day on which the invented records were read: screen for it, or
// for a day not far from it.
var today = patient.NewDay(2026, 11, 22)

// registry is an invented registry. It may be written by many goroutines.
type registry struct {
	seed  uint64
	lines int
	bad   map[int]fault
}

// newRegistry invents a registry of so many lines, bad of which are no profiles.
func newRegistry(lines, bad int, seed uint64) *registry {
	r := &registry{seed: seed, lines: lines, bad: make(map[int]fault, bad)}
	rng := rand.New(rand.NewPCG(seed, 0))
	faults := Faults()
	for len(r.bad) < min(bad, lines) {
		line := 1 + rng.IntN(lines)
		if _, taken := r.bad[line]; !taken {
			r.bad[line] = faults[len(r.bad)%len(faults)]
		}
	}
	return r
}

// Lines is how many lines the registry has.
func (r *registry) Lines() int { return r.lines }

// badLine is a line that is no profile.
type badLine struct {
	Line  int // from 1
	Fault fault
}

// badLines lists the lines that are no profiles, in order.
func (r *registry) badLines() []badLine {
	all := make([]badLine, 0, len(r.bad))
	for line, fault := range r.bad {
		all = append(all, badLine{line, fault})
	}
	slices.SortFunc(all, func(a, b badLine) int { return cmp.Compare(a.Line, b.Line) })
	return all
}

// appendLine appends line n, from 1, with its end.
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

// fault is what is wrong with a line.
type fault string

// The faults.
const (
	cutShort       fault = "cut short"
	unknownField   fault = "unknown field"
	fieldTwice     fault = "field given twice"
	impossibleDate fault = "impossible date"
	endBeforeStart fault = "end before start"
	wrongType      fault = "wrong type"
	notUTF8        fault = "not UTF-8"
)

// Faults lists every fault.
func Faults() []fault {
	return []fault{cutShort, unknownField, fieldTwice, impossibleDate, endBeforeStart, wrongType, notUTF8}
}
