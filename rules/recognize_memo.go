// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"hash/maphash"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/eligo-trials/eligo/patient"
)

// The bounds of a memo. Its entries take at most about memoSlots*memoBytes and
// its hits 24 bytes each: 8 MB and 12 MB for one kind of concept; what is usual
// is a tenth of it.
const (
	memoSlots  = 8192    // a power of two
	memoCodes  = 8       // codings of a fact
	memoText   = 160     // bytes of any one string
	memoBytes  = 1024    // bytes of all strings of a fact
	memoMisses = 1 << 19 // hits of all facts
)

// memo keeps the hits of facts that were met before, by their codes and text,
// so that the second of a million equal prescriptions costs one comparison.
// Lookups take no lock and allocate nothing. Each fact has one slot and gives
// way to the next that falls into it.
//
// Text in a record may be about the person. A memo keeps codes, displays and
// texts only of facts that it has met twice in a slot's time, none with a string above
// memoText bytes, only in memory, and no more than memoSlots of them. It keeps
// neither record, dates nor whose fact it was.
type memo struct {
	seed  maphash.Seed
	slots [memoSlots]atomic.Pointer[memoEntry]
	once  [memoSlots]atomic.Uint64 // hash of what was met once
	hits  atomic.Int64             // in all entries
}

// memoEntry is a fact and what was found for it. It is immutable.
type memoEntry struct {
	codes []patient.Coding
	text  string
	hits  []hit
}

func newMemo() *memo { return &memo{seed: maphash.MakeSeed()} }

// lookup finds the hits of an equal fact, which must not be changed. Where
// there are none it gives the place to keep them.
func (m *memo) lookup(f *patient.Fact) (hits []hit, place uint64, known bool) {
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
	e := m.slots[place%memoSlots].Load()
	if e == nil || e.text != f.Text || !slices.Equal(e.codes, f.Codes) {
		return nil, place, false
	}
	return e.hits, place, true
}

// keep remembers the hits of a fact that is met for the second time.
func (m *memo) keep(place uint64, f *patient.Fact, hits []hit) {
	slot := place % memoSlots
	if m.once[slot].Swap(place) != place || !memorable(f) {
		return
	}
	old := 0
	if e := m.slots[slot].Load(); e != nil {
		old = len(e.hits)
	}
	if len(hits) > old && m.hits.Load()+int64(len(hits)) > memoMisses {
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

// memorable reports whether a fact is small enough to be kept.
func memorable(f *patient.Fact) bool {
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
