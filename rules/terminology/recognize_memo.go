// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"hash/maphash"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/eligo-trials/eligo/patient"
)

// The bounds of a memo. Its entries take at most about memoSlots*memoBytes and
// its hits 24 bytes each: 8 MB and 12 MB for one kind of concept; the usual size
// is a tenth of it.
const (
	memoSlots = 8192    // a power of two
	memoCodes = 8       // codings of a fact
	memoText  = 160     // bytes of any one string
	memoBytes = 1024    // bytes of all strings of a fact
	memoHits  = 1 << 19 // hits of all facts
)

// recognitionCache keeps the hits of facts that were met before, by their codes and text,
// so that the second of a million equal prescriptions costs one comparison.
// Lookups take no lock and allocate nothing. A fact has two slots that it may
// stand in, and gives way to others that have the same.
//
// Text in a record may be about the person. A memo keeps codes, displays and
// texts in memory only, of no more than memoSlots facts, none with a string
// above memoText bytes, and only of facts that it has met twice; of the others
// a hash. It keeps neither dates nor records nor whose facts they were.
type recognitionCache struct {
	seed  maphash.Seed
	slots [memoSlots]atomic.Pointer[memoEntry]
	once  [memoSlots]atomic.Uint64 // hashes of facts met once
	turn  atomic.Uint32            // which of two full slots gives way
	hits  atomic.Int64             // in all entries
}

// memoEntry is a fact and its hits. It is immutable.
type memoEntry struct {
	codes []patient.Coding
	text  string
	hits  []Hit
}

func newRecognitionCache() *recognitionCache { return &recognitionCache{seed: maphash.MakeSeed()} }

// lookUpHits finds the hits of an equal fact, which must not be changed. Where
// there are none it gives the place to keep them.
func (m *recognitionCache) lookUpHits(f *patient.Fact) (hits []Hit, place uint64, known bool) {
	place = uint64(len(f.Codes))
	if f.Text != "" {
		place ^= maphash.String(m.seed, f.Text)
	}
	for i := range f.Codes {
		c := &f.Codes[i]
		place = place*0x9E3779B97F4A7C15 ^ maphash.String(m.seed, c.Code)
		if c.Display != f.Text {
			place = place*0x9E3779B97F4A7C15 ^ maphash.String(m.seed, c.Display)
		}
	}
	first, second := cacheSlots(place)
	if e := m.slots[first].Load(); e != nil && e.is(f) {
		return e.hits, place, true
	}
	if e := m.slots[second].Load(); e != nil && e.is(f) {
		return e.hits, place, true
	}
	return nil, place, false
}

func (e *memoEntry) is(f *patient.Fact) bool {
	return e.text == f.Text && slices.Equal(e.codes, f.Codes)
}

func cacheSlots(place uint64) (first, second uint64) {
	return place % memoSlots, place >> 32 % memoSlots
}

// metBefore reports whether a hash was met, and notes it if not.
func (m *recognitionCache) metBefore(place uint64) bool {
	first, second := cacheSlots(place)
	for _, slot := range [...]uint64{first, second} {
		if m.once[slot].CompareAndSwap(place, 0) {
			return true
		}
	}
	if m.once[first].Load() != 0 && (m.once[second].Load() == 0 || m.turn.Add(1)%2 == 0) {
		first = second
	}
	m.once[first].Store(place)
	return false
}

// storeHits remembers the hits of a fact that is met for the second time.
func (m *recognitionCache) storeHits(place uint64, f *patient.Fact, hits []Hit) {
	if !isCacheable(f) || !m.metBefore(place) {
		return
	}
	slot, second := cacheSlots(place)
	old := m.slots[slot].Load()
	if other := m.slots[second].Load(); old != nil && (other == nil || m.turn.Add(1)%2 == 0) {
		slot, old = second, other
	}
	if (old == nil || len(hits) > len(old.hits)) && m.hits.Load()+int64(len(hits)) > memoHits {
		return
	}
	e := &memoEntry{text: strings.Clone(f.Text), codes: slices.Clone(f.Codes), hits: slices.Clone(hits)}
	for i := range e.codes {
		c := &e.codes[i]
		c.System, c.Code = strings.Clone(c.System), strings.Clone(c.Code)
		if c.Display = strings.Clone(c.Display); c.Display == e.text {
			c.Display = e.text
		}
	}
	delta := int64(len(hits))
	if before := m.slots[slot].Swap(e); before != nil {
		delta -= int64(len(before.hits))
	}
	m.hits.Add(delta)
}

func isCacheable(f *patient.Fact) bool {
	if len(f.Codes) > memoCodes || len(f.Text) > memoText {
		return false
	}
	bytes := len(f.Text)
	for i := range f.Codes {
		c := &f.Codes[i]
		if max(len(c.System), len(c.Code), len(c.Display)) > memoText {
			return false
		}
		bytes += len(c.System) + len(c.Code) + len(c.Display)
	}
	return bytes <= memoBytes
}
