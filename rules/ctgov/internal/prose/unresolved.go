// SPDX-License-Identifier: Apache-2.0

package prose

import (
	"github.com/eligo-trials/eligo/rules/terminology"
)

// unresolved reads a list of names of which every one was understood, but not
// what belongs to which: "uncontrolled hypertension or diabetes", "prior
// chemotherapy or surgery within 4 weeks". However it is meant, whoever it is
// true of has, had or took one of them. So the rule asks the whole sentence of
// those who did, and of nobody else.
func (p *parser) unresolved(denied bool) (node, bool) {
	start := p.i
	fail := func() (node, bool) { p.i = start; return node{}, false }
	if denied || p.is("no", "not", "without") {
		return fail()
	}
	var items []*item
	var f *frame
	for {
		p.later = len(items) > 0
		it, ok := p.phrase(f)
		p.later = false
		if !ok {
			return fail()
		}
		items = append(items, it)
		f = it.frame
		mark := p.i
		if _, ok := p.separator(); !ok {
			break
		}
		if it.ofWhat {
			return fail() // "cancer of the head and neck"
		}
		if p.done() {
			p.i = mark
			break
		}
	}
	if len(items) < 2 {
		return fail()
	}
	if !p.done() && !p.narrows(p.toks[p.i:], items[len(items)-1].thing) {
		return fail()
	}
	n, ok := p.widest(items)
	if !ok {
		return fail()
	}
	said := p.words(start, len(p.toks))
	p.i = len(p.toks)
	form := n.form
	n = allOf(n, p.r.question(form, said, "Does this hold: \""+said+"\"?"))
	n.form = form
	return n, true
}

// widest gives the node that is true of whoever has, had or took any of the
// items, at any time.
func (p *parser) widest(items []*item) (node, bool) {
	timeless := p.done()
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
			return node{}, false // planned, or done
		case it.thing.kind == terminology.ConditionKind && (f.taken || f.done):
			f = frame{tense: past} // of a list that began with "treatment with"
		case f.tense == doubted || it.thing.kind == terminology.ConditionKind && timeless:
		default:
			f.tense = past
		}
		n, ok := p.states(it.thing, f, "", nil)
		if !ok {
			return node{}, false
		}
		parts = append(parts, n)
	}
	return anyOf(parts...), true
}
