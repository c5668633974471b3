// SPDX-License-Identifier: Apache-2.0

package terminology

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"sync"

	"github.com/eligo-trials/eligo/rules/terminology/core"
	"github.com/eligo-trials/eligo/rules/terminology/lexicon"
)

// Knowledge is all that is known about codes and wordings: the core inside the
// program, the terminologies that a site adds and the site's list. It is immutable.
type Knowledge struct {
	lexicons []*lexicon.Lexicon // the core first
	digest   string             // of the others and of the list
	site     *SiteList          // nil if there is none
}

// NewKnowledge adds terminologies of a site to the core.
func NewKnowledge(added ...*lexicon.Lexicon) *Knowledge {
	k := &Knowledge{lexicons: append([]*lexicon.Lexicon{core.Lexicon()}, added...)}
	switch len(added) {
	case 0:
	case 1:
		k.digest = added[0].SHA256()
	default:
		all := sha256.New()
		for _, l := range added {
			fmt.Fprintln(all, l.SHA256())
		}
		k.digest = hex.EncodeToString(all.Sum(nil))
	}
	return k
}

// core is what the program itself knows.
func (k *Knowledge) core() *Knowledge { return &Knowledge{lexicons: k.lexicons[:1]} }

// WithSiteList is the knowledge with what a site says about its codes and wordings.
func (k *Knowledge) WithSiteList(l *SiteList) *Knowledge {
	all := sha256.New()
	fmt.Fprintln(all, k.digest)
	for _, file := range l.Files {
		fmt.Fprintln(all, file.SHA256)
	}
	return &Knowledge{lexicons: k.lexicons, digest: hex.EncodeToString(all.Sum(nil)), site: l}
}

// SiteList is what the site says about its codes and wordings; nil if it says nothing.
func (k *Knowledge) SiteList() *SiteList { return k.site }

// Core is the knowledge inside the program alone.
var Core = sync.OnceValue(func() *Knowledge { return NewKnowledge() })

// Open opens terminology files of a site, which "eligo terms build" makes, and adds them
// to the core. The files are mapped into memory for as long as the program runs. Errors
// name the file; one that is no terminology wraps [lexicon.ErrFormat].
func Open(paths ...string) (*Knowledge, error) {
	var added []*lexicon.Lexicon
	for _, path := range paths {
		l, err := lexicon.OpenFile(path)
		if err != nil {
			return nil, err
		}
		added = append(added, l)
	}
	return NewKnowledge(added...), nil
}

// SHA256 identifies the terminologies that a site added, in hexadecimal: the digest of the only
// one, or a digest of the digests of several in their order. It is "" for a nil Knowledge and for the core alone.
func (k *Knowledge) SHA256() string {
	if k == nil {
		return ""
	}
	return k.digest
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

// ownSystems are the systems of the core that are lists of its own.
var ownSystems = map[string]bool{
	ingredientSystem: true, productSystem: true, abbreviationSystem: true, classSystem: true, "abbreviation": true, "foreign": true,
	"component": true, "property": true, "specimen": true, "vaccine group": true,
}

// IsOwnSystem reports whether a name of a code system is one that this program uses for
// lists of its own.
func IsOwnSystem(system string) bool { return ownSystems[system] }

// phrase is a row of stems or words, looked up in each terminology.
type phrase []lexicon.Phrase

func (k *Knowledge) phrase(words []string) phrase {
	p := make(phrase, len(k.lexicons))
	for i, l := range k.lexicons {
		p[i] = l.Phrase(words)
	}
	return p
}

// lookup appends the entries that have the words from i to j-1 as a name.
func (p phrase) lookup(dst []lexicon.Match, g lexicon.Group, i, j int) []lexicon.Match {
	for _, one := range p {
		dst = one.Lookup(dst, g, i, j)
	}
	return dst
}

// count is the number of names of a group that hold word i.
func (p phrase) count(g lexicon.Group, i int) int {
	n := 0
	for _, one := range p {
		n += one.Count(g, i)
	}
	return n
}
