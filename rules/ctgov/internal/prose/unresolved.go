// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"github.com/eligo-trials/eligo/rules/terminology"
)

// readUnresolved reads an ambiguous list of names that were all understood:
// "uncontrolled hypertension or diabetes", "prior chemotherapy or surgery
// within 4 weeks". Everybody for whom a reading of the list is true has, had or
// took one of them. So the rule asks the whole sentence of those people, and of
// nobody else.
func (p *parser) readUnresolved(denied bool) (_ node, read bool) {
	start := p.i
	defer p.backtrackUnless(&read)()
	if denied || p.isNext("no", "not", "without") {
		return node{}, false
	}
	var items []*item
	var f *frame
	for {
		p.later = len(items) > 0
		it, ok := p.readPhrase(f)
		p.later = false
		if !ok {
			return node{}, false
		}
		items = append(items, it)
		f = it.frame
		mark := p.i
		if _, ok := p.readSeparator(); !ok {
			break
		}
		if it.ofWhat {
			return node{}, false // "cancer of the head and neck"
		}
		if p.atEnd() {
			p.i = mark
			break
		}
	}
	if len(items) < 2 {
		return node{}, false
	}
	if !p.atEnd() && !p.restNarrows(p.toks[p.i:], items[len(items)-1].thing) {
		return node{}, false
	}
	n, ok := p.widestNode(items)
	if !ok {
		return node{}, false
	}
	n = p.askSentenceFrom(start, n)
	return n, true
}

// widestNode gives the node that is true of people who have, had or took any of
// the items at any time.
func (p *parser) widestNode(items []*item) (node, bool) {
	timeless := p.atEnd()
	for _, it := range items {
		timeless = timeless && it.own == nil && (it.frame.tense == present || it.frame.tense == bare)
	}
	var parts []node
	for _, it := range items {
		f := *it.frame
		switch {
		case it.thing.kind == terminology.ImmunizationKind || f.tense == inWindow && it.thing.kind == terminology.ConditionKind:
			return node{}, false
		case it.thing.kind != terminology.ConditionKind && f.tense == bare && !p.exclusion:
			return node{}, false // planned or done
		case it.thing.kind == terminology.ConditionKind && (f.taken || f.done):
			f = frame{tense: past} // of a list that began with "treatment with"
		case f.tense == doubted || it.thing.kind == terminology.ConditionKind && timeless:
		default:
			f.tense = past
		}
		n, ok := p.stateNodes(it.thing, f, "", nil)
		if !ok {
			return node{}, false
		}
		parts = append(parts, n)
	}
	return anyOf(parts...), true
}
