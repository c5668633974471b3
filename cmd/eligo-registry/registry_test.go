// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules"
)

func invent(lines, bad int, seed uint64) (*registry, []byte) {
	r := newRegistry(lines, bad, seed)
	var text []byte
	for n := 1; n <= lines; n++ {
		text = r.appendLine(text, n)
	}
	return r, text
}

// Exactly the planted lines are refused, for every fault.
func TestBadLinesAreExactlyThePlantedOnes(t *testing.T) {
	for seed := range uint64(5) {
		r, text := invent(5000, 700, seed)
		var planted, refused []int
		kinds := map[fault]int{}
		for line, fault := range r.bad {
			planted = append(planted, line)
			kinds[fault]++
		}
		slices.Sort(planted)
		good := 0
		for _, err := range patient.Records(bytes.NewReader(text), "registry") {
			var e *patient.RecordError
			if errors.As(err, &e) {
				refused = append(refused, e.Line)
			} else if good++; err != nil {
				t.Fatal(err)
			}
		}
		if good != 4300 || !slices.Equal(planted, refused) || len(kinds) != len(faults) {
			t.Errorf("seed %d: %d good; planted %v, refused %v", seed, good, planted, refused)
		}
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	_, a := invent(300, 20, 7)
	_, b := invent(300, 20, 7)
	_, c := invent(300, 20, 8)
	if !bytes.Equal(a, b) || bytes.Equal(a, c) {
		t.Error("the bytes do not follow the seed")
	}
	all := newRegistry(30, 30, 1)
	if n := len(all.bad); n != 30 {
		t.Errorf("%d of 30 lines are bad", n)
	}
}

func study(t testing.TB) *matcher.Matcher {
	t.Helper()
	s, err := rules.Load("../../testdata/studies/nct00506831.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m, err := matcher.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The mix has people of every verdict, and nobody whom the reference study
// cannot be matched with.
func TestMixHasEveryVerdict(t *testing.T) {
	_, text := invent(20_000, 0, 1)
	count := map[string]int{}
	for s, err := range study(t).Screen(t.Context(), patient.LazyRecords(bytes.NewReader(text), ""), matcher.ScreenOptions{Dates: matcher.Dates{Screening: today}}) {
		if err != nil || s.Err != nil {
			t.Fatal(err, s.Err)
		}
		for _, r := range s.Results {
			count[fmt.Sprintf("%s %s", r.Verdict, r.Awaits)]++
		}
	}
	t.Log(count)
	for _, kind := range []string{"eligible nothing", "ineligible nothing", "undetermined answers", "undetermined data"} {
		if count[kind] < 10 {
			t.Errorf("only %d are %s", count[kind], kind)
		}
	}
}
