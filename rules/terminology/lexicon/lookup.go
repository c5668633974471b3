// SPDX-License-Identifier: Apache-2.0

package lexicon

import (
	"encoding/binary"
	"slices"
	"sort"
)

// The stem of a word is the id of another word, or noStem, or, from twoStems, the
// place of a pair of stems.
const (
	noStem   = 1<<24 - 1
	twoStems = 1<<24 - 1<<12
)

// word appends a word.
func (l *Lexicon) word(dst []byte, id uint32) []byte {
	var space [codeSpace]byte
	d := l.wordRun(int(id / runLength))
	word := d.appendNextText(space[:0])
	for range id % runLength {
		word = d.appendNextText(word)
	}
	return append(dst, word...)
}

// wordID finds a word.
func (l *Lexicon) wordID(word string) (uint32, bool) {
	first := 0
	for _, end := range classEnds {
		end = min(end, l.words)
		if id, ok := l.searchWord(word, first, end); ok || end == l.words {
			return id, ok
		}
		first = end
	}
	return 0, false
}

// searchWord finds a word among the ids of a class.
func (l *Lexicon) searchWord(word string, first, end int) (uint32, bool) {
	begins := l.section[sectionWordRuns]
	start := startOf(word)
	low, high := first/runLength, (end+runLength-1)/runLength // the runs from high on begin above the word
	for low < high {
		middle := int(uint(low+high) / 2)
		begin := number64(begins, 12*middle+4)
		if begin < start || begin == start && l.runBegin(middle) <= word {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low == first/runLength {
		return 0, false
	}
	first = (low - 1) * runLength
	d := l.wordRun(low - 1)
	same := 0 // bytes that the word shares with the one before, which is below it
	for id := first; id < min(first+runLength, end); id++ {
		before, more := d.text()
		if before > same {
			continue // as the one before
		}
		if before < same {
			return 0, false
		}
		n := common(more, word[same:])
		switch same += n; {
		case n == len(more) && same == len(word):
			return uint32(id), true
		case same == len(word) || n < len(more) && more[n] > word[same]:
			return 0, false
		}
	}
	return 0, false
}

// wordRun gives the bytes from the beginning of a run of words.
func (l *Lexicon) wordRun(i int) numbers {
	words := l.section[sectionWordBytes]
	return numbers{words[min(int(number(l.section[sectionWordRuns], 3*i)), len(words)):]}
}

// runBegin is the first word of a run.
func (l *Lexicon) runBegin(i int) string {
	d := l.wordRun(i)
	_, begin := d.text()
	return string(begin)
}

// common is the length of what two texts begin with.
func common(x []byte, y string) int {
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}

// stemsOf appends the stems of words.
func (l *Lexicon) stemsOf(dst, words []uint32) []uint32 {
	for _, w := range words {
		switch s := number24(l.section[sectionStems], int(w)); {
		case s == noStem:
		case s >= twoStems:
			pairs := l.section[sectionStemPairs]
			dst = append(dst, number(pairs, 2*int(s-twoStems)), number(pairs, 2*int(s-twoStems)+1))
		default:
			dst = append(dst, s)
		}
	}
	return dst
}

// manyCounts marks a word that has its counts in sectionManyCounts. Other words have
// names in one group, of which they hold the number and, from countBits, the group.
const (
	manyCounts = 1<<16 - 1
	countBits  = 13
)

// Phrase is a row of stems or words of a wording, looked up once in the words of a
// lexicon, so that the parts of the wording can be looked up quickly.
type Phrase struct {
	lexicon *Lexicon
	ids     []uint32 // noWord: the lexicon does not have the word
}

const noWord = 1<<32 - 1

// Phrase finds the words of a lexicon.
func (l *Lexicon) Phrase(words []string) Phrase {
	ids := make([]uint32, len(words))
	for i, w := range words {
		id, ok := l.wordID(w)
		if !ok {
			id = noWord
		}
		ids[i] = id
	}
	return Phrase{l, ids}
}

// Count is the number of names of a group that hold word i, as [Lexicon.Count] gives it.
func (p Phrase) Count(g Group, i int) int {
	if p.ids[i] == noWord {
		return 0
	}
	return p.lexicon.count(g, p.ids[i])
}

// Lookup appends the entries of a group that have the words from i to j-1 as a name, as
// [Lexicon.Lookup] does.
func (p Phrase) Lookup(dst []Match, g Group, i, j int) []Match {
	var space [24]uint32
	key := space[:0]
	for _, id := range p.ids[i:j] {
		if id == noWord {
			return dst
		}
		key = append(key, id)
	}
	return p.lexicon.lookup(dst, g, key)
}

// Count is the number of names of a group that hold a stem (for medicines: a word),
// at most 65,535. Names that only repeat a wider name do not count.
func (l *Lexicon) Count(g Group, stem string) int {
	id, ok := l.wordID(stem)
	if !ok {
		return 0
	}
	return l.count(g, id)
}

func (l *Lexicon) count(g Group, id uint32) int {
	counts := l.section[sectionCounts]
	if len(counts) < 2*int(id)+2 {
		return 0
	}
	n := binary.LittleEndian.Uint16(counts[2*id:])
	if n != manyCounts {
		if Group(n>>countBits) != g {
			return 0
		}
		return int(n & (1<<countBits - 1))
	}
	many := l.section[sectionManyCounts]
	rows := len(many) / 8
	row := func(i int) (word uint32, group Group, count int) {
		part := number(many, 2*i+1)
		return number(many, 2*i), Group(part & (1<<16 - 1)), int(part >> 16)
	}
	i := sort.Search(rows, func(i int) bool {
		word, group, _ := row(i)
		return word > id || word == id && group >= g
	})
	if i < rows {
		if word, group, count := row(i); word == id && group == g {
			return count
		}
	}
	return 0
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
	return l.lookup(dst, g, key)
}

// lookup appends the entries that have a name of these words.
func (l *Lexicon) lookup(dst []Match, g Group, key []uint32) []Match {
	if len(key) == 0 {
		return dst
	}
	key = l.keyOf(g, key)
	hash := hashKey(g, key)
	bucket := int(hash % l.buckets)
	var keySpace [40]uint32
	postings := l.section[sectionPostings]
	first, last := int(number(l.section[sectionBuckets], bucket)), int(number(l.section[sectionBuckets], bucket+1))
	for i := first; i < min(last, len(postings)/4); i++ {
		posting := number(postings, i)
		if posting>>24 != uint32(hash>>56) {
			continue
		}
		e := Entry{l, posting & (1<<24 - 1)}
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
