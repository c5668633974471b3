// SPDX-License-Identifier: Apache-2.0

package lexicon

import "slices"

// namesPerBucket is how many names a lookup compares by a byte of their hash.
const namesPerBucket = 16

// encodeIndex lists entries by the hash of their names.
func (b *Builder) encodeIndex(entries []*draft) (buckets, postings []byte) {
	names := 0
	for _, e := range entries {
		names += len(e.names)
	}
	lists := make([][]uint32, names/namesPerBucket+1)
	for _, e := range entries {
		for i := range e.names {
			key := b.keyIDs(&e.names[i])
			if len(key) == 0 || e.names[i].group == Meaning {
				continue
			}
			hash := hashKey(e.names[i].group, key)
			list := &lists[hash%uint64(len(lists))]
			if posting := e.id | uint32(hash>>56)<<24; !slices.Contains(*list, posting) {
				*list = append(*list, posting)
			}
		}
	}
	for _, list := range lists {
		buckets = appendNumber(buckets, len(postings)/4)
		for _, posting := range list {
			postings = appendNumber(postings, int(posting))
		}
	}
	return appendNumber(buckets, len(postings)/4), postings
}
