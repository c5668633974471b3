// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"strings"
	"sync"

	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// wordRole says what a word or phrase does in the wording of a medicine or allergy,
// besides naming a medicine or substance. Roles are a bit set.
type wordRole uint8

const (
	isSilent   wordRole = 1 << iota // says nothing: a unit, form, route or time
	isSalt                          // a salt or ester
	isDoubt                         // negates, plans, stops, or speaks of another person
	isOccasion                      // makes one of two medicines the occasion for the other
	isKnown                         // a known thing that is no medicine: a fluid, feed or device
	isNone                          // a whole wording that says that there is none
)

// phraseRole is the role of a phrase. Of a phrase that is wider than one medicine it
// also has the ATC groups that the phrase can mean.
type phraseRole struct {
	role wordRole
	// class says that the phrase is wider than one medicine.
	class  bool
	groups []string // prefixes of ATC codes; none: any medicine
	// open says that the phrase can mean medicines outside the groups too; of an allergy,
	// that it is wide even beside other words.
	open bool
}

// phrases is a table of phrases by their words, folded and separated by spaces.
type phrases struct {
	roles   map[string]phraseRole
	longest int // words of the longest phrase
	// salts are the long names of salts with one letter left out, for misspelled ones.
	salts map[string]bool
}

// nearSalt reports whether a word is a long name of a salt but for one letter.
func (p *phrases) nearSalt(word string) bool {
	if len(word) < longSalt {
		return false
	}
	if p.salts[word] {
		return true
	}
	var space [40]byte
	for i := range min(len(word), len(space)) {
		if p.salts[string(append(append(space[:0], word[:i]...), word[i+1:]...))] {
			return true
		}
	}
	return false
}

// longSalt is the number of letters of a long name of a salt.
const longSalt = 9

// medicinePhrases are the words and phrases in wordings of medicines.
var medicinePhrases = sync.OnceValue(func() *phrases {
	p := &phrases{roles: make(map[string]phraseRole, 4096)}
	for file, role := range map[string]wordRole{
		"silent": isSilent, "salts": isSalt, "doubt": isDoubt, "occasions": isOccasion, "known": isKnown, "makers": isSilent,
	} {
		p.addWords("medicine-"+file, role)
	}
	p.addClasses("medicine-wider")
	p.salts = map[string]bool{}
	for word, r := range p.roles {
		if r.role&isSalt != 0 && len(word) >= longSalt {
			p.salts[word] = true
			for i := range word {
				p.salts[word[:i]+word[i+1:]] = true
			}
		}
	}
	return p
})

// addedNames are names of medicines that the core lacks, and their ingredients.
var addedNames = sync.OnceValue(func() map[string][]string {
	names := map[string][]string{}
	for line := range wordLines("medicine-names") {
		name, ingredients, _ := strings.Cut(line, " = ")
		names[name] = strings.Split(ingredients, " + ")
	}
	return names
})

// allergyPhrases are the words and phrases in wordings of allergies that do not say
// what the allergy is to.
var allergyPhrases = sync.OnceValue(func() *phrases {
	p := &phrases{roles: map[string]phraseRole{}}
	p.addWords("allergy-silent", isSilent)
	for line := range wordLines("allergy-none") {
		p.addPhrase(splitPieces(line), phraseRole{role: isNone})
	}
	for line := range wordLines("allergy-wider") {
		line, alone := strings.CutPrefix(line, "~")
		for word := range strings.FieldsSeq(line) {
			p.addPhrase(splitPieces(word), phraseRole{class: true, open: !alone})
		}
	}
	return p
})

// wordLines yields the lines of a list that are no comments.
func wordLines(file string) func(yield func(string) bool) {
	text := readWords(file)
	return func(yield func(string) bool) {
		for line := range strings.SplitSeq(text, "\n") {
			if line != "" && line[0] != '#' && !yield(line) {
				return
			}
		}
	}
}

// addWords adds a list of words separated by spaces; the words of a phrase are joined
// by hyphens.
func (p *phrases) addWords(file string, role wordRole) {
	for line := range wordLines(file) {
		for phrase := range strings.FieldsSeq(line) {
			p.addPhrase(splitPieces(phrase), phraseRole{role: role})
		}
	}
}

// openNouns end a phrase that says what a medicine is for, not what it is.
var openNouns = map[string]bool{
	"medication": true, "treatment": true, "therapy": true, "aid": true, "injection": true, "reliever": true, "killer": true, "shot": true,
}

// addClasses adds a list of phrases by the ATC groups that they can mean.
func (p *phrases) addClasses(file string) {
	for line := range wordLines(file) {
		left, names, _ := strings.Cut(line, " = ")
		left, open := strings.CutPrefix(left, "~")
		groups := strings.Fields(left)
		if left == "*" {
			groups, open = nil, true
		}
		for name := range strings.SplitSeq(names, " | ") {
			pieces := splitPieces(name)
			last := singular(pieces[len(pieces)-1].text)
			p.addPhrase(pieces, phraseRole{class: true, groups: groups, open: open || len(pieces) > 1 && openNouns[last]})
		}
	}
}

func (p *phrases) addPhrase(pieces []piece, r phraseRole) {
	var key []byte
	key = appendPhrase(key, pieces)
	if r.class {
		key = appendSingular(nil, pieces)
	}
	have := p.roles[string(key)]
	if r.class && !have.class {
		have.class, have.groups, have.open = true, r.groups, r.open
	}
	have.role |= r.role
	p.roles[string(key)] = have
	p.longest = max(p.longest, len(pieces))
}

// find gives the role of pieces of a wording. Wider words are found in the plural too.
func (p *phrases) find(space []byte, pieces []piece) (phraseRole, []byte) {
	space = appendPhrase(space[:0], pieces)
	r := p.roles[string(space)]
	if !r.class {
		space = appendSingular(space[:0], pieces)
		if c := p.roles[string(space)]; c.class {
			r.class, r.groups, r.open = true, c.groups, c.open
		}
	}
	return r, space
}

func appendPhrase(dst []byte, pieces []piece) []byte {
	for i := range pieces {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = append(dst, pieces[i].text...)
	}
	return dst
}

func appendSingular(dst []byte, pieces []piece) []byte {
	for i := range pieces {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = append(dst, singular(pieces[i].text)...)
	}
	return dst
}

// singular gives a word without a plural ending, and "medication" for words of the same
// meaning.
func singular(word string) string {
	if len(word) > 3 && word[len(word)-1] == 's' && word[len(word)-2] != 's' {
		word = word[:len(word)-1]
	}
	if medicationNouns[word] {
		return "medication"
	}
	return word
}

// medicationNouns are the words that a lay person ends a name with: water pill.
var medicationNouns = map[string]bool{
	"drug": true, "medicine": true, "med": true, "pill": true, "tablet": true, "tab": true, "capsule": true, "agent": true,
}

// piece is a run of letters or a run of digits of a wording, folded.
type piece struct {
	text   string
	digits bool
	glued  bool // to the piece before: the 2 of "b12"
	hyphen bool // a hyphen, and nothing else, stands before it
}

// splitPieces splits a text into runs of letters and runs of digits.
func splitPieces(text string) []piece {
	text = lexicon.Fold(text)
	if strings.Contains(text, "'s") {
		text = strings.ReplaceAll(text, "'s", "s")
	}
	list := make([]piece, 0, 12)
	start, end := -1, 0 // of the run; end of the run before
	digits := false
	add := func(at int) {
		if start >= 0 {
			n := len(list)
			list = append(list, piece{
				text: text[start:at], digits: digits,
				glued:  n > 0 && start == end,
				hyphen: n > 0 && start == end+1 && text[end] == '-',
			})
			start, end = -1, at
		}
	}
	for i, c := range text {
		if !lexicon.IsWordRune(c) {
			add(i)
			continue
		}
		if d := '0' <= c && c <= '9'; start < 0 || d != digits {
			add(i)
			start, digits = i, d
		}
	}
	add(len(text))
	return list
}
