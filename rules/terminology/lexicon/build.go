// SPDX-License-Identifier: Apache-2.0

package lexicon

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Builder collects entries and writes the block that [Open] reads. Equal input in any
// order gives equal bytes.
type Builder struct {
	info    []byte
	systems map[string]map[string]*draft
	words   map[string]*wordDraft
}

type wordDraft struct {
	uses int
	id   uint32
	stem uint32
}

// draft is an entry that is being built.
type draft struct {
	system, code string
	id           uint32
	names        []nameDraft
	links        map[link]bool
}

type nameDraft struct {
	group   Group
	kind    NameKind
	marks   Mark
	counted bool
	words   string // separated by spaces
}

type link struct {
	kind   Relation
	target *draft
}

// NewBuilder prepares a builder. info is JSON that describes the sources.
func NewBuilder(info []byte) *Builder {
	return &Builder{info: info, systems: map[string]map[string]*draft{}, words: map[string]*wordDraft{}}
}

func (b *Builder) entry(system, code string) *draft {
	s := b.systems[system]
	if s == nil {
		s = map[string]*draft{}
		b.systems[system] = s
	}
	e := s[code]
	if e == nil {
		e = &draft{system: system, code: code}
		s[code] = e
	}
	return e
}

// AddCode adds a code of a system, which it may hold already.
func (b *Builder) AddCode(system, code string) { b.entry(system, code) }

// Has reports whether a code was added.
func (b *Builder) Has(system, code string) bool { return b.systems[system][code] != nil }

// AddName adds a name of a code; the code is added where it is new. A name without
// words is left out. counted is false for a name whose words say no more about how
// common a word is: a shortened form, or the name of one of many equal subdivisions.
func (b *Builder) AddName(system, code string, g Group, kind NameKind, marks Mark, counted bool, text string) {
	list := Words(text)
	if g != Medicine {
		list = tokens(text)
	}
	e := b.entry(system, code)
	if len(list) == 0 {
		return
	}
	n := nameDraft{g, kind, marks, counted, strings.Join(list, " ")}
	for i := range e.names {
		if have := &e.names[i]; have.group == g && have.words == n.words {
			if kind < have.kind {
				have.kind = kind
			}
			have.marks |= marks
			have.counted = have.counted || counted
			return
		}
	}
	e.names = append(e.names, n)
}

// Relate adds a link between two codes, which are added where they are new, and its
// inverse.
func (b *Builder) Relate(system, code string, r Relation, targetSystem, target string) {
	from, to := b.entry(system, code), b.entry(targetSystem, target)
	if from == to {
		return
	}
	from.addLink(link{r, to})
	to.addLink(link{inverse[r], from})
}

func (e *draft) addLink(l link) {
	if e.links == nil {
		e.links = map[link]bool{}
	}
	e.links[l] = true
}

// WriteTo writes the block.
func (b *Builder) WriteTo(w io.Writer) (int64, error) {
	entries := b.sortEntries()
	order := b.numberWords(entries)
	if err := b.numberStems(order); err != nil {
		return 0, err
	}
	var out [sections][]byte
	out[sectionInfo] = b.info
	out[sectionSystems] = b.encodeSystems(entries)
	for _, word := range order {
		out[sectionWordOffsets] = appendNumber(out[sectionWordOffsets], len(out[sectionWordBytes]))
		out[sectionWordBytes] = append(out[sectionWordBytes], word...)
		out[sectionStems] = binary.LittleEndian.AppendUint32(out[sectionStems], b.words[word].stem)
	}
	out[sectionWordOffsets] = appendNumber(out[sectionWordOffsets], len(out[sectionWordBytes]))
	for _, word := range slices.Sorted(slices.Values(order)) {
		out[sectionWordOrder] = binary.LittleEndian.AppendUint32(out[sectionWordOrder], b.words[word].id)
	}
	for _, e := range entries {
		out[sectionCodeOffsets] = appendNumber(out[sectionCodeOffsets], len(out[sectionCodeBytes]))
		out[sectionCodeBytes] = append(out[sectionCodeBytes], e.code...)
		out[sectionDataOffsets] = appendNumber(out[sectionDataOffsets], len(out[sectionDataBytes]))
		out[sectionDataBytes] = b.appendEntry(out[sectionDataBytes], e)
	}
	out[sectionCodeOffsets] = appendNumber(out[sectionCodeOffsets], len(out[sectionCodeBytes]))
	out[sectionDataOffsets] = appendNumber(out[sectionDataOffsets], len(out[sectionDataBytes]))
	out[sectionCounts] = b.encodeCounts(entries, len(order))
	out[sectionBuckets], out[sectionPostings] = b.encodeIndex(entries)
	return writeSections(w, &out)
}

func appendNumber(dst []byte, n int) []byte { return binary.LittleEndian.AppendUint32(dst, uint32(n)) }

func writeSections(w io.Writer, out *[sections][]byte) (int64, error) {
	var head bytes.Buffer
	head.WriteString(magic)
	end := uint64(len(magic) + 4 + 8*(sections+1))
	head.Write(binary.LittleEndian.AppendUint32(nil, Version))
	total := int64(end)
	for _, s := range out {
		end += uint64(len(s))
		head.Write(binary.LittleEndian.AppendUint64(nil, end))
		total += int64(len(s))
	}
	head.Write(binary.LittleEndian.AppendUint64(nil, end))
	if _, err := w.Write(head.Bytes()); err != nil {
		return 0, err
	}
	for _, s := range out {
		if len(s) >= 1<<32 {
			return 0, fmt.Errorf("a terminology of this size cannot be written: a section has %d bytes", len(s))
		}
		if _, err := w.Write(s); err != nil {
			return 0, err
		}
	}
	return total, nil
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

// numberWords gives the words the smallest numbers that are used most: numbers take
// fewer bytes the smaller they are.
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
	for _, e := range entries {
		for _, n := range e.names {
			for word := range strings.SplitSeq(n.words, " ") {
				use(word, 1)
				if n.group != Medicine {
					for stem := range strings.FieldsSeq(Stem(word)) {
						use(stem, 1)
					}
				}
			}
		}
	}
	for _, word := range slices.Collect(maps.Keys(b.words)) { // stems are words, of which there are no new stems
		for stem := range strings.FieldsSeq(Stem(word)) {
			use(stem, 0)
		}
	}
	order := slices.Collect(maps.Keys(b.words))
	slices.SortFunc(order, func(x, y string) int {
		if d := b.words[y].uses - b.words[x].uses; d != 0 {
			return d
		}
		return strings.Compare(x, y)
	})
	for i, word := range order {
		b.words[word].id = uint32(i)
	}
	return order
}

func (b *Builder) numberStems(order []string) error {
	for _, word := range order {
		stems := strings.Fields(Stem(word))
		switch w := b.words[word]; len(stems) {
		case 0:
			w.stem = noStem
		case 1:
			w.stem = b.words[stems[0]].id
		default:
			first, second := b.words[stems[0]].id, b.words[stems[1]].id
			if first >= 1<<stemShift || second >= 1<<stemShift {
				return fmt.Errorf("the stems of %q are too rare to be stored", word)
			}
			w.stem = twoStems | first<<stemShift | second
		}
	}
	return nil
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

// appendEntry appends the relations and names of an entry, as dataReader reads them.
func (b *Builder) appendEntry(dst []byte, e *draft) []byte {
	targets := make([][]uint32, relations)
	for l := range e.links {
		targets[l.kind] = append(targets[l.kind], l.target.id)
	}
	for kind, ids := range targets {
		if len(ids) == 0 {
			continue
		}
		slices.Sort(ids)
		dst = binary.AppendUvarint(dst, uint64(kind))
		dst = binary.AppendUvarint(dst, uint64(len(ids)))
		last := uint32(0)
		for _, id := range ids {
			dst = binary.AppendUvarint(dst, uint64(id-last))
			last = id
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
		if n.group == Medicine {
			ids = append(ids, b.words[word].id)
			continue
		}
		for stem := range strings.FieldsSeq(Stem(word)) {
			ids = append(ids, b.words[stem].id)
		}
	}
	return (*Lexicon)(nil).keyOf(n.group, ids)
}

func (b *Builder) encodeCounts(entries []*draft, words int) []byte {
	counts := make([]uint32, int(groups)*words)
	for _, e := range entries {
		for i := range e.names {
			if n := &e.names[i]; n.counted {
				ids := slices.Clone(b.keyIDs(n))
				slices.Sort(ids)
				for _, id := range slices.Compact(ids) {
					counts[int(n.group)*words+int(id)]++
				}
			}
		}
	}
	out := make([]byte, 0, 2*len(counts))
	for _, n := range counts {
		out = binary.LittleEndian.AppendUint16(out, uint16(min(n, 1<<16-1)))
	}
	return out
}

// encodeIndex lists entries by the hash of their names.
func (b *Builder) encodeIndex(entries []*draft) (buckets, postings []byte) {
	names := 0
	for _, e := range entries {
		names += len(e.names)
	}
	lists := make([][]uint32, names/4+1)
	for _, e := range entries {
		for i := range e.names {
			if key := b.keyIDs(&e.names[i]); len(key) > 0 {
				at := hashKey(e.names[i].group, key) % uint64(len(lists))
				if n := len(lists[at]); n == 0 || lists[at][n-1] != e.id {
					lists[at] = append(lists[at], e.id)
				}
			}
		}
	}
	for _, list := range lists {
		buckets = appendNumber(buckets, len(postings)/4)
		for _, id := range list {
			postings = binary.LittleEndian.AppendUint32(postings, id)
		}
	}
	return appendNumber(buckets, len(postings)/4), postings
}
