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
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
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
const Version = 3

const magic = "eligo.terms\n"

// ErrFormat says that a block of bytes is not a lexicon that this program reads.
var ErrFormat = errors.New("not a terminology file of this version of eligo")

// The sections of a block, each at an offset that the header gives. Words and entries
// lie in runs of runLength, of which each text but the first is stored by what differs
// from the text before (see appendText).
const (
	sectionInfo       = iota // JSON of Info
	sectionSystems           // names of the systems and the ends of their entries
	sectionWordBytes         // the words, in the order of their ids
	sectionWordRuns          // 12 bytes by run of words: uint32 where it begins, and how (see startOf)
	sectionStems             // uint24 by word: its stem
	sectionStemPairs         // pairs of uint32: the stems of words that have two
	sectionCounts            // uint16 by word: names with that stem
	sectionManyCounts        // counts that do not fit above: uint32 word, uint16 group, uint16 count
	sectionEntryBytes        // the entries: code, relations and names
	sectionEntryRuns         // uint32 by run of entries: where it begins
	sectionBuckets           // uint32 by bucket: its first posting, and the end
	sectionPostings          // 4 bytes: uint24 entry, and a byte of the hash of its name
	sections
)

// runLength is the number of words or entries that are stored by their differences.
const runLength = 16

// Words have ids in the order of their text within a class: the commonest words,
// whose ids take one byte, then those of two bytes, then the rest.
var classEnds = [...]int{1 << 7, 1 << 14, 1<<32 - 1}

// Lexicon is what is known about codes and wordings. It is safe for concurrent use
// and changes nothing in its bytes.
type Lexicon struct {
	section [sections][]byte
	systems []systemRange
	words   int
	buckets uint64
	digest  []byte // SHA-256 of the sections; nil in a block without it
	mapped  []byte // the memory of a file that is mapped
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
	switch uint64(len(data)) - at {
	case 0:
	case sha256.Size:
		l.digest = data[at:]
	default:
		return nil, fmt.Errorf("%w: it is cut or damaged", ErrFormat)
	}
	l.words = len(l.section[sectionStems]) / 3
	l.buckets = uint64(len(l.section[sectionBuckets])/4 - 1)
	if len(l.section[sectionBuckets]) < 8 || !l.readSystems() {
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
		if s.last < s.first || int(s.last) > runLength*len(l.section[sectionEntryRuns])/4 {
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
