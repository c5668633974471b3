// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"slices"
	"strings"
	"sync"
)

// similarNames finds nodes by words that are spelled almost like a name, or cut. It is
// prepared when the first word is not known.
type similarNames struct {
	prepare sync.Once
	// near finds nodes by their names of one word with one letter left out.
	near map[string][]int32
	// beginnings are the words of names, sorted.
	beginnings []wordOwner
}

// nearLetters is the least number of letters of a name that words are compared with,
// and cutName that of a beginning of a name.
const (
	nearLetters = 5
	cutName     = 6
)

// prepared fills the tables from the names of an index.
func (s *similarNames) prepared(names map[string][]medicineTerm) *similarNames {
	s.prepare.Do(func() {
		s.near = map[string][]int32{}
		for _, list := range names {
			for i := range list {
				if t := &list[i]; !t.except {
					s.addName(t)
				}
			}
		}
		slices.SortFunc(s.beginnings, func(a, b wordOwner) int { return strings.Compare(a.word, b.word) })
	})
	return s
}

func (s *similarNames) addName(t *medicineTerm) {
	for _, p := range t.pieces {
		if len(p.text) >= cutName {
			s.beginnings = append(s.beginnings, wordOwner{p.text, t.node})
		}
	}
	if word := t.pieces[0].text; len(t.pieces) == 1 && len(word) >= nearLetters {
		s.near[word] = append(s.near[word], t.node)
		for i := range len(word) {
			shorter := word[:i] + word[i+1:]
			s.near[shorter] = append(s.near[shorter], t.node)
		}
	}
}

// relateSimilar finds the nodes with a name that differs from a word by a letter, or by
// two letters that are turned round, or that one of the two begins with the other.
func (x *medicineIndex) relateSimilar(r *medicineRelations, word string) {
	var space [40]byte
	if len(word) < nearLetters || len(word) > len(space) {
		return
	}
	s := x.similar.prepared(x.names)
	for _, node := range s.near[word] {
		r.add(node, holdsNearName)
	}
	for i := range len(word) {
		shorter := append(append(space[:0], word[:i]...), word[i+1:]...)
		for _, node := range s.near[string(shorter)] {
			r.add(node, holdsNearName)
		}
	}
	if len(word) >= cutName {
		s.relateBeginning(r, word)
	}
}

func (s *similarNames) relateBeginning(r *medicineRelations, word string) {
	i, _ := slices.BinarySearchFunc(s.beginnings, word, func(o wordOwner, w string) int { return strings.Compare(o.word, w) })
	for j := i; j < len(s.beginnings) && strings.HasPrefix(s.beginnings[j].word, word); j++ {
		r.add(s.beginnings[j].node, holdsNearName)
	}
	for j := i - 1; j >= 0 && strings.HasPrefix(word, s.beginnings[j].word[:cutName]); j-- {
		if strings.HasPrefix(word, s.beginnings[j].word) {
			r.add(s.beginnings[j].node, holdsNearName)
		}
	}
}
