// SPDX-License-Identifier: Apache-2.0

//go:build unix

package main

import (
	"bytes"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/eligo-trials/eligo/matcher"
	"github.com/eligo-trials/eligo/patient"
)

const people = 20_000

// cpu returns the processor time of this process, which does not depend on the
// load of the machine.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// measured runs b's loop and reports what one person takes.
func measured(b *testing.B, loop func()) {
	b.ReportAllocs()
	from := cpu(b)
	for b.Loop() {
		loop()
	}
	all := float64(people) * float64(b.N)
	b.ReportMetric(float64((cpu(b)-from).Nanoseconds())/1000/all, "cpu-µs/patient")
	b.ReportMetric(all/b.Elapsed().Seconds(), "patients/s")
}

// BenchmarkScreen decodes and matches people with every reason, and throws the
// results away.
func BenchmarkScreen(b *testing.B) {
	_, text := invent(people, 20, 1)
	m, d := study(b), matcher.Dates{Screening: today}
	for _, workers := range []int{1, 2, 0} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			o := matcher.ScreenOptions{Dates: d, Workers: workers}
			measured(b, func() {
				n := 0
				for range matcher.ScreenAndRender(b.Context(), m, patient.LazyRecords(bytes.NewReader(text), ""), o, func(s matcher.RecordResults) int { return len(s.Results) }) {
					n++
				}
				if n != people {
					b.Fatal(n)
				}
			})
		})
	}
}

// BenchmarkDecode, BenchmarkMatch and BenchmarkSplit are its parts, one after
// the other on one core.
func BenchmarkDecode(b *testing.B) {
	_, text := invent(people, 20, 1)
	measured(b, func() {
		for range patient.Records(bytes.NewReader(text), "") {
			continue
		}
	})
}

func BenchmarkSplit(b *testing.B) {
	_, text := invent(people, 20, 1)
	measured(b, func() {
		for range patient.LazyRecords(bytes.NewReader(text), "") {
			continue
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	_, text := invent(people, 0, 1)
	m, d := study(b), matcher.Dates{Screening: today}
	var all []*patient.Profile
	for p := range patient.Records(bytes.NewReader(text), "") {
		all = append(all, p)
	}
	measured(b, func() {
		for _, p := range all {
			if _, err := m.Match(p, d); err != nil {
				b.Fatal(err)
			}
		}
	})
}
