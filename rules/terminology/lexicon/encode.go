// SPDX-License-Identifier: Apache-2.0

package lexicon

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// WriteTo writes the block.
func (b *Builder) WriteTo(w io.Writer) (int64, error) {
	entries := b.sortEntries()
	if len(entries) > 1<<24 {
		return 0, fmt.Errorf("a terminology of this size cannot be written: it has %d codes, more than %d", len(entries), 1<<24)
	}
	order := b.numberWords(entries)
	if len(order) > twoStems {
		return 0, fmt.Errorf("a terminology of this size cannot be written: it has %d words, more than %d", len(order), twoStems)
	}
	var out [sections][]byte
	out[sectionInfo] = b.info
	out[sectionSystems] = b.encodeSystems(entries)
	out[sectionWordBytes], out[sectionWordRuns] = encodeWords(order)
	out[sectionStems], out[sectionStemPairs] = b.encodeStems(order)
	out[sectionCounts], out[sectionManyCounts] = b.encodeCounts(entries, len(order))
	out[sectionEntryBytes], out[sectionEntryRuns] = b.encodeEntries(entries)
	out[sectionBuckets], out[sectionPostings] = b.encodeIndex(entries)
	return writeSections(w, &out)
}

// writeSections writes the header, the sections and, behind them, their SHA-256.
func writeSections(w io.Writer, out *[sections][]byte) (int64, error) {
	var head bytes.Buffer
	head.WriteString(magic)
	end := uint64(len(magic) + 4 + 8*(sections+1))
	head.Write(binary.LittleEndian.AppendUint32(nil, Version))
	total := int64(end)
	for _, s := range out {
		if len(s) >= 1<<32 {
			return 0, fmt.Errorf("a terminology of this size cannot be written: a section has %d bytes", len(s))
		}
		end += uint64(len(s))
		head.Write(binary.LittleEndian.AppendUint64(nil, end))
		total += int64(len(s))
	}
	head.Write(binary.LittleEndian.AppendUint64(nil, end))
	if _, err := w.Write(head.Bytes()); err != nil {
		return 0, err
	}
	digest := sha256.New()
	both := io.MultiWriter(w, digest)
	for _, s := range out {
		if _, err := both.Write(s); err != nil {
			return 0, err
		}
	}
	_, err := w.Write(digest.Sum(nil))
	return total + sha256.Size, err
}

// sortEntries numbers the entries by system and code.
func (b *Builder) sortEntries() []*draft {
	var entries []*draft
	for _, system := range slices.Sorted(maps.Keys(b.systems)) {
		for _, code := range slices.Sorted(maps.Keys(b.systems[system])) {
			e := b.systems[system][code]
			e.id = uint32(len(entries))
			entries = append(entries, e)
		}
	}
	return entries
}

// numberWords gives the words that are used most the numbers that take the fewest
// bytes, and within such a class numbers in the order of the words.
func (b *Builder) numberWords(entries []*draft) []string {
	b.words = map[string]*wordDraft{}
	use := func(word string, n int) {
		w := b.words[word]
		if w == nil {
			w = &wordDraft{}
			b.words[word] = w
		}
		w.uses += n
	}
	medicineUses := map[string]int{} // whose stems are not used
	for _, e := range entries {
		for i := range e.names {
			n := &e.names[i]
			for word := range strings.SplitSeq(n.words, " ") {
				use(word, 1)
				if n.group == Medicine {
					medicineUses[word]++
				}
			}
		}
	}
	stems := map[string][]string{}
	for todo := slices.Collect(maps.Keys(b.words)); len(todo) > 0; { // stems are words, which have stems
		word := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if _, done := stems[word]; !done {
			stems[word] = strings.Fields(Stem(word))
			todo = append(todo, stems[word]...)
		}
	}
	named := map[string]int{} // uses of words whose stems are used
	for word, w := range b.words {
		named[word] = w.uses - medicineUses[word]
	}
	for word, list := range stems {
		for _, stem := range list {
			use(stem, named[word])
		}
	}
	order := slices.Collect(maps.Keys(b.words))
	slices.SortFunc(order, func(x, y string) int {
		if d := b.words[y].uses - b.words[x].uses; d != 0 {
			return d
		}
		return strings.Compare(x, y)
	})
	first := 0
	for _, end := range classEnds {
		end = min(end, len(order))
		slices.Sort(order[first:end])
		first = end
	}
	for i, word := range order {
		b.words[word].id = uint32(i)
	}
	for _, word := range order {
		w := b.words[word]
		for _, stem := range stems[word] {
			w.stems = append(w.stems, b.words[stem].id)
		}
	}
	return order
}

func encodeWords(order []string) (words, runs []byte) {
	before := ""
	for i, word := range order {
		if i%runLength == 0 {
			before = ""
			runs = binary.BigEndian.AppendUint64(appendNumber(runs, len(words)), startOf(word))
		}
		words = appendText(words, before, word)
		before = word
	}
	return words, runs
}

func (b *Builder) encodeStems(order []string) (stems, pairs []byte) {
	places := map[string]uint32{} // of the pairs
	for _, word := range order {
		stem := Stem(word)
		switch list := strings.Fields(stem); len(list) {
		case 0:
			stems = appendNumber24(stems, noStem)
		case 1:
			stems = appendNumber24(stems, b.words[list[0]].id)
		default: // there are few words with two stems
			if _, ok := places[stem]; !ok {
				places[stem] = twoStems + uint32(len(places))
				pairs = appendNumber(appendNumber(pairs, int(b.words[list[0]].id)), int(b.words[list[1]].id))
			}
			stems = appendNumber24(stems, places[stem])
		}
	}
	return stems, pairs
}

func (b *Builder) encodeSystems(entries []*draft) []byte {
	var out []byte
	for i, e := range entries {
		if i+1 == len(entries) || entries[i+1].system != e.system {
			out = binary.AppendUvarint(out, uint64(len(e.system)))
			out = append(out, e.system...)
			out = appendNumber(out, i+1)
		}
	}
	return out
}

func (b *Builder) encodeEntries(entries []*draft) (bytes, runs []byte) {
	before := ""
	var data []byte
	for i, e := range entries {
		if i%runLength == 0 {
			before = ""
			runs = appendNumber(runs, len(bytes))
		}
		bytes = appendText(bytes, before, e.code)
		data = b.appendData(data[:0], e)
		bytes = append(binary.AppendUvarint(bytes, uint64(len(data))), data...)
		before = e.code
	}
	return bytes, runs
}

// appendData appends the relations and names of an entry.
func (b *Builder) appendData(dst []byte, e *draft) []byte {
	targets := make([][]uint32, relations)
	for _, l := range e.links {
		targets[l.kind] = append(targets[l.kind], l.target.id)
	}
	for kind, ids := range targets {
		if len(ids) == 0 {
			continue
		}
		slices.Sort(ids)
		ids = slices.Compact(ids) // a link may be added more than once
		dst = binary.AppendUvarint(dst, uint64(kind))
		dst = binary.AppendUvarint(dst, uint64(len(ids)))
		dst = binary.AppendVarint(dst, int64(ids[0])-int64(e.id)) // near, of the same system
		for i, id := range ids[1:] {
			dst = binary.AppendUvarint(dst, uint64(id-ids[i]))
		}
	}
	if len(e.names) == 0 {
		return dst
	}
	dst = append(dst, 0)
	slices.SortFunc(e.names, func(x, y nameDraft) int {
		if x.group != y.group {
			return int(x.group) - int(y.group)
		}
		if x.kind != y.kind {
			return int(x.kind) - int(y.kind)
		}
		return strings.Compare(x.words, y.words)
	})
	dst = binary.AppendUvarint(dst, uint64(len(e.names)))
	for _, n := range e.names {
		dst = binary.AppendUvarint(dst, uint64(n.group)+uint64(groups)*(uint64(n.kind)+uint64(nameKinds)*uint64(n.marks)))
		list := strings.Split(n.words, " ")
		dst = binary.AppendUvarint(dst, uint64(len(list)))
		for _, word := range list {
			dst = binary.AppendUvarint(dst, uint64(b.words[word].id))
		}
	}
	return dst
}

// keyIDs gives the ids of a name in the form that names are compared in.
func (b *Builder) keyIDs(n *nameDraft) []uint32 {
	var ids []uint32
	for word := range strings.SplitSeq(n.words, " ") {
		if w := b.words[word]; n.group == Medicine {
			ids = append(ids, w.id)
		} else {
			ids = append(ids, w.stems...)
		}
	}
	return (*Lexicon)(nil).keyOf(n.group, ids)
}

func (b *Builder) encodeCounts(entries []*draft, words int) (counts, many []byte) {
	count := make([][groups]uint32, words)
	for _, e := range entries {
		for i := range e.names {
			if n := &e.names[i]; n.counted && n.group != Meaning {
				for _, id := range keySet(b.keyIDs(n)) {
					count[id][n.group]++
				}
			}
		}
	}
	for word := range count {
		in, group := 0, 0
		for g, n := range count[word] {
			if n > 0 {
				in, group = in+1, g
			}
		}
		if n := count[word][group]; in < 2 && n < 1<<countBits {
			counts = binary.LittleEndian.AppendUint16(counts, uint16(group<<countBits)|uint16(n))
			continue
		}
		counts = binary.LittleEndian.AppendUint16(counts, manyCounts)
		for g, n := range count[word] {
			if n > 0 {
				many = appendNumber(many, word)
				many = appendNumber(many, g|int(min(n, 1<<16-1))<<16)
			}
		}
	}
	return counts, many
}

func keySet(ids []uint32) []uint32 {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}
