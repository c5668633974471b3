// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"bufio"
	"context"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/eligo-trials/eligo/patient"
)

func TestParseShard(t *testing.T) {
	for text, want := range map[string]Shard{"1/1": {}, "1/2": {1, 2}, "10000/10000": {10_000, 10_000}} {
		if got, err := ParseShard(text); err != nil || got != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "1", "/", "0/2", "3/2", "-1/2", "1/0", "1/10001", "a/b", "1/2/3", "1.5/2", " 1/2"} {
		if got, err := ParseShard(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}

// Shards divide a source: each record is in one of them, whatever is done
// already, and the sizes are what they should be.
func TestShardsPartition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of := rapid.IntRange(1, 12).Draw(t, "of")
		records := rapid.IntRange(0, 60).Draw(t, "records")
		var got []int64
		for number := 1; number <= of; number++ {
			shard := Shard{number, of}
			done := rapid.Int64Range(0, shard.recordsOf(int64(records))).Draw(t, "done")
			for k := range done {
				got = append(got, shard.sourceNumber(k+1))
			}
			take := &shardFilter{shard: shard, done: done}
			for r := range take.apply(context.Background(), numbered(records)) {
				got = append(got, int64(r.Place.Line))
			}
			if take.seen != int64(records) {
				t.Fatalf("%d records were seen of %d", take.seen, records)
			}
			if own := int64(len(got)); number == of && own != int64(records) {
				t.Fatalf("the shards hold %d records of %d", own, records)
			}
		}
		slices.Sort(got)
		for i, n := range got {
			if n != int64(i)+1 {
				t.Fatalf("the records are %v", got)
			}
		}
	})
}

func numbered(n int) patient.Lazy {
	return func(yield func(patient.Record) bool) {
		for i := range n {
			if !yield(patient.Record{Place: patient.Place{Line: i + 1}}) {
				return
			}
		}
	}
}

func TestPositions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want []position
		var b []byte
		for range rapid.IntRange(0, 20).Draw(t, "n") {
			p := position{rejected: rapid.Bool().Draw(t, "rejected")}
			if !p.rejected {
				p.lines, p.id = rapid.IntRange(0, 1000).Draw(t, "lines"), rapid.String().Draw(t, "id")
			}
			want, b = append(want, p), p.appendTo(b)
		}
		cut := rapid.IntRange(0, len(b)).Draw(t, "cut")
		got, whole := readPositions(string(b))
		if !whole || !slices.Equal(got, want) {
			t.Fatalf("%v, not %v", got, want)
		}
		if got, _ := readPositions(string(b[:cut])); len(got) > len(want) || !slices.Equal(got, want[:len(got)]) {
			t.Fatalf("%v, not the beginning of %v", got, want)
		}
	})
}

func FuzzPositions(f *testing.F) {
	f.Add("\x00\x02\x01a")
	f.Add("\x02\xff\xff\xff\xff\x0f")
	f.Fuzz(func(_ *testing.T, text string) { readPositions(text) })
}

func readPositions(text string) (all []position, whole bool) {
	in := bufio.NewReader(strings.NewReader(text))
	for {
		p, err := readPosition(in)
		if err != nil {
			return all, err.Error() == "EOF"
		}
		all = append(all, p)
	}
}
