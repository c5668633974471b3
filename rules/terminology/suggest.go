// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"cmp"
	"slices"
	"strings"

	"github.com/eligo-trials/eligo/patient"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// Suggester suggests what a wording that was not recognised may mean. Its suggestions are for
// a person to choose from and decide nothing. It is not safe for concurrent use.
type Suggester struct {
	known *Knowledge
	near  map[lexicon.Group]nearWords
}

// NewSuggester makes a suggester; nil is [Core].
func NewSuggester(known *Knowledge) *Suggester {
	if known == nil {
		known = Core()
	}
	return &Suggester{known, map[lexicon.Group]nearWords{}}
}

const mostSuggestions = 6

// Suggest gives the codes that a wording of a fact of a kind may mean, the likeliest first:
// those of its names and abbreviations, then those of the names that its words
// differ from by a letter, or by two letters in a word of eight or more.
func (s *Suggester) Suggest(kind Kind, wording string) []CodeName {
	wording, _ = lexicon.CutTag(wording)
	var list []CodeName
	add := func(codes ...CodeName) {
		for _, c := range codes {
			if CheckCode(c.System, c.Code) == nil && len(list) < mostSuggestions && !slices.ContainsFunc(list, func(have CodeName) bool { return have.System == c.System && have.Code == c.Code }) {
				list = append(list, c)
			}
		}
	}
	for _, d := range s.known.DescribeWording(kind, wording) {
		add(s.codesOf(kind, &d)...)
	}
	if len(list) > 0 {
		return list
	}
	words := lexicon.Words(wording)
	for i, word := range words {
		for _, near := range s.nearWords(kind, word) {
			mended := slices.Clone(words)
			mended[i] = near
			for _, text := range []string{strings.Join(mended, " "), near} {
				for _, d := range s.known.DescribeWording(kind, text) {
					if strings.Contains(d.Found, near) {
						add(s.codesOf(kind, &d)...)
					}
				}
			}
		}
	}
	return list
}

// codesOf gives the codes of a known system that a description leads to.
func (s *Suggester) codesOf(kind Kind, d *Description) (codes []CodeName) {
	if systemNamed(d.System) != nil {
		return []CodeName{{d.System, d.Code, d.Name}}
	}
	for _, c := range d.MapsTo {
		if c.Name == "" {
			c.Name = cmp.Or(d.Name, d.Code)
		}
		codes = append(codes, c)
	}
	for _, meaning := range d.Meanings {
		for _, e := range s.known.named(kind, lexicon.Words(meaning)) {
			if m := s.known.describe(e, meaning); len(m.Meanings) == 0 {
				codes = append(codes, s.codesOf(kind, &m)...)
				break
			}
		}
	}
	return codes
}

// nearWords finds words by what is left of them without one letter.
type nearWords map[string][]string

// suggestedLetters is the least number of letters of a word that is mended.
const suggestedLetters = 5

// nearWords gives the words of names that differ from a word by a letter or, if it is
// long, by two.
func (s *Suggester) nearWords(kind Kind, word string) []string {
	if len(word) < suggestedLetters {
		return nil
	}
	most := 1
	if len(word) >= 8 {
		most = 2
	}
	var found []string
	for _, g := range kind.nameGroups() {
		if s.known.Count(g, word) > 0 || g != lexicon.Medicine && s.known.Count(g, lexicon.Stem(word)) > 0 {
			return nil // the word is known
		}
		if s.near[g] == nil {
			s.near[g] = s.known.wordsOf(g)
		}
		for i := -1; i < len(word); i++ {
			shorter := word
			if i >= 0 {
				shorter = word[:i] + word[i+1:]
			}
			for _, w := range s.near[g][shorter] {
				if editDistance(word, w) <= most && !slices.Contains(found, w) {
					found = append(found, w)
				}
			}
		}
	}
	slices.SortFunc(found, func(a, b string) int {
		return cmp.Or(cmp.Compare(editDistance(word, a), editDistance(word, b)), strings.Compare(a, b))
	})
	return found[:min(len(found), 3)]
}

// systemsOfNames are the systems whose names make the words of a group.
var systemsOfNames = map[lexicon.Group][]string{
	lexicon.Diagnosis: {patient.ICD10CM, "doid", "mesh"}, lexicon.Medicine: {ingredientSystem, productSystem},
	lexicon.Laboratory: {"component"}, lexicon.Vaccine: {patient.CVX}, lexicon.Substance: {},
}

func (k *Knowledge) wordsOf(g lexicon.Group) nearWords {
	seen, near := map[string]bool{}, nearWords{}
	for _, system := range systemsOfNames[g] {
		for e := range k.Prefixed(system, "") {
			for n := range e.Names() {
				if n.Group != g {
					continue
				}
				for _, w := range n.Words() {
					if len(w) < suggestedLetters || seen[w] || strings.ContainsAny(w, "0123456789") {
						continue
					}
					seen[w] = true
					near[w] = append(near[w], w)
					for i := range len(w) {
						near[w[:i]+w[i+1:]] = append(near[w[:i]+w[i+1:]], w)
					}
				}
			}
		}
	}
	return near
}

// editDistance counts the letters to add, leave out, change or swap with the next.
func editDistance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
