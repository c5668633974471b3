// SPDX-License-Identifier: Apache-2.0

// Package lexicon holds what is known about codes and wordings: for each code
// system its codes with their names, parents and maps, and names without codes. A
// [Lexicon] is one read-only block of bytes, embedded in the program or mapped into
// memory from a file: opening it reads the header only, and lookups are binary
// searches that build no maps. [Builder] makes such a block. The package also holds
// the forms in which wordings are compared ([Stems], [Words]).
//
// Of this module it imports nothing.
package lexicon

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sort"
)

// Group is a name space: names of diseases and procedures, of medicines, of
// laboratory tests, of vaccines, and of substances and organisms.
type Group uint8

// The groups of names.
const (
	Diagnosis Group = iota // conditions, findings and procedures
	Medicine
	Laboratory
	Vaccine
	Substance // what an allergy can be to
	Meaning   // of an abbreviation or foreign wording, in plain English; never looked up
	groups
)

// NameKind says how a name relates to its entry.
type NameKind uint8

// The kinds of name.
const (
	Label       NameKind = iota // the preferred name
	Exact                       // a synonym with the same meaning
	Related                     // a related or narrower name
	Term                        // a term that an index refers to the entry, MeSH entry terms
	Inclusion                   // a diagnosis that a classification includes in the code
	Short                       // a shortened form of the preferred name
	Brand                       // a brand of the product
	Salt                        // a salt or other precise form of the ingredient
	Combination                 // the ingredients of the product, listed
	Listed                      // a product name whose ingredients are not known
	nameKinds
)

// Mark is a caution about a name. Marks are a bit set.
type Mark uint8

// The marks.
const (
	IsAbbreviation Mark = 1 << iota // also an abbreviation of something else
	IsDisease                       // also a name of a disease
	IsTest                          // also a name of a laboratory test
	IsEveryday                      // also an everyday word
	Ambiguous                       // has several meanings
)

// Relation is a link from one entry to another.
type Relation uint8

// The relations. Each has an inverse, which the builder adds.
const (
	Parent        Relation = iota + 1 // the target is wider
	Child                             // the target is narrower
	Same                              // the target is the same meaning in another system
	MapsTo                            // the target classifies the entry
	MappedFrom                        // the entry classifies the target
	HasIngredient                     // the target is an ingredient of the entry
	IngredientOf                      // the entry is an ingredient of the target
	relations
)

var inverse = [relations]Relation{
	Parent: Child, Child: Parent, Same: Same, MapsTo: MappedFrom, MappedFrom: MapsTo,
	HasIngredient: IngredientOf, IngredientOf: HasIngredient,
}

// Version is the version of the layout and of the comparison forms. A block of
// another version has to be built again.
const Version = 1

const magic = "eligo.terms\n"

// ErrFormat says that a block of bytes is not a lexicon that this program reads.
var ErrFormat = errors.New("not a terminology file of this version of eligo")

// The sections of a block, each at an offset that the header gives.
const (
	sectionInfo        = iota // JSON of Info
	sectionSystems            // names of the systems and their first entries
	sectionWordBytes          // the words, one after the other
	sectionWordOffsets        // uint32 by word, and the end
	sectionWordOrder          // word ids in the order of the words
	sectionStems              // uint32 by word: its stem
	sectionCounts             // uint16 by group and word: names with that stem
	sectionCodeBytes          // codes of the entries
	sectionCodeOffsets        // uint32 by entry, and the end
	sectionDataBytes          // relations and names of the entries
	sectionDataOffsets        // uint32 by entry, and the end
	sectionBuckets            // uint32 by bucket: its first posting, and the end
	sectionPostings           // uint32: entries by hash of a name
	sections
)

// Lexicon is what is known about codes and wordings. It is safe for concurrent use
// and changes nothing in its bytes.
type Lexicon struct {
	section [sections][]byte
	systems []systemRange
	words   int
	entries int
	buckets uint64
}

type systemRange struct {
	name        string
	first, last uint32 // entries first to last-1, sorted by code
}

// Open reads a block. The bytes must not change afterwards. It returns an error that
// wraps [ErrFormat] for anything else.
func Open(data []byte) (*Lexicon, error) {
	const head = len(magic) + 4 + 8*(sections+1)
	if len(data) < head || string(data[:len(magic)]) != magic {
		return nil, ErrFormat
	}
	if v := binary.LittleEndian.Uint32(data[len(magic):]); v != Version {
		return nil, fmt.Errorf("%w: it has version %d, not %d; build it again", ErrFormat, v, Version)
	}
	l := &Lexicon{}
	at := uint64(head)
	for i := range l.section {
		end := binary.LittleEndian.Uint64(data[len(magic)+4+8*i:])
		if end < at || end > uint64(len(data)) {
			return nil, fmt.Errorf("%w: it is cut or damaged", ErrFormat)
		}
		l.section[i] = data[at:end:end]
		at = end
	}
	l.words = len(l.section[sectionWordOffsets])/4 - 1
	l.entries = len(l.section[sectionCodeOffsets])/4 - 1
	l.buckets = uint64(len(l.section[sectionBuckets])/4 - 1)
	if l.words < 0 || l.entries < 0 || len(l.section[sectionBuckets]) < 8 || !l.readSystems() {
		return nil, fmt.Errorf("%w: it is cut or damaged", ErrFormat)
	}
	return l, nil
}

func (l *Lexicon) readSystems() bool {
	rest := l.section[sectionSystems]
	for len(rest) > 0 {
		n, w := binary.Uvarint(rest)
		if w <= 0 || uint64(len(rest)-w) < n+4 {
			return false
		}
		name := string(rest[w : w+int(n)])
		rest = rest[w+int(n):]
		s := systemRange{name: name, last: binary.LittleEndian.Uint32(rest)}
		if k := len(l.systems); k > 0 {
			s.first = l.systems[k-1].last
		}
		if s.last < s.first || int(s.last) > l.entries {
			return false
		}
		l.systems = append(l.systems, s)
		rest = rest[4:]
	}
	return true
}

// Info is the JSON text that describes the sources of the lexicon.
func (l *Lexicon) Info() []byte { return l.section[sectionInfo] }

// Systems lists the code systems of the lexicon with the number of their entries.
func (l *Lexicon) Systems() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for _, s := range l.systems {
			if !yield(s.name, int(s.last-s.first)) {
				return
			}
		}
	}
}

// Holds reports whether the lexicon has entries of a code system.
func (l *Lexicon) Holds(system string) bool { return l.systemOf(system) != nil }

func (l *Lexicon) systemOf(name string) *systemRange {
	for i := range l.systems {
		if l.systems[i].name == name {
			return &l.systems[i]
		}
	}
	return nil
}

func number(section []byte, i int) uint32 { return binary.LittleEndian.Uint32(section[4*i:]) }

func (l *Lexicon) code(entry uint32) []byte {
	offsets := l.section[sectionCodeOffsets]
	return l.section[sectionCodeBytes][number(offsets, int(entry)):number(offsets, int(entry)+1)]
}

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
	i := l.search(s, code)
	if i < s.last && string(l.code(i)) == code {
		return Entry{l, i}, true
	}
	return Entry{}, false
}

// search gives the first entry of a system whose code is not below the given one.
func (l *Lexicon) search(s *systemRange, code string) uint32 {
	n := int(s.last - s.first)
	return s.first + uint32(sort.Search(n, func(i int) bool { return string(l.code(s.first+uint32(i))) >= code }))
}

// Prefixed yields the entries of a system whose codes begin with a prefix, in the
// order of the codes.
func (l *Lexicon) Prefixed(system, prefix string) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		s := l.systemOf(system)
		if s == nil {
			return
		}
		for i := l.search(s, prefix); i < s.last; i++ {
			code := l.code(i)
			if len(code) < len(prefix) || string(code[:len(prefix)]) != prefix || !yield(Entry{l, i}) {
				return
			}
		}
	}
}

// Code is the entry's code; of a name without code, an identifier of its list.
func (e Entry) Code() string { return string(e.lexicon.code(e.id)) }

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
			target := uint32(0)
			for range d.next() {
				target += uint32(d.next())
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
			for range d.next() {
				d.next()
			}
		}
		var space [32]uint32
		n := Name{lexicon: e.lexicon}
		for range d.next() {
			sort := d.next()
			n.Group, n.Kind = Group(sort%uint64(groups)), NameKind(sort/uint64(groups)%uint64(nameKinds))
			n.Marks = Mark(sort / uint64(groups) / uint64(nameKinds))
			n.words = space[:0]
			for range d.next() {
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
		text = append(text, n.lexicon.word(w)...)
	}
	return string(text)
}

// Stems gives the stems of the name, in order, without words that only join others.
func (n Name) Stems() []string {
	var stems []string
	for _, id := range n.lexicon.stemsOf(nil, n.words) {
		stems = append(stems, string(n.lexicon.word(id)))
	}
	return stems
}

// Words gives the words of the name, in order.
func (n Name) Words() []string {
	words := make([]string, len(n.words))
	for i, w := range n.words {
		words[i] = string(n.lexicon.word(w))
	}
	return words
}

// dataReader decodes the numbers of an entry.
type dataReader struct{ rest []byte }

func (e Entry) data() dataReader {
	offsets := e.lexicon.section[sectionDataOffsets]
	return dataReader{e.lexicon.section[sectionDataBytes][number(offsets, int(e.id)):number(offsets, int(e.id)+1)]}
}

// next gives the next number, and 0 after the last: a damaged block reads as empty.
func (d *dataReader) next() uint64 {
	v, n := binary.Uvarint(d.rest)
	if n <= 0 {
		d.rest = nil
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

// The stem of a word is the id of another word, or nothing, or two.
const (
	noStem    = 1<<32 - 1
	twoStems  = 1 << 31
	stemShift = 15 // of the first of two: both are among the commonest words
)

func (l *Lexicon) word(id uint32) []byte {
	offsets := l.section[sectionWordOffsets]
	return l.section[sectionWordBytes][number(offsets, int(id)):number(offsets, int(id)+1)]
}

// wordID finds a word.
func (l *Lexicon) wordID(word string) (uint32, bool) {
	order := l.section[sectionWordOrder]
	i := sort.Search(l.words, func(i int) bool { return string(l.word(number(order, i))) >= word })
	if i < l.words {
		if id := number(order, i); string(l.word(id)) == word {
			return id, true
		}
	}
	return 0, false
}

// stemsOf appends the stems of words.
func (l *Lexicon) stemsOf(dst, words []uint32) []uint32 {
	for _, w := range words {
		switch s := number(l.section[sectionStems], int(w)); {
		case s == noStem:
		case s&twoStems != 0:
			dst = append(dst, s&(twoStems-1)>>stemShift, s&(1<<stemShift-1))
		default:
			dst = append(dst, s)
		}
	}
	return dst
}

// Count is the number of names of a group that hold a stem (for medicines: a word),
// at most 65,535. Names that only repeat a wider name do not count.
func (l *Lexicon) Count(g Group, stem string) int {
	id, ok := l.wordID(stem)
	if !ok {
		return 0
	}
	return int(binary.LittleEndian.Uint16(l.section[sectionCounts][2*(int(g)*l.words+int(id)):]))
}

// Match is an entry that has a name, and the kinds and marks of the name.
type Match struct {
	Entry
	Kind  NameKind
	Marks Mark
}

// Lookup appends the entries of a group that have a name, each once. The name is given by its
// stems in any order or, for medicines, by its words in order.
func (l *Lexicon) Lookup(dst []Match, g Group, name []string) []Match {
	var space [24]uint32
	key := space[:0]
	for _, w := range name {
		id, ok := l.wordID(w)
		if !ok {
			return dst
		}
		key = append(key, id)
	}
	if len(key) == 0 {
		return dst
	}
	key = l.keyOf(g, key)
	bucket := hashKey(g, key) % l.buckets
	first, last := number(l.section[sectionBuckets], int(bucket)), number(l.section[sectionBuckets], int(bucket)+1)
	var keySpace [40]uint32
	for i := first; i < last; i++ {
		e := Entry{l, number(l.section[sectionPostings], int(i))}
		for n := range e.Names() {
			if n.Group != g {
				continue
			}
			have := append(keySpace[:0], n.words...)
			if g != Medicine {
				have = l.stemsOf(keySpace[:0], n.words)
			}
			if slices.Equal(l.keyOf(g, have), key) {
				dst = append(dst, Match{e, n.Kind, n.Marks})
				break // names are sorted by their kind
			}
		}
	}
	return dst
}

// keyOf brings the ids of a name to the form that names are compared in.
func (l *Lexicon) keyOf(g Group, ids []uint32) []uint32 {
	if g == Medicine {
		return ids
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// hashKey spreads keys over the buckets.
func hashKey(g Group, key []uint32) uint64 {
	h := uint64(g) + 0x9E3779B97F4A7C15
	for _, id := range key {
		h = (h ^ uint64(id)) * 0xBF58476D1CE4E5B9
		h ^= h >> 29
	}
	return h
}
