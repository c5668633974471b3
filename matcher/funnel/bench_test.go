// SPDX-License-Identifier: Apache-2.0

package funnel

import (
	"testing"

	"github.com/eligo-trials/eligo/matcher/internal/cohorttest"
)

// countSome counts some of the results. The rejected records are at the end.
func countSome(t testing.TB, c *cohorttest.Cohort, from, to int) *Tally {
	t.Helper()
	tally := NewTally(c.Study, c.Dates)
	for i := from; i < to; i++ {
		if err := tally.Add(&c.Results[i]); err != nil {
			t.Fatal(err)
		}
	}
	if to == len(c.Results) {
		for range cohorttest.Rejected {
			tally.Reject()
		}
	}
	return tally
}

func countAll(t testing.TB, c *cohorttest.Cohort) *Tally { return countSome(t, c, 0, len(c.Results)) }

func BenchmarkAdd(b *testing.B) {
	c := cohorttest.Load(b)
	tally := countAll(b, c)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if err := tally.Add(&c.Results[i]); err != nil {
			b.Fatal(err)
		}
		if i++; i == len(c.Results) {
			i = 0
		}
	}
}
