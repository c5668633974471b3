// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"slices"
	"strings"
)

// item is one item of a list. build gives its node for a window.
type item struct {
	build func(w *window) (node, bool)
	own   *window
	// windows says that a window after the list may apply to this item too.
	windows bool
	// frame is the phrase before the name: "history of". A later item without
	// one inherits it.
	frame     *frame
	inherited bool
	narrowed  bool // an adjective narrows it, and perhaps the next item too
	measured  bool // a comparison or a score
	dated     bool // a comparison of results in a window
	thing     *thing
	words     string // of the thing
	ofWhat    bool   // its name ends with "of the ..."
	negated   bool
	infant    bool // pregnancy or breastfeeding, for which "and" means "or"
}

func fixedItem(n node) *item { return &item{build: n.withoutWindow} }

func (n node) withoutWindow(w *window) (node, bool) { return n, w == nil }

// Separators between the items of a list.
const (
	commaOnly = "," // no word
	andWord   = "and"
	orWord    = "or"
)

func (p *parser) readSeparator() (string, bool) {
	start := p.i
	comma := p.takePhrase(",")
	switch {
	case p.takePhrase("and / or") || p.takePhrase("or"):
		return orWord, true
	case p.takePhrase("as well as"), p.takePhrase("and"):
		if p.isNext("or") {
			break
		}
		return andWord, true
	case comma:
		return commaOnly, true
	case p.textAt(0) == "/":
		p.i++
		return orWord, true
	}
	p.i = start
	return "", false
}

// readList reads items until one is not understood, and leaves the rest to the
// caller. read reads an item, given the frame of the item before.
func (p *parser) readList(read func(*frame) (*item, bool)) (node, bool) {
	start := p.i
	fail := func() (node, bool) { p.i = start; return node{}, false }
	p.later = false
	first, ok := read(p.under)
	if !ok {
		return fail()
	}
	items, words, joined := []*item{first}, map[string]bool{}, false
	for {
		mark := p.i
		sep, ok := p.readSeparator()
		if !ok {
			break
		}
		if joined = joined || sep != commaOnly; joined && sep == commaOnly {
			return fail() // "A or B, C" is ambiguous
		}
		p.later = true
		next, ok := read(items[len(items)-1].frame)
		p.later = false
		if !ok {
			p.i = mark
			break
		}
		items, words[sep] = append(items, next), true
	}
	n, ok := p.combineItems(items, words)
	if !ok {
		return fail()
	}
	return n, true
}

func (p *parser) combineItems(items []*item, words map[string]bool) (node, bool) {
	if !spreadWindow(items) || words[andWord] && words[orWord] || namesOverlap(items) || windowUnclear(items) {
		return node{}, false
	}
	var parts []node
	measured, negated, infant := true, false, true
	for i, it := range items {
		if it.own == nil && it.windows {
			it.own = p.underIn
		}
		n, ok := it.build(it.own)
		if !ok || it.narrowed && i+1 < len(items) && items[i+1].inherited {
			return node{}, false
		}
		measured, negated, infant = measured && it.measured, negated || it.negated, infant && it.infant
		parts = append(parts, n)
	}
	switch {
	case len(parts) == 1:
		return parts[0], true
	case words[orWord]:
		if negated || measured && !p.exclusion {
			return node{}, false
		}
		return anyOf(parts...), true
	case words[andWord] && (!p.exclusion || infant):
		if infant {
			return anyOf(parts...), p.exclusion
		}
		return allOf(parts...), true
	case words[andWord]:
		return node{}, false
	case p.exclusion:
		return anyOf(parts...), !negated
	}
	return allOf(parts...), measured || negated && allNegated(items)
}

// windowUnclear reports whether a window after the last of several comparisons
// may apply to all: "INR < 1.5 and aPTT < ULN within 1 week".
func windowUnclear(items []*item) bool {
	return items[len(items)-1].dated && slices.ContainsFunc(items, func(it *item) bool { return it.measured && !it.dated })
}

// namesOverlap reports whether a part of one name may belong to another name
// too: "spinal surgery or trauma", "tumors or infections of the spine".
func namesOverlap(items []*item) bool {
	for i, it := range items {
		if i == 0 || it.words == "" {
			continue
		}
		first := strings.ToLower(it.words)
		for _, before := range items[:i] {
			adjective, rest, _ := strings.Cut(strings.ToLower(before.words), " ")
			own, _, _ := strings.Cut(first, " ")
			if before.words != "" && it.ofWhat != before.ofWhat || rest != "" && isOrganAdjective(adjective) && sharedHeads[stemOf(own)] {
				return true
			}
		}
	}
	return false
}

func allNegated(items []*item) bool {
	return !slices.ContainsFunc(items, func(it *item) bool { return !it.negated })
}

// spreadWindow applies a window after a list to all the items that share its
// frame: "history of stroke or infarction within 6 months". It reports false if
// the list is ambiguous.
func spreadWindow(items []*item) bool {
	last := items[len(items)-1]
	for i := len(items) - 1; i > 0; i-- {
		it, before := items[i], items[i-1]
		switch {
		case before.own != nil && it.own == nil && it.inherited && it.windows:
			return false // "stroke within 6 months or infarction"
		case it.own != nil && it.own == last.own && before.own == nil && !before.windows && it.inherited && before.frame != nil:
			return false // "active infection or stroke within 6 months"
		case last.own == nil || before.own != nil || !before.windows:
		case it.inherited && it.own == last.own && it.thing != nil && before.thing != nil && it.thing.kind != before.thing.kind && before.frame.adjective:
			return false // "prior chemotherapy or major surgery within 4 weeks"
		case it.inherited && it.own == last.own:
			before.own = last.own
		case it.own == last.own && it.own != nil:
			return false // "prior chemotherapy or recent surgery within 4 weeks"
		}
	}
	return true
}
