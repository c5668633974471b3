// SPDX-License-Identifier: Apache-2.0

package funnel

import (
	"testing"
)

// countSome counts some of the results. The rejected records are at the end.
func countSome(t testing.TB, c *inventedCohort, from, to int) *Tally {
	t.Helper()
	tally := NewTally(c.study, c.dates)
	for i := from; i < to; i++ {
		if err := tally.Add(&c.results[i]); err != nil {
			t.Fatal(err)
		}
	}
	if to == len(c.results) {
		for range rejectedRecords {
			tally.Reject()
		}
	}
	return tally
}

func countAll(t testing.TB, c *inventedCohort) *Tally { return countSome(t, c, 0, len(c.results)) }

func BenchmarkAdd(b *testing.B) {
	c := loadCohort(b)
	tally := countAll(b, c)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if err := tally.Add(&c.results[i]); err != nil {
			b.Fatal(err)
		}
		if i++; i == len(c.results) {
			i = 0
		}
	}
}
