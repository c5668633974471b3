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

// Today is the day on which the invented records were read: screen for it, or
// for a day not far from it.
var Today = patient.NewDay(2026, 11, 22)

// Registry is an invented registry. It may be written by many goroutines.
type Registry struct {
	seed  uint64
	lines int
	bad   map[int]Fault
}

// New invents a registry of so many lines, bad of which are no profiles.
func New(lines, bad int, seed uint64) *Registry {
	r := &Registry{seed: seed, lines: lines, bad: make(map[int]Fault, bad)}
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
func (r *Registry) Lines() int { return r.lines }

// BadLine is a line that is no profile.
type BadLine struct {
	Line  int // from 1
	Fault Fault
}

// BadLines lists the lines that are no profiles, in order.
func (r *Registry) BadLines() []BadLine {
	all := make([]BadLine, 0, len(r.bad))
	for line, fault := range r.bad {
		all = append(all, BadLine{line, fault})
	}
	slices.SortFunc(all, func(a, b BadLine) int { return cmp.Compare(a.Line, b.Line) })
	return all
}

// AppendLine appends line n, from 1, with its end.
func (r *Registry) AppendLine(b []byte, n int) []byte {
	w := writer{b: b, rng: rand.New(rand.NewPCG(r.seed, uint64(n))), fault: r.bad[n]}
	from := len(b)
	w.person("r" + strconv.Itoa(1_000_000_000 + n)[1:])
	b = w.b
	if w.fault == CutShort {
		b = b[:from+(len(b)-from)/2]
	}
	return append(b, '\n')
}

// Fault is what is wrong with a line.
type Fault string

// The faults.
const (
	CutShort       Fault = "cut short"
	UnknownField   Fault = "unknown field"
	FieldTwice     Fault = "field given twice"
	ImpossibleDate Fault = "impossible date"
	EndBeforeStart Fault = "end before start"
	WrongType      Fault = "wrong type"
	NotUTF8        Fault = "not UTF-8"
)

// Faults lists every fault.
func Faults() []Fault {
	return []Fault{CutShort, UnknownField, FieldTwice, ImpossibleDate, EndBeforeStart, WrongType, NotUTF8}
}
