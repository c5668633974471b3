// SPDX-License-Identifier: Apache-2.0

package lexicon

import (
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
	uses  int
	id    uint32
	stems []uint32 // ids
}

// draft is an entry that is being built.
type draft struct {
	system, code string
	id           uint32
	names        []nameDraft
	links        []link
}

type nameDraft struct {
	group   Group
	kind    NameKind
	marks   Mark
	counted bool
	words   string // separated by spaces
	key     string // what names are compared by
}

type link struct {
	kind   Relation
	target *draft
}

// NewBuilder prepares a builder. info is JSON that describes the sources; see
// [Builder.SetInfo].
func NewBuilder(info []byte) *Builder {
	return &Builder{info: info, systems: map[string]map[string]*draft{}, words: map[string]*wordDraft{}}
}

// SetInfo replaces the description of the sources, which may be known at the end only.
func (b *Builder) SetInfo(info []byte) { b.info = info }

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
// words is left out, and so is a name of the code that is compared like one it has,
// such as "Sclerosis, Systemic" beside "systemic sclerosis". counted is false for a name whose words say no more about how
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
	n := nameDraft{g, kind, marks, counted, strings.Join(list, " "), nameKey(g, list)}
	for i := range e.names {
		if have := &e.names[i]; have.group == g && have.key == n.key {
			if kind < have.kind { // the better name is kept of two that are compared alike
				have.kind, have.words = kind, n.words
			}
			have.marks |= marks
			have.counted = have.counted || counted
			return
		}
	}
	e.names = append(e.names, n)
}

// nameKey is the form in which the names of an entry are compared: the words of a
// medicine, the text of an explanation, else the stems in any order.
func nameKey(g Group, words []string) string {
	if g == Medicine || g == Meaning {
		return strings.Join(words, " ")
	}
	var stems []string
	for _, w := range words {
		stems = append(stems, strings.Fields(Stem(w))...)
	}
	slices.Sort(stems)
	return strings.Join(slices.Compact(stems), " ")
}

// Relate adds a link between two codes, which are added where they are new, and its
// inverse. It reports whether the link is new.
func (b *Builder) Relate(system, code string, r Relation, targetSystem, target string) bool {
	from, to := b.entry(system, code), b.entry(targetSystem, target)
	if r == Child || r == MappedFrom || r == IngredientOf { // the other side has few links of a kind
		from, to, r = to, from, inverse[r]
	}
	if from == to || slices.Contains(from.links, link{r, to}) {
		return false
	}
	from.addLink(link{r, to})
	to.addLink(link{inverse[r], from})
	return true
}

func (e *draft) addLink(l link) { e.links = append(e.links, l) }

// HasLink reports whether a code has a link of a kind.
func (b *Builder) HasLink(system, code string, r Relation) bool {
	e := b.systems[system][code]
	return e != nil && slices.ContainsFunc(e.links, func(l link) bool { return l.kind == r })
}
