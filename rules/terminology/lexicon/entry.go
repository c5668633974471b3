// SPDX-License-Identifier: Apache-2.0

package lexicon

import (
	"iter"
	"sort"
)

// Entry is one code of a code system, or one meaning of a list of names. Entries are
// comparable. The zero Entry is none.
type Entry struct {
	lexicon *Lexicon
	id      uint32
}

// IsZero reports whether the entry is none.
func (e Entry) IsZero() bool { return e.lexicon == nil }

// Find gives the entry of a code. Codes are compared as written.
func (l *Lexicon) Find(system, code string) (Entry, bool) {
	s := l.systemOf(system)
	if s == nil {
		return Entry{}, false
	}
	var space [codeSpace]byte
	c := l.search(s, code, space[:0])
	if c.id < s.last && string(c.code) == code {
		return Entry{l, c.id}, true
	}
	return Entry{}, false
}

// cursor stands at an entry of a run, or at the end of a system.
type cursor struct {
	id   uint32
	code []byte
	data []byte
	rest numbers // the entries after it
}

// codeSpace is the length of most codes, for which there is room without allocation.
const codeSpace = 48

// run gives a cursor before the first entry of a run; its first step leads there.
func (l *Lexicon) run(i uint32, space []byte) cursor {
	return cursor{i*runLength - 1, space, nil, run(l.section[sectionEntryBytes], l.section[sectionEntryRuns], int(i))}
}

// step leads to the next entry. Runs follow each other without a gap.
func (c *cursor) step() {
	c.id++
	if c.id%runLength == 0 {
		c.code = c.code[:0]
	}
	c.code = c.rest.appendNextText(c.code)
	c.data = c.rest.bytes(c.rest.next())
}

// search gives the first entry of a system whose code is not below the given one.
func (l *Lexicon) search(s *systemRange, code string, space []byte) cursor {
	first, last := (s.first+runLength-1)/runLength, (s.last+runLength-1)/runLength // runs that begin in the system
	above := uint32(sort.Search(int(last-first), func(i int) bool {
		d := run(l.section[sectionEntryBytes], l.section[sectionEntryRuns], int(first)+i)
		_, begin := d.text()
		return string(begin) > code
	}))
	begin := s.first
	if above > 0 {
		begin = (first + above - 1) * runLength
	}
	if begin >= s.last {
		return cursor{id: s.last}
	}
	c := l.run(begin/runLength, space)
	for c.step(); c.id < s.last && (c.id < begin || string(c.code) < code); c.step() {
	}
	return c
}

// Prefixed yields the entries of a system whose codes begin with a prefix, in the
// order of the codes.
func (l *Lexicon) Prefixed(system, prefix string) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		s := l.systemOf(system)
		if s == nil {
			return
		}
		var space [codeSpace]byte
		for c := l.search(s, prefix, space[:0]); c.id < s.last; c.step() {
			if len(c.code) < len(prefix) || string(c.code[:len(prefix)]) != prefix || !yield(Entry{l, c.id}) {
				return
			}
		}
	}
}

// Code is the entry's code; of a name without code, an identifier of its list.
func (e Entry) Code() string {
	var space [codeSpace]byte
	c := e.lexicon.run(e.id/runLength, space[:0])
	for c.id != e.id {
		c.step()
	}
	return string(c.code)
}

// System is the short name or URL of the entry's code system.
func (e Entry) System() string {
	for _, s := range e.lexicon.systems {
		if e.id < s.last {
			return s.name
		}
	}
	return ""
}

// Related yields the entries that a relation leads to.
func (e Entry) Related(r Relation) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		d := e.data()
		for kind := d.next(); kind != 0; kind = d.next() {
			target := e.id
			for i := range d.count() {
				if step := uint32(d.next()); i == 0 {
					target += step>>1 ^ -(step & 1) // the first lies before or after the entry
				} else {
					target += step
				}
				if Relation(kind) == r && !yield(Entry{e.lexicon, target}) {
					return
				}
			}
			if Relation(kind) >= r {
				return
			}
		}
	}
}

// Name is one name of an entry.
type Name struct {
	Group Group
	Kind  NameKind
	Marks Mark
	// words are the ids of the words, in order.
	words   []uint32
	lexicon *Lexicon
}

// Names yields the names of the entry. The words of a name are valid until the next.
func (e Entry) Names() iter.Seq[Name] {
	return func(yield func(Name) bool) {
		d := e.data()
		for kind := d.next(); kind != 0; kind = d.next() {
			for range d.count() {
				d.next()
			}
		}
		var space [32]uint32
		n := Name{lexicon: e.lexicon}
		for range d.count() {
			sort := d.next()
			n.Group, n.Kind = Group(sort%uint64(groups)), NameKind(sort/uint64(groups)%uint64(nameKinds))
			n.Marks = Mark(sort / uint64(groups) / uint64(nameKinds))
			n.words = space[:0]
			for range d.count() {
				n.words = append(n.words, uint32(d.next()))
			}
			if !yield(n) {
				return
			}
		}
	}
}

// Label is the preferred name of the entry, in lower case and without punctuation;
// "" if it has no name.
func (e Entry) Label() string {
	first := ""
	for n := range e.Names() {
		if n.Kind == Label {
			return n.Text()
		}
		if first == "" {
			first = n.Text()
		}
	}
	return first
}

// Text is the name in lower case, its words separated by spaces.
func (n Name) Text() string {
	var text []byte
	for i, w := range n.words {
		if i > 0 {
			text = append(text, ' ')
		}
		text = n.lexicon.word(text, w)
	}
	return string(text)
}

// Stems gives the stems of the name, in order, without words that only join others.
func (n Name) Stems() []string {
	var stems []string
	for _, id := range n.lexicon.stemsOf(nil, n.words) {
		stems = append(stems, string(n.lexicon.word(nil, id)))
	}
	return stems
}

// StemIDs appends the numbers of the stems of the name within its lexicon, sorted and
// each once. [Entry.Stem] gives the stem of a number.
func (n Name) StemIDs(dst []uint32) []uint32 {
	return n.lexicon.keyOf(n.Group, n.lexicon.stemsOf(dst, n.words))
}

// Stem gives the stem of a number of [Name.StemIDs] of an entry of the same lexicon, and
// the number of names of a group that hold it, as [Lexicon.Count] does.
func (e Entry) Stem(g Group, id uint32) (stem string, names int) {
	return string(e.lexicon.word(nil, id)), e.lexicon.count(g, id)
}

// Words gives the words of the name, in order.
func (n Name) Words() []string {
	words := make([]string, len(n.words))
	for i, w := range n.words {
		words[i] = string(n.lexicon.word(nil, w))
	}
	return words
}

// data gives the relations and names of the entry, as they are encoded.
func (e Entry) data() numbers {
	d := run(e.lexicon.section[sectionEntryBytes], e.lexicon.section[sectionEntryRuns], int(e.id/runLength))
	for range e.id % runLength {
		d.text()
		d.bytes(d.next())
	}
	d.text()
	return numbers{d.bytes(d.next())}
}
