// SPDX-License-Identifier: Apache-2.0

package batch

import (
	"crypto/sha256"
	"encoding/binary"
)

// MaxWatched is the number of ids that are remembered to find duplicates. Each
// takes some 11 bytes, 21 at most. Later ids are compared with these only.
const MaxWatched = 12_000_000

const maxNamed = 20 // duplicate ids in Duplicates.First

// Duplicates counts assessed patients with the id of an earlier one. Each has
// results of its own and counts in the totals.
type Duplicates struct {
	Records int64    `json:"records"` // number of such patients
	First   []string `json:"first"`   // the first ids, each once
	Watched int64    `json:"watched"` // ids that were remembered, at most MaxWatched
}

// duplicateIDs finds duplicate ids. It keeps 64 bits of a hash of each id: among
// ten million ids, the chance of a collision is three in a million.
type duplicateIDs struct {
	Duplicates
	limit int
	slots []uint64 // open addressing; 0 is free
}

func newDuplicateIDs(most int) *duplicateIDs {
	return &duplicateIDs{limit: most, slots: make([]uint64, 1<<10), Duplicates: Duplicates{First: []string{}}}
}

// hashID hashes an id. The hash is never 0.
func hashID(id string) uint64 {
	sum := sha256.Sum256([]byte(id))
	return max(binary.LittleEndian.Uint64(sum[:8]), 1)
}

// add adds the id of an assessed patient.
func (w *duplicateIDs) add(id string, hash uint64) {
	at := w.findSlot(hash)
	if w.slots[at] == hash {
		w.countDuplicate(id)
		return
	}
	if int(w.Watched) >= w.limit {
		return
	}
	if 4*int(w.Watched) >= 3*len(w.slots) {
		w.growTable()
		at = w.findSlot(hash)
	}
	w.slots[at] = hash
	w.Watched++
}

func (w *duplicateIDs) countDuplicate(id string) {
	w.Records++
	if len(w.First) == maxNamed {
		return
	}
	for _, named := range w.First {
		if named == id {
			return
		}
	}
	w.First = append(w.First, id)
}

// findSlot returns the slot of a hash, or the free slot for it.
func (w *duplicateIDs) findSlot(hash uint64) int {
	mask := len(w.slots) - 1
	for at := int(hash>>1) & mask; ; at = (at + 1) & mask {
		if w.slots[at] == 0 || w.slots[at] == hash {
			return at
		}
	}
}

func (w *duplicateIDs) growTable() {
	old := w.slots
	w.slots = make([]uint64, 2*len(old))
	for _, hash := range old {
		if hash != 0 {
			w.slots[w.findSlot(hash)] = hash
		}
	}
}
