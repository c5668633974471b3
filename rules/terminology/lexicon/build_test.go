// SPDX-License-Identifier: Apache-2.0

package lexicon_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// invented is a terminology of invented codes, names and relations.
type invented struct {
	names   map[string][]string // by system and code
	parents map[string][]string
	entries [][2]string
}

// invent makes a terminology that holds words of each class of ids, codes that begin
// alike over the ends of systems and runs, and long codes and words.
func invent(seed uint64) *invented {
	r := rand.New(rand.NewPCG(seed, 1))
	in := &invented{names: map[string][]string{}, parents: map[string][]string{}}
	words := make([]string, 20_000)
	for i := range words {
		words[i] = fmt.Sprintf("w%dx", i)
		if i%1000 == 7 {
			words[i] = strings.Repeat("langes", i/1000+1) + fmt.Sprint(i) + "x"
		}
	}
	for _, system := range []string{"a", "b", "c", "d"} {
		for range 1 + r.IntN(3000) {
			code := fmt.Sprintf("%s%d", strings.Repeat("K", r.IntN(25)), r.IntN(5000))
			id := system + " " + code
			if _, ok := in.names[id]; ok {
				continue
			}
			in.entries = append(in.entries, [2]string{system, code})
			in.names[id] = nil
			for range r.IntN(4) {
				var name []string
				for range 1 + r.IntN(5) {
					name = append(name, words[int(float64(len(words))*r.Float64()*r.Float64()*r.Float64())])
				}
				in.names[id] = append(in.names[id], strings.Join(name, " "))
			}
			if e := in.entries[r.IntN(len(in.entries))]; e[0]+" "+e[1] != id {
				in.parents[id] = append(in.parents[id], e[0]+" "+e[1])
			}
		}
	}
	return in
}

func (in *invented) build(b *lexicon.Builder, order []int) {
	for _, i := range order {
		e := in.entries[i]
		b.AddCode(e[0], e[1])
		for _, name := range in.names[e[0]+" "+e[1]] {
			b.AddName(e[0], e[1], lexicon.Laboratory, lexicon.Label, 0, true, name)
		}
		for _, parent := range in.parents[e[0]+" "+e[1]] {
			system, code, _ := strings.Cut(parent, " ")
			b.Relate(e[0], e[1], lexicon.Parent, system, code)
		}
	}
}

func TestBlockHoldsWhatWasAdded(t *testing.T) {
	for seed := range uint64(4) {
		in := invent(seed)
		l := build(t, func(b *lexicon.Builder) { in.build(b, rand.New(rand.NewPCG(seed, 2)).Perm(len(in.entries))) })
		counts, keys := map[string]int{}, map[string][]string{}
		for _, e := range in.entries {
			id := e[0] + " " + e[1]
			found, ok := l.Find(e[0], e[1])
			if !ok || found.Code() != e[1] || found.System() != e[0] {
				t.Fatalf("%s: found %v", id, ok)
			}
			var parents []string
			for p := range found.Related(lexicon.Parent) {
				parents = append(parents, p.System()+" "+p.Code())
			}
			if !slices.Equal(parents, in.parents[id]) {
				t.Fatalf("%s: the parents are %v, want %v", id, parents, in.parents[id])
			}
			own := map[string]bool{}
			for _, name := range in.names[id] {
				own[strings.Join(lexicon.Key(lexicon.Stems(name)), " ")] = true
			}
			for key := range own {
				keys[key] = append(keys[key], id)
				for word := range strings.FieldsSeq(key) {
					counts[word]++
				}
			}
			if n := len(slices.Collect(maps.Keys(own))); n != countNames(found) {
				t.Fatalf("%s: it has %d names, want %d", id, countNames(found), n)
			}
		}
		for key, want := range keys {
			var got []string
			for _, m := range l.Lookup(nil, lexicon.Laboratory, strings.Fields(key)) {
				got = append(got, m.System()+" "+m.Code())
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Fatalf("%q is %v, want %v", key, got, want)
			}
		}
		for word, want := range counts {
			if got := l.Count(lexicon.Laboratory, word); got != want {
				t.Fatalf("%s stands in %d names, want %d", word, got, want)
			}
		}
		in.checkPrefixed(t, l)
	}
}

func countNames(e lexicon.Entry) (n int) {
	for range e.Names() {
		n++
	}
	return n
}

// checkPrefixed compares what begins alike with all codes.
func (in *invented) checkPrefixed(t *testing.T, l *lexicon.Lexicon) {
	t.Helper()
	for i, e := range in.entries {
		if i%97 != 0 {
			continue
		}
		for _, prefix := range []string{e[1], e[1][:len(e[1])/2], e[1] + "0", ""} {
			var want, got []string
			for _, x := range in.entries {
				if x[0] == e[0] && strings.HasPrefix(x[1], prefix) {
					want = append(want, x[1])
				}
			}
			slices.Sort(want)
			for x := range l.Prefixed(e[0], prefix) {
				got = append(got, x.Code())
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%s %q: %v, want %v", e[0], prefix, got, want)
			}
		}
		if _, ok := l.Find(e[0], e[1]+"?"); ok {
			t.Fatalf("%s? was found", e[1])
		}
	}
}

func TestEqualInputGivesEqualBytes(t *testing.T) {
	in := invent(9)
	var blocks [2]bytes.Buffer
	for i := range blocks {
		b := lexicon.NewBuilder(nil)
		in.build(b, rand.New(rand.NewPCG(uint64(i), 2)).Perm(len(in.entries)))
		if _, err := b.WriteTo(&blocks[i]); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(blocks[0].Bytes(), blocks[1].Bytes()) {
		t.Error("the order of the input changed the block")
	}
}

func TestDamagedBytesDoNotPanic(t *testing.T) {
	in := invent(5)
	b := lexicon.NewBuilder(nil)
	in.build(b, rand.New(rand.NewPCG(1, 2)).Perm(len(in.entries)))
	var out bytes.Buffer
	if _, err := b.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 3))
	for range 200 {
		data := slices.Clone(out.Bytes())
		for range 20 {
			data[r.IntN(len(data))] = byte(r.Uint32())
		}
		l, err := lexicon.Open(data)
		if err != nil {
			continue
		}
		for range 50 {
			e := in.entries[r.IntN(len(in.entries))]
			if found, ok := l.Find(e[0], e[1]); ok {
				found.Label()
				for p := range found.Related(lexicon.Parent) {
					p.Code()
				}
			}
			for _, name := range in.names[e[0]+" "+e[1]] {
				l.Lookup(nil, lexicon.Laboratory, lexicon.Stems(name))
			}
		}
	}
}
