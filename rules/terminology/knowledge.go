// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"iter"

	"github.com/eligo-trials/eligo/rules/terminology/core"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// Knowledge is all that is known about codes and wordings: the core inside the
// program and the terminologies that a site adds. It is immutable.
type Knowledge struct{ lexicons []*lexicon.Lexicon }

// NewKnowledge adds terminologies of a site to the core.
func NewKnowledge(added ...*lexicon.Lexicon) *Knowledge {
	return &Knowledge{append([]*lexicon.Lexicon{core.Lexicon()}, added...)}
}

// Find yields the entries of a code, at most one of each terminology.
func (k *Knowledge) Find(system, code string) iter.Seq[lexicon.Entry] {
	return func(yield func(lexicon.Entry) bool) {
		for _, l := range k.lexicons {
			if e, ok := l.Find(system, code); ok && !yield(e) {
				return
			}
		}
	}
}

// Prefixed yields the entries of a system whose codes begin with a prefix.
func (k *Knowledge) Prefixed(system, prefix string) iter.Seq[lexicon.Entry] {
	return func(yield func(lexicon.Entry) bool) {
		for _, l := range k.lexicons {
			for e := range l.Prefixed(system, prefix) {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// Lookup appends the entries that have a name, as [lexicon.Lexicon.Lookup] does.
func (k *Knowledge) Lookup(dst []lexicon.Match, g lexicon.Group, name []string) []lexicon.Match {
	for _, l := range k.lexicons {
		dst = l.Lookup(dst, g, name)
	}
	return dst
}

// Count is the number of names of a group that hold a stem; of a medicine, a word.
func (k *Knowledge) Count(g lexicon.Group, stem string) int {
	n := 0
	for _, l := range k.lexicons {
		n += l.Count(g, stem)
	}
	return n
}

// Holds reports whether codes of the system are known.
func (k *Knowledge) Holds(system string) bool {
	for _, l := range k.lexicons {
		if l.Holds(system) {
			return true
		}
	}
	return false
}

// Related yields what a relation leads to from an entry and from the entries of its
// code in the other terminologies.
func (k *Knowledge) Related(e lexicon.Entry, r lexicon.Relation) iter.Seq[lexicon.Entry] {
	if len(k.lexicons) == 1 {
		return e.Related(r)
	}
	return func(yield func(lexicon.Entry) bool) {
		for twin := range k.Find(e.System(), e.Code()) {
			for x := range twin.Related(r) {
				if !yield(x) {
					return
				}
			}
		}
	}
}
