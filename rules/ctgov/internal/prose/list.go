// SPDX-License-Identifier: Apache-2.0

package prose

import "strings"

// item is one part of a list: what it says once its window is known.
type item struct {
	build func(w *window) (node, bool)
	own   *window
	// windows says that a window behind the list may be meant for this item too.
	windows bool
	// frame is what stood before the name: "history of". A later item that has
	// none of its own inherits it.
	frame     *frame
	inherited bool
	narrowed  bool // an adjective narrows it: whether it narrows what follows too cannot be told
	measured  bool // a comparison or a score
	dated     bool // a comparison of results in a window
	thing     *thing
	words     string // of a thing
	ofWhat    bool   // its name ends with "of the ..."
	negated   bool
	infant    bool // pregnancy or breastfeeding, of which "and" means "or"
}

func fixed(n node) *item {
	return &item{build: func(w *window) (node, bool) { return n, w == nil }}
}

// separators between the items of a list.
const (
	commaOnly = "," // no word
	andWord   = "and"
	orWord    = "or"
)

// separator reads what stands between two items.
func (p *parser) separator() (string, bool) {
	start := p.i
	comma := p.take(",")
	switch {
	case p.take("and / or") || p.take("or"):
		return orWord, true
	case p.take("as well as"), p.take("and"):
		if p.is("or") {
			break
		}
		return andWord, true
	case comma:
		return commaOnly, true
	case p.word(0) == "/":
		p.i++
		return orWord, true
	}
	p.i = start
	return "", false
}

// list reads items until one is not understood; what is left then is for the
// caller. first reads an item, given the frame of the one before.
func (p *parser) list(read func(*frame) (*item, bool)) (node, bool) {
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
		sep, ok := p.separator()
		if !ok {
			break
		}
		if joined = joined || sep != commaOnly; joined && sep == commaOnly {
			return fail() // "A or B, C": what belongs together cannot be told
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
	n, ok := p.combine(items, words)
	if !ok {
		return fail()
	}
	return n, true
}

// combine makes one of the items of a list.
func (p *parser) combine(items []*item, words map[string]bool) (node, bool) {
	if !spreadWindow(items) || words[andWord] && words[orWord] || entangled(items) || halfDated(items) {
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

// halfDated reports whether a window behind the last of several comparisons may
// be meant for all: "INR < 1.5 and aPTT < ULN within 1 week".
func halfDated(items []*item) bool {
	last := items[len(items)-1]
	for _, it := range items {
		if last.dated && it.measured && !it.dated {
			return true
		}
	}
	return false
}

// entangled reports whether a part of one name may belong to another too:
// "spinal surgery or trauma", "tumors or infections of the spine".
func entangled(items []*item) bool {
	for i, it := range items {
		if i == 0 || it.words == "" {
			continue
		}
		first := strings.ToLower(it.words)
		for _, before := range items[:i] {
			adjective, rest, _ := strings.Cut(strings.ToLower(before.words), " ")
			own, _, _ := strings.Cut(first, " ")
			if before.words != "" && it.ofWhat != before.ofWhat || rest != "" && organAdjective(adjective) && shared[stem(own)] {
				return true
			}
		}
	}
	return false
}

func allNegated(items []*item) bool {
	for _, it := range items {
		if !it.negated {
			return false
		}
	}
	return true
}

// spreadWindow gives a window that stands behind a list to all the items that
// share its frame: "history of stroke or infarction within 6 months". It
// reports false where it cannot be told which items are meant.
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
