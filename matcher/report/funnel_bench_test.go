// SPDX-License-Identifier: Apache-2.0

package report

import (
	"bytes"
	"testing"
)

func BenchmarkAdd(b *testing.B) {
	c := inventedCohort(b)
	tally := c.whole(b)
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

func BenchmarkAppendCSV(b *testing.B) {
	c := inventedCohort(b)
	row := bytes.Repeat([]byte{0}, 4096)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		row = AppendCSV(row[:0], &c.results[i])
		if i++; i == len(c.results) {
			i = 0
		}
	}
}
